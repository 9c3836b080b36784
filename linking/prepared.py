"""What every question reads and writes, prepared once and run the short way on SQLite.

Through the ordinary path a read of ten rows costs 0.6 to 0.9 ms of CPU on SQLite, nearly all of
it in handing each step to another thread and back. In WAL mode it answers such a read in
0.05 ms, and never makes it wait for a writer: so it is asked in the thread that asks. What is
added is written near (`linking.near`). PostgreSQL takes the ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.compiled import plain
from linking.near import near_to
from linking.storage import Instant, read_instant, reading, writing, written_instant

Row: TypeAlias = tuple[Any, ...]


class Conflict(Exception):
    """A row with that key is there already. Nothing of the transaction was written."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement's text for SQLite, and what stands at each place of it."""

    text: str
    places: tuple[str, ...]
    constants: Mapping[str, Any]

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        values = {**self.constants, **{name: _as_sqlite(value) for name, value in given.items()}}
        return [values[name] for name in self.places]


class Prepared:
    """A statement that reads; its parameters are given by name, instants as aware datetimes.

    Rows are plain tuples. Truth may come back as 0 or 1.
    """

    def __init__(self, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> None:
        self.statement: Final = statement
        self._instants: Final = tuple(
            place
            for place, column in enumerate(statement.selected_columns)
            if isinstance(column.type, Instant)
        )
        self._compiled: _Compiled | None = None

    async def rows(self, engine: AsyncEngine, given: Mapping[str, Any]) -> list[Row]:
        """Every row, in the statement's order."""
        short = _short_way(engine)
        if short is not None:
            compiled = self._compiled or self._compile(engine)
            try:
                found = short.reader.execute(compiled.text, compiled.arguments(given))
                return self._with_instants(found.fetchall())
            except sqlite3.OperationalError:
                # Locked while the last process to leave tidies up: ask again, and wait elsewhere.
                pass
        async with reading(engine) as patient:
            return [tuple(row) for row in await patient.execute(self.statement, dict(given))]

    def _compile(self, engine: AsyncEngine) -> _Compiled:
        compiled = self.statement.compile(engine.sync_engine)
        constants = {name: plain(bind.value) for name, bind in compiled.binds.items()}
        self._compiled = _Compiled(str(compiled), tuple(compiled.positiontup or ()), constants)
        return self._compiled

    def _with_instants(self, rows: list[Row]) -> list[Row]:
        if not self._instants:
            return rows
        whole: list[Row] = []
        for row in rows:
            values = list(row)
            for place in self._instants:
                if values[place] is not None:
                    values[place] = read_instant(values[place])
            whole.append(tuple(values))
        return whole


async def insert_all(
    engine: AsyncEngine, inserts: Sequence[tuple[sa.Table, Sequence[Mapping[str, Any]]]]
) -> None:
    """Add all these rows in one transaction, durable on return. Rows of a table have the same keys.

    Raises:
        Conflict: one of them is there already.
    """
    batches = [(table, rows) for table, rows in inserts if rows]
    near = near_to(engine)
    try:
        if near is not None:
            async with near.writer() as writer:
                for table, rows in batches:
                    writer.executemany(*_as_statement(table, rows))
            return
        async with writing(engine) as connection:
            for table, rows in batches:
                await connection.execute(table.insert(), rows)
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise Conflict from error


class _ShortWay:
    """A connection of its own to read an SQLite database with, here."""

    def __init__(self, path: str) -> None:
        # It never waits: what is locked is asked for again on the ordinary, patient path.
        self.reader = sqlite3.connect(path, timeout=0, isolation_level=None)
        self.reader.execute("PRAGMA query_only=ON")
        # 32 MiB, so that the upper pages of a large index stay at hand.
        self.reader.execute("PRAGMA cache_size=-32768")

    def close(self) -> None:
        self.reader.close()


_short_ways: Final[WeakKeyDictionary[AsyncEngine, _ShortWay]] = WeakKeyDictionary()


def _short_way(engine: AsyncEngine) -> _ShortWay | None:
    """The short way into this database; None where there is none."""
    there = _short_ways.get(engine)
    if there is not None:
        return there
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or engine.url.query:
        return None
    opened = _short_ways[engine] = _ShortWay(path)
    sa.event.listen(engine.sync_engine, "engine_disposed", lambda _engine: _close(engine))
    return opened


def _close(engine: AsyncEngine) -> None:
    there = _short_ways.pop(engine, None)
    if there is not None:
        there.close()


def _as_statement(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[Row]]:
    names = tuple(rows[0])
    return _insert(table, names), [tuple([_as_sqlite(row[name]) for name in names]) for row in rows]


@lru_cache(maxsize=64)
def _insert(table: sa.Table, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{table.c[name].name}"' for name in names)
    places = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608 (our tables' own names)


def _as_sqlite(value: object) -> object:
    return written_instant(value) if isinstance(value, datetime) else value
