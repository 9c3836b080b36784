"""A simulated CareDirector, and the adapter connected to it over real HTTP."""

from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.caredirector import CareDirector, connect
from adapters.caredirector.simulator import CareDirectorSimulator
from gateway.http import PooledHttp
from records.http import Http
from records.items import Item
from records.source import Answered
from tests.adapters.asking import question

CHILD = "7d3a1c52-8c1e-4f0b-9a53-0c6a1f6f2b01"


class Council:
    """The simulator, and a way to ask it."""

    def __init__(self, simulator: CareDirectorSimulator, http: Http) -> None:
        self.simulator = simulator
        self._http = http

    def connected(self, **more: object) -> CareDirector:
        source = connect("council", self._http, self.simulator.config(**more))
        assert isinstance(source, CareDirector)
        return source

    async def answers(self, *items: Item, subject: str = CHILD, **more: object) -> Answered:
        source = self.connected(**more)
        return await source.records(question(source, subject, items))

    def holds(self, section: str, **fields: object) -> str:
        return self.simulator.holds(section, CHILD, None, **fields)


@pytest.fixture(scope="session")
def simulator() -> Iterator[CareDirectorSimulator]:
    with CareDirectorSimulator() as running:
        yield running


@pytest.fixture
async def council(simulator: CareDirectorSimulator) -> AsyncIterator[Council]:
    simulator.begins_anew()
    simulator.relative = False
    simulator.person(CHILD, firstname="Robin", lastname="Ashworth")
    async with PooledHttp() as http:
        yield Council(simulator, http)
