"""CP-IS is asked only by somebody who means it: it records every look and may tell the authority."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from adapters.health.simulator import CpisSimulator
from gateway.settings import Settings, SourceSettings
from records.people import Role, Standing
from tests.acting import breaks_glass
from tests.answers import Told
from tests.people import Practitioner
from tests.places import NURSE_TEAM
from tests.world import DEADLINE, Child, World, running_world

CASE = """
involvements {
  state
  sources { name state says notes { code } }
  records { source { name } worker { state team telephone } }
}
"""
EMERGENCY_DEPARTMENT = "RXX02"
TYPES = {"child": "ID!", "number": "String!", "mean": "Boolean!"}


@pytest.fixture(scope="module")
def cpis() -> Iterator[CpisSimulator]:
    with CpisSimulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def world(cpis: CpisSimulator) -> Iterator[World]:
    def with_cpis(settings: Settings, _folder: Path) -> Settings:
        described = SourceSettings(
            adapter="health", deadline_seconds=DEADLINE, config=dict(cpis.config())
        )
        return msgspec.structs.replace(settings, sources={**settings.sources, "cp-is": described})

    with running_world(adjust=with_cpis) as running:
        yield running


@pytest.fixture
def child(world: World, cpis: CpisSimulator) -> Child:
    found = world.child(lives_in="Lancashire", looked_after_by="Lancashire")
    cpis.plan(
        found.number.digits,
        "Looked after child",
        "Lancashire County Council",
        telecom=[{"system": "phone", "value": "01632960001"}],
    )
    cpis.forgets_what_it_was_asked()
    return found


def nurse(world: World, child: Child) -> Practitioner:
    """A nurse who fears for the child's life: no paragraph but that opens CP-IS's record to anybody."""
    who = world.person(Role.CLA_NURSE, NURSE_TEAM)
    assert breaks_glass(who, child, "CASE_WORKER")["__typename"] == "GlassBroken"
    return who


def asks(who: Practitioner, field: str, variables: dict[str, object]) -> Told:
    given = ", ".join(f"${name}: {TYPES[name]}" for name in variables)
    return who.sends(
        f"query Ask({given}) {{ child: {field} {{ __typename ... on Child {{ {CASE} }} }} }}",
        variables,
    )


def report(told: Told) -> dict[str, object]:
    (found,) = [one for one in told.child["involvements"]["sources"] if one["name"] == "cp-is"]
    return dict(found)


def why_not(told: Told) -> dict[str, str]:
    (receipt,) = told.body["extensions"]["disclosure"]
    return {one["source"]: one["because"] for one in receipt["notAsked"]}


def test_without_being_meant_cp_is_is_not_asked_and_is_said_so(
    world: World, cpis: CpisSimulator, child: Child
) -> None:
    told = nurse(world, child).asks(child, CASE)

    assert cpis.asked == []
    assert "cp-is" not in told.asked
    assert why_not(told)["cp-is"] == "NEEDS_ACTION"
    assert report(told)["state"] == "NOT_ASKED"
    assert "only when you say that you mean it" in str(report(told)["says"])
    assert told.state("involvements") != "NOTHING_HELD"


@pytest.mark.parametrize(
    "field, by",
    [
        ("child(id: $child, consultCpis: $mean)", "id"),
        ("findChild(nhsNumber: $number, consultCpis: $mean)", "number"),
    ],
)
def test_whoever_means_it_is_given_the_plan_and_told_that_the_authority_learns_of_it(
    world: World, cpis: CpisSimulator, child: Child, field: str, by: str
) -> None:
    named = {"child": child.id} if by == "id" else {"number": child.number.digits}
    told = asks(nurse(world, child), field, {**named, "mean": True})

    assert len(cpis.asked) == 1
    assert "cp-is" in told.asked
    assert report(told)["state"] == "ANSWERED"
    assert report(told)["notes"] == [{"code": "authority-is-told"}]
    given = [r for r in told.child["involvements"]["records"] if r["source"]["name"] == "cp-is"]
    assert [one["worker"] for one in given] == [
        {"state": "DISCLOSED", "team": "Lancashire County Council", "telephone": "01632960001"}
    ]


def test_a_clinician_who_stands_in_care_of_the_child_needs_to_break_no_glass(
    world: World, cpis: CpisSimulator, child: Child
) -> None:
    """The child is linked by the number alone: nobody linked them to CP-IS by hand."""
    who = world.knows(child, Role.HEALTH_PRACTITIONER, Standing.TREATS_CHILD, EMERGENCY_DEPARTMENT)
    told = asks(who, "child(id: $child, consultCpis: $mean)", {"child": child.id, "mean": True})

    assert cpis.looks.count(child.number.digits) == 1
    (look,) = cpis.asked
    assert look.headers["isunscheduledaccessevent"] == "true"
    assert report(told)["notes"] == [{"code": "authority-is-told"}]
    (given,) = [r for r in told.child["involvements"]["records"] if r["source"]["name"] == "cp-is"]
    assert given["worker"]["telephone"] == "01632960001"


@pytest.mark.parametrize(
    "role,organisation",
    [
        (Role.HEALTH_PRACTITIONER, EMERGENCY_DEPARTMENT),
        (Role.EMERGENCY_DUTY_TEAM, "E10000017"),
        (Role.POLICE_CONTROL_ROOM, "E23000003"),
    ],
)
def test_nobody_else_sets_off_a_look_however_much_they_mean_it(
    world: World, cpis: CpisSimulator, child: Child, role: Role, organisation: str
) -> None:
    """No paragraph gives the look to a council's duty worker, to police, or to a stranger to the child."""
    asks(
        world.person(role, organisation),
        "child(id: $child, consultCpis: $mean)",
        {"child": child.id, "mean": True},
    )
    assert cpis.asked == []


def test_a_system_that_does_not_answer_is_not_asked_again_and_the_look_may_have_been_recorded(
    world: World, cpis: CpisSimulator, child: Child
) -> None:
    who = world.knows(child, Role.HEALTH_PRACTITIONER, Standing.TREATS_CHILD, EMERGENCY_DEPARTMENT)
    cpis.fails()
    try:
        told = asks(who, "child(id: $child, consultCpis: $mean)", {"child": child.id, "mean": True})
    finally:
        cpis.recovers()
    assert len(cpis.asked) == 1
    assert report(told)["state"] == "UNAVAILABLE"
    assert told.state("involvements") != "NOTHING_HELD"


def test_one_who_may_not_know_of_a_case_does_not_set_off_a_look_by_meaning_it(
    world: World, cpis: CpisSimulator, child: Child
) -> None:
    told = asks(
        world.head_teacher(child), "child(id: $child, consultCpis: true)", {"child": child.id}
    )
    assert cpis.asked == []
    assert "cp-is" not in told.asked
