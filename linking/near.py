"""SQLite, near: a transaction's statements run where they are asked, and only what waits runs elsewhere.

Through the driver's own thread every statement is handed over four times and back, at about 0.1 ms of
CPU each, where the statement itself takes a hundredth of that. Here the thread that asks runs it
(`linking.writer`). PostgreSQL takes the ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Self, cast
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
    writer = near.taken()
    transaction = NearTransaction(near.engine, writer)
    try:
        await writer.begin()
        yield transaction
        if writer.driver.in_transaction:
            writer.commit()
    except sqlite3.OperationalError as error:
        # Callers know a database's faults by SQLAlchemy's names.
        await writer.rollback()
        raise OperationalError("BEGIN or COMMIT", None, error, hide_parameters=True) from error
    except BaseException:
        await writer.rollback()
        raise
    finally:
        await transaction.ended()
        near.given_back(writer)
    # Whoever writes next need not wait for the disk.
    await near.log.flush()


def driver_of(transaction: AsyncConnection) -> sqlite3.Connection | None:
    """What a near transaction talks to; None of any other."""
    return transaction.writer.driver if isinstance(transaction, NearTransaction) else None


_whose: Final[ContextVar[Writer | None]] = ContextVar("whose", default=None)


class NearTransaction(AsyncConnection):
    """A near transaction. SQLAlchemy is given it when a statement is first run by it: see `linking.quickly`."""

    def __init__(self, engine: AsyncEngine, writer: Writer) -> None:
        super().__init__(engine)
        self.writer: Final = writer

    async def ended(self) -> None:
        """Take it from SQLAlchemy, if it was given; what was written is committed or undone already."""
        if self.sync_connection is not None:
            await self.close()

    async def rollback(self) -> None:
        """Undo what was done so far: nothing of it is committed."""
        await self.writer.rollback()

    if not TYPE_CHECKING:

        @property
        def dialect(self) -> sa.Dialect:
            return self.engine.dialect

        async def execute(self, *what: Any, **how: Any) -> Any:  # noqa: ANN401 (as they are)
            return await (await self._given()).execute(*what, **how)

        async def scalar(self, *what: Any, **how: Any) -> Any:  # noqa: ANN401
            return await (await self._given()).scalar(*what, **how)

        async def scalars(self, *what: Any, **how: Any) -> Any:  # noqa: ANN401
            return await (await self._given()).scalars(*what, **how)

        async def exec_driver_sql(self, *what: Any, **how: Any) -> Any:  # noqa: ANN401
            return await (await self._given()).exec_driver_sql(*what, **how)

        async def run_sync(self, *what: Any, **how: Any) -> Any:  # noqa: ANN401
            return await (await self._given()).run_sync(*what, **how)

    async def _given(self) -> AsyncConnection:
        if self.sync_connection is None:
            whose = _whose.set(self.writer)
            try:
                await self.start()
                await self.begin()
            finally:
                _whose.reset(whose)
        given: Any = super()
        return cast("AsyncConnection", given)


class Near:
    """One SQLite database, near: ``engine`` gives its transactions, and `writer` one without SQLAlchemy.

    Both write by the same connection whenever it is free: what it remembers of the database stays true
    for as long as no other writes.
    """

    def __init__(self, path: str, url: sa.URL) -> None:
        self.log: Final = Log(path)
        self.engine: Final = create_async_engine(
            url, hide_parameters=True, async_creator=self._connected, pool_size=POOL, max_overflow=0
        )
        sa.event.listen(self.engine.sync_engine, "begin", _begin)
        self._writers: list[Writer] = []
        self._idle: list[Writer] = []
        self._functions: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    @asynccontextmanager
    async def writer(self) -> AsyncIterator[sqlite3.Connection]:
        """A driver's connection within a transaction that writes; durable at the end of the block.

        Raises:
            sqlite3.OperationalError: the database is locked, and stayed so.
            OSError: it is not known to be durable.
        """
        writer = self.taken()
        try:
            await writer.begin()
            yield writer.driver
            writer.commit()
        except BaseException:
            await writer.rollback()
            raise
        finally:
            self.given_back(writer)
        await self.log.flush()

    def taken(self) -> Writer:
        """A writer that nobody else has until it is given back: the one that wrote last, if it is free."""
        if self._idle:
            return self._idle.pop()
        writer = Writer(self.log.path)
        for what, how in self._functions:
            writer.driver.create_function(*what, **how)
        self._writers.append(writer)
        return writer

    def given_back(self, writer: Writer) -> None:
        """It may be had by whoever comes next."""
        self._idle.append(writer)

    def add_function(self, *what: Any, **how: Any) -> None:  # noqa: ANN401 (the driver's own)
        """A function that every writer has."""
        self._functions.append((what, how))
        for writer in self._writers:
            writer.driver.create_function(*what, **how)

    def close(self) -> None:
        """End all of it."""
        for writer in self._writers:
            writer.stop()
        self.log.close()

    async def _connected(self, *_: object, **__: object) -> _Connection:
        return _Connection(self)


class _Connection:
    """One connection, as SQLAlchemy's dialect for `aiosqlite` expects it: a writer while it writes."""

    def __init__(self, near: Near) -> None:
        # The dialect looks whether there is one.
        self._connection = self._near = near
        self._writer: Writer | None = None

    @property
    def driver(self) -> sqlite3.Connection:
        """The driver's own; outside a transaction that of whoever is free, for what the dialect asks at first."""
        writer = self._writer
        if writer is None:
            writer = self._near.taken()
            self._near.given_back(writer)
        return writer.driver

    def cursor(self) -> _Cursor:
        """One cursor."""
        return _Cursor(self.driver.cursor())

    async def create_function(self, *what: Any, **how: Any) -> None:  # noqa: ANN401 (the driver's own)
        """What the dialect adds to every connection."""
        self._near.add_function(*what, **how)

    def begin(self) -> None:
        """Go on in the transaction that a writer has begun: whoever began it ends it."""
        self._writer = _whose.get()

    async def commit(self) -> None:
        """Leave it: it is not ours to commit."""
        self._writer = None

    async def rollback(self) -> None:
        """Leave it: it is not ours to undo."""
        self._writer = None

    async def close(self) -> None:
        """End it."""

    def stop(self) -> None:
        """End it."""


class _Cursor:
    """One cursor: every statement runs in the thread that asks."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
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
    near = _nears[engine] = Near(path, engine.url)

    def close(_: sa.Engine) -> None:
        # An engine that was disposed of may be used again, and has another one then.
        if _nears.get(engine) is near:
            del _nears[engine]
            near.close()

    sa.event.listen(engine.sync_engine, "engine_disposed", close)
    return near


def _begin(connection: sa.Connection) -> None:
    adapted: Any = connection.connection.dbapi_connection
    near = adapted.driver_connection
    near.begin()
