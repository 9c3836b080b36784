"""Situations in which somebody has to be told, as a force pushes them: who is told, what runs, and what comes of it.

Source: the compared situations T08, T10, T13, T17, T18 and T19, and variations that practice brings.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from disclosure.recording import record_birth_date
from records.people import Role, Standing
from tests.notifications_http.asking import lines, sends, told_to
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES, NURSE_TEAM, SCHOOL
from tests.registers import said
from tests.world import Child

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FOUND = EVENING + 15 * HOUR
REPORTED = "child-reported-missing"
LEEDS = "E08000035"
AREAS = (
    "Lancashire",
    "Staffordshire",
    "Stoke-on-Trent",
    "Essex",
    "Somerset",
    "North East Lincolnshire",
)
TELLINGS = """
query Told($child: ID!) { whoHasBeenTold(child: $child) { ... on Tellings {
  followUps { event tasks { says because { id } } flags { flag episodes } refusals { what says } conflicts { matter taken } }
} } }
"""


@pytest.fixture(autouse=True)
def services(town: Town) -> None:
    """Forces, nurses and a school who can be told."""
    for authority in AUTHORITIES.values():
        for role in (Role.POLICE_MISSING_COORDINATOR, Role.POLICE_REFERRAL_MANAGER):
            town.registers(authority.force, role, serves=frozenset({authority.code}))
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    town.registers(SCHOOL, Role.SCHOOL)


def at_home(town: Town, area: str, **how: object) -> Child:
    """A child who lives at home there, open to social care unless said otherwise."""
    return town.world.child(lives_in=area, **{"open_to_social_care": True, "aged": 15, **how})  # type: ignore[arg-type]


def in_care(town: Town, area: str, **how: object) -> Child:
    """A child of that authority, in a home in its area, with a school, a nurse team and a force."""
    child = town.world.child(
        lives_in=area,
        looked_after_by=area,
        placed_with="Elm House",
        **{"aged": 14, **how},  # type: ignore[arg-type]
    )
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    child.registers.stands(Standing.INVESTIGATING_FORCE, organisation=child.host.force)
    return child


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


# Variations


def test_found_before_missing_comes_to_the_same_notices_and_no_clock_of_a_missing_child(
    town: Town,
) -> None:
    child = in_care(town, "Lancashire")
    town.is_found(child, FOUND)
    town.is_now(FOUND + HOUR)
    late = town.goes_missing(child)
    assert late
    assert due(town, child, "panlancs-rhi-72h") == [FOUND + 72 * HOUR]
    assert not {rule for rule in clocks(town, child) if "strategy" in rule}


def test_stoke_and_staffordshire_share_a_protocol_and_not_their_people(town: Town) -> None:
    stoke, stafford = at_home(town, "Stoke-on-Trent"), at_home(town, "Staffordshire")
    for child in (stoke, stafford):
        town.goes_missing(child)
        town.is_now(EVENING)
    there = {who for who, _ in told(town, stoke, REPORTED)}
    here = {who for who, _ in told(town, stafford, REPORTED)}
    assert not {who for who in there if who.startswith("E10000028/")}
    assert not {who for who in here if who.startswith("E06000021/")}


def test_a_child_who_turns_eighteen_while_missing_is_still_looked_for_and_is_no_childs_interview(
    town: Town,
) -> None:
    child, still = at_home(town, "Staffordshire"), at_home(town, "Staffordshire")
    birthday = (EVENING + DAY).date()
    for one in (child, still):
        born = record_birth_date(
            town.world.parts.engine, one.ref, birthday.replace(year=birthday.year - 18), said()
        )
        town.world.does(born)
        town.is_now(EVENING)
        town.goes_missing(one)
    assert due(town, still, "staffs-24h-line-manager", state="pending") == [EVENING + DAY]
    town.is_found(child, FOUND + DAY)
    assert "staffs-rhi-catch22" not in rules(town, child, "child-found")
    town.looks_again()
    town.works_off(still)
    assert "staffs-24h-line-manager" in rules(town, still, "deadline-reached")


def test_a_child_who_is_not_looked_after_is_not_told_of_to_a_nurse_team_for_those_who_are(
    town: Town,
) -> None:
    child = at_home(town, "Lancashire")
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    town.goes_missing(child)
    assert "panlancs-cla-nurse-notified" not in rules(town, child, REPORTED)


def test_a_child_who_turns_out_to_be_looked_after_is_told_of_to_the_nurse_then(town: Town) -> None:
    child = at_home(town, "Lancashire")
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    town.goes_missing(child)
    town.looks_again()
    town.is_now(EVENING + 2 * HOUR)
    child.registers.states("looked_after", value=True)
    town.looks_again()
    assert (f"{NURSE_TEAM}/cla-nurse", "panlancs-cla-nurse-notified") in told(
        town, child, "state-of-play"
    )


def test_a_risk_that_is_raised_in_the_night_is_told_to_whom_high_risk_is_told(town: Town) -> None:
    child = at_home(town, "Staffordshire")
    town.goes_missing(child, grade="MEDIUM")
    assert "staffs-risk-high-notify-cs" not in rules(town, child, "risk-set")
    town.goes_missing(child, grade="HIGH", graded_at=EVENING + 8 * HOUR)
    assert "staffs-risk-high-notify-cs" in rules(town, child, "risk-changed")


def test_absent_and_then_missing_in_somerset_is_told_as_missing_from_then_on(town: Town) -> None:
    child = in_care(town, "Somerset")
    town.goes_missing(child, status="ABSENT")
    assert "somerset-police-inform-somerset-direct" not in rules(town, child, "absent")
    town.goes_missing(child, EVENING + 2 * HOUR)
    assert "somerset-police-inform-somerset-direct" in rules(town, child, REPORTED)


def test_two_protocols_that_claim_the_interview_are_shown_as_a_conflict(town: Town) -> None:
    child = town.world.child(
        lives_in="Staffordshire", looked_after_by="Lancashire", placed_with="Oak House", aged=15
    )
    town.goes_missing(child)
    town.is_found(child, FOUND)
    shown = sends(town.world.social_worker(child), TELLINGS, child=child.id)["whoHasBeenTold"]
    conflicts = [conflict for one in shown["followUps"] for conflict in one["conflicts"]]
    assert any(conflict["matter"] == "return-interview" for conflict in conflicts)


def test_a_child_on_deprivation_of_liberty_is_told_of_like_any_looked_after_child(
    town: Town,
) -> None:
    free, held = in_care(town, "Essex"), in_care(town, "Essex")
    held.registers.states("legal_status", "secure-order")
    for child in (free, held):
        town.is_now(EVENING)
        town.goes_missing(child)
    assert rules(town, held, REPORTED) >= rules(town, free, REPORTED)


def test_whom_the_gateway_tells_can_read_what_it_tells_them(town: Town) -> None:
    """The recipients of the first notices read them, and are not handed an empty envelope."""
    reads: dict[str, Callable[[Child], object]] = {
        "E10000017/childrens-services": lambda c: town.world.of_host(c, Role.CHILDRENS_SERVICES),
    }
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    for recipient, who in reads.items():
        document = (
            "query { myNotifications(first: 50) { notifications { recipient told child state } } }"
        )
        mine = sends(who(child), document)["myNotifications"]["notifications"]  # type: ignore[arg-type]
        assert any(one["recipient"] == recipient and one["told"] for one in mine)


def test_a_child_of_a_region_without_a_protocol_here_is_told_of_by_the_host_protocol_alone(
    town: Town,
) -> None:
    child = town.world.child(
        lives_in="Somerset", looked_after_by="Plymouth", placed_with="Elm House", aged=14
    )
    town.goes_missing(child)
    seen = told_to(town.world.of_host(child, Role.FRONT_DOOR), child)
    protocols = {ref["protocol"] for tell in seen["tells"] for ref in tell["because"]}
    assert len(protocols) == 1
    assert "E06000026/childrens-services" in lines(
        town.world.of_host(child, Role.FRONT_DOOR), child, REPORTED
    )
