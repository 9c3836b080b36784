"""What a duty's clock does in its life: it starts, is met, comes due, climbs, comes again."""

from datetime import datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due
from protocols.duties_evaluation import duties_of
from tests.duties.casework import FOUND, REPORTED, comes_due, happens, lives, when
from tests.duties.invented import ELMSHIRE, duty, invented

HOME: Final = lives(ELMSHIRE)
BACK: Final = happens("child-found", name="back")
DUE_AT: Final = FOUND + timedelta(hours=24)

LADDER: Final = duty(
    "elm-visit",
    'treatment = ["timed", "notified", "surfaced"]',
    'event = ["child-found"]',
    'owner = ["social_worker"]',
    'clock = { within = "PT24H", starts = "found", met_by = ["contact-made"] }',
    'escalates = [{ to = ["team_manager"] }, { to = ["director"], after = "PT24H" }]',
    kind="deadline",
)
PATIENT: Final = LADDER.replace(
    '{ to = ["team_manager"] }', '{ to = ["team_manager"], after = "PT1H" }'
)


def _fires(bundle: Bundle, at: datetime, **fired: int) -> Due:
    return duties_of(bundle, comes_due("elm-visit", "elmshire", at, **fired), HOME, [BACK])


def _told(due: Due) -> list[str]:
    assert all(notice.overdue and notice.urgent for notice in due.notices)
    return [notice.to.role.id for notice in due.notices]


def test_a_missed_deadline_climbs_its_ladder_rung_by_rung_and_then_ends() -> None:
    bundle = invented(LADDER)

    first = _fires(bundle, DUE_AT)
    [clock] = first.clocks
    assert _told(first) == ["team_manager"]
    assert (clock.rung, when(clock.due_at)) == (1, "2026-01-15T09:00Z")

    second = _fires(bundle, clock.due_at, rung=clock.rung)
    assert _told(second) == ["director"]
    assert second.clocks == ()


def test_a_first_rung_may_wait_as_well() -> None:
    bundle = invented(PATIENT)

    missed = _fires(bundle, DUE_AT)
    [clock] = missed.clocks
    assert missed.notices == ()
    assert (clock.rung, when(clock.due_at)) == (1, "2026-01-14T10:00Z")

    first = _fires(bundle, clock.due_at, rung=1)
    [following] = first.clocks
    assert _told(first) == ["team_manager"]
    assert (following.rung, when(following.due_at)) == (2, "2026-01-15T10:00Z")

    assert _told(_fires(bundle, following.due_at, rung=2)) == ["director"]


def test_without_a_ladder_whoever_had_to_see_to_it_is_told_that_it_is_overdue() -> None:
    plain = LADDER.replace(', "notified"', "")
    plain = "\n".join(line for line in plain.splitlines() if not line.startswith("escalates"))

    assert _told(_fires(invented(plain), DUE_AT)) == ["social_worker"]


def test_what_waits_asks_for_nothing_when_its_condition_no_longer_holds() -> None:
    waits = duty(
        "elm-day-three",
        'treatment = ["timed", "notified"]',
        'event = ["child-reported-missing"]',
        "unless = { strategy_held = true }",
        'tell = [{ who = ["director"] }]',
        'clock = { after = "P3D", starts = "reported", stopped_by = ["child-found"] }',
        kind="escalate",
    )
    bundle = invented(waits)
    reported = happens("child-reported-missing", name="reported")
    held = happens("strategy-discussion-held", name="held")
    at = REPORTED + timedelta(days=3)
    fired = comes_due("elm-day-three", "elmshire", at)

    assert len(duties_of(bundle, fired, HOME, [reported]).notices) == 1
    assert duties_of(bundle, fired, HOME, [reported, held]).notices == ()


REVIEW: Final = duty(
    "elm-update",
    'treatment = ["timed", "notified"]',
    'event = ["child-reported-missing"]',
    'tell = [{ who = ["director"] }]',
    'clock = { after = "PT48H", repeats = "P5D", starts = "reported", stopped_by = ["child-found"] }',
)


@pytest.mark.parametrize(
    "occurrence, again",
    [(0, "2026-01-19T18:00Z"), (1, "2026-01-24T18:00Z"), (2, "2026-01-29T18:00Z")],
)
def test_what_repeats_is_counted_from_its_basis_however_late_it_fired(
    occurrence: int, again: str
) -> None:
    late = comes_due(
        "elm-update",
        "elmshire",
        REPORTED + timedelta(days=40),
        occurrence=occurrence,
        basis_at=REPORTED,
    )

    due = duties_of(invented(REVIEW), late, HOME)

    [clock] = due.clocks
    assert (clock.occurrence, when(clock.due_at)) == (occurrence + 1, again)
    assert len(due.notices) == 1


@pytest.mark.parametrize(
    "starts, at",
    [
        ("event", "2026-01-12T18:10Z"),
        ("reported", "2026-01-12T18:00Z"),
        ("recorded", "2026-01-12T18:10Z"),
    ],
)
def test_a_clock_counts_from_the_instant_that_its_row_names(starts: str, at: str) -> None:
    row = REVIEW.replace('starts = "reported"', f'starts = "{starts}"').replace(
        '"child-reported-missing"', '"missing-recorded"'
    )

    due = duties_of(invented(row), happens("missing-recorded"), HOME)

    assert [when(clock.basis_at) for clock in due.clocks] == [at]


def test_only_the_meeting_that_it_waits_for_meets_a_clock() -> None:
    row = duty(
        "elm-meeting",
        'treatment = ["timed", "surfaced"]',
        'event = ["placement-made"]',
        'owner = ["social_worker"]',
        'clock = { within_working_days = 5, met_by = ["meeting-held"], met_when = { meeting = ["placement-planning"] } }',
        kind="deadline",
    )
    bundle = invented(row)

    for meeting, settled in (("placement-planning", 1), ("strategy", 0)):
        held = happens("meeting-held", episode=None, meeting=meeting)
        assert len(duties_of(bundle, held, HOME).settles) == settled


def test_an_interview_about_one_episode_does_not_meet_the_clock_of_another() -> None:
    row = LADDER.replace('"contact-made"', '"interview-done"')

    due = duties_of(invented(row), happens("interview-done", episode="an-earlier-one"), HOME)

    [settled] = due.settles
    assert settled.subject == "an-earlier-one"


@pytest.mark.parametrize(
    "at, desk",
    [("2026-01-10T08:00:00+00:00", "desk"), ("2026-01-11T06:30:00+00:00", "night_desk")],
)
def test_whoever_is_there_at_that_hour_is_told(at: str, desk: str) -> None:
    row = duty(
        "elm-found",
        'treatment = ["notified"]',
        'event = ["child-found"]',
        'tell = [{ who = ["desk"], otherwise = ["night_desk"], hours = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat"], opens = 07:00:00, closes = 23:00:00 }, { days = ["sun"], opens = 07:00:00, closes = 16:00:00 }] }]',
    )

    due = duties_of(invented(row), happens("child-found", datetime.fromisoformat(at)), HOME)

    assert [notice.to.role.id for notice in due.notices] == [desk]
