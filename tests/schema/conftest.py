"""Testshire on SQLite, asked through the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import disclosure.facts  # noqa: F401 (its tables)
from disclosure.audit import Ledger
from disclosure.disclose import Door
from disclosure.facts import Facts
from linking.index import Index
from linking.storage import TABLES, open_engine, writing
from tests.disclosure.casework import KEY, PEPPER, Testshire, bundle, settle, systems
from tests.schema.questions import Questions


@pytest.fixture
async def questions(tmp_path: Path) -> AsyncIterator[Questions]:
    """A door with three systems and one child known to all, behind the schema."""
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}")
    async with writing(engine) as connection:
        await connection.run_sync(TABLES.create_all)
    async with Ledger(engine, KEY, pepper=PEPPER) as ledger:
        index, sources = Index(engine, PEPPER), systems()
        child_ref = await settle(engine, index, tuple(sources))
        door = Door(
            bundle=bundle(),
            facts=Facts(engine),
            ledger=ledger,
            index=index,
            sources=sources,
            deadline=0.2,
        )
        yield Questions(Testshire(engine, door, sources, child_ref))
    await engine.dispose()
