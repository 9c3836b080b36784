"""How a system's doing is told, and that telling it gives no question away."""

from datetime import UTC, datetime

import pytest

from gateway.resilience.measuring import Measured
from records.condition import Condition, in_words
from records.items import Item
from tests.gateway.test_resilience_breaker import Clock

NOW = datetime(2026, 11, 24, 3, 7, 31, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(6000.0)


@pytest.fixture
def measured(clock: Clock) -> Measured:
    return Measured(2.0, clock=clock, now=lambda: NOW)


def state(measured: Measured) -> Condition:
    return measured.condition


def test_nothing_is_known_of_a_system_that_nobody_asked(measured: Measured) -> None:
    assert measured.condition is Condition.UNKNOWN
    assert measured.took(0.5) is None
    assert measured.last is None


def test_a_system_that_answers_is_well_and_after_a_while_unknown(
    measured: Measured, clock: Clock
) -> None:
    measured.answered(0.1)
    assert state(measured) is Condition.WELL
    clock.passes(301)
    assert state(measured) is Condition.UNKNOWN


def test_answers_that_take_most_of_the_deadline_are_slow(measured: Measured) -> None:
    for _ in range(10):
        measured.answered(1.1)
    assert measured.condition is Condition.SLOW


def test_silence_is_failing_at_once_and_one_unreadable_record_is_not(measured: Measured) -> None:
    states = []
    for _ in range(5):
        measured.answered(0.1)
    measured.failed(silent=False)
    states.append(measured.condition)
    measured.failed(silent=True)
    states.append(measured.condition)
    measured.answered(0.1)
    states.append(measured.condition)
    for _ in range(5):
        measured.failed(silent=False)
    states.append(measured.condition)
    assert states == [Condition.WELL, Condition.FAILING, Condition.WELL, Condition.FAILING]


def test_figures_are_of_whole_minutes_so_that_one_question_does_not_show(
    measured: Measured, clock: Clock
) -> None:
    for hundredths in range(1, 101):
        measured.answered(hundredths / 100, lag_seconds=3600)
    clock.passes(60)
    before = (measured.took(0.5), measured.took(0.95), measured.last)
    assert before[:2] == (0.51, 0.96)
    measured.answered(1.9, lag_seconds=5)
    assert (measured.took(0.5), measured.took(0.95), measured.last) == before
    clock.passes(60)
    assert measured.last is not None
    assert measured.last.lag_seconds == 5


def test_figures_go_after_five_minutes_and_the_last_answer_stays(
    measured: Measured, clock: Clock
) -> None:
    measured.answered(0.1, lag_seconds=60)
    clock.passes(60 * 60)
    assert measured.took(0.5) is None
    assert measured.last is not None
    assert measured.last.last_at == NOW


def test_what_is_lost_is_said_in_words() -> None:
    assert in_words(frozenset({Item.SAW_RECORD, Item.EPISODE_STATUS, Item.RISK_GRADE})) == (
        "missing episodes",
        "safe and well checks",
    )
