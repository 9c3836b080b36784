"""What a record is: one thing that one system holds, made of parts.

A record by itself says no more than that it exists, where, and as of when. Each
part of it is one item of information, so that what is withheld is a part that was
never built, and never a value blanked out afterwards.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, cast

from records.items import Category, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a record comes from: the source's name here, and the product behind it.

    ``as_of`` is the instant for which the system vouches (a reporting copy lags),
    ``recorded_at`` when it says the record was made or last changed, if it says.
    """

    source: str
    system: str
    as_of: datetime
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataNote:
    """Something about the data that a reader should know: a repair, a doubt, a breach of a rule.

    ``code`` is a stable slug; ``says`` is plain English without any value from the record. ``item``
    is what it tells something of, where that is one part alone: it is then given with that item only.
    """

    code: str
    says: str
    item: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One thing that one system holds about a child.

    ``ref`` is the source's own reference, never shown as such: the schema publishes
    a keyed id in its place. ``kept_back`` are items that are open to the caller in other records
    and not in this one: the door sets it, and no adapter.
    """

    category: ClassVar[Category]
    exists: ClassVar[Item]

    ref: str
    provenance: Provenance
    notes: tuple[DataNote, ...] = ()
    kept_back: frozenset[Item] = frozenset()


def part(item: Item) -> Any:  # noqa: ANN401 - dataclasses.field is typed as what it stands for
    """A field of a record that holds one item of information; None where there is none."""
    return field(default=None, metadata={"item": item})


@cache
def _parts(record: Hashable) -> Mapping[str, Item]:
    fields = dataclasses.fields(cast("type[Record]", record))
    return MappingProxyType({f.name: f.metadata["item"] for f in fields if "item" in f.metadata})


@cache
def _items(record: Hashable) -> frozenset[Item]:
    kind = cast("type[Record]", record)
    return frozenset({kind.exists, *_parts(record).values()})


def parts_of(record: type[Record]) -> Mapping[str, Item]:
    """The record's parts by field name, each with its item, in the order they are declared."""
    return _parts(cast("Hashable", record))


def items_of(record: type[Record]) -> frozenset[Item]:
    """Every item that a record of this type can hold, its existence among them."""
    return _items(cast("Hashable", record))


R = TypeVar("R", bound=Record)


def only(record: R, permitted: frozenset[Item]) -> R:
    """The record with nothing but its permitted parts, and the notes that speak of no other.

    Adapters build no other parts in the first place; the door applies this once more.
    """
    unasked: dict[str, Any] = {
        name: None
        for name, item in parts_of(type(record)).items()
        if item not in permitted and getattr(record, name) is not None
    }
    notes = notes_for(record.notes, permitted)
    if len(notes) != len(record.notes):
        unasked["notes"] = notes
    return dataclasses.replace(record, **unasked) if unasked else record


def notes_for(notes: tuple[DataNote, ...], permitted: frozenset[Item]) -> tuple[DataNote, ...]:
    """The notes that may be given with these items."""
    if all(note.item is None for note in notes):
        return notes
    return tuple(note for note in notes if note.item is None or note.item in permitted)
