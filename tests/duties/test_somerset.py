"""The worked situations under the Somerset protocol: who is told, who interviews, what harm and risk bring.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.status import Verdict
from tests.duties.casework import (
    REPORTED,
    happens,
)
from tests.duties.following import (
    BACK,
    MISSING,
    answers,
    because,
    clocks,
    records,
    tasks,
    told,
)
from tests.duties.somerset import SOMERSET, at_home, came_due, in_care

R_24H: Final = "2026-01-13T18:00Z"
R_48H: Final = "2026-01-14T18:00Z"
R_14D: Final = "2026-01-26T18:00Z"
R_6M: Final = "2026-07-12T17:00Z"


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_somerset_direct_is_told_and_deals_with_it_as_a_safeguarding_referral(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, at_home(14, open_=False))

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.detail episode.status",
        # It is past five.
        f"la_out_of_hours@{SOMERSET}": "episode.status",
    }
    assert because(due, "la_front_door") == {
        "somerset-police-inform-somerset-direct",
        "somerset-sd-safeguarding-referral",
    }
    assert tasks(due) == {
        "somerset-sd-safeguarding-referral": ("la_front_door",),
        "somerset-nmpb": ("police",),
    }
    assert records(due)["somerset-all-missing-recorded"] == ("LCS", "EHM")
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_when_that_child_is_found_police_check_and_pmex_interviews_without_a_clock(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, at_home(14, open_=False), [MISSING])

    assert told(due) == {
        f"la_front_door@{SOMERSET}": "episode.status",
        "rhi_service": "episode.status rhi.offer",
    }
    assert due.clocks == ()
    assert answers(due, "safe-and-well") == {"somerset-saw": ("police",)}
    assert answers(due, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}
    [timely] = [t for t in due.tasks if t.because.rule.id == "somerset-rhi-timely"]
    assert timely.because.wording == "in a timely way"


def test_a_parents_refusal_stops_nothing_and_is_shown_to_the_manager(bundle: Bundle) -> None:
    facts = at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    refused = duties_of(bundle, happens("consent-changed"), facts, [MISSING, BACK])
    found = duties_of(bundle, BACK, facts, [MISSING])

    assert told(refused) == {"line_manager": "record.consent"}
    assert refused.rejects == ()
    assert answers(found, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}


# --- T04: an interview brings harm to light -------------------------------------------------------

FINDING: Final = happens(
    "interview-urgent-finding", datetime(2026, 1, 15, 14, 0, tzinfo=UTC), name="finding"
)


def test_pmex_and_the_line_manager_see_it_swiftly_and_a_strategy_discussion_follows(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, FINDING, in_care(15), [MISSING, BACK])

    assert tasks(due) == {
        "somerset-rhi-manager-review": ("rhi_service", "line_manager"),
        "somerset-rhi-follow-on/harm": ("la_children_services",),
    }
    [meeting] = [t for t in due.tasks if t.kind is TaskKind.MEET]
    assert meeting.meeting == "strategy"
    assert {to.role.id for to in meeting.attendees} >= {"police", "health", "education"}
    assert because(due, "line_manager") == {
        "somerset-rhi-manager-review",
        "somerset-rhi-follow-on/harm",
    }


def test_the_police_learn_of_it_through_the_discussion_and_the_interview_stays_on_lcs(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, FINDING, in_care(15), [MISSING, BACK])

    assert told(due)["police"] == "meeting.request"
    assert {role for role, items in told(due).items() if "rhi.full" in items} == {"line_manager"}


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_an_unaccompanied_boy_has_what_every_looked_after_child_has(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, in_care(17, uasc=True, trafficking=True))

    assert clocks(due) == {
        "somerset-cla-24h-operations-manager": R_24H,
        "somerset-strategy-24h": R_24H,
        "somerset-strategy-review-24h/none-recorded": R_48H,
        "somerset-strategy-14d": R_14D,
        "somerset-dcs-6-months": R_6M,
    }
    assert tasks(due) == {
        "somerset-nmpb": ("police",),
        "somerset-says-nothing/referral-of-trafficking-missing": ("allocated_social_worker",),
    }
    assert records(due)["somerset-pnc-circulation"] == ("Police National Computer",)


def test_the_operations_manager_is_told_at_24_hours_and_the_inspector_convenes_at_14_days(
    bundle: Bundle,
) -> None:
    facts = in_care(17, uasc=True)
    day = came_due(
        "somerset-cla-24h-operations-manager", REPORTED + timedelta(hours=24), facts, bundle
    )
    fortnight = came_due("somerset-strategy-14d", REPORTED + timedelta(days=14), facts, bundle)

    assert told(day) == {"operations_manager": "episode.status meeting.request"}
    [meeting] = fortnight.tasks
    assert meeting.meeting == "strategy-14-day"
    assert [to.role.id for to in meeting.chair] == ["police_reviewing_di"]
    assert {to.role.id for to in meeting.attendees} >= {"operations_manager", "head_of_service"}


# --- T17: a first record graded low ---------------------------------------------------------------


@pytest.mark.parametrize("grade", ["low", "medium", "high"])
def test_no_grade_is_defined_and_each_is_kept_as_it_was_sent(bundle: Bundle, grade: str) -> None:
    due = duties_of(bundle, MISSING, at_home(13, risk_grade=grade))

    [note] = due.rejects
    assert (note.verdict, note.instead, note.because) == (Verdict.NOT_DEFINED, None, None)
    assert "kept as it was sent" in note.says
    assert "somerset-police-risk-assessment" in records(due)
    assert not [n for n in due.notices if any(i.value == "risk.assessment" for i in n.items)]


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_is_interviewed_by_pmex_as_any_other(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, at_home(9), [MISSING])

    assert answers(due, "return-interview") == {"somerset-rhi-timely": ("rhi_service",)}
    assert due.clocks == ()
    assert due.rejects == ()


# --- Absent, and who is there to be told ----------------------------------------------------------


def test_nothing_is_sent_to_somerset_direct_of_a_child_who_is_absent(bundle: Bundle) -> None:
    facts = at_home(14, contactable=True)

    due = duties_of(bundle, happens("absent"), facts)

    assert due.notices == ()
    assert due.rejects == ()
    assert set(tasks(due)) == {"somerset-absent-no-deployment", "somerset-absent-checks"}


@pytest.mark.parametrize("open_to", ["social-work", "family-intervention", "youth-justice"])
def test_somerset_direct_notifies_the_worker_of_the_service_that_has_the_child(
    bundle: Bundle, open_to: str
) -> None:
    worker = {
        "social-work": "allocated_social_worker",
        "family-intervention": "family_intervention_worker",
        "youth-justice": "youth_justice",
    }[open_to]

    due = duties_of(bundle, MISSING, at_home(14, open_to=frozenset({open_to})))

    assert [role for role in told(due) if "@" not in role] == [worker]


@pytest.mark.parametrize(
    "at, who",
    [
        ("2026-01-13T09:00:00+00:00", "la_children_services"),
        ("2026-01-13T19:00:00+00:00", "la_out_of_hours"),
        ("2026-01-17T11:00:00+00:00", "la_out_of_hours"),
    ],
)
def test_where_it_is_not_safe_to_return_the_child_social_care_or_the_duty_team_has_the_check(
    bundle: Bundle, at: str, who: str
) -> None:
    checked = happens("safe-and-well-done", datetime.fromisoformat(at), return_safe=False)

    due = duties_of(bundle, checked, at_home(14), [MISSING, BACK])

    assert told(due) == {f"{who}@{SOMERSET}": "saw.record whereabouts.location"}
    assert due.notices[0].urgent


def test_where_the_police_have_not_said_whether_it_is_safe_they_are_asked(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("safe-and-well-done"), at_home(14), [MISSING, BACK])

    assert due.notices == ()
    assert tasks(due, TaskKind.ASK) == {"somerset-saw-unsafe-return": ("police",)}
