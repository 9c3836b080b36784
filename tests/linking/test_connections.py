"""Connections to PostgreSQL: one that was cut is not given to anybody, asked for a moment ago or long ago."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking import storage
from linking.storage import open_engine, reading

CUT = sa.text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
ASKED = sa.text("SELECT 1")


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """Two connections in its pool."""
    opened = open_engine(postgres_url)
    async with reading(opened) as one, reading(opened) as other:
        await one.execute(ASKED)
        await other.execute(ASKED)
    yield opened
    await opened.dispose()


@pytest.mark.parametrize("rested", [storage.TRIED_AGAIN_AFTER, 0.0], ids=["just used", "rested"])
async def test_whoever_asks_after_a_cut_has_an_answer(
    engine: AsyncEngine, postgres_url: str, monkeypatch: pytest.MonkeyPatch, rested: float
) -> None:
    monkeypatch.setattr(storage, "TRIED_AGAIN_AFTER", rested)
    operator = open_engine(postgres_url)
    async with reading(operator) as connection:
        assert (await connection.execute(CUT)).scalar() == 2
    await operator.dispose()
    await asyncio.sleep(0.1)
    for _ in range(3):
        async with reading(engine) as connection:
            assert (await connection.execute(ASKED)).scalar() == 1
