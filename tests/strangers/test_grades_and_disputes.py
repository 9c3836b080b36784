"""Grades raised, lowered and disputed; notices to adults; alerts: expected from the texts first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.people import Role
from tests.adapters.police.incidents import Row, pushed, report, row
from tests.notifications_http.kept import due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.strangers.children import REPORTED, at_home, followed, in_care, judged_again, says
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = EVENING + 4 * HOUR


def asked(town: Town, child: Child) -> set[str]:
    return {one["because"]["rule"] for one in followed(town, child, "tasks")}


def refused(town: Town, child: Child) -> list[str]:
    return [one["what"] for one in followed(town, child, "rejects")]


def graded_by(town: Town, child: Child, rank: str, why: str | None, grade: str = "MEDIUM") -> None:
    """The force grades anew, by an officer of that rank, with that rationale."""
    town.is_now(LATER + timedelta(minutes=5))
    one = report(
        f"LC-{child.file.serial}",
        child.file.nominal,
        status="MISSING",
        missingFromTime=(EVENING - HOUR).isoformat(),
        reportedTime=EVENING.isoformat(),
        recordedTime=(EVENING + timedelta(minutes=2)).isoformat(),
    )
    named = f"RA-{child.file.serial}-later"
    one["relationships"]["riskAssessments"] = {"data": [{"type": "riskAssessment", "id": named}]}
    said: Row = {"grade": grade, "gradedByRank": rank, "gradedTime": LATER.isoformat()}
    if why is not None:
        said["rationale"] = why
    reply = town.pushes(pushed(town.person(child), one, row("riskAssessment", named, said)))
    assert reply.status_code == 201, reply.text


def changed(town: Town, child: Child) -> set[tuple[str, str]]:
    return told(town, child, "risk-changed")


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "North East Lincolnshire"])
def test_a_grade_that_is_raised_to_high_is_told_to_childrens_services_at_once(
    town: Town, area: str
) -> None:
    """Staffordshire and Stoke 6.1; North East Lincolnshire, risk table: notified immediately if under 18."""
    child = at_home(town, area)
    town.goes_missing(child, grade="MEDIUM")
    town.goes_missing(child, grade="HIGH", graded_at=LATER)
    heard = {who for who, rule in changed(town, child) if "high-notify-cs" in rule}
    assert f"{child.responsible.code}/childrens-services" in heard
    urgent = town.rows(
        "SELECT d.urgent FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = 'risk-changed' AND d.recipient LIKE '%/childrens-services'",
        c=child.ref,
    )
    assert {bool(one["urgent"]) for one in urgent} == {True}


def test_a_grade_that_is_lowered_in_staffordshire_is_no_news_of_high_risk(town: Town) -> None:
    """6.1: medium requires no immediate notice; nothing is taken back either."""
    child = at_home(town, "Staffordshire")
    town.goes_missing(child, grade="HIGH")
    town.goes_missing(child, grade="MEDIUM", graded_at=LATER)
    assert "staffs-risk-high-notify-cs" in rules(town, child, REPORTED) | rules(
        town, child, "risk-set"
    )
    assert not {rule for _, rule in changed(town, child) if "risk-high" in rule}


@pytest.mark.parametrize(
    "rank, why, stands",
    [
        ("Inspector", "Seen by an aunt an hour ago.", True),
        ("Constable", "Seen by an aunt an hour ago.", False),
        ("Inspector", None, False),
    ],
)
def test_high_becomes_medium_in_north_east_lincolnshire_by_an_inspector_with_a_rationale_alone(
    town: Town, rank: str, why: str | None, *, stands: bool
) -> None:
    """Missing Person Risk Assessment: Inspector or above, and a full rationale on Niche."""
    child = at_home(town, "North East Lincolnshire")
    town.goes_missing(child, grade="HIGH")
    graded_by(town, child, rank, why)
    assert ("lowered to medium" in refused(town, child)) is not stands


@pytest.mark.parametrize("area", ["Lancashire", "Staffordshire", "North East Lincolnshire"])
def test_low_is_refused_at_the_first_report_wherever_the_text_bars_it(
    town: Town, area: str
) -> None:
    """5.3.2; 6.1 not to be used for initial reports; the only available grading is medium or high."""
    child = at_home(town, area)
    town.goes_missing(child, grade="LOW")
    assert [what for what in refused(town, child) if "low" in what]


@pytest.mark.parametrize("reviewed, rule", [(False, "first"), (True, "second")])
def test_a_disputed_grade_in_stoke_goes_to_the_team_leader_and_then_to_the_inspector(
    town: Town, rule: str, *, reviewed: bool
) -> None:
    """12.7 and 12.8: first the Missing Person Investigation Team Leader, second the control room's inspector."""
    child = at_home(town, "Stoke-on-Trent")
    worker = town.world.social_worker(child)
    town.goes_missing(child, grade="MEDIUM")
    said = says(
        worker,
        child,
        "RISK_DISPUTED",
        (EVENING + timedelta(minutes=4)).isoformat(),
        detail={"firstReviewDone": reviewed},
    )
    assert said["__typename"] == "Recorded"
    assert rules(town, child, "risk-disputed") == {f"staffs-risk-dispute-{rule}"}


