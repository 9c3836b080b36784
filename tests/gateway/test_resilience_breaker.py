"""When a system that fails is given a rest, and how it comes back."""

from dataclasses import dataclass

import pytest

from gateway.resilience.breaker import FEWEST, LONGEST_REST_SECONDS, REST_SECONDS, Breaker, Verdict
from gateway.resilience.budget import AT_LEAST, Budget
from gateway.resilience.window import Window
from records.condition import BreakerState


@dataclass
class Clock:
    """Seconds, as a test counts them."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def asked(breaker: Breaker, verdict: Verdict, times: int = 1) -> None:
    for _ in range(times):
        turn = breaker.admit()
        assert turn is not None
        breaker.settle(turn, verdict)


def state(breaker: Breaker) -> BreakerState:
    return breaker.state


def opened(breaker: Breaker) -> Breaker:
    asked(breaker, Verdict.SILENT, FEWEST)
    assert state(breaker) is BreakerState.OPEN
    return breaker


def test_it_opens_when_half_of_the_questions_met_silence(breaker: Breaker) -> None:
    asked(breaker, Verdict.ANSWERED, FEWEST)
    asked(breaker, Verdict.SILENT, FEWEST - 1)
    assert state(breaker) is BreakerState.CLOSED
    asked(breaker, Verdict.SILENT)
    assert state(breaker) is BreakerState.OPEN
    assert breaker.admit() is None


def test_a_few_failures_at_night_open_nothing(breaker: Breaker, clock: Clock) -> None:
    for _ in range(10):
        asked(breaker, Verdict.SILENT, FEWEST - 1)
        clock.passes(31)
    assert state(breaker) is BreakerState.CLOSED


def test_those_who_left_say_nothing_of_the_system(breaker: Breaker) -> None:
    asked(breaker, Verdict.NEITHER, 100)
    assert state(breaker) is BreakerState.CLOSED


def test_after_the_rest_one_question_goes_through_and_no_other(
    breaker: Breaker, clock: Clock
) -> None:
    opened(breaker)
    clock.passes(REST_SECONDS - 0.1)
    assert breaker.admit() is None
    assert breaker.rest_left == pytest.approx(0.1)
    clock.passes(0.1)
    assert state(breaker) is BreakerState.HALF_OPEN
    probe = breaker.admit()
    assert probe is not None
    assert breaker.admit() is None
    breaker.settle(probe, Verdict.ANSWERED)
    assert state(breaker) is BreakerState.CLOSED
    # What happened before is forgotten: one more failure opens nothing.
    asked(breaker, Verdict.SILENT)
    assert state(breaker) is BreakerState.CLOSED


def test_each_failed_probe_doubles_the_rest_within_reason(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    rests = []
    for _ in range(5):
        rests.append(breaker.rest_left)
        clock.passes(breaker.rest_left)
        asked(breaker, Verdict.SILENT)
    assert rests == [5.0, 10.0, 20.0, 30.0, 30.0]
    assert max(rests) == LONGEST_REST_SECONDS


def test_a_probe_whose_asker_left_makes_way_for_the_next(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.passes(REST_SECONDS)
    asked(breaker, Verdict.NEITHER)
    asked(breaker, Verdict.ANSWERED)
    assert state(breaker) is BreakerState.CLOSED


def test_answers_to_questions_from_before_it_opened_do_not_close_it(
    breaker: Breaker, clock: Clock
) -> None:
    early = breaker.admit()
    assert early is not None
    opened(breaker)
    clock.passes(REST_SECONDS)
    probe = breaker.admit()
    assert probe is not None
    breaker.settle(early, Verdict.ANSWERED)
    assert state(breaker) is BreakerState.HALF_OPEN
    assert breaker.admit() is None


def test_repeats_are_one_in_ten_of_the_calls_and_three_at_least(clock: Clock) -> None:
    budget = Budget(clock)
    budget.called()
    assert [budget.take() for _ in range(AT_LEAST + 1)] == [True] * AT_LEAST + [False]
    for _ in range(99):
        budget.called()
    assert [budget.take() for _ in range(8)] == [True] * 7 + [False]
    clock.passes(10)
    assert budget.take()


def test_a_window_forgets_to_the_second(clock: Clock) -> None:
    window = Window(3, clock)
    for _ in range(3):
        window.add()
        clock.passes(1)
    # The first of the three is three seconds old.
    assert window.count() == 2
    clock.passes(100)
    assert window.count() == 0
