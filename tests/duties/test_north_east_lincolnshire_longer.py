"""North East Lincolnshire's situations of time, risk and police: updates, grades, checks, absences, trafficking.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import Due, Happens, TaskKind
from protocols.duties_evaluation import duties_of
from protocols.duties_vocabulary import Circumstances
from protocols.status import Verdict
from protocols.vocabulary import Known
from tests.duties.casework import (
    LEEDS,
    REPORTED,
    comes_due,
    episodes,
    happens,
    known,
    lives,
    when,
)
from tests.duties.following import (
    MISSING,
    answers,
    because,
    clocks,
    records,
    tasks,
    told,
)

NEL: Final = "E06000012"
PROTOCOL: Final = "north-east-lincolnshire"
R_48H: Final = "2026-01-14T18:00Z"
R_48H_5D: Final = "2026-01-19T18:00Z"


def _child(*, care: bool = False, at: str = NEL, home: str = NEL, **more: Known) -> Circumstances:
    """A child who is open, at medium risk, with nothing unusual on record."""
    usual: dict[str, Known] = {
        "age": 15,
        "looked_after": care,
        "legal_status": "s20" if care else "none",
        "open_to_social_care": True,
        "open_to": frozenset({"social-work"}),
        "risk_grade": "medium",
        "uasc": False,
        "pr_contact_unsafe": False,
        "frequently_missing": False,
        "secure_email_known": True,
    }
    return lives(home, at, **{**usual, **more})


def _reached(bundle: Bundle, rule: str, facts: Circumstances, hours: int, **fired: int) -> Due:
    came = comes_due(rule, PROTOCOL, REPORTED + timedelta(hours=hours), basis_at=REPORTED, **fired)
    return duties_of(bundle, came, facts, [MISSING])


# --- T11: still missing after six days ------------------------------------------------------------


def test_48_hours_from_the_report_bring_an_update_and_a_meeting_and_five_days_on_another_update(
    bundle: Bundle,
) -> None:
    reported = happens("child-reported-missing", name="reported")

    due = duties_of(bundle, MISSING, _child(), [reported])

    assert clocks(due) == {
        "nelincs-48h-update": R_48H,
        "nelincs-48h-update/parents": R_48H,
        "nelincs-48h-meeting-open": R_48H,
        "nelincs-48h-meeting-open/parents": R_48H,
        "nelincs-5d-updates": R_48H_5D,
        "nelincs-5d-updates/parents": R_48H_5D,
    }
    assert {c.happens for c in due.clocks} == {Happens.THEN}


def test_at_48_hours_the_police_update_the_parents_and_the_council(bundle: Bundle) -> None:
    council = _reached(bundle, "nelincs-48h-update", _child(), 48)
    parents = _reached(bundle, "nelincs-48h-update/parents", _child(), 48)

    assert told(council) == {f"la_children_services@{NEL}": "episode.status"}
    assert tasks(council) == {"nelincs-48h-update": ("police",)}
    assert told(parents) == {"parent_carer": "episode.status"}


@pytest.mark.parametrize("rule", ["48h-update/parents", "5d-updates/parents"])
def test_a_parent_whose_contact_is_unsafe_is_not_updated(bundle: Bundle, rule: str) -> None:
    due = _reached(bundle, f"nelincs-{rule}", _child(pr_contact_unsafe=True), 48)

    assert due.notices == ()


def test_at_48_hours_the_worker_meets_the_police_the_parents_and_those_involved(
    bundle: Bundle,
) -> None:
    due = _reached(bundle, "nelincs-48h-meeting-open", _child(), 48)

    [meeting] = due.tasks
    assert meeting.meeting == "risk-management-48-hour"
    assert [to.role.id for to in meeting.owners] == [
        "allocated_social_worker",
        "family_help_practitioner",
    ]
    assert [to.role.id for to in meeting.attendees] == [
        "police",
        "parent_carer",
        "partner_agencies",
    ]
    assert told(due) == {"police": "meeting.request", "partner_agencies": "meeting.request"}


def test_the_updates_come_again_every_five_days_counted_from_the_48_hours(bundle: Bundle) -> None:
    due = _reached(bundle, "nelincs-5d-updates", _child(), 7 * 24)

    [again] = due.clocks
    assert (again.occurrence, when(again.due_at)) == (1, "2026-01-24T18:00Z")
    assert told(due) == {f"la_children_services@{NEL}": "episode.status"}


def test_a_strategy_discussion_replaces_the_meeting_and_leaves_the_updates(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("strategy-discussion-held"), _child(), [MISSING])

    assert {s.name.partition(":")[2] for s in due.settles} == {
        "nelincs-48h-meeting-open",
        "nelincs-48h-meeting-open/parents",
        "nelincs-ola-48h-consider",
    }
    assert "nelincs-48h-strategy-replaces" in tasks(due)


def test_the_meeting_that_was_held_is_recorded_and_meets_its_clock(bundle: Bundle) -> None:
    held = happens("meeting-held", meeting="risk-management-48-hour")

    due = duties_of(bundle, held, _child(), [MISSING])

    assert records(due) == {"nelincs-48h-meeting-recorded": ("Liquid Logic",)}
    assert {s.cancelled for s in due.settles if "48h-meeting-open" in s.name} == {False}


def test_another_meeting_does_not_meet_it(bundle: Bundle) -> None:
    held = happens("meeting-held", meeting="core-group")

    assert not duties_of(bundle, held, _child(), [MISSING]).settles


def test_for_a_child_of_leeds_their_own_worker_considers_the_meeting(bundle: Bundle) -> None:
    facts = _child(care=True, home=LEEDS)

    due = _reached(bundle, "nelincs-ola-48h-consider", facts, 48)

    assert tasks(due) == {"nelincs-ola-48h-consider": ("responsible_la", "allocated_social_worker")}
    assert told(due) == {f"responsible_la@{LEEDS}": "meeting.request"}
    assert "nelincs-48h-meeting-open" not in clocks(duties_of(bundle, MISSING, facts))


# --- T17: a first record graded low ---------------------------------------------------------------


@pytest.mark.parametrize("grade", ["low", "standard", "no-apparent-risk"])
def test_a_first_record_graded_low_is_refused_set_high_and_the_council_is_told_at_once(
    bundle: Bundle, grade: str
) -> None:
    first = happens(["child-reported-missing", "missing-recorded", "risk-set"])

    due = duties_of(bundle, first, _child(age=13, risk_grade=grade))

    [refused] = due.rejects
    assert (refused.verdict, refused.instead) == (Verdict.REFUSED, "high")
    assert refused.because is not None
    assert refused.because.rule.id == "nelincs-grades-only-medium-high"
    assert told(due)[f"la_children_services@{NEL}"] == "episode.status risk.assessment"
    assert "nelincs-high-notify-cs/starts-high" in because(due, "la_children_services")
    assert "nmpb" not in told(due)


def test_the_bureau_and_senior_management_follow_once_the_first_review_confirms_high(
    bundle: Bundle,
) -> None:
    facts = _child(age=13, risk_grade="high")
    first = duties_of(bundle, happens("risk-set"), facts)
    confirmed = duties_of(bundle, happens("risk-set", first_review_done=True), facts)

    assert told(first) == {f"la_children_services@{NEL}": "episode.status risk.assessment"}
    assert tasks(first)["nelincs-high-mpb/to-confirm"] == ("police_supervisor",)
    assert told(confirmed) == {
        f"la_children_services@{NEL}": "episode.status risk.assessment",
        "nmpb": "episode.status",
        "police_senior_management": "",
    }
    assert "nelincs-high-mpb/to-confirm" not in tasks(confirmed)


def test_a_downgrade_to_medium_needs_its_reason_on_niche_by_an_inspector(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("risk-changed", downgrade=True), _child(risk_grade="medium"))

    assert due.rejects == ()
    assert records(due)["nelincs-downgrade-rationale"] == ("Niche",)
    assert answers(due, "lowering-the-risk-grade") == {
        "nelincs-downgrade-rationale": ("police_inspector",)
    }
    assert told(due) == {}


def test_the_word_absent_is_not_in_use_and_nobody_is_named_to_be_told_of_it(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("absent"), _child())

    assert due.notices == ()
    assert [s.because.rule.id for s in due.silent] == ["nelincs-says-nothing"]


# --- T10: the ninth episode, and a home that asks to do the check ---------------------------------

NINTH: Final = happens("missing-recorded", datetime(2026, 2, 16, 12, tzinfo=UTC), episode="ninth")
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


def test_there_is_no_ninth_tier(bundle: Bundle) -> None:
    due = duties_of(bundle, NINTH, _child(care=True, frequently_missing=True), EIGHT_BEFORE)

    assert not tasks(due, TaskKind.MEET)


@pytest.mark.parametrize("frequent", [True, False])
def test_a_home_may_not_carry_out_the_prevention_interview(
    bundle: Bundle, *, frequent: bool
) -> None:
    asks = happens("safe-and-well-proposed", saw_by="other-professional")

    due = duties_of(bundle, asks, _child(care=True, frequently_missing=frequent), EIGHT_BEFORE)

    assert [r.what for r in due.rejects] == ["nelincs-saw/by-another"]
    assert answers(due, "safe-and-well") == {"nelincs-saw/by-another": ("police",)}


def test_the_police_may_leave_one_out_of_a_child_often_missing_with_the_reason_in_both_systems(
    bundle: Bundle,
) -> None:
    leaves_out = happens("safe-and-well-proposed", saw_by="nobody")

    due = duties_of(bundle, leaves_out, _child(care=True, frequently_missing=True))

    assert due.rejects == ()
    assert records(due) == {
        "nelincs-saw-frequency-agreed/left-out": ("Niche", "Liquid Logic"),
    }


@pytest.mark.parametrize("known_not_frequent", [True, False])
def test_of_any_other_child_none_may_be_left_out(
    bundle: Bundle, *, known_not_frequent: bool
) -> None:
    facts = dict(_child())
    if not known_not_frequent:
        del facts[next(iter(known(frequently_missing=False)))]

    due = duties_of(bundle, happens("safe-and-well-proposed", saw_by="nobody"), facts)

    assert [r.what for r in due.rejects] == ["nelincs-saw-frequency-agreed/not-frequent"]


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_an_unaccompanied_boy_is_a_potential_victim_and_referred(bundle: Bundle) -> None:
    boy = _child(care=True, age=17, uasc=True, trafficking=True)

    due = duties_of(bundle, MISSING, boy)

    assert tasks(due)["nelincs-nrm-referral/missing"] == ("la_children_services",)
    assert tasks(due)["nelincs-nrm-referral/unaccompanied"] == ("la_children_services",)
    assert told(due)["police"] == "risk.assessment"
    assert because(due, "police") == {"nelincs-uasc-share-police-immigration"}
    assert not {"immigration", "enquirer"} & set(told(due))


def test_immigration_staff_are_told_only_once_somebody_has_decided_so(bundle: Bundle) -> None:
    boy = _child(care=True, age=17, uasc=True, trafficking=True, release_decided=True)

    assert told(duties_of(bundle, MISSING, boy))["immigration"] == "risk.assessment"


# --- Away from placement --------------------------------------------------------------------------

AWAY: Final = happens("away-without-authorisation", REPORTED)


def test_out_of_touch_a_child_is_reported_within_six_hours_and_the_carers_are_reminded_at_three(
    bundle: Bundle,
) -> None:
    facts = _child(care=True, whereabouts_known=False, contactable=False)

    due = duties_of(bundle, AWAY, facts)

    assert clocks(due) == {
        "nelincs-away-six-hours": "2026-01-13T00:00Z",
        "nelincs-away-six-hours/reminder": "2026-01-12T21:00Z",
        "nelincs-away-not-overnight": "2026-01-12T23:00Z",
    }
    advisory = {c.because.rule.id for c in due.clocks if c.advisory}
    assert advisory == {"nelincs-away-six-hours/reminder"}
    assert "police" not in told(due)


def test_when_the_six_hours_have_passed_carers_and_police_are_told_that_no_report_was_made(
    bundle: Bundle,
) -> None:
    facts = _child(care=True, whereabouts_known=False, contactable=False)

    due = _reached(bundle, "nelincs-away-six-hours", facts, 6)

    assert told(due) == {"placement_provider": "", "foster_carer": "", "police": ""}
    assert all(notice.overdue for notice in due.notices)


def test_a_report_to_the_police_ends_every_one_of_them(bundle: Bundle) -> None:
    due = duties_of(bundle, MISSING, _child(care=True), [AWAY])

    ended = {s.name.partition(":")[2]: s.cancelled for s in due.settles}
    assert ended == {
        "nelincs-away-six-hours": False,
        "nelincs-away-six-hours/reminder": False,
        "nelincs-away-not-overnight": False,
    }


def test_a_child_whose_whereabouts_are_known_is_not_reported_and_the_authority_decides(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, AWAY, _child(care=True, whereabouts_known=True, contactable=True))

    assert told(due) == {"iro": "episode.status"}
    assert tasks(due)["nelincs-away-known-decide"] == ("responsible_la",)
    assert clocks(due) == {}


def test_nobody_is_told_by_guess_that_a_child_has_escaped_custody(bundle: Bundle) -> None:
    facts = dict(_child(care=True))
    del facts[next(iter(known(legal_status="none")))]

    due = duties_of(bundle, MISSING, facts)

    assert tasks(due, TaskKind.ASK) == {"nelincs-remand-escaped-custody": ("police_oic",)}
    assert "nelincs-remand-escaped-custody" not in because(due, "youth_justice")


# --- The school -----------------------------------------------------------------------------------


def test_the_school_may_help_to_reach_a_child_without_being_told_why(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("interview-offered", contactable=True), _child())

    [contact] = [t for t in due.tasks if t.because.rule.id == "nelincs-rhi-contact-routes"]
    assert "without saying why" in contact.says
    assert told(due) == {}