# Adults in a child's company


@pytest.mark.parametrize("served", [True, False])
def test_in_staffordshire_the_authority_is_informed_of_a_warning_notice_that_was_served(
    town: Town, *, served: bool
) -> None:
    """22, printed 21.2: if a Child Abduction Warning Notice is served, the Local Authority should be informed."""
    child = at_home(town, "Staffordshire")
    officer = town.world.officer(child)
    said = says(
        officer,
        child,
        "ABDUCTION_NOTICE_CONSIDERED",
        (EVENING - HOUR).isoformat(),
        detail={"noticeServed": served},
    )
    assert said["__typename"] == "Recorded"
    heard = told(town, child, "abduction-notice-considered")
    expected = ("E10000028/childrens-services", "staffs-cawn-tell-la")
    assert (expected in heard) is served


@pytest.mark.parametrize(
    "aged, in_the_care_of, allowed",
    [
        (15, None, {"panlancs-cawn-s2"}),
        (16, None, set()),
        (16, "Lancashire", {"panlancs-cawn-s49"}),
        (15, "Lancashire", {"panlancs-cawn-s2", "panlancs-cawn-s49"}),
    ],
)
def test_which_warning_notice_lancashires_police_may_issue_goes_by_age_and_by_order(
    town: Town, aged: int, in_the_care_of: str | None, allowed: set[str]
) -> None:
    """5.1.2: section 2 under 16; section 49 under 18 in local authority care."""
    child = (
        at_home(town, "Lancashire", aged=aged)
        if in_the_care_of is None
        else in_care(town, in_the_care_of, aged=aged)
    )
    says(
        town.world.officer(child),
        child,
        "ABDUCTION_NOTICE_CONSIDERED",
        (EVENING - HOUR).isoformat(),
    )
    assert {rule for rule in asked(town, child) if "cawn" in rule} == allowed


def test_in_lancashire_a_child_who_is_wanted_is_recorded_missing_all_the_same(town: Town) -> None:
    """5.3: the decision is documented by a supervisor."""
    child = at_home(town, "Lancashire", wanted=True)
    town.goes_missing(child)
    said = says(
        town.world.officer(child),
        child,
        "WANTED_DECIDED",
        (EVENING + timedelta(minutes=4)).isoformat(),
    )
    assert said["__typename"] == "Recorded"
    assert {
        "panlancs-wanted-decision-documented",
        "panlancs-wanted-still-recorded-missing",
    } <= asked(town, child)
    assert due(town, child, "panlancs-strategy-48h", state="pending") == [EVENING + 48 * HOUR]


@pytest.mark.parametrize("grade, alert", [("HIGH", True), ("MEDIUM", False)])
def test_a_national_alert_is_for_high_risk_and_is_first_thought_of_on_the_third_day(
    town: Town, grade: str, *, alert: bool
) -> None:
    """Staffordshire and Stoke 21.1: missing for several days, and high risk."""
    child = at_home(town, "Stoke-on-Trent")
    town.goes_missing(child, grade=grade)
    judged_again(town, child)
    expected = [EVENING + 48 * HOUR] if alert else []
    assert due(town, child, "staffs-national-alert/after-several-days", state="pending") == expected


def test_a_council_that_receives_an_alert_flags_the_child_and_lifts_the_flag_on_the_return(
    town: Town,
) -> None:
    """21.2: a flag should be placed on the other local authority's data system."""
    child = at_home(town, "Staffordshire")
    town.registers("E10000028", Role.CHILDRENS_SERVICES)
    worker = town.world.social_worker(child)
    town.goes_missing(child, grade="HIGH")
    said = says(
        worker,
        child,
        "NATIONAL_ALERT_CONSIDERED",
        (EVENING + timedelta(minutes=4)).isoformat(),
        detail={"alertReceived": True},
    )
    assert said["__typename"] == "Recorded"
    assert "staffs-national-alert-flag" in asked(town, child)
    assert "staffs-national-alert" not in rules(town, child, "national-alert-considered")
