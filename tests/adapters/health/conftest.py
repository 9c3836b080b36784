"""A simulated provider and a simulated PDS, and the adapters connected to them over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from adapters.health import Pds, Provider, connect
from adapters.health.simulator import PdsSimulator, ProviderSimulator, patient
from gateway.http import PooledHttp
from records.health import Health
from records.http import Http
from records.identifiers import LocalId
from records.items import Item
from records.people import Purpose
from records.record import DataNote
from records.source import Answered, Question, Source

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
ALL_HEALTH = (
    Item.HEALTH_EXISTS,
    Item.HEALTH_NEEDS,
    Item.HEALTH_ASSESSMENT,
    Item.HEALTH_RECORD,
)
REQUEST = "3f0c7a52-0f0e-4a55-8f4f-0f1f2d3c4b5a"


async def ask(source: Source, subject: str, *items: Item, now: datetime = NOW) -> Answered:
    return await source.records(
        Question(
            subject=LocalId(source.name, subject),
            items=frozenset(items),
            purpose=Purpose.HEALTH_SUPPORT,
            asked_for="Y12345",
            request_ref=REQUEST,
            now=now,
        )
    )


class Trust:
    """The provider's simulator, and a way to ask it."""

    def __init__(self, simulator: ProviderSimulator, http: Http) -> None:
        self.simulator = simulator
        self._http = http

    def connected(self, **more: object) -> Provider:
        source = connect("trust", self._http, self.simulator.config(**more))
        assert isinstance(source, Provider)
        return source

    async def answers(
        self, *items: Item, subject: str = "p1", now: datetime = NOW, **more: object
    ) -> Answered:
        return await ask(self.connected(**more), subject, *items, now=now)


class Spine:
    """The simulated PDS, and a way to ask it."""

    def __init__(self, simulator: PdsSimulator, http: Http) -> None:
        self.simulator = simulator
        self._http = http

    def connected(self, **more: object) -> Pds:
        source = connect("pds", self._http, self.simulator.config(**more))
        assert isinstance(source, Pds)
        return source


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as http:
        yield http


@pytest.fixture(scope="session")
def provider() -> Iterator[ProviderSimulator]:
    with (simulator := ProviderSimulator()):
        yield simulator


@pytest.fixture(scope="session")
def pds() -> Iterator[PdsSimulator]:
    with (simulator := PdsSimulator()):
        yield simulator


@pytest.fixture
def trust(provider: ProviderSimulator, http: PooledHttp) -> Trust:
    provider.begins_anew()
    return Trust(provider, http)


@pytest.fixture
def spine(pds: PdsSimulator, http: PooledHttp) -> Spine:
    pds.begins_anew()
    return Spine(pds, http)


def codes(notes: tuple[DataNote, ...]) -> set[str]:
    """What the notes are about."""
    return {note.code for note in notes}


async def the_health(trust: Trust, *items: Item) -> Health:
    """What the provider says of the patient's health: of these items, or of all."""
    [health] = (await trust.answers(*(items or ALL_HEALTH))).records
    assert isinstance(health, Health)
    return health


@pytest.fixture
def a_patient(trust: Trust) -> None:
    """Somebody whom the provider knows as `p1`."""
    trust.simulator.keeps(
        patient("p1", given="Leanne", family="Ashworth", born="2011-05", nhs_number="9990000018")
    )
