"""What reading an answer of Mosaic needs beside its rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from adapters.council_events import OfEpisode
from adapters.mosaic.council import Council
from adapters.notes import Notes
from records.items import Item
from records.record import Provenance, Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Whose answer it is, which items are permitted, and what was noted on the way.

    ``of_episode`` gathers of which episode each interview is, as far as its step says it,
    ``own_words`` what somebody wrote where a word of a list was asked for, ``not_there`` the lists that
    the layer does not have of this person.
    """

    source: str
    subject: str
    council: Council
    items: frozenset[Item]
    provenance: Provenance
    now: datetime
    notes: Notes = field(default_factory=Notes)
    of_episode: dict[str, OfEpisode] = field(default_factory=dict)
    own_words: set[str] = field(default_factory=set)
    not_there: set[str] = field(default_factory=set)

    def noted(self, record: R, notes: Notes) -> R:
        """The record with its own notes on it, which are the answer's notes too."""
        if not notes.all():
            return record
        for note in notes.all():
            self.notes.keep(note)
        return dataclasses.replace(record, notes=notes.all())

    def once(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows in their order; one that comes again just so is left out, noted."""
        seen: list[T] = []
        for row in rows:
            if row in seen:
                self.notes.add("row-twice", "A row came twice and is shown once.")
                continue
            seen.append(row)
            yield row

    def theirs(self, person_id: int | str, what: str) -> bool:
        """Whether a row is this child's; one of another person is left out and counted."""
        if str(person_id) == self.subject:
            return True
        self.notes.skip(f"{what} of another person")
        return False
