"""Episodes from messages: the table is whole, and the order of arrival does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from notifications.episode import Episode, episode_of, episodes_of
from notifications.episode_table import MOVES, OVER, Step, printed
from notifications.happening import Happened
from records.episode import EpisodeState
from tests.notifications.casework import T0

PAGE = Path(__file__).parents[2] / "docs" / "episode-states.md"


def happened(
    step: Step | str,
    hours: float,
    seq: int,
    *,
    corrects: Happened | None = None,
    source: str = "police",
    ref: str | None = None,
    state: str | None = None,
) -> Happened:
    """A message about a time, learnt as the nth."""
    return Happened(
        id=f"e{seq}",
        type=step.value if isinstance(step, Step) else step,
        child="child-a",
        seq=seq,
        at=T0 + timedelta(hours=hours),
        recorded_at=T0 + timedelta(hours=100 + seq),
        source=source,
        data={name: value for name, value in (("episode_ref", ref), ("state", state)) if value},
        corrects=None if corrects is None else corrects.id,
        root=f"e{seq}" if corrects is None else corrects.root,
    )


def seen(episodes: Sequence[Episode]) -> list[tuple[object, ...]]:
    """Everything about episodes but their names."""
    return [(e.state, e.reported_at, e.recorded_at, e.found_at, e.checked_at) for e in episodes]


def test_every_state_says_what_every_message_does() -> None:
    assert set(MOVES) == set(EpisodeState)
    for moves in MOVES.values():
        assert set(moves) == set(Step)


def test_no_message_but_one_that_the_child_was_seen_ends_an_episode() -> None:
    ends = {
        step
        for state, moves in MOVES.items()
        if state not in OVER
        for step, move in moves.items()
        if move.to in OVER
    }
    assert ends == {Step.FOUND, Step.CHECKED, Step.CLOSED}


def test_nothing_turns_a_child_recorded_missing_into_one_who_is_only_absent() -> None:
    moves = MOVES[EpisodeState.MISSING]
    assert moves[Step.ABSENT].to is moves[Step.AWAY].to is EpisodeState.MISSING


def test_found_before_missing_is_the_same_episode() -> None:
    found = happened(Step.FOUND, 4, 1)
    (known_from_its_end,) = episodes_of([found])
    assert known_from_its_end.report_to_come

    late = happened(Step.REPORTED, 0, 2)
    (episode,) = episodes_of([found, late])
    assert episode.state is EpisodeState.FOUND
    assert (episode.reported_at, episode.found_at) == (late.at, found.at)
    assert not episode.report_to_come
    assert episode.key == known_from_its_end.key, "its name does not change when more is learnt"


def test_reports_of_two_systems_are_one_episode() -> None:
    events = [
        happened(Step.REPORTED, 1, 1, ref="force-1"),
        happened(Step.REPORTED, 0.5, 2, source="social-care", ref="lcs-9"),
        happened(Step.RECORDED, 2, 3, ref="force-1"),
    ]
    (episode,) = episodes_of(events)
    assert episode.reported_at == T0 + timedelta(minutes=30), "the earliest report counts"
    assert episode.refs == {("police", "force-1"), ("social-care", "lcs-9")}


def test_missing_again_after_being_found_is_another_episode() -> None:
    events = [
        happened(Step.REPORTED, 0, 1),
        happened(Step.FOUND, 2, 2),
        happened(Step.REPORTED, 30, 3),
    ]
    first, second = episodes_of(events)
    assert (first.state, second.state) == (EpisodeState.FOUND, EpisodeState.REPORTED)


def test_a_record_entered_after_the_return_stays_with_the_incident_that_it_names() -> None:
    events = [
        happened(Step.REPORTED, 0, 1, ref="force-1"),
        happened(Step.FOUND, 2, 2, ref="force-1"),
        happened(Step.RECORDED, 3, 3, ref="force-1"),
    ]
    (episode,) = episodes_of(events)
    assert episode.state is EpisodeState.FOUND


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    report = happened(Step.REPORTED, 2, 1)
    corrected = happened(Step.REPORTED, 0, 2, corrects=report)
    (episode,) = episodes_of([report, corrected])
    assert episode.reported_at == corrected.at


def test_an_interview_belongs_to_the_last_episode_before_it() -> None:
    events = [
        happened(Step.REPORTED, 0, 1),
        happened(Step.FOUND, 2, 2),
        happened(Step.REPORTED, 90, 3),
    ]
    interview = happened("interview-done", 50, 4)
    episode = episode_of(interview, [*events, interview])
    assert episode is not None
    assert episode.found_at == T0 + timedelta(hours=2)


@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order: list[int]) -> None:
    story = [
        (Step.REPORTED, 0),
        (Step.RECORDED, 1),
        (Step.FOUND, 5),
        (Step.CHECKED, 6),
        (Step.REPORTED, 80),
    ]
    told = [happened(*story[n], seq) for seq, n in enumerate(order, 1)]
    in_order = [happened(*step, seq) for seq, step in enumerate(story, 1)]
    assert seen(episodes_of(told)) == seen(episodes_of(in_order))


@given(st.lists(st.tuples(st.sampled_from(Step), st.integers(0, 40)), max_size=8))
def test_messages_sent_twice_come_to_the_same(story: list[tuple[Step, int]]) -> None:
    """Another system's copy of each message adds nothing: not an episode, not another time."""
    once = [happened(step, hours, n) for n, (step, hours) in enumerate(story)]
    events = sorted(once, key=lambda e: e.at)
    distinct = len({e.at for e in events}) == len(events)
    if not distinct:
        return
    twice = [*once, *(happened(s, h, 100 + n) for n, (s, h) in enumerate(story))]
    assert seen(episodes_of(twice)) == seen(episodes_of(once))


def test_three_messages_in_every_order_give_one_episode() -> None:
    for order in permutations([(Step.REPORTED, 0), (Step.LOCATED, 3), (Step.FOUND, 4)]):
        told = [happened(step, hours, n) for n, (step, hours) in enumerate(order)]
        (episode,) = episodes_of(told)
        assert episode.state is EpisodeState.FOUND


def test_a_report_of_a_child_already_recorded_says_both() -> None:
    (episode,) = episodes_of([happened(Step.REPORTED, 0, 1, state="missing")])
    assert episode.state is EpisodeState.MISSING
    assert episode.reported_at == episode.recorded_at == T0
    assert episode.events == ("e1",)


def test_an_episode_closed_without_a_time_of_return_is_closed() -> None:
    report = happened(Step.REPORTED, 0, 1, ref="f")
    decided = happened("status-decided", 4, 2, ref="f", state="closed")
    (episode,) = episodes_of([report, decided])
    assert episode.state is EpisodeState.CLOSED
    assert episode.found_at is None


def test_the_printed_table_is_the_one_in_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == printed()
