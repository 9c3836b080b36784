"""The worked situations under the pan-Lancashire protocol: who is told, who interviews, what harm and risk bring.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import datetime, timedelta
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.duties_due import TaskKind
from protocols.duties_evaluation import duties_of
from protocols.status import Verdict
from tests.duties.casework import (
    FOUND,
    comes_due,
    happens,
    lives,
    when,
)
from tests.duties.following import BACK, MISSING, because, clocks, tasks, told_whom
from tests.duties.lancashire import LANCASHIRE, PROTOCOL, at_home, interviewers

F_72H: Final = "2026-01-16T09:00Z"


# --- T01: a first episode; a child of 14 at home, not open ----------------------------------------


def test_when_a_child_at_home_goes_missing_the_council_health_and_school_are_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, at_home(14, open_=False))

    assert told_whom(due) == {
        ("la_children_services", LANCASHIRE): "episode.status risk.assessment",
        ("health_practitioner", None): "episode.status",
        ("health_hcrg", None): "episode.status",
        ("school", None): "episode.status",
    }
    assert because(due, "la_children_services") == {
        "panlancs-auto-notify-csc",
        "panlancs-share-risk-assessment",
    }
    assert because(due, "health_practitioner") == {"panlancs-health-not-cla-notified"}
    assert because(due, "school") == {"panlancs-school-encompass"}
    assert all(why.certain for notice in due.notices for why in notice.because)


def test_when_that_child_is_found_the_interview_is_due_in_72_hours_and_police_do_the_check(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, BACK, at_home(14, open_=False), [MISSING])

    assert clocks(due) == {
        "panlancs-rhi-72h": F_72H,
        "panlancs-rhi-offer-any-child": F_72H,
    }
    checks = {a.because.rule.id: a.who for a in due.answers if a.matter == "safe-and-well"}
    assert {to.role.id for who in checks.values() for to in who} == {"police"}
    assert "panlancs-saw-not-open-police" in checks
    assert interviewers(due) == {
        "panlancs-rhi-provider-lancashire/at-home": (("rhi_team_lancashire", None),)
    }


@pytest.mark.parametrize("said", ["interview-declined", "consent-changed"])
def test_a_parents_refusal_brings_a_managers_review_before_the_episode_is_closed(
    bundle: Bundle, said: str
) -> None:
    facts = at_home(14, open_=False, parent_says="refuses", child_says="agrees")

    due = duties_of(bundle, happens(said), facts, [MISSING, BACK])

    [review] = [
        t
        for t in due.tasks
        if t.because.rule.id.startswith("panlancs-rhi-unopen-review-before-close")
        and t.kind is TaskKind.DO
    ]
    assert "before the episode is closed" in review.says
    assert ("team_manager", None) in told_whom(due)


# --- T13: an unaccompanied boy, trafficking suspected ---------------------------------------------


def test_the_council_refers_a_child_suspected_of_being_trafficked(bundle: Bundle) -> None:
    facts = lives(LANCASHIRE, age=17, looked_after=True, uasc=True, trafficking=True)

    missing = duties_of(bundle, MISSING, facts)
    suspected = duties_of(bundle, happens("trafficking-suspected"), facts)

    assert tasks(missing)["panlancs-nrm-referral/missing"] == ("la_children_services",)
    assert tasks(suspected)["panlancs-nrm-referral"] == ("la_children_services",)


@pytest.mark.parametrize("life, alert", [(True, True), (False, False)])
def test_a_child_rescue_alert_is_only_for_a_real_and_immediate_risk_to_life(
    bundle: Bundle, *, life: bool, alert: bool
) -> None:
    facts = lives(LANCASHIRE, age=17, risk_grade="high", life_at_risk=life)

    due = duties_of(bundle, happens("media-considered"), facts)

    assert ("panlancs-child-rescue-alert" in due.rules) is alert
    assert due.notices == ()


# --- T17: a first record graded low ---------------------------------------------------------------


@pytest.mark.parametrize("grade", ["low", "standard", "no-apparent-risk"])
def test_a_grade_that_is_neither_high_nor_medium_is_refused(bundle: Bundle, grade: str) -> None:
    due = duties_of(bundle, MISSING, at_home(13, risk_grade=grade))

    [refused] = due.rejects
    assert refused.verdict is Verdict.REFUSED
    assert refused.because is not None
    assert refused.because.rule.id == "panlancs-grades-high-medium-only"
    assert ("la_children_services", LANCASHIRE) in told_whom(due)


def test_high_and_medium_stand(bundle: Bundle) -> None:
    for grade in ("high", "medium"):
        assert duties_of(bundle, MISSING, at_home(13, risk_grade=grade)).rejects == ()


def test_the_word_absent_is_refused_and_nobody_is_named_to_be_told_of_it(bundle: Bundle) -> None:
    due = duties_of(bundle, happens("absent"), at_home(13))

    [refused] = due.rejects
    assert refused.because is not None
    assert refused.because.rule.id == "panlancs-absent-forbidden"
    assert due.notices == ()
    assert [s.because.rule.id for s in due.silent] == ["panlancs-says-nothing"]


# --- T18: a child of nine -------------------------------------------------------------------------


def test_a_child_of_nine_is_offered_the_interview_as_well(bundle: Bundle) -> None:
    due = duties_of(bundle, BACK, at_home(9), [MISSING])

    assert clocks(due) == {"panlancs-rhi-72h": F_72H, "panlancs-rhi-offer-any-child": F_72H}


# --- Who is there to be told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "at, who",
    [
        ("2026-01-13T09:00:00+00:00", "allocated_social_worker"),
        ("2026-01-12T18:00:00+00:00", "la_out_of_hours"),
        ("2026-01-10T11:00:00+00:00", "la_out_of_hours"),
        ("2026-04-06T11:00:00+00:00", "la_out_of_hours"),
    ],
)
def test_outside_9_to_5_at_weekends_and_on_bank_holidays_the_duty_team_is_told(
    bundle: Bundle, at: str, who: str
) -> None:
    reported = happens("child-reported-missing", datetime.fromisoformat(at))

    due = duties_of(bundle, reported, at_home(15))

    assert because(due, who) == {"panlancs-reporter-informs-social-worker"}


def test_where_the_district_is_not_known_no_health_team_is_guessed_and_somebody_is_asked_once(
    bundle: Bundle,
) -> None:
    facts = lives(LANCASHIRE, age=15, looked_after=True)

    due = duties_of(bundle, MISSING, facts)

    assert not [role for role, _ in told_whom(due) if role in {"health_bth", "health_hcrg"}]
    [ask] = [t for t in due.tasks if t.kind is TaskKind.ASK]
    assert [to.role.id for to in ask.owners] == ["la_business_support"]


def test_whether_a_child_is_looked_after_not_being_known_both_health_roles_are_told(
    bundle: Bundle,
) -> None:
    due = duties_of(bundle, MISSING, lives(LANCASHIRE, age=15, district="E06000008"))

    told = {role for role, _ in told_whom(due)}
    assert {"cla_nurse_team", "health_practitioner"} <= told
    doubtful = [n for n in due.notices if n.to.role.id in {"cla_nurse_team", "health_practitioner"}]
    assert not any(why.certain for n in doubtful for why in n.because)


def test_the_monthly_review_comes_again_from_its_start_and_the_worker_is_told_that_it_is_overdue(
    bundle: Bundle,
) -> None:
    due_at = FOUND + timedelta(days=31)
    late = comes_due(
        "panlancs-trigger-plan-monthly", PROTOCOL, due_at, basis_at=FOUND, occurrence=0
    )

    due = duties_of(bundle, late, at_home(15))

    [again] = due.clocks
    assert (again.occurrence, when(again.due_at)) == (1, "2026-03-13T09:00Z")
    [told] = due.notices
    assert told.overdue
    assert told.to.role.id == "allocated_worker"
