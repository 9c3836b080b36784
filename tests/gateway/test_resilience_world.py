"""One system slow, one down: what a practitioner gets, when, and what the gateway says of its systems."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from records.people import Role
from tests.world import DEADLINE, Child, World, running_world

EVERYTHING = """
identity { state sources { name state } records { source { name } core { familyName } } }
missingEpisodes { state sources { name state } records { source { name } status { foundAt } } }
health { state sources { name state } records { source { name } needs { needs } } }
"""
ADAPTERS = """
{ adapters { name system agency state latencyMs latencyP95Ms dataAgeSeconds breaker losing } }
"""


@pytest.fixture(scope="module")
def whole_world() -> Iterator[World]:
    with running_world() as world:
        yield world


@pytest.fixture
def world(whole_world: World) -> World:
    for simulator in whole_world.simulators.values():
        simulator.recovers()
    whole_world.forgets_what_was_asked()
    return whole_world


@pytest.fixture
def child(world: World) -> Child:
    found = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    found.file.reported_missing()
    found.file.has_asthma()
    return found


def systems(world: World) -> dict[str, dict[str, Any]]:
    """What anybody who is signed in is told of the systems."""
    told = world.person(Role.SCHOOL, "anybody").sends(ADAPTERS)
    return {one["name"]: one for one in told.body["data"]["adapters"]}


def test_with_one_slow_and_one_down_the_rest_arrives_whole_at_the_deadline(
    world: World, child: Child
) -> None:
    nurse = world.nurse(child)
    world.police.is_slow(2.0)
    world.mosaic.is_down()

    began = time.monotonic()
    told = nurse.asks(child, EVERYTHING)
    took = time.monotonic() - began

    assert DEADLINE <= took < DEADLINE + 0.5
    assert told.silent("identity") == {"police": "TIMED_OUT", "mosaic": "UNAVAILABLE"}
    assert {one["source"]["name"] for one in told.child["identity"]["records"]} == {"health"}
    assert told.state("health") == "DISCLOSED"
    assert told.state("missingEpisodes") == "UNAVAILABLE"


def test_a_system_that_was_asked_well_is_well_and_one_never_asked_is_unknown(
    world: World, child: Child
) -> None:
    world.nurse(child).asks(child, EVERYTHING)
    told = systems(world)
    assert list(told) == ["police", "mosaic", "mosaic-essex", "liquidlogic", "health"]
    assert told["health"]["state"] == "WELL"
    assert told["health"]["agency"] == "HEALTH"
    assert told["health"]["breaker"] == "CLOSED"
    assert told["health"]["losing"] == []


def test_a_system_that_stays_down_is_left_alone_and_its_users_are_told_what_they_lose(
    world: World, child: Child
) -> None:
    nurse = world.nurse(child)
    # The tests before and the child's enrolment asked it too, and were answered.
    world.police.is_down()
    for _ in range(30):
        told = nurse.asks(child, EVERYTHING)
        if systems(world)["police"]["state"] == "PAUSED":
            break
    police = systems(world)["police"]
    assert police["breaker"] == "OPEN"
    assert "missing episodes" in police["losing"]
    assert systems(world)["health"]["state"] == "WELL"

    world.police.recovers()
    world.forgets_what_was_asked()
    began = time.monotonic()
    told = nurse.asks(child, EVERYTHING)
    assert time.monotonic() - began < DEADLINE / 2
    # Left alone, and still never "nothing held".
    assert told.silent("identity") == {"police": "UNAVAILABLE"}
    assert "police" not in world.were_asked()
    assert "police" not in told.asked
    (receipt,) = told.body["extensions"]["disclosure"]
    assert {"source": "police", "because": "HELD_BACK"} in receipt["notAsked"]

    page = world.client.get(
        f"{world.url}/healthz/adapters", headers={"Authorization": f"Bearer {nurse.token()}"}
    ).json()
    (shown,) = [one for one in page["adapters"] if one["name"] == "police"]
    assert shown["state"] == "paused"
    assert shown["losing"] == police["losing"]
    assert world.client.get(f"{world.url}/healthz/adapters").status_code == 401

    metrics = world.client.get(f"{world.url}/metrics").text
    assert 'homeward_breaker{source="police"} 2.0' in metrics
    assert 'homeward_breaker{source="health"} 0.0' in metrics
    assert child.number.digits not in metrics
