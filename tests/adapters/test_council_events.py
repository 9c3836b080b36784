"""What a council's records tell, read again and again: the same events under the same references."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.council_events import episode_events, events_of
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.events import Event, Whom
from records.identifiers import LocalId
from records.interview import InterviewHeld, InterviewOffer, ReturnInterview, Took
from records.meeting import Meeting, MeetingCalled, MeetingKind
from records.plans import PreventionPlan, WrittenPlan
from records.record import Provenance

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = date(2026, 11, 23)
BEGAN = NOW - timedelta(hours=20)
WHENCE = Provenance(source="council", system="any", as_of=NOW)
ABOUT = Whom(local_id=LocalId("council", "17"))


def episode(state: EpisodeState, **times: datetime) -> MissingEpisode:
    return MissingEpisode(
        ref="e", provenance=WHENCE, status=EpisodeStatus(state=state, term_as_sent="M", **times)
    )


def told(*events: Event) -> list[tuple[str, str, datetime | None]]:
    return [(event.type, event.sender_ref, event.happened_at) for event in events]


STATES = {
    EpisodeState.MISSING: [("status-decided", "episode/e/missing")],
    EpisodeState.REPORTED: [("status-decided", "episode/e/missing")],
    EpisodeState.AWAY_WITHOUT_AUTHORISATION: [("away-without-authorisation", "episode/e/away")],
    EpisodeState.ABSENT: [("absent", "episode/e/absent")],
    EpisodeState.FOUND: [
        ("status-decided", "episode/e/missing"),
        ("child-found", "episode/e/found"),
    ],
    EpisodeState.CLOSED: [("status-decided", "episode/e/closed")],
    EpisodeState.LOCATED: [],
    EpisodeState.NOT_KNOWN: [],
}


def test_the_table_of_states_is_whole() -> None:
    assert STATES.keys() == set(EpisodeState)


@pytest.mark.parametrize("state", STATES)
def test_each_state_tells_what_has_happened_by_then(state: EpisodeState) -> None:
    events = list(episode_events(episode(state, missing_from=BEGAN), ABOUT))
    assert [(one.type, one.sender_ref) for one in events] == STATES[state]


def test_it_was_reported_only_where_the_record_says_when() -> None:
    (event,) = episode_events(
        episode(EpisodeState.MISSING, missing_from=BEGAN, reported_at=NOW), ABOUT
    )
    assert told(event) == [("child-reported-missing", "episode/e/missing", NOW)]


def test_an_end_without_a_beginning_is_told_as_an_end_alone() -> None:
    events = episode_events(episode(EpisodeState.FOUND, found_at=NOW), ABOUT)
    assert [event.type for event in events] == ["child-found"]


@pytest.mark.parametrize(
    "offered, accepted, kinds",
    [
        (Took.YES, Took.YES, ["interview-offered", "interview-accepted"]),
        (Took.YES, Took.NO, ["interview-offered", "interview-declined"]),
        (Took.YES, Took.NOT_RECORDED, ["interview-offered"]),
        (Took.NO, Took.NOT_RECORDED, []),
        (Took.NO, Took.NOT_APPLICABLE, []),
        (Took.NOT_RECORDED, Took.YES, ["interview-accepted"]),
    ],
)
def test_an_offer_tells_what_was_said_to_it(
    offered: Took, accepted: Took, kinds: list[str]
) -> None:
    interview = ReturnInterview(
        ref="i", provenance=WHENCE, offer=InterviewOffer(offered=offered, accepted=accepted)
    )
    assert [event.type for event in events_of([interview], ABOUT)] == kinds


def test_a_held_interview_is_done_even_where_nobody_wrote_when() -> None:
    held = InterviewHeld(held_at=None, held_by="Somebody by name")
    interview = ReturnInterview(ref="i", provenance=WHENCE, confirmation=held)
    (event,) = events_of([interview], ABOUT)
    assert told(event) == [("interview-done", "interview/i/done", None)]
    assert "Somebody" not in repr(event)


def test_a_meeting_that_reviews_the_care_plan_has_reviewed_it_once_it_was_held() -> None:
    called = MeetingCalled(
        kind=MeetingKind.CARE_PLAN_REVIEW, called_on=None, meets_on=DAY, held_on=None
    )
    planned = Meeting(ref="m", provenance=WHENCE, kind=MeetingKind.CARE_PLAN_REVIEW, called=called)
    held = replace(planned, called=replace(called, held_on=DAY))
    strategy = replace(held, kind=MeetingKind.MISSING_INTERVENTION)

    assert events_of([planned], ABOUT) == ()
    assert [event.type for event in events_of([held], ABOUT)] == [
        "meeting-held",
        "care-plan-reviewed",
    ]
    assert [event.type for event in events_of([strategy], ABOUT)] == ["meeting-held"]


def test_a_plan_is_told_by_the_day_on_which_it_was_written_and_by_nothing_that_it_says() -> None:
    written = WrittenPlan(
        written_on=DAY, review_due_on=None, profile=None, risks=("The pier.",), actions=()
    )
    plan = PreventionPlan(ref="p", provenance=WHENCE, plan=written)
    (event,) = events_of([plan], ABOUT)
    assert (event.type, event.sender_ref) == (
        "prevention-plan-updated",
        "plan/p/written-2026-11-23",
    )
    assert "pier" not in repr(event)
    without = replace(plan, plan=replace(written, written_on=None))
    assert events_of([without], ABOUT) == ()


def test_read_at_another_time_it_is_the_same() -> None:
    record = episode(EpisodeState.FOUND, missing_from=BEGAN, found_at=NOW)
    later = replace(record, provenance=replace(WHENCE, as_of=NOW + timedelta(days=1)))
    assert told(*events_of([record], ABOUT)) == told(*events_of([later], ABOUT))
