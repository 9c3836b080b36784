"""Of which of two episodes an interview is, however close together they lie and in whatever order they are learnt."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from notifications.episode import OF_EPISODE, episode_of
from notifications.episode_table import Step
from notifications.happening import OURSELVES, Happened, Happening
from notifications.whose_interview import may_be_of
from tests.notifications.casework import T0
from tests.notifications.test_episodes import happened

SYSTEM = "council"
ORDERS = list(permutations(range(4)))


def two(*, refs: bool = False, order: tuple[int, ...] = (0, 1, 2, 3)) -> list[Happened]:
    """Missing at 0, back at 3, missing again at 20, back at 23; learnt in this order."""
    told = [
        (Step.REPORTED, 0, "a"),
        (Step.FOUND, 3, "a"),
        (Step.REPORTED, 20, "b"),
        (Step.FOUND, 23, "b"),
    ]
    source = SYSTEM if refs else "police"
    return [
        happened(told[place][0], told[place][1], seq + 1, source=source, ref=told[place][2])
        for seq, place in enumerate(order)
    ]


def interview(hours: float, *, kind: str = "interview-done", **data: str) -> Happening:
    return Happening(
        type=kind,
        child="child-a",
        at=T0 + timedelta(hours=hours),
        source=SYSTEM,
        sender_ref="interview/1/done",
        data={"interview_ref": "1", **data},
    )


def kept(said: Happening, seq: int, **data: str) -> Happened:
    return Happened(
        id=f"e{seq}",
        type=said.type,
        child=said.child,
        seq=seq,
        at=said.at,
        recorded_at=said.at,
        source=said.source,
        data={**said.data, **data},
        root=f"e{seq}",
    )


def first_at(said: Happening, history: list[Happened]) -> list[float]:
    """When each episode that it may be of began, in hours."""
    found = may_be_of(said, history)
    return [(one.first_at - T0) / timedelta(hours=1) for one in found]


@pytest.mark.parametrize("order", ORDERS)
def test_the_episode_that_it_names_decides_in_whatever_order_all_is_learnt(
    order: tuple[int, ...],
) -> None:
    history = two(refs=True, order=order)
    assert first_at(interview(30, episode_ref="a"), history) == [0]
    assert first_at(interview(30, episode_ref="b"), history) == [20]


@pytest.mark.parametrize("order", ORDERS)
def test_of_two_that_wait_for_an_interview_a_person_says_which(order: tuple[int, ...]) -> None:
    assert first_at(interview(30), two(order=order)) == [0, 20]


def test_the_day_on_which_the_episode_began_decides() -> None:
    days = [(T0 + timedelta(hours=hours)).date().isoformat() for hours in (0, 20)]
    assert days[0] != days[1]
    assert first_at(interview(30, episode_began_on=days[0]), two()) == [0]
    assert first_at(interview(30, episode_began_on=days[1]), two()) == [20]
    assert first_at(interview(30, episode_began_on="2020-01-01"), two()) == [0, 20]


def test_one_held_between_the_two_is_of_the_first() -> None:
    assert first_at(interview(10), two()) == [0]


def test_one_held_while_the_child_is_away_again_is_of_the_episode_before() -> None:
    assert first_at(interview(22), two()) == [0]


def test_one_whose_first_episode_has_had_its_interview_is_of_the_other() -> None:
    history = two()
    had = kept(interview(8), 5, of_episode="e1", interview_ref="0")
    assert first_at(interview(30), [*history, had]) == [20]


def test_what_is_said_later_of_the_same_interview_is_of_the_same_episode() -> None:
    history = two()
    offered = kept(interview(6, kind="interview-offered"), 5, of_episode="e1")
    assert first_at(interview(30), [*history, offered]) == [0]


def test_an_episode_that_ended_a_month_before_waits_for_none() -> None:
    history = [happened(Step.REPORTED, 0, 1), happened(Step.FOUND, 3, 2)]
    month = 24 * 30
    history += [happened(Step.REPORTED, month, 3), happened(Step.FOUND, month + 3, 4)]
    assert first_at(interview(month + 10), history) == [month]


def test_an_episode_that_its_system_calls_otherwise_is_not_the_one_named() -> None:
    history = two(refs=True)[2:]
    assert may_be_of(interview(30, episode_ref="a"), history) == ()
    named = kept(interview(30, episode_ref="a"), 5)
    assert episode_of(named, [*history, named]) is None, "the first episode is not known here yet"


def test_before_any_episode_is_known_none_is_guessed() -> None:
    assert may_be_of(interview(30), []) == ()


def test_the_episode_that_was_chosen_stands_whatever_is_learnt_later() -> None:
    history = two()
    chosen = kept(interview(30), 5, **{OF_EPISODE: "e1"})
    found = episode_of(chosen, [*history, chosen])
    assert found is not None
    assert found.key == "e1"


def test_what_follows_from_a_task_is_of_the_episode_of_the_task() -> None:
    history = two()
    done = kept(interview(10), 5, **{OF_EPISODE: "e1"})
    confirmed = Happened(
        id="e6",
        type="interview-confirmed",
        child="child-a",
        seq=6,
        at=T0 + timedelta(hours=40),
        recorded_at=T0 + timedelta(hours=40),
        source=OURSELVES,
        data={"task": "t", "rule": "r"},
        caused_by="e5",
        root="e6",
    )
    found = episode_of(confirmed, [*history, done, confirmed])
    assert found is not None
    assert found.key == "e1"
