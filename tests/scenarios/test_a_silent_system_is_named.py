"""Whatever a system does, the rest still answers, and the silent one is named: never "nothing held"."""

from collections.abc import Callable

import pytest

from adapters.simulation import Simulator
from tests.world import World

EVERYTHING = """
identity { state sources { name state } records { source { name } core { state familyName } } }
missingEpisodes { state sources { name state } records { source { name } status { state foundAt } } }
health { state sources { name state } records { source { name } needs { state needs } } }
"""

FAULTS: dict[str, tuple[Callable[[Simulator], None], str]] = {
    "down": (lambda one: one.is_down(), "UNAVAILABLE"),
    "slow": (lambda one: one.is_slow(10), "TIMED_OUT"),
    "refusing": (lambda one: one.refuses(403), "REFUSED"),
    "broken": (lambda one: one.truncates(), "CONTRACT_BROKEN"),
    "a web page": (lambda one: one.answers_a_web_page(), "CONTRACT_BROKEN"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("silent", ["police", "mosaic", "health"])
def test_the_rest_still_answers_and_the_silent_system_is_named(
    world: World, silent: str, fault: str
) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.found()
    child.file.has_asthma()
    nurse = world.nurse(child)
    breaks, state = FAULTS[fault]
    breaks(world.simulators[silent])

    told = nurse.asks(child, EVERYTHING)

    assert told.silent("identity") == {silent: state}
    answered = {record["source"]["name"] for record in told.child["identity"]["records"]}
    assert answered == {"police", "mosaic", "health"} - {silent}
    if silent == "health":
        assert told.state("health") == "UNAVAILABLE"
    if silent == "police":
        assert told.state("missingEpisodes") == "UNAVAILABLE"


def test_when_every_system_is_down_nothing_looks_like_nothing_held(world: World) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    nurse = world.nurse(child)
    for simulator in world.simulators.values():
        simulator.is_down()
    told = nurse.asks(child, EVERYTHING)
    assert {told.state(each) for each in told.child if each != "__typename"} == {"UNAVAILABLE"}
