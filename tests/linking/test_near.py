"""Transactions of which only the lock and the commit wait elsewhere, and looks that wait for nobody."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.glancing import glancing
from linking.near import turn_at, writing_near
from linking.storage import Instant, open_engine, reading, writing

META = sa.MetaData()
THING = sa.Table(
    "thing",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("at", Instant),
)
ADD = THING.insert()
NAMED = (
    sa.select(THING.c.name, THING.c.at)
    .where(THING.c.name.in_(sa.bindparam("names", expanding=True)))
    .order_by(THING.c.name)
)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An empty table, on each kind of database."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(META.create_all)
    yield opened
    await opened.dispose()


async def names(engine: AsyncEngine) -> list[str]:
    async with reading(engine) as connection:
        return list((await connection.execute(sa.select(THING.c.name))).scalars())


async def add(engine: AsyncEngine, number: int, name: str) -> None:
    async with writing_near(engine) as transaction:
        await transaction.execute(ADD, {"id": number, "name": name, "at": NOON})


async def add_two(engine: AsyncEngine) -> None:
    """The second of which is there already."""
    async with writing_near(engine) as transaction:
        await transaction.execute(ADD, {"id": 2, "name": "two", "at": None})
        await transaction.execute(ADD, {"id": 1, "name": "one again", "at": None})


async def test_what_is_committed_is_there_for_everybody(engine: AsyncEngine) -> None:
    await add(engine, 1, "one")
    assert await names(engine) == ["one"]
    async with glancing(engine) as glance:
        (row,) = await glance.execute(NAMED, {"names": ["one", "two"]})
    assert (row.name, row.at) == ("one", NOON)


async def test_a_transaction_that_fails_leaves_nothing_and_keeps_nobody_waiting(
    engine: AsyncEngine,
) -> None:
    await add(engine, 1, "one")
    with pytest.raises(sa.exc.IntegrityError):
        await add_two(engine)
    async with asyncio.timeout(2):
        await add(engine, 3, "three")
    assert sorted(await names(engine)) == ["one", "three"]


async def test_many_who_write_at_once_all_have_their_turn(engine: AsyncEngine) -> None:
    await asyncio.gather(*(add(engine, n, f"n{n}") for n in range(40)))
    assert len(await names(engine)) == 40


async def test_whoever_is_cancelled_while_they_wait_gives_up_their_turn(
    engine: AsyncEngine,
) -> None:
    async with writing_near(engine) as transaction:
        await transaction.execute(ADD, {"id": 1, "name": "one", "at": None})
        waiting = asyncio.create_task(add(engine, 2, "two"))
        await asyncio.sleep(0.05)
        waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(2):
        await add(engine, 3, "three")
    assert "three" in await names(engine)


async def test_another_process_that_holds_the_lock_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite"
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    async with writing(engine) as connection:
        await connection.run_sync(META.create_all)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(add(engine, 1, "one"))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    other.execute("COMMIT")
    async with asyncio.timeout(4):
        await waiting
    other.close()
    assert await names(engine) == ["one"]
    await engine.dispose()
    assert not turn_at(str(path)).locked()
