"""Turns that telling takes in practice: out of order, a birthday, a risk that rises, two authorities and two protocols.

The situations that the protocols are compared in are in `test_telling_situations`.
"""

from collections.abc import Callable

import pytest

from disclosure.recording import record_birth_date
from records.people import Role, Standing
from tests.notifications_http.asking import lines, mine, sends, told_to
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
from tests.people import Practitioner
from tests.places import NURSE_TEAM
from tests.registers import said
from tests.world import Child


@pytest.fixture(autouse=True)
def services(town: Town) -> None:
    can_be_told(town)


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
    reads: dict[str, Callable[[Child], Practitioner]] = {
        "E10000017/childrens-services": lambda c: town.world.of_host(c, Role.CHILDRENS_SERVICES),
    }
    child = in_care(town, "Lancashire")
    town.goes_missing(child)
    for recipient, who in reads.items():
        theirs = [
            one
            for one in mine(who(child), "recipient told child")
            if (one["recipient"], one["child"]) == (recipient, child.id)
        ]
        assert theirs
        assert all(one["told"] for one in theirs)


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
