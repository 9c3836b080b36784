"""Situations in which somebody has to be told, as a force pushes them: who is told, what runs, and what comes of it.

Source: the compared situations T08, T10, T13, T17, T18 and T19.
"""

from datetime import UTC, datetime

import msgspec
import pytest

from records.people import Role
from tests.notifications_http.asking import sends
from tests.notifications_http.homes import (
    DAY,
    FOUND,
    HOUR,
    REPORTED,
    TELLINGS,
    at_home,
    can_be_told,
    in_care,
)
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import NURSE_TEAM, SCHOOL
from tests.world import Child

AREAS = (
    "Lancashire",
    "Staffordshire",
    "Stoke-on-Trent",
    "Essex",
    "Somerset",
    "North East Lincolnshire",
)


@pytest.fixture(autouse=True)
def services(town: Town) -> None:
    can_be_told(town)


def again_and_again(town: Town, child: Child, days_ago: tuple[int, ...]) -> None:
    """Recorded missing and found again so many days before, and missing since this evening."""
    for number, days in enumerate(days_ago):
        at, ref = EVENING - days * DAY, f"LC-{child.file.serial}-{number}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
    town.goes_missing(child, ref=f"LC-{child.file.serial}-now")


# T08 and T10: again and again

THIRD = {
    "Lancashire": {"panlancs-three-in-90-meeting"},
    "Staffordshire": {"staffs-mim-5wd"},
    "Stoke-on-Trent": {"staffs-mim-5wd"},
    "Essex": set(),
    "Somerset": set(),
    "North East Lincolnshire": set(),
}
CHAIR_OF_THIRD = {
    "Staffordshire": "staffs-mim-chair-3-staffs-open",
    "Stoke-on-Trent": "staffs-mim-chair-3-stoke-open",
}


@pytest.mark.parametrize("area", AREAS)
def test_t08_a_third_episode_in_90_days_starts_what_each_protocol_says_of_it(
    town: Town, area: str
) -> None:
    child = at_home(town, area)
    again_and_again(town, child, (74, 34))
    running = clocks(town, child)
    assert THIRD[area] <= running
    if not THIRD[area]:
        assert not {rule for rule in running if "mim" in rule or "three-in-90" in rule}
    if area in CHAIR_OF_THIRD:
        assert due(town, child, "staffs-mim-5wd") == [datetime(2027, 1, 18, 23, 59, tzinfo=UTC)]
        assert CHAIR_OF_THIRD[area] in rules(town, child, REPORTED)


@pytest.mark.parametrize(
    "area, rule",
    [
        ("Staffordshire", "staffs-mim-chair-9-staffs"),
        ("Stoke-on-Trent", "staffs-mim-chair-9-stoke"),
    ],
)
def test_t10_a_ninth_episode_goes_to_the_most_senior_chair_of_that_authority(
    town: Town, area: str, rule: str
) -> None:
    child = in_care(town, area)
    again_and_again(town, child, (80, 70, 60, 50, 40, 20, 10, 5))
    assert rule in rules(town, child, REPORTED)


def test_t10_in_somerset_three_in_28_days_ask_for_a_trigger_plan_and_two_do_not(town: Town) -> None:
    two, three = in_care(town, "Somerset"), in_care(town, "Somerset")
    again_and_again(town, two, (40, 10))
    again_and_again(town, three, (20, 10))
    assert "somerset-trigger-plan-3-in-28" not in _asked(town, two)
    assert "somerset-trigger-plan-3-in-28" in _asked(town, three)


def test_the_flag_of_a_third_episode_is_kept_and_shown(town: Town) -> None:
    child = at_home(town, "Lancashire")
    again_and_again(town, child, (60, 30))
    flags = [
        flag
        for one in sends(town.world.social_worker(child), TELLINGS, child=child.id)[
            "whoHasBeenTold"
        ]["followUps"]
        for flag in one["flags"]
    ]
    assert 3 in {flag["episodes"] for flag in flags}


def _asked(town: Town, child: Child) -> set[str]:
    """The rules by which a person is asked to do something."""
    shown = sends(town.world.social_worker(child), TELLINGS, child=child.id)["whoHasBeenTold"]
    return {
        ref["id"] for one in shown["followUps"] for task in one["tasks"] for ref in task["because"]
    }


# T13: an unaccompanied boy, thought to be trafficked

