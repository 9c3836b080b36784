"""One simulated Mosaic with two siblings in it, and the adapter connected to it over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.mosaic import connect
from adapters.mosaic.simulator import MosaicSimulator, settings_for
from gateway.http import PooledHttp
from records.items import Item
from records.source import Source
from tests.adapters.asking import question

ROBIN = 4711
SIBLING = 4712


@dataclass
class Council:
    """A council's Mosaic, and how it is asked under one map or another."""

    system: MosaicSimulator
    http: PooledHttp

    def source(self, field_map: str | dict[str, Any] = "blackpool") -> Source:
        config = settings_for(self.system, field_map)
        return connect("mosaic", self.http, config)

    async def holds(
        self, *items: Item, of: int = ROBIN, field_map: str | dict[str, Any] = "blackpool"
    ) -> list[Any]:
        source = self.source(field_map)
        return list((await source.records(question(source, str(of), items))).records)


@pytest.fixture(scope="module")
def simulator() -> Iterator[MosaicSimulator]:
    with MosaicSimulator() as running:
        yield running


@pytest.fixture
async def mosaic(simulator: MosaicSimulator) -> AsyncIterator[Council]:
    simulator.forgets_everything()
    simulator.person(ROBIN, firstName="Robin", lastName="Ashworth", nhsNumber=9990000018)
    simulator.person(SIBLING, firstName="Wren", lastName="Ashworth")
    async with PooledHttp() as http:
        yield Council(simulator, http)
