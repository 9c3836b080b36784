"""Finds every system by itself: each folder in adapters/ whose simulator offers STAGINGS."""

import importlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import adapters
from adapters.simulation import Simulator, Staged
from gateway.http import PooledHttp
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.source import Answered, Question, Source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FOLDERS = sorted(path.parent.name for path in Path(adapters.__file__).parent.glob("*/simulator.py"))
FOLDERS += sorted(
    path.parent.parent.name
    for path in Path(adapters.__file__).parent.glob("*/simulator/__init__.py")
)


def stagings() -> list[tuple[str, str]]:
    """Every folder and every way in which its simulator can be staged."""
    return [
        (folder, staging)
        for folder in FOLDERS
        for staging in getattr(
            importlib.import_module(f"adapters.{folder}.simulator"), "STAGINGS", {}
        )
    ]


@dataclass(frozen=True, slots=True)
class System:
    """One staged system, and the adapter that asks it."""

    folder: str
    staged: Staged
    http: Http

    @property
    def simulator(self) -> Simulator:
        return self.staged.simulator

    def source(self, **other: object) -> Source:
        connect = importlib.import_module(f"adapters.{self.folder}").connect
        config: Mapping[str, object] = {**self.staged.config(), **other}
        source: Source = connect(self.folder, self.http, config)
        return source

    def question(
        self, source: Source, *, items: frozenset[Item] | None = None, subject: str | None = None
    ) -> Question:
        return Question(
            subject=LocalId(source.name, subject or self.staged.subject),
            items=source.supplies if items is None else items,
            purpose=Purpose.SAFEGUARD,
            asked_for="E10000017",
            request_ref="6f9619ff-8b86-d011-b42d-00c04fc964ff",
            now=NOW,
            explicit=self.staged.explicit,
        )

    async def answers(
        self, *, items: frozenset[Item] | None = None, subject: str | None = None, **other: object
    ) -> Answered:
        source = self.source(**other)
        return await source.records(self.question(source, items=items, subject=subject))

    @property
    def nhs_number(self) -> NHSNumber:
        return NHSNumber(self.staged.nhs_number)


@pytest.fixture(scope="session", params=stagings(), ids="-".join)
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, Staged]]:
    """One staged simulator, running for the whole family."""
    folder, staging = request.param
    staged = importlib.import_module(f"adapters.{folder}.simulator").STAGINGS[staging]()
    staged.simulator.start()
    yield folder, staged
    staged.simulator.stop()


@pytest.fixture
async def system(running: tuple[str, Staged]) -> AsyncIterator[System]:
    """The system, well and with an empty log."""
    folder, staged = running
    staged.simulator.recovers()
    staged.simulator.forgets_what_it_was_asked()
    async with PooledHttp() as http:
        yield System(folder, staged, http)
    staged.simulator.recovers()
