"""One running world for all scenarios; its systems are well again for each."""

from collections.abc import Iterator

import pytest

from tests.world import World, running_world


@pytest.fixture(scope="session")
def whole_world() -> Iterator[World]:
    with running_world() as world:
        yield world


@pytest.fixture
def world(whole_world: World) -> World:
    """Gateway and agencies, with every fault mended and nothing asked yet."""
    for simulator in whole_world.simulators.values():
        simulator.recovers()
    whole_world.forgets_what_was_asked()
    return whole_world
