"""Records as GraphQL types: made from the records themselves, so there is no third copy.

A record has an id, its source, notes, and one Answer field for each of its parts, since
each part is one item of information. A part that becomes an Answer keeps its plain
fields beside what every Answer says. All plain fields may be null: they come from agencies.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import strawberry
from strawberry.types.field import StrawberryField

from records.child import Sex
from records.episode import EpisodeState, EpisodeStatus, Risk, RiskAnswer
from records.interview import Took
from records.items import Category, Item
from records.kinds_of_record import RECORD_OF
from records.meeting import MeetingKind
from records.record import Record, parts_of
from schema.answer import Answer, DataNote, Node, RecordSource
from schema.pages import PageInfo, page_field
from schema.scalars import SCALARS
from schema.words import as_enum, said_of

NAMES: Final[Mapping[type, str]] = MappingProxyType({RiskAnswer: "RiskQuestion"})
"""Names that would read as something else beside our Answers."""

RENAMED: Final[Mapping[tuple[type, str], str]] = MappingProxyType(
    {(EpisodeStatus, "state"): "episode_state"}
)
"""Fields whose own name is one that every Answer uses."""

_OWN: Final = {(kind, shown): own for (kind, own), shown in RENAMED.items()}

_MADE: Final[dict[str, type]] = {}

ENUMS: Final = (EpisodeState, MeetingKind, Risk, Sex, Took)

for _kind in ENUMS:
    as_enum(_kind)


def parts_by_type(record: type[Record]) -> Mapping[str, type]:
    """The dataclass that each part of a record holds, by field name."""
    hints = get_type_hints(record)
    return {name: _without_none(hints[name])[0] for name in parts_of(record)}


def plain_name(part: type, field: str) -> str:
    """The Python name under which a part's own field stands in its Answer."""
    return RENAMED.get((part, field), field)


def own_name(part: type, shown: str) -> str:
    """The part's own field behind a Python name in its Answer: `plain_name`, the other way."""
    return _OWN.get((part, shown), shown)


@cache
def part_type(part: type) -> type:
    """The Answer that holds one part: what every Answer says, and the part's plain fields."""
    return _type(
        f"{_name(part)}Answer",
        (Answer,),
        {plain_name(part, name): hint for name, hint in _fields_of(part).items()},
        description=said_of(part),
    )


def record_type(record: type[Record]) -> type:
    """A record: that it exists, where it is held, and an Answer for each of its parts."""
    hints = parts_by_type(record)
    fields: dict[str, Any] = {
        name: _field(
            part_type(hints[name]),
            f"{said_of(hints[name]).splitlines()[0]} Item: `{item.value}`.",
        )
        for name, item in parts_of(record).items()
    }
    return _type(
        record.__name__,
        (Node,),
        {
            "source": _field(RecordSource, "Where the record is held, and as of when."),
            "notes": _field(list[DataNote], "What a reader should know about the data."),
            **fields,
        },
        description=said_of(record),
    )


def connection_type(record: type[Record]) -> type:
    """A page of records, in Relay's shape; it counts nothing."""
    name = record.__name__
    edge = _type(
        f"{name}Edge",
        (),
        {
            "cursor": _field(str, "Where this record stands; give it as `after` for what follows."),
            "node": _field(record_type(record), "The record."),
        },
        description="One record of a page.",
    )
    return _type(
        f"{name}Connection",
        (),
        {
            "edges": _field(types.GenericAlias(list, (edge,)), "The records of this page."),
            "page_info": _field(PageInfo, "Whether more follow."),
        },
        description="A page of records. There is no total: a count is a disclosure of its own.",
    )


def answer_type(record: type[Record]) -> type:
    """The Answer to one category: the records, and what was withheld or could not be asked."""
    return _type(
        f"{record.__name__}Answer",
        (Answer,),
        {
            "records": _field(
                types.GenericAlias(list, (record_type(record),)),
                "The records, newest first as far as their dates are open to you.",
            ),
            "page": page_field(connection_type(record)),
        },
        description=f"{said_of(record).splitlines()[0]} Exists: `{record.exists.value}`.",
    )


def record_types() -> tuple[type, ...]:
    """Every record type, so that those reached by `node` alone are known too."""
    return tuple(record_type(record) for record in RECORD_OF.values())


def item_fields() -> Mapping[Item, tuple[Category, str]]:
    """Where in the schema each item stands: its category, and the record's field ("" for existence)."""
    found: dict[Item, tuple[Category, str]] = {}
    for category, record in RECORD_OF.items():
        found[record.exists] = (category, "")
        found |= {item: (category, name) for name, item in parts_of(record).items()}
    return found


@cache
def _plain_type(kind: type) -> type:
    """A plain type below a part."""
    return _type(_name(kind), (), _fields_of(kind), description=said_of(kind))


def _fields_of(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: _nullable(hints[field.name]) for field in dataclasses.fields(kind)}


def _nullable(hint: Any) -> Any:  # noqa: ANN401 - a type expression
    return Union[_published(_without_none(hint)[0]), None]  # noqa: UP007 - made while running


def _published(hint: Any) -> Any:  # noqa: ANN401 - a type expression
    """The type under which a value is published.

    Raises:
        TypeError: a kind of value that the schema does not know; say how it is written.
    """
    if get_origin(hint) is tuple:
        return types.GenericAlias(list, (_published(get_args(hint)[0]),))
    if hint in {str, int, bool} or hint in SCALARS:
        return hint
    if isinstance(hint, type) and issubclass(hint, enum.Enum) and hint in ENUMS:
        return hint
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _plain_type(hint)
    raise TypeError(f"No way is known to publish {hint!r}.")


def _without_none(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a type expression
    if get_origin(hint) in {Union, types.UnionType}:
        return tuple(each for each in get_args(hint) if each is not type(None))
    return (hint,)


def _name(kind: type) -> str:
    return NAMES.get(kind, kind.__name__)


def _field(kind: Any, description: str) -> Any:  # noqa: ANN401 - a Strawberry field
    return strawberry.field(graphql_type=kind, description=description)


def _type(name: str, bases: tuple[type, ...], fields: dict[str, Any], *, description: str) -> type:
    """A Strawberry type without instances: what stands behind it answers by attribute."""
    if name not in _MADE:
        _MADE[name] = strawberry.type(
            _class(name, bases, fields), name=name, description=description
        )
    return _MADE[name]


def _class(name: str, bases: tuple[type, ...], fields: dict[str, Any]) -> type:
    return types.new_class(
        name,
        bases,
        {},
        lambda body: body.update(
            __module__=__name__,
            __annotations__={
                key: kind for key, kind in fields.items() if not isinstance(kind, StrawberryField)
            },
            is_type_of=staticmethod(_always),
            **{key: made for key, made in fields.items() if isinstance(made, StrawberryField)},
        ),
    )


def _always(_value: object, _info: object) -> bool:
    """Nothing returns these types by way of another: see `schema.answer.Node`."""
    return True
