"""Lancashire's situations of time: again and again missing, or missing still; meetings, trigger plans and the check.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances
from tests.duties.casework import (
    comes_due,
    episodes,
    happens,
    lives,
    when,
)
from tests.duties.following import BACK, MISSING, because, clocks, tasks, told_whom
from tests.duties.lancashire import LANCASHIRE, PROTOCOL, at_home

# --- T08: the third episode in 90 days ------------------------------------------------------------

THIRD: Final = happens(
    "missing-recorded", datetime(2026, 3, 27, 12, 0, tzinfo=UTC), episode="third"
)


def test_the_third_episode_in_90_days_calls_for_a_meeting_and_a_trigger_plan(
    bundle: Bundle,
) -> None:
    past = episodes("2026-01-05", "2026-02-14")

    due = duties_of(bundle, THIRD, at_home(15), past)

    [meeting] = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert meeting.because.rule.id == "panlancs-three-in-90-meeting"
    assert meeting.meeting == "mfh-risk-management"
    assert [to.role.id for to in meeting.owners] == ["allocated_social_worker"]
    assert [to.role.id for to in meeting.chair] == ["allocated_social_worker"]
    assert tasks(due)["panlancs-trigger-plan-three-in-90"] == ("allocated_worker",)
    assert [
        (f.flag, f.episodes) for f in due.flags if f.rule.id == "panlancs-frequent-missing"
    ] == [("frequent-missing", 3)]


def test_our_reminder_of_that_meeting_is_advisory_and_passes_over_easter(bundle: Bundle) -> None:
    due = duties_of(bundle, THIRD, at_home(15), episodes("2026-01-05", "2026-02-14"))

    [reminder] = [c for c in due.clocks if c.because.rule.id == "panlancs-three-in-90-meeting"]
    assert when(reminder.due_at) == "2026-04-07T22:59Z"
    assert reminder.advisory


def test_a_trigger_plan_goes_to_the_worker_the_carers_and_the_police(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("trigger-plan-updated", episode=None), at_home(15))

    roles = {why.role for n in due.notices for why in n.because}
    assert {"allocated_worker", "foster_carer", "placement_provider", "police"} <= roles
    assert "school" not in roles
    assert not [n for n in due.notices if any("credentials" in i.value for i in n.items)]
    assert clocks(due) == {"panlancs-trigger-plan-monthly": "2026-02-13T09:00Z"}


# --- T10: the ninth episode, and a home that asks to do the check ---------------------------------

NINTH: Final = happens(
    "missing-recorded", datetime(2026, 2, 16, 12, 0, tzinfo=UTC), episode="ninth"
)
EIGHT_BEFORE: Final = episodes(
    "2025-11-24",
    "2025-12-01",
    "2025-12-08",
    "2025-12-15",
    "2025-12-29",
    "2026-01-12",
    "2026-01-28",
    "2026-02-09",
)


def _checked_by(who: str) -> Occurrence:
    return happens(
        "safe-and-well-done",
        datetime(2026, 2, 10, 9, 0, tzinfo=UTC),
        episode="episode-2026-02-09",
        name="checked",
        saw_by=who,
    )


def test_there_is_no_ninth_tier(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, age=14, looked_after=True, open_to_social_care=True)

    due = duties_of(bundle, NINTH, facts, EIGHT_BEFORE)

    assert not [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert not {"panlancs-trigger-plan-three-in-90"} & due.rules


@pytest.mark.parametrize("last, refused", [("other-professional", True), ("police", False)])
def test_a_home_may_not_do_the_check_twice_running(
    bundle: Bundle, last: str, *, refused: bool
) -> None:
    facts = lives(LANCASHIRE, age=14, looked_after=True, crime_suspected=False)
    asks = happens(
        "safe-and-well-proposed",
        datetime(2026, 2, 17, 9, 0, tzinfo=UTC),
        episode="ninth",
        saw_by="other-professional",
        saw_risk="low",
    )

    due = duties_of(bundle, asks, facts, [*EIGHT_BEFORE, _checked_by(last), NINTH])

    because = [r.because.rule.id for r in due.rejects if r.because is not None]
    assert because == (["panlancs-saw-not-two-delegated"] if refused else [])
    if refused:
        assert "the police see the child" in due.rejects[0].says


def test_where_concerns_grow_a_manager_comes_to_the_next_meeting(bundle: Bundle) -> None:
    held = happens("meeting-held", meeting="mfh-risk-management", concerns_continue=True)

    due = duties_of(bundle, held, lives(LANCASHIRE, looked_after=True))

    assert because(due, "team_manager") == {"panlancs-risk-meeting-manager-escalation"}
    assert because(due, "service_manager") == {"panlancs-risk-meeting-manager-escalation"}


# --- T11: still missing after six days ------------------------------------------------------------


def _reached(rule: str, at: str, facts: Circumstances, bundle: Bundle) -> Due:
    came = comes_due(rule, PROTOCOL, datetime.fromisoformat(at))
    return duties_of(bundle, came, facts, [MISSING])


def test_at_48_hours_from_the_report_a_strategy_meeting_is_due_and_nothing_else(
    bundle: Bundle,
) -> None:
    reported = happens("child-reported-missing", name="reported")

    due = duties_of(bundle, MISSING, at_home(15), [reported])

    assert clocks(due) == {
        "panlancs-strategy-48h": "2026-01-14T18:00Z",
        "panlancs-strategy-request-route/at-48h": "2026-01-14T18:00Z",
        "panlancs-strategy-48h-not-held": "2026-01-14T23:59Z",
    }
    assert {c.happens.value for c in due.clocks} == {"then"}


def test_then_the_council_convenes_and_the_request_goes_to_the_bcu_referral_manager(
    bundle: Bundle,
) -> None:
    at = "2026-01-14T18:00:00+00:00"
    meeting = _reached("panlancs-strategy-48h", at, at_home(15), bundle)
    request = _reached("panlancs-strategy-request-route/at-48h", at, at_home(15), bundle)

    assert tasks(meeting) == {"panlancs-strategy-48h": ("la_children_services",)}
    assert {role for role, _ in told_whom(request)} == {"police_referral_manager"}


def test_without_a_meeting_the_team_manager_has_to_record_why(bundle: Bundle) -> None:
    due = _reached(
        "panlancs-strategy-48h-not-held", "2026-01-14T23:59:00+00:00", at_home(15), bundle
    )

    [record] = [t for t in due.tasks if t.kind is TaskKind.RECORD]
    assert [to.role.id for to in record.owners] == ["team_manager"]
    assert ("team_manager", None) in told_whom(due)


@pytest.mark.parametrize(
    "ended, cancelled", [("strategy-discussion-held", False), ("child-found", True)]
)
def test_a_strategy_discussion_meets_those_clocks_and_a_return_ends_them(
    bundle: Bundle, ended: str, *, cancelled: bool
) -> None:
    due = duties_of(bundle, happens(ended), at_home(15), [MISSING])

    stopped = {(s.name.partition(":")[2], s.cancelled, s.subject) for s in due.settles}
    assert stopped >= {
        ("panlancs-strategy-48h", cancelled, "this-episode"),
        ("panlancs-strategy-48h-not-held", cancelled, "this-episode"),
    }


def test_a_clock_learnt_of_after_the_child_was_found_is_met_already(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, at_home(15), [BACK])

    assert {c.met_by for c in due.clocks} == {"back"}
