"""What every dialect offers: what to ask for which items, and how to read what comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from adapters.notes import Notes
from records.items import Item
from records.record import Provenance, Record
from records.source import Evidence

R = TypeVar("R", bound=Record)
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Everything that came for one call: the rows, what was included, and the nominal's ids.

    ``nominals`` are the ids under which this child may appear: the one asked about, and the one
    it was merged into. A row about anybody else is left out.
    """

    data: Sequence[msgspec.Raw]
    included: Sequence[msgspec.Raw]
    nominals: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading needs beside the rows."""

    source: str
    items: frozenset[Item]
    provenance: Provenance
    now: datetime
    force: str | None = None
    notes: Notes = field(default_factory=Notes)

    def noted(self, record: R, notes: Notes) -> R:
        """The record with its own notes on it, which are the answer's notes too."""
        if not notes.all():
            return record
        for note in notes.all():
            self.notes.keep(note)
        return dataclasses.replace(record, notes=notes.all())

    def of(self, recorded_at: datetime | None) -> Provenance:
        """Where a record comes from, with the time at which the system says it was made."""
        if recorded_at is None:
            return self.provenance
        return Provenance(
            source=self.provenance.source,
            system=self.provenance.system,
            as_of=self.provenance.as_of,
            recorded_at=recorded_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One call of the interface: which items it serves, what to ask, how to read it.

    ``path`` holds ``{subject}`` where the interface wants the nominal in the path (one thing
    comes), and otherwise the nominal is the ``subject`` parameter (a list comes).
    """

    path: str
    serves: frozenset[Item]
    ask: Callable[[frozenset[Item]], Query]
    read: Callable[[Rows, Reading], list[Record]]

    @property
    def lists(self) -> bool:
        """Whether a list comes, to be paged through."""
        return "{subject}" not in self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One product's way of speaking."""

    system: str
    evidence: Evidence
    sections: tuple[Section, ...]

    @property
    def supplies(self) -> frozenset[Item]:
        """Every item that any of its sections serves."""
        return frozenset[Item]().union(*(section.serves for section in self.sections))
