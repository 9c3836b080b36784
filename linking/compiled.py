"""A statement put into SQLite's words once, and its arguments and rows by the shortest way.

SQLAlchemy works out anew at each execution what can be known once of a statement that is written in a
module. PostgreSQL takes the ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

from linking.storage import Instant, read_instant, written_instant

_DIALECT: Final = SQLiteDialect_aiosqlite()
_KEPT: Final = 256
_SHAPES: Final = 64

Process: TypeAlias = Callable[[Any], Any] | None
Statement: TypeAlias = (
    sa.Select[Any] | sa.CompoundSelect[Any] | sa.Insert | sa.Update | sa.Delete | sa.TextClause
)
_Place: TypeAlias = tuple[str, int | None, Process]


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


class Compiled:
    """A statement as SQLite takes it. ``keys`` are the columns that an insert without values is given."""

    def __init__(self, statement: Statement, keys: Sequence[str] | None = None) -> None:
        compiled: Any = statement.compile(
            dialect=_DIALECT, column_keys=keys, for_executemany=keys is not None
        )
        binds: Mapping[str, sa.BindParameter[Any]] = compiled.binds
        self._compiled: Final = compiled
        self._constants: Final = {
            name: plain(bind.value) for name, bind in binds.items() if not bind.required
        }
        self._bound: Final = {name: _bound(bind) for name, bind in binds.items()}
        self._expanding: Final = tuple(name for name, bind in binds.items() if bind.expanding)
        self._tuples: Final = tuple(n for n in self._expanding if binds[n].type._is_tuple_type)  # noqa: SLF001 (it has no other name)
        self._shapes: Final[dict[tuple[int, ...], tuple[str, list[_Place]]]] = {}
        columns: Sequence[sa.ColumnElement[Any]] = list(
            getattr(statement, "selected_columns", None) or ()
        )
        self._processes: Final = [
            (place, process)
            for place, process in enumerate(map(_result, columns))
            if process is not None
        ]
        self._row: Callable[..., Any] | None = None

    def arguments(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The text, and what stands at each place of it.

        Raises:
            KeyError: a parameter was not given.
        """
        values = {**self._constants, **given} if self._constants else given
        text, places = self._shape(values)
        if self._tuples:
            flat = {name: [one for row in values[name] for one in row] for name in self._tuples}
            values = {**values, **flat}
        found: list[Any] = []
        for name, nth, process in places:
            value = values[name] if nth is None else values[name][nth]
            found.append(value if process is None else process(value))
        return text, found

    def rows(self, cursor: sqlite3.Cursor) -> list[Any]:
        """Every row that was found; none of a statement that gives none."""
        if cursor.description is None:
            return []
        row = self._row
        if row is None:
            names = [str(column[0]) for column in cursor.description]
            row = self._row = namedtuple("Row", names, rename=True)  # noqa: PYI024 (made from a statement)
        if not self._processes:
            return [row(*one) for one in cursor.fetchall()]
        found = []
        for one in cursor.fetchall():
            values = list(one)
            for place, process in self._processes:
                values[place] = process(values[place])
            found.append(row(*values))
        return found

    def _shape(self, values: Mapping[str, Any]) -> tuple[str, list[_Place]]:
        """The text for lists of these lengths, and the name, place in its list and process of each argument."""
        lengths = tuple(len(values[name]) for name in self._expanding)
        known = self._shapes.get(lengths)
        if known is not None:
            return known
        state = self._compiled.construct_expanded_state(
            {name: values.get(name) for name in self._bound}, escape_names=False
        )
        nth = {
            name: (of, place)
            for of, expanded in state.parameter_expansion.items()
            for place, name in enumerate(expanded)
        }
        places: list[_Place] = []
        for name in state.positiontup:
            of, place = nth.get(name, (name, None))
            places.append((of, place, state.processors.get(name) or self._bound.get(of)))
        if len(self._shapes) < _SHAPES:
            self._shapes[lengths] = state.statement, places
        return state.statement, places


@lru_cache(maxsize=_KEPT)
def compiled(statement: Statement, keys: tuple[str, ...] | None = None) -> Compiled:
    """A statement that is written once, in a module, compiled once."""
    return Compiled(statement, keys)


def plain(value: object) -> object:
    """A constant as the driver takes it at once: it would look for a way to adapt any other kind of text."""
    return str.__str__(value) if isinstance(value, str) else value


def _written(at: datetime | None) -> str | None:
    return None if at is None else written_instant(at)


def _read(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)


def _bound(bind: sa.BindParameter[Any]) -> Process:
    if isinstance(bind.type, Instant):
        return _written
    return bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _result(column: sa.ColumnElement[Any]) -> Process:
    if isinstance(column.type, Instant):
        return _read
    return column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
