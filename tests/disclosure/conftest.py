"""A database of either kind with its tables, and Testshire on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import disclosure.facts  # noqa: F401 (its tables)
from disclosure.audit import Ledger
from disclosure.disclose import Door
from disclosure.facts import Facts
from linking.index import Index
from linking.storage import TABLES, open_engine, writing
from tests.disclosure.casework import KEY, PEPPER, Testshire, bundle, settle, systems


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with every table."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(TABLES.create_all)
    yield opened
    await opened.dispose()


@pytest.fixture
async def ledger(engine: AsyncEngine) -> AsyncIterator[Ledger]:
    """An open ledger."""
    async with Ledger(engine, KEY, pepper=PEPPER) as opened:
        yield opened


@pytest.fixture
async def testshire(engine: AsyncEngine, ledger: Ledger) -> Testshire:
    """A door, three systems, and one child known to all."""
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
    return Testshire(engine, door, sources, child_ref)
