"""SQLite, near: a transaction's statements run where they are asked, and only what waits runs elsewhere.

Through the driver's own thread every statement is handed over four times and back, at about 0.1 ms of
CPU each, where the statement itself takes a hundredth of that. Here the thread that asks runs it
(`linking.writer`). PostgreSQL takes the ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from linking.storage import writing
from linking.writer import Log, Writer

POOL: Final = 32


@asynccontextmanager
async def writing_near(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that writes, as `linking.storage.writing`: durable at the end of the block."""
    near = near_to(engine)
    if near is None:
        async with writing(engine) as connection:
            yield connection
        return
    async with near.engine.begin() as connection:
        yield connection


def driver_of(transaction: AsyncConnection) -> sqlite3.Connection | None:
    """What a near transaction talks to; None of any other."""
    raw = transaction.sync_connection
    if raw is None or raw.dialect.name != "sqlite":
        return None
    connection = raw.connection.driver_connection
    return connection.writer.driver if isinstance(connection, _Connection) else None


@dataclass(slots=True, weakref_slot=True)
class Near:
    """One SQLite database, near: ``engine`` gives its transactions, and `writer` one without SQLAlchemy."""

    log: Log
    engine: AsyncEngine
    writers: list[Writer] = field(default_factory=list)
    idle: list[Writer] = field(default_factory=list)

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[sqlite3.Connection]:
        """A driver's connection within a transaction that writes; durable at the end of the block.

        Raises:
            sqlite3.OperationalError: the database is locked, and stayed so.
            OSError: it is not known to be durable.
        """
        writer = self.idle.pop() if self.idle else self.opened()
        try:
            await writer.begin()
            yield writer.driver
            await writer.commit()
        except BaseException:
            await writer.rollback()
            raise
        finally:
            self.idle.append(writer)

    def opened(self) -> Writer:
        """One more writer."""
        writer = Writer(self.log)
        self.writers.append(writer)
        return writer

    def close(self) -> None:
        """End all of it."""
        for writer in self.writers:
            writer.stop()
        self.log.close()


class _Connection:
    """One connection, as SQLAlchemy's dialect for `aiosqlite` expects it."""

    def __init__(self, writer: Writer) -> None:
        self.writer: Final = writer
        # Where the dialect looks for the driver's.
        self._connection = writer.driver
        self._begun = False

    def cursor(self) -> _Cursor:
        """One cursor."""
        return _Cursor(self, self.writer.driver.cursor())

    async def create_function(self, *what: Any, **how: Any) -> None:  # noqa: ANN401 (the driver's own)
        """What the dialect adds to every connection."""
        self.writer.driver.create_function(*what, **how)

    async def begin(self) -> None:
        """Begin to write, when it is this writer's turn."""
        self._begun = True
        await self.writer.begin()

    async def commit(self) -> None:
        """Commit; durable on return."""
        if self._begun:
            await self.writer.commit()
            self._begun = False

    async def rollback(self) -> None:
        """Undo what was begun."""
        if self._begun:
            await self.writer.rollback()
            self._begun = False

    async def close(self) -> None:
        """End it."""
        self.writer.stop()

    def stop(self) -> None:
        """End it."""
        self.writer.stop()


class _Cursor:
    """One cursor: every statement runs in the thread that asks."""

    def __init__(self, connection: _Connection, cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:  # noqa: ANN401 (the driver's own)
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, statement: str, given: Sequence[Any] = ()) -> None:
        self._cursor.execute(statement, given)

    async def executemany(self, statement: str, given: Sequence[Sequence[Any]]) -> None:
        self._cursor.executemany(statement, given)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


_nears: Final[WeakKeyDictionary[AsyncEngine, Near]] = WeakKeyDictionary()


def near_to(engine: AsyncEngine) -> Near | None:
    """The same database, near; None where there is no such thing."""
    there = _nears.get(engine)
    if there is not None:
        return there
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or engine.url.query:
        return None
    opened: list[Near] = []

    async def connect(*_: object, **__: object) -> _Connection:
        return _Connection(opened[0].opened())

    transactions = create_async_engine(
        engine.url, hide_parameters=True, async_creator=connect, pool_size=POOL, max_overflow=0
    )
    sa.event.listen(transactions.sync_engine, "begin", _begin)
    near = _nears[engine] = Near(Log(path), transactions)
    opened.append(near)

    def close(_: sa.Engine) -> None:
        # An engine that was disposed of may be used again, and has another one then.
        if _nears.get(engine) is near:
            del _nears[engine]
            near.close()

    sa.event.listen(engine.sync_engine, "engine_disposed", close)
    return near


def _begin(connection: sa.Connection) -> None:
    adapted: Any = connection.connection.dbapi_connection
    try:
        adapted.run_async(lambda driver: driver.begin())
    except sqlite3.OperationalError as error:
        # Nobody else wraps what an event raises: callers know a database's faults by SQLAlchemy's names.
        raise OperationalError("BEGIN IMMEDIATE", None, error, hide_parameters=True) from error
