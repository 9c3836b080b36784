"""What comes after: the check, the refused interview, the unsafe return, the child whom nobody reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.people import Purpose, Role, Standing
from tests.acting import records
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES, HOMES
from tests.strangers.children import FOUND, at_home, followed, in_care, says
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK = EVENING + 15 * HOUR
WHY = "Heard from the child in the car on the way back."


def asked_of(town: Town, child: Child) -> set[str]:
    return {one["because"]["rule"] for one in followed(town, child, "tasks")}


def came_back(town: Town, child: Child, at: datetime = BACK) -> None:
    town.goes_missing(child)
    town.is_found(child, at)
    town.is_now(at + 2 * HOUR)


# The child says no to the interview

AFTER_A_NO = {
    "Staffordshire": ("staffs-advocate-if-unwilling", "staffs-rhi-72h", False),
    "Essex": ("essex-rhi-declined-recorded", "essex-contact-48h", True),
    "Somerset": ("somerset-rhi-child-preference", None, False),
    "Lancashire": ("panlancs-rhi-refused-alternative", "panlancs-rhi-72h", True),
    "North East Lincolnshire": ("nelincs-rhi-declined-alternative", "nelincs-rhi-72h", True),
}
"""What is asked of somebody then, and whether a clock that has begun goes on."""


@pytest.mark.parametrize("area", AFTER_A_NO)
def test_a_no_to_the_interview_is_the_beginning_of_something_else(town: Town, area: str) -> None:
    """13.13 an advocate; FC4 the decline on record; another adult; 6.3 another professional; appendix 7.5."""
    rule, clock, runs = AFTER_A_NO[area]
    child = in_care(town, area, open_to_social_care=True)
    interviewer = town.world.interviewer(child)
    came_back(town, child)
    said = says(interviewer, child, "INTERVIEW_DECLINED", (BACK + HOUR).isoformat())
    assert said["__typename"] == "Recorded"
    asked = asked_of(town, child)
    assert rule in asked, asked
    if clock is not None:
        assert bool(due(town, child, clock, state="pending")) is runs


# Nobody had reported it, or nobody can find the child


@pytest.mark.parametrize(
    "area, whom",
    [
        ("Somerset", "E06000066/childrens-services"),
        ("North East Lincolnshire", "E06000012/childrens-services"),
        ("Stoke-on-Trent", "E06000021/childrens-services"),
    ],
)
def test_a_school_that_learns_of_a_child_whom_nobody_reported_has_the_council_told(
    town: Town, area: str, whom: str
) -> None:
    """Somerset, DEFINITIONS; North East Lincolnshire, not reported missing; Staffordshire and Stoke 12.9."""
    child = at_home(town, area)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation="SCHOOL-999001")
    head = town.world.person(Role.SCHOOL, "SCHOOL-999001", purpose=Purpose.EDUCATION)
    said = says(head, child, "UNREPORTED_MISSING_IDENTIFIED", (EVENING - HOUR).isoformat())
    assert said["__typename"] == "Recorded"
    assert whom in town.told_of(child, "unreported-missing-identified")


@pytest.mark.parametrize("area", ["Lancashire", "Staffordshire", "Essex"])
def test_a_home_that_cannot_find_a_child_tells_and_is_reminded_that_it_has_to_ring(
    town: Town, area: str
) -> None:
    """5.1.1 and 3; 8.3 to 8.5; flow chart 1: the police are called, and a notice does not replace the call."""
    child = in_care(town, area)
    child.registers.states("whereabouts_known", value=False)
    manager = town.world.person(Role.REGISTERED_MANAGER, HOMES["Elm House"], purpose=Purpose.CARE)
    said = says(manager, child, "CHILD_NOT_LOCATED", (EVENING - HOUR).isoformat())
    assert said["__typename"] == "Recorded"
    told_to_police = {
        who for who in town.told_of(child, "child-not-located") if who.startswith(child.host.force)
    }
    assert told_to_police
    words = " ".join(str(one.get("says")) for one in followed(town, child, "tasks"))
    assert "does not replace the call" in words
    # It is no report to the police, and starts none of the clocks of a missing child.
    assert not {rule for rule in clocks(town, child) if "strategy" in rule or "24h" in rule}


def test_another_home_cannot_say_of_this_child_that_it_cannot_be_found(town: Town) -> None:
    child = in_care(town, "Lancashire")
    other = town.world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE)
    said = says(other, child, "CHILD_NOT_LOCATED", (EVENING - HOUR).isoformat())
    assert said["__typename"] == "Refused"
    assert not town.told_of(child, "child-not-located")


# Suspicions


@pytest.mark.parametrize(
    "area, rule",
    [
        ("North East Lincolnshire", "nelincs-nrm-referral"),
        ("Staffordshire", "staffs-nrm"),
        ("Lancashire", "panlancs-nrm-referral"),
    ],
)
def test_a_nurse_who_suspects_trafficking_sets_off_the_national_referral(
    town: Town, area: str, rule: str
) -> None:
    """Children in care who may have been trafficked; 10.4 and 23.2; appendix A."""
    child = in_care(town, area, aged=16, open_to_social_care=True)
    judged = records(
        town.world.nurse(child),
        "recordJudgement",
        child,
        judgement="TRAFFICKING",
        value=True,
        hours=48,
        reason=WHY,
    )
    assert judged["__typename"] == "Recorded"
    found = asked_of(town, child) | rules(town, child, "trafficking-suspected")
    assert any(one.startswith(rule) for one in found), found


@pytest.mark.parametrize("who", ["mother", "home", "school"])
def test_a_crime_is_not_judged_by_a_parent_a_home_or_a_school_but_they_are_told_whom_to_ring(
    town: Town, who: str
) -> None:
    child = in_care(town, "Staffordshire")
    asker = {
        "mother": lambda: town.world.mother(child),
        "home": lambda: town.world.home_manager(child),
        "school": lambda: town.world.head_teacher(child),
    }[who]()
    judged = records(
        asker,
        "recordJudgement",
        child,
        judgement="CRIME_SUSPECTED",
        value=True,
        hours=5,
        reason=WHY,
    )
    assert judged["__typename"] == "Refused"
    assert judged["ask"]["label"]
    assert not town.told_of(child, "crime-suspected")


# Every day until the child is back


def test_staffordshires_daily_alert_comes_each_day_and_not_after_the_return(town: Town) -> None:
    """9.5: a daily alert of missing children to team coordinators and managers."""
    child = at_home(town, "Staffordshire")
    town.world.manager(child)
    town.goes_missing(child)
    for days in (1, 2, 3):
        town.is_now(EVENING + days * DAY + HOUR)
        town.works_off(child)
    alerts = [
        row
        for row in town.rows(
            "SELECT d.reasons FROM delivery d JOIN event e ON e.id = d.event"
            " WHERE d.child = :c AND e.type = 'deadline-reached'",
            c=child.ref,
        )
        if 'staffs-daily-alert"' in row["reasons"]
    ]
    assert len(alerts) >= 3
    town.is_found(child, EVENING + 4 * DAY)
    assert not {rule for rule in clocks(town, child) if rule.startswith("staffs-daily-alert")}


def test_in_north_east_lincolnshire_updates_come_at_48_hours_and_then_at_least_every_five_days(
    town: Town,
) -> None:
    """Review of continued missing."""
    child = at_home(town, "North East Lincolnshire")
    town.goes_missing(child)
    town.is_now(EVENING + 49 * HOUR)
    town.works_off(child)
    again = {
        datetime.fromisoformat(row["due_at"]).replace(tzinfo=UTC)
        for row in town.rows(
            "SELECT due_at FROM deadline WHERE child = :c AND state = 'pending' AND kind LIKE '%5d-updates%'",
            c=child.ref,
        )
    }
    assert again == {EVENING + 7 * DAY}


# A placement moves in the middle


def test_a_child_whom_lancashire_moves_to_leeds_is_made_known_to_leeds(town: Town) -> None:
    """Pan-Lancashire 5.5.5: placed outside, the authority there is notified."""
    child = in_care(town, "Lancashire", lives_in="Leeds")
    said = says(
        town.world.social_worker(child), child, "PLACEMENT_NOTIFIED", (EVENING - HOUR).isoformat()
    )
    assert said["__typename"] == "Recorded"
    leeds = AUTHORITIES["Leeds"].code
    assert (f"{leeds}/childrens-services", "panlancs-out-placement-notify") in told(
        town, child, "placement-notified"
    )


def test_essex_tells_nobody_that_a_child_is_back_twice(town: Town) -> None:
    """3.3: police, reviewing officer, host, school: each once, however often the force says it."""
    child = in_care(town, "Essex")
    came_back(town, child)
    town.is_found(child, BACK)
    town.is_found(child, BACK + timedelta(minutes=20))
    counts = town.rows(
        "SELECT d.recipient, count(*) AS n FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type = :t AND e.corrects IS NULL GROUP BY d.recipient",
        c=child.ref,
        t=FOUND,
    )
    assert counts
    assert {row["n"] for row in counts} == {1}
