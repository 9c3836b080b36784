"""What one CareDirector answered to one question: rows by what they hold, and whose they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import msgspec

from adapters.caredirector.asking import Section, literal
from adapters.caredirector.names import Council
from adapters.caredirector.wire import NotReadable, Row, rows
from adapters.council_events import OfEpisode
from adapters.notes import Notes
from adapters.times import LONDON
from records.items import Item
from records.record import Provenance, Record

SYSTEM: Final = "CareDirector (modelled, unverified)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All the answers, for one child and some items. Each is to be read once.

    ``of_episode`` gathers of which episode each interview is, as far as it was asked and says it.
    """

    source: str
    subject: str
    council: Council
    items: frozenset[Item]
    now: datetime
    answers: Mapping[str, Sequence[msgspec.Raw]]
    notes: Notes = field(default_factory=Notes)
    of_episode: dict[str, OfEpisode] = field(default_factory=dict)

    @property
    def provenance(self) -> Provenance:
        """Where every record of this answer comes from: the live system, as of the question."""
        return Provenance(source=self.source, system=SYSTEM, as_of=self.now)

    @property
    def today(self) -> date:
        """The date in the United Kingdom at the instant of the question."""
        return self.now.astimezone(LONDON).date()

    def rows(self, name: str, section: Section) -> Iterator[tuple[Row, str]]:
        """Each readable entity of this child with its key.

        One about somebody else is left out and counted. One that a list brought twice, because
        it moved from page to page meanwhile, comes once: in the state sent last.
        """
        latest: dict[str, Row] = {}
        for row in rows(self.answers.get(name, ()), self.notes):
            try:
                whose, key = row.code(section.person), row.code(section.entity.key)
            except NotReadable:
                whose, key = None, None
            if key is None or whose is None or literal(whose, self.council.keys) is None:
                self.notes.skip(f"{name} entity")
            elif whose.casefold() != self.subject.casefold():
                self.notes.skipped += 1
                self.notes.add(
                    "row-of-another-person",
                    "A row about another person came with the answer and was left out.",
                )
            else:
                if key in latest:
                    changed = latest[key].version != row.version
                    self.notes.add(*(_CHANGED if changed else _TWICE))
                latest[key] = row
        for key, row in latest.items():
            yield row, key

    def read(
        self,
        name: str,
        sections: Mapping[str, Section],
        make: Callable[[Row, str, Notes], Record | None],
    ) -> Iterator[Record]:
        """A record of each entity, with its own notes on it; one that cannot be read is counted."""
        section = sections.get(name)
        if section is None or not self.items & section.fields.keys():
            return
        for row, key in self.rows(name, section):
            notes = Notes()
            try:
                record = make(row, f"{name}/{key}", notes)
            except NotReadable:
                self.notes.skip(f"{name} entity")
                continue
            if record is not None:
                yield dataclasses.replace(record, notes=(*record.notes, *notes.all()))


_TWICE: Final = ("row-twice", "A row came twice and is shown once.")
_CHANGED: Final = (
    "changed-while-read",
    "A row was changed while it was read; the state that was sent last is shown.",
)
