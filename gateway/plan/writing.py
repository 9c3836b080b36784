"""Writers: one for each selection of plain fields, that turn a value into what is sent.

A writer is a small function, made from the selection the way dataclasses make `__init__`: it
fetches each attribute, looks at its type, and puts it under its key. A value of a type that
the schema does not declare is refused, and graphql-core then says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

import msgspec
from graphql import GraphQLEnumType, GraphQLList, GraphQLNonNull, GraphQLOutputType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.enum import StrawberryEnumDefinition

from schema.scalars import SCALARS, WRITTEN, instant

Write = Callable[[Any], Any]
WriteWith = Callable[[object, Sequence[object]], dict[str, Any]]

_LEAST: Final = -(2**31)
_MOST: Final = 2**31 - 1
_WORD: Final = re.compile(r"(?<![\w.])[vwt](?!\w)")


class Unplanned(Exception):
    """Something that the plan does not know. graphql-core answers instead, with the same decisions."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the values of a declared type are written.

    ``write`` does it for every value, or refuses it. ``quick`` is the same as an expression of ``v``
    with the common case first; in it ``w`` is ``write`` and ``t`` the type that is expected.
    """

    write: Write
    quick: str = "w(v)"
    expected: type | None = None
    nullable: bool = True

    def expression(self, place: int) -> str:
        """The expression for the value in one place, with names of its own."""
        words = {"v": f"v{place}", "w": f"w{place}", "t": f"t{place}"}
        text = f"None if v is None else {self.quick}" if self.nullable else self.quick
        return _WORD.sub(lambda found: words[found[0]], text)


@dataclass(frozen=True, slots=True)
class Column:
    """One response key: the attribute it is read from, and how it is written."""

    key: str
    attribute: str
    way: Way


@dataclass(frozen=True, slots=True)
class Fixed:
    """One response key that does not depend on the value; ``value`` is given here or with each."""

    key: str
    value: object = None


def _whole_number(value: int) -> int:
    if not _LEAST <= value <= _MOST:
        raise Unplanned
    return value


def _itself(value: object) -> object:
    return value


def _at(value: datetime) -> datetime | str:
    """An instant in UTC is left to the encoder, which writes it as `instant` does."""
    return value if value.tzinfo is UTC else instant(value)


_PLAIN: Final[Mapping[str, tuple[type, Write, str]]] = MappingProxyType(
    {
        "String": (str, _itself, "v"),
        "ID": (str, _itself, "v"),
        "Boolean": (bool, _itself, "v"),
        "Int": (int, _whole_number, "w(v)"),
        **{
            scalar.name: (kind, WRITTEN[kind], "w(v)")
            for kind, scalar in SCALARS.items()
            if isinstance(kind, type)
        },
        "DateTime": (datetime, _at, "v if v.tzinfo is UTC else w(v)"),
        "Date": (date, _itself, "v"),
        "CloudEvent": (msgspec.Raw, _itself, "v"),
    }
)
"""For each scalar: the Python type of its values, how one is written, and the same as an expression."""


def way_of(kind: GraphQLOutputType, nested: Write | None = None) -> Way:
    """How values of a declared type are written; ``nested`` writes the objects in it.

    Raises:
        Unplanned: a type that the plan does not know.
    """
    if isinstance(kind, GraphQLNonNull):
        inner = way_of(kind.of_type, nested)

        def certain(value: object) -> object:
            if value is None:
                raise Unplanned
            return inner.write(value)

        return Way(certain, inner.quick, inner.expected, nullable=False)
    if isinstance(kind, GraphQLList):
        return Way(_list(way_of(kind.of_type, nested).write))
    if nested is not None:
        return Way(lambda value: None if value is None else nested(value))
    if isinstance(kind, GraphQLEnumType):
        definition = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(definition, StrawberryEnumDefinition):
            raise Unplanned
        # `name` is a descriptor written in Python; `_name_` is the attribute behind it.
        return _plain(definition.wrapped_cls, lambda member: member.name, "v._name_")
    if kind.name not in _PLAIN:
        raise Unplanned
    return _plain(*_PLAIN[kind.name])


def _plain(expected: type, write: Write, quick: str) -> Way:
    def careful(value: object) -> object:
        if value is None:
            return None
        if type(value) is not expected:
            raise Unplanned
        return write(value)

    common = "w(v)" if quick == "w(v)" else f"({quick}) if v.__class__ is t else w(v)"
    return Way(careful, common, expected)


def _list(inner: Write) -> Write:
    def write(values: Sequence[Any] | None) -> list[Any] | None:
        if values is None:
            return None
        if type(values) not in {list, tuple}:
            raise Unplanned
        return [inner(value) for value in values]

    return write


class Writer:
    """Writes one object. Made when first called: a document that is asked once makes only what it uses."""

    def __init__(self, columns: Sequence[Column | Fixed]) -> None:
        """Keep the columns."""
        self._columns = tuple(columns)
        self._default = tuple(column.value for column in columns if isinstance(column, Fixed))
        self._made: WriteWith | None = None

    @property
    def made(self) -> WriteWith:
        """The function itself: of an object, and of what is fixed, in the order of the columns."""
        if self._made is None:
            self._made = _made(self._columns)
        return self._made

    def __call__(self, value: object) -> dict[str, Any]:
        """What is sent for one object.

        Raises:
            Unplanned: a value of a type that is not declared for its field.
        """
        return self.made(value, self._default)


def _made(columns: Sequence[Column | Fixed]) -> WriteWith:
    """The function that writes these columns.

    Nothing that a caller sends stands in its text but response keys, as string literals.
    """
    names: dict[str, Any] = {"UTC": UTC}
    fetched: list[str] = []
    given: list[str] = []
    pairs: list[str] = []
    for place, column in enumerate(columns):
        if isinstance(column, Fixed):
            given.append(f"v{place}")
            pairs.append(f"{column.key!r}: v{place}")
        else:
            fetched.append(f" v{place} = o.{column.attribute}")
            names[f"w{place}"], names[f"t{place}"] = column.way.write, column.way.expected
            pairs.append(f"{column.key!r}: {column.way.expression(place)}")
    unpacked = [f" [{', '.join(given)}] = f"] if given else []
    lines = ["def write(o, f):", *fetched, *unpacked, f" return {{{', '.join(pairs)}}}"]
    exec("\n".join(lines), names)  # noqa: S102 (our own words and quoted keys; see the docstring)
    made: WriteWith = names["write"]
    return made
