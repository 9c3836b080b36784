"""One simulated council, and the adapter connected to it over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.liquidlogic import Liquidlogic, connect
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from gateway.http import PooledHttp
from records.identifiers import LocalId
from records.items import Item
from records.people import Purpose
from records.source import Answered, Question

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CHILD = 40017


class Council:
    """The simulator, and a way to ask it."""

    def __init__(self, simulator: LiquidlogicSimulator, http: PooledHttp) -> None:
        self.simulator = simulator
        self._http = http

    def connected(self, **more: object) -> Liquidlogic:
        source = connect("council", self._http, self.simulator.config(**more))
        assert isinstance(source, Liquidlogic)
        return source

    async def answers(
        self, *items: Item, subject: object = CHILD, now: datetime = NOW, **more: object
    ) -> Answered:
        return await self.connected(**more).records(
            Question(
                subject=LocalId("council", str(subject)),
                items=frozenset(items),
                purpose=Purpose.LOCATE,
                asked_for="E10000017",
                request_ref="3f0c7a52-0f0e-4a55-8f4f-0f1f2d3c4b5a",
                now=now,
            )
        )

    def holds(self, table: str, **columns: object) -> int:
        return self.simulator.holds(table, DIM_PERSON_ID=CHILD, **columns)


@pytest.fixture(scope="session")
def simulator() -> Iterator[LiquidlogicSimulator]:
    simulator = LiquidlogicSimulator(lag=timedelta(hours=9), clock=lambda: NOW)
    with simulator:
        yield simulator


@pytest.fixture
async def council(simulator: LiquidlogicSimulator) -> AsyncIterator[Council]:
    simulator.begins_anew()
    async with PooledHttp() as http:
        yield Council(simulator, http)


def codes(notes: object) -> set[str]:
    """What the notes are about."""
    assert isinstance(notes, tuple)
    return {note.code for note in notes}
