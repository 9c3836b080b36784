"""Looking at a few rows: on SQLite in the thread that asks, by one connection that nobody waits for.

For statements that are written once, in a module, and find what they want by an index: what is asked
here keeps the loop waiting for as long as it takes. Each is compiled once. PostgreSQL takes the
ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias
from weakref import WeakKeyDictionary, ref

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.storage import reading

_DIALECT: Final = SQLiteDialect_aiosqlite()
_KEPT: Final = 256
_CACHE_KIB: Final = 16_384

Process: TypeAlias = Callable[[Any], Any] | None


class Rows:
    """What was found, as SQLAlchemy's results are read."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:  # noqa: ANN401 (a row, or None)
        """The first row; None of none."""
        return self._rows[0] if self._rows else None

    def scalar(self) -> Any:  # noqa: ANN401 (whatever stands there)
        """The first value of the first row; None of none."""
        return self._rows[0][0] if self._rows else None

    def scalars(self) -> list[Any]:
        """The first value of each row."""
        return [row[0] for row in self._rows]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as SQLite takes it."""

    compiled: Any
    constants: Mapping[str, Any]
    given: Mapping[str, Process]
    found: Sequence[tuple[int, Callable[[Any], Any]]]
    row: Callable[..., Any]

    def arguments(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The text, and what stands at each place of it."""
        values = {**self.constants, **given}
        state = self.compiled.construct_expanded_state(values, escape_names=False)
        processes = {**self.given, **state.processors}
        arguments = []
        for name in state.positiontup:
            process = processes.get(name)
            value = state.parameters[name]
            arguments.append(value if process is None else process(value))
        return state.statement, arguments

    def rows(self, found: list[tuple[Any, ...]]) -> list[Any]:
        if not self.found:
            return [self.row(*one) for one in found]
        rows = []
        for one in found:
            values = list(one)
            for place, process in self.found:
                values[place] = process(values[place])
            rows.append(self.row(*values))
        return rows


@lru_cache(maxsize=_KEPT)
def _compiled(statement: sa.Select[Any]) -> _Compiled:
    compiled = statement.compile(dialect=_DIALECT)
    columns = list(statement.selected_columns)
    results = [(place, _result(column)) for place, column in enumerate(columns)]
    return _Compiled(
        compiled=compiled,
        constants={name: bind.value for name, bind in compiled.binds.items()},
        given={name: _bound(bind) for name, bind in compiled.binds.items()},
        found=[(place, process) for place, process in results if process is not None],
        row=namedtuple("Row", [str(c.name) for c in columns], rename=True),  # noqa: PYI024 (made from a statement)
    )


def _bound(bind: sa.BindParameter[Any]) -> Process:
    return bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _result(column: sa.ColumnElement[Any]) -> Process:
    return column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


class Glance:
    """Where one looks on SQLite."""

    def __init__(self, engine: AsyncEngine, path: str) -> None:
        # Weak: it is kept by its engine, and must not keep it.
        self._engine = ref(engine)
        # It never waits: what is locked is asked for again on the ordinary, patient path.
        self._reader = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._reader.execute("PRAGMA query_only=ON")
        self._reader.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")

    async def execute(
        self, statement: sa.Select[Any], given: Mapping[str, Any] | None = None
    ) -> Rows:
        """The rows of a statement."""
        compiled = _compiled(statement)
        text, arguments = compiled.arguments(given or {})
        try:
            return Rows(compiled.rows(self._reader.execute(text, arguments).fetchall()))
        except sqlite3.OperationalError:
            # Locked while the last process to leave tidies up: ask again, and wait elsewhere.
            engine = self._engine()
            assert engine is not None  # noqa: S101 (whoever asks has it)
            async with reading(engine) as patient:
                return Rows(list(await patient.execute(statement, dict(given or {}))))

    def close(self) -> None:
        """End it."""
        self._reader.close()


_glances: Final[WeakKeyDictionary[AsyncEngine, Glance]] = WeakKeyDictionary()


@asynccontextmanager
async def glancing(engine: AsyncEngine) -> AsyncIterator[Glance | AsyncConnection]:
    """A place to look from, until the end of the block."""
    glance = _glance(engine)
    if glance is not None:
        yield glance
        return
    async with reading(engine) as connection:
        yield connection


def _glance(engine: AsyncEngine) -> Glance | None:
    there = _glances.get(engine)
    if there is not None:
        return there
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or engine.url.query:
        return None
    opened = _glances[engine] = Glance(engine, path)

    def close(_: sa.Engine) -> None:
        _glances.pop(engine, None)
        opened.close()

    sa.event.listen(engine.sync_engine, "engine_disposed", close)
    return opened
