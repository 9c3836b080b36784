"""Transactions of which only the lock and the commit wait elsewhere, and looks that wait for nobody."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking import writer
from linking.glancing import glancing
from linking.near import writing_near
from linking.prepared import insert_all
from linking.storage import Instant, open_engine, reading, writing
from linking.writer import turn_at

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


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The same on SQLite alone."""
    opened = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'near.sqlite'}")
    async with writing(opened) as connection:
        await connection.run_sync(META.create_all)
    yield opened
    await opened.dispose()


def there_in(engine: AsyncEngine) -> list[str]:
    """The names that another connection sees, and whether they are flushed or not."""
    other = sqlite3.connect(str(engine.url.database))
    try:
        return [name for (name,) in other.execute("SELECT name FROM thing")]
    finally:
        other.close()


async def until(comes: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not comes():  # noqa: ASYNC110 (a file's state rings no bell)
            await asyncio.sleep(0.001)


def log_of(engine: AsyncEngine) -> os.stat_result:
    return Path(f"{engine.url.database}-wal").stat()


async def test_what_the_disk_has_not_taken_does_not_count_as_written(
    near: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_file: int) -> None:
        raise OSError(5, "Input/output error")

    await add(near, 1, "one")
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", fails)
        with pytest.raises(OSError, match="Input/output"):
            await add(near, 2, "two")
        with pytest.raises(OSError, match="Input/output"):
            await insert_all(near, [(THING, [{"id": 3, "name": "three", "at": NOON}])])
    async with asyncio.timeout(2):
        await add(near, 4, "four")
    assert {"one", "four"} <= set(await names(near))


async def test_one_flush_serves_all_who_committed_meanwhile(
    near: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is being flushed while the others commit: they share the next one."""
    await add(near, 0, "before")
    flushes, goes_on, flushed = [], threading.Event(), os.fsync

    def slow(file: int) -> None:
        flushes.append(file)
        goes_on.wait(5)
        flushed(file)

    monkeypatch.setattr(os, "fsync", slow)
    first = asyncio.create_task(add(near, 1, "one"))
    await until(lambda: len(flushes) == 1)
    others = [asyncio.create_task(add(near, n, f"n{n}")) for n in range(2, 6)]
    await until(lambda: len(there_in(near)) == 6)
    assert not any(task.done() for task in (first, *others))
    goes_on.set()
    async with asyncio.timeout(5):
        await asyncio.gather(first, *others)
    assert len(flushes) == 2


async def test_the_log_is_carried_over_into_the_database_and_does_not_grow(
    near: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "TIDIED_EVERY", 4)
    for n in range(200):
        await add(near, n, "x" * 20)
    assert log_of(near).st_size < 100 * 4096
    assert len(await names(near)) == 200


async def test_the_log_that_is_flushed_is_the_one_that_is_written(near: AsyncEngine) -> None:
    """SQLite removes a log that nobody uses: whoever flushes it keeps it."""
    await add(near, 1, "one")
    there = log_of(near).st_ino
    assert there_in(near) == ["one"]
    await add(near, 2, "two")
    assert log_of(near).st_ino == there
