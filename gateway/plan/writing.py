"""Writers: one for each selection of plain fields, compiled once, that turn a value into what is sent.

A writer learns what to do from the types of the values it meets, and refuses a type that the
schema does not declare for that field: graphql-core then says what is wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLOutputType

from schema.scalars import SCALARS, WRITTEN, instant

Write = Callable[[Any], Any]
Learn = Callable[[type], Write | None]

_LEAST: Final = -(2**31)
_MOST: Final = 2**31 - 1


class Unplanned(Exception):
    """Something that the plan does not know. graphql-core answers instead, with the same decisions."""


def _whole_number(value: int) -> int:
    if not _LEAST <= value <= _MOST:
        raise Unplanned
    return value


def _at(value: datetime) -> datetime | str:
    """An instant in UTC is left to the encoder, which writes it as `instant` does."""
    return value if value.tzinfo is UTC else instant(value)


_PLAIN: Final[Mapping[str, Mapping[type, Write | None]]] = MappingProxyType(
    {
        "String": {str: None},
        "ID": {str: None},
        "Boolean": {bool: None},
        "Int": {int: _whole_number},
        **{
            scalar.name: {kind: WRITTEN[kind]}
            for kind, scalar in SCALARS.items()
            if isinstance(kind, type)
        },
        "DateTime": {datetime: _at},
        "Date": {date: None},
    }
)
"""How a value of each Python type is written under each scalar; None: as it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One response key: the attribute it is read from, and how values of a type are written."""

    key: str
    attribute: str
    learn: Learn


@dataclass(frozen=True, slots=True)
class Fixed:
    """One response key that does not depend on the value; ``value`` is given here or with each row."""

    key: str
    value: object = None


class Writer:
    """Writes one object: its attributes fetched at once, each written as its type asks."""

    def __init__(self, columns: Sequence[Column | Fixed]) -> None:
        """Lay the columns out."""
        read = [column for column in columns if isinstance(column, Column)]
        self._keys = tuple(column.key for column in columns)
        self._learn = tuple(column.learn for column in read)
        self._row = _getter([column.attribute for column in read])
        self._known: dict[tuple[type, ...], tuple[tuple[int, Write], ...]] = {}
        self._places = [at for at, column in enumerate(columns) if isinstance(column, Fixed)]
        self._first = self._places == list(range(len(self._places)))
        self._put = tuple(column.value for column in columns if isinstance(column, Fixed))

    def __call__(self, value: object, put: Sequence[object] | None = None) -> dict[str, Any]:
        """What is sent for one object; ``put`` gives what is fixed, in the order of the columns.

        Raises:
            Unplanned: a value of a type that is not declared for its field.
        """
        row: Any = self._row(value)
        kinds = tuple(map(type, row))
        writes = self._known.get(kinds)
        if writes is None:
            writes = self._known[kinds] = self._learned(kinds)
        if writes:
            row = list(row)
            for place, write in writes:
                row[place] = write(row[place])
        fixed = self._put if put is None else put
        if self._first:
            return dict(zip(self._keys, (*fixed, *row), strict=True))
        row = list(row)
        for place, constant in zip(self._places, fixed, strict=True):
            row.insert(place, constant)
        return dict(zip(self._keys, row, strict=True))

    def _learned(self, kinds: tuple[type, ...]) -> tuple[tuple[int, Write], ...]:
        writes = (learn(kind) for learn, kind in zip(self._learn, kinds, strict=True))
        return tuple((place, write) for place, write in enumerate(writes) if write is not None)


def _getter(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """All attributes in one call; `attrgetter` gives a single one bare."""
    if not names:
        return lambda _value: ()
    fetch = attrgetter(*names)
    return fetch if len(names) > 1 else lambda value: (fetch(value),)


def learn_of(kind: GraphQLOutputType, nested: Write | None = None) -> Learn:
    """How values of a declared type are written; ``nested`` writes the objects in it.

    Raises:
        Unplanned: a type that the plan does not know.
    """
    if isinstance(kind, GraphQLNonNull):
        inner = learn_of(kind.of_type, nested)

        def certain(found: type) -> Write | None:
            if found is type(None):
                raise Unplanned
            return inner(found)

        return certain
    if isinstance(kind, GraphQLList):
        return _learn_list(learn_of(kind.of_type, nested))
    if nested is not None:
        return lambda found: None if found is type(None) else nested
    if isinstance(kind, GraphQLEnumType):
        return _learn_enum(frozenset(kind.values))
    return _learn_plain(_PLAIN.get(kind.name))


def _learn_plain(writes: Mapping[type, Write | None] | None) -> Learn:
    if writes is None:
        raise Unplanned

    def learn(found: type) -> Write | None:
        if found is type(None):
            return None
        if found not in writes:
            raise Unplanned
        return writes[found]

    return learn


# `name` is a descriptor written in Python; this is the attribute behind it.
_member_name: Final = attrgetter("_name_")


def _learn_enum(names: frozenset[str]) -> Learn:
    def learn(found: type) -> Write | None:
        if found is type(None):
            return None
        if not issubclass(found, enum.Enum) or frozenset(found.__members__) != names:
            raise Unplanned
        return _member_name

    return learn


def _learn_list(inner: Learn) -> Learn:
    def write(values: Sequence[Any]) -> list[Any]:
        writes = [inner(type(value)) for value in values]
        return [
            value if write is None else write(value)
            for value, write in zip(values, writes, strict=True)
        ]

    def learn(found: type) -> Write | None:
        if found is type(None):
            return None
        if found not in {list, tuple}:
            raise Unplanned
        return write

    return learn
