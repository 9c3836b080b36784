"""SQLite, near: a transaction's statements run where they are asked, and only its lock and its commit elsewhere.

Through the driver's own thread every statement is handed over four times and back, at about 0.1 ms of
CPU each, where the statement itself takes a hundredth of that. Here the thread that asks runs it; what
may wait (for the write lock, for the disk) waits in another. Writers of one process take turns at a
lock of ours, so that nobody sleeps and looks again until SQLite's own lock is free.

A commit is written without waiting for the disk, the lock is given up, and then the write-ahead log is
flushed: durable on return, as with ``synchronous=FULL``, without keeping the next writer waiting for it.
PostgreSQL takes the ordinary path.

Source: SQLite, "Write-Ahead Logging" and PRAGMA synchronous (FULL: the log is flushed after each commit).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Final, Self, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from linking.storage import SQLITE_PRAGMAS, writing

T = TypeVar("T")

PATIENCE: Final = 5.0
POOL: Final = 8
_LOCKED: Final = "database is locked"
_turns: Final[defaultdict[str, threading.Lock]] = defaultdict(threading.Lock)


def turn_at(path: str) -> threading.Lock:
    """The lock at which the writers of this process take turns for one SQLite database."""
    return _turns[os.path.realpath(path)]


@asynccontextmanager
async def writing_near(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that writes, as `linking.storage.writing`: durable at the end of the block."""
    near = _near(engine)
    if near is None:
        async with writing(engine) as connection:
            yield connection
        return
    async with near.begin() as connection:
        yield connection


def driver_of(transaction: AsyncConnection) -> sqlite3.Connection | None:
    """What a near transaction talks to; None of any other."""
    raw = transaction.sync_connection
    if raw is None or raw.dialect.name != "sqlite":
        return None
    connection = raw.connection.driver_connection
    return connection.driver if isinstance(connection, _Connection) else None


class _Connection:
    """One connection, as SQLAlchemy's dialect for `aiosqlite` expects it."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in SQLITE_PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        # The flush after each commit is ours; see `_commit`.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._turn = turn_at(path)
        self._log = f"{path}-wal"
        self._flushed: int | None = None
        self._begun = False
        self._wrote = False
        self._has_the_turn = False
        self._ended = False
        self._elsewhere = ThreadPoolExecutor(1, "near")

    def cursor(self) -> _Cursor:
        """One cursor."""
        return _Cursor(self, self._connection.cursor())

    @property
    def driver(self) -> sqlite3.Connection:
        """The connection itself, for statements that run in the thread that asks."""
        return self._connection

    async def create_function(self, *what: Any, **how: Any) -> None:  # noqa: ANN401 (the driver's own)
        """What the dialect adds to every connection."""
        self._connection.create_function(*what, **how)

    async def begin(self) -> None:
        """Begin to write, when it is this writer's turn."""
        self._begun = self._wrote = True
        await self._wait_for(self._begin)

    async def commit(self) -> None:
        """Commit; durable on return."""
        if self._begun:
            await self._wait_for(self._commit)
            self._begun = False

    async def rollback(self) -> None:
        """Undo what was begun, also where whoever began it was cancelled while they waited."""
        if self._begun:
            await self._wait_for(self._rollback)
            self._begun = False

    async def close(self) -> None:
        """End it."""
        self.stop()

    def stop(self) -> None:
        """End it, if it has not ended."""
        if not self._ended:
            self._ended = True
            if self._wrote:
                # Whatever its thread is at comes first.
                self._elsewhere.submit(self._close)
            else:
                self._close()
            self._elsewhere.shutdown(wait=False)

    async def _wait_for(self, work: Callable[[], T]) -> T:
        # The thread is this connection's own: what is cancelled here is still over before what comes next.
        return await asyncio.get_running_loop().run_in_executor(self._elsewhere, work)

    def _begin(self) -> None:
        if not self._turn.acquire(timeout=PATIENCE):
            raise sqlite3.OperationalError(_LOCKED)
        self._has_the_turn = True
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_up_the_turn()
            raise

    def _commit(self) -> None:
        self._connection.execute("COMMIT")
        self._give_up_the_turn()
        if self._flushed is None:
            # Open for as long as this connection, which keeps SQLite from removing the file.
            self._flushed = os.open(self._log, os.O_RDWR)
        os.fsync(self._flushed)

    def _rollback(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        finally:
            self._give_up_the_turn()

    def _give_up_the_turn(self) -> None:
        if self._has_the_turn:
            self._has_the_turn = False
            self._turn.release()

    def _close(self) -> None:
        try:
            self._rollback()
        finally:
            self._connection.close()
            if self._flushed is not None:
                os.close(self._flushed)


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


_engines: Final[WeakKeyDictionary[AsyncEngine, AsyncEngine]] = WeakKeyDictionary()


def _near(engine: AsyncEngine) -> AsyncEngine | None:
    """The same database, near; None where there is no such thing."""
    there = _engines.get(engine)
    if there is not None:
        return there
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or engine.url.query:
        return None
    opened: list[_Connection] = []

    async def connect(*_: object, **__: object) -> _Connection:
        opened.append(_Connection(path))
        return opened[-1]

    near = create_async_engine(
        engine.url, hide_parameters=True, async_creator=connect, pool_size=POOL, max_overflow=0
    )
    sa.event.listen(near.sync_engine, "begin", _begin)
    _engines[engine] = near

    def close(_: sa.Engine) -> None:
        _engines.pop(engine, None)
        for one in opened:
            one.stop()

    sa.event.listen(engine.sync_engine, "engine_disposed", close)
    return near


def _begin(connection: sa.Connection) -> None:
    adapted: Any = connection.connection.dbapi_connection
    try:
        adapted.run_async(lambda driver: driver.begin())
    except sqlite3.OperationalError as error:
        # Nobody else wraps what an event raises: callers know a database's faults by SQLAlchemy's names.
        raise OperationalError("BEGIN IMMEDIATE", None, error, hide_parameters=True) from error