OF_THE_UNACCOMPANIED = {
    "Staffordshire": "staffs-uasc-missing-immediate",
    "Stoke-on-Trent": "staffs-uasc-missing-immediate",
    "North East Lincolnshire": "nelincs-nrm-referral/unaccompanied",
}


@pytest.mark.parametrize("area", OF_THE_UNACCOMPANIED)
def test_t13_an_unaccompanied_boy_who_may_be_trafficked_is_told_of_at_once(
    town: Town, area: str
) -> None:
    child = in_care(town, area, aged=17, uasc=True)
    child.registers.states("trafficking", value=True)
    town.goes_missing(child)
    rule = OF_THE_UNACCOMPANIED[area]
    assert rule in rules(town, child, REPORTED) | _asked(town, child)


# T17: how the first record is graded


@pytest.mark.parametrize(
    "area, rule",
    [
        ("Staffordshire", "staffs-risk-high-notify-cs"),
        ("North East Lincolnshire", "nelincs-high-notify-cs"),
    ],
)
def test_t17_high_risk_at_three_in_the_morning_of_christmas_day_waits_for_nobody(
    town: Town, area: str, rule: str
) -> None:
    child = at_home(town, area)
    for role in (Role.CHILDRENS_SERVICES, Role.EMERGENCY_DUTY_TEAM):
        town.registers(child.host.code, role)
    night = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
    town.goes_missing(child, night, grade="HIGH")
    events = (REPORTED, "risk-set")
    assert any(rule in rules(town, child, event) for event in events)
    waiting = town.rows(
        "SELECT not_before, created_at, urgent FROM delivery d JOIN event e ON e.id = d.event"
        " WHERE d.child = :c AND e.type IN ('child-reported-missing', 'risk-set')",
        c=child.ref,
    )
    assert waiting
    assert all(one["urgent"] and one["not_before"] == one["created_at"] for one in waiting)


@pytest.mark.parametrize("area", ["Lancashire", "North East Lincolnshire", "Staffordshire"])
def test_t17_a_first_record_graded_low_is_refused_in_words(town: Town, area: str) -> None:
    child = at_home(town, area, aged=13)
    town.goes_missing(child, grade="LOW")
    kept = town.rows("SELECT body FROM follow_up WHERE child = :c", c=child.ref)
    refused = [
        refusal for one in kept for refusal in msgspec.json.decode(one["body"]).get("rejects", ())
    ]
    assert {(one["what"], one["verdict"]) for one in refused} == {("risk grade low", "refused")}
    if area == "North East Lincolnshire":
        assert {one["instead"] for one in refused} == {"high"}


# T18: nine years old

INTERVIEW_AT_NINE = {
    "Lancashire": "panlancs-rhi-72h",
    "Staffordshire": "staffs-rhi-72h",
    "Stoke-on-Trent": "staffs-rhi-72h",
    "North East Lincolnshire": "nelincs-rhi-72h",
}


@pytest.mark.parametrize("area", AREAS)
def test_t18_a_nine_year_old_is_interviewed_where_the_protocol_does_not_begin_at_ten(
    town: Town, area: str
) -> None:
    child = at_home(town, area, aged=9)
    town.goes_missing(child)
    town.is_found(child, FOUND)
    if (rule := INTERVIEW_AT_NINE.get(area)) is not None:
        assert due(town, child, rule) == [FOUND + 72 * HOUR]
    if area == "Essex":
        assert "essex-rhi-offer-10plus" not in _asked(town, child) | rules(
            town, child, "child-found"
        )
        assert due(town, child, "essex-contact-48h") == [FOUND + 48 * HOUR]


# T19: who hears of the episode, and who does not

NURSE_AND_SCHOOL = {
    "Lancashire": (True, True),
    "Staffordshire": (False, False),
    "Stoke-on-Trent": (False, False),
    "Essex": (False, True),
    "Somerset": (True, False),
    "North East Lincolnshire": (False, False),
}


@pytest.mark.parametrize("area", AREAS)
def test_t19_nurse_and_school_hear_of_the_return_where_the_protocol_tells_them_and_nowhere_else(
    town: Town, area: str
) -> None:
    child = in_care(town, area, aged=12)
    town.goes_missing(child)
    town.is_found(child, FOUND)
    heard = {who for event in (REPORTED, "child-found") for who, _ in told(town, child, event)}
    nurse, school = NURSE_AND_SCHOOL[area]
    assert (f"{NURSE_TEAM}/cla-nurse" in heard) is nurse
    assert (f"{SCHOOL}/school" in heard) is school
