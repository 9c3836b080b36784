"""The database: how it is opened, how instants are kept, and the list of tables.

Each table stands in the module that owns it; all are listed in one `TABLES`, so that a
single Alembic tree can be compared with them. Everything runs on SQLite (one machine)
and on PostgreSQL (replicas).
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

TABLES: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

STATEMENT_TIMEOUT: Final = "10s"
POOL: Final = 20
TRIED_AGAIN_AFTER: Final = 5.0
"""Seconds after which a connection to PostgreSQL is asked before use whether anybody is there."""
SQLITE_PRAGMAS: Final = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # Without it `INSERT OR REPLACE` would delete a row without the trigger that forbids it.
    "recursive_triggers=ON",
)

# Their debug logs hold every parameter and every row, whatever `hide_parameters` says.
_TALKATIVE: Final = ("aiosqlite", "sqlalchemy.engine")

_NEEDS_A_ZONE: Final = "An instant needs its zone."
_OFFSET: Final = "+00:00"
_TRIED: Final = "homeward_tried"
_WRITES: Final = "homeward_writes"
_ONE_STATEMENT: Final = "homeward_one_statement"


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant. SQLite keeps no zone, so it is written there as UTC without one.

    Raises:
        ValueError: an instant without a zone was to be stored.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse an instant without a zone; SQLite receives UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(_NEEDS_A_ZONE)
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 (the interface's own)
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def written_instant(at: datetime) -> str:
    """An instant as `Instant` is kept by SQLite: in UTC, to the microsecond, without a zone.

    Raises:
        ValueError: it has no zone.
    """
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError(_NEEDS_A_ZONE)
        at = at.astimezone(UTC)
    return at.isoformat(" ", "microseconds").removesuffix(_OFFSET)


def read_instant(text: str) -> datetime:
    """The instant that SQLite keeps so."""
    return datetime.fromisoformat(text + _OFFSET)


def open_engine(url: str) -> AsyncEngine:
    """Open the database at this URL; whoever opens it disposes of it.

    SQLite: WAL, so that readers never wait for the writer, and ``synchronous=FULL``, so that
    what was committed survives a power cut. PostgreSQL: at most `POOL` connections, each tried before
    use (see `TRIED_AGAIN_AFTER`), commits that wait for the disk, and no statement may run for longer than `STATEMENT_TIMEOUT`.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = create_async_engine(url, hide_parameters=True)
        sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=0,
        connect_args={
            "server_settings": {
                "statement_timeout": STATEMENT_TIMEOUT,
                "synchronous_commit": "on",
                "timezone": "UTC",
            }
        },
    )
    sa.event.listen(engine.sync_engine, "checkout", _tried)
    return engine


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that writes: commits at the end of the block, rolls back on an error."""
    async with _kinds_of(engine).writes.begin() as connection:
        yield connection


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection for reads of a single statement each, without a transaction around them."""
    async with _kinds_of(engine).reads.connect() as connection:
        yield connection


class _Kinds(NamedTuple):
    """One engine, as it is used to write and to read: made once, for each use costs a share of a statement."""

    writes: AsyncEngine
    reads: AsyncEngine


_kinds: Final[dict[sa.Engine, _Kinds]] = {}


def _kinds_of(engine: AsyncEngine) -> _Kinds:
    there = _kinds.get(engine.sync_engine)
    if there is None:
        options: dict[str, Any] = (
            {_ONE_STATEMENT: True}
            if engine.dialect.name == "sqlite"
            else {"isolation_level": "AUTOCOMMIT"}
        )
        there = _kinds[engine.sync_engine] = _Kinds(
            writes=engine.execution_options(**{_WRITES: True}),
            reads=engine.execution_options(**options),
        )
        sa.event.listen(engine.sync_engine, "engine_disposed", lambda of: _kinds.pop(of, None))
    return there


def _tried(connection: Any, record: Any, _fairy: object) -> None:  # noqa: ANN401 (a driver's connection)
    """Give out no connection that is gone: one that was not used for a while is asked, and any other looked at.

    Raises:
        sa.exc.InvalidatePoolError: it is gone; the pool opens another.
    """
    now = time.monotonic()
    if connection.driver_connection.is_closed():
        raise sa.exc.InvalidatePoolError
    if now - record.info.get(_TRIED, 0.0) < TRIED_AGAIN_AFTER:
        return
    try:
        connection.ping()
    except Exception as error:
        raise sa.exc.InvalidatePoolError from error
    record.info[_TRIED] = now


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 (a driver's connection)
    # The driver must not open transactions by itself: `_begin_sqlite` does, in the right mode.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads and then writes fails at once with "database is locked",
    # whatever the busy timeout, unless it begins as a writer.
    options = connection.get_execution_options()
    if options.get(_ONE_STATEMENT):
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")
