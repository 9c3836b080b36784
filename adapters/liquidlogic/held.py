"""What one Liquidlogic answered to one question: rows by table, and how old they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, TypeVar

import msgspec

from adapters.liquidlogic.wire import Row
from adapters.liquidlogic.words import key
from adapters.notes import Notes
from adapters.reading import Wire
from adapters.times import LONDON
from records.identifiers import AuthorityCode, OfstedURN
from records.items import Item
from records.record import Provenance

SYSTEM: Final = "Liquidlogic (reporting copy)"

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows of one ask as they came, and the instant the copy vouches for."""

    rows: Sequence[msgspec.Raw]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All the answers, for one child and some items. ``notes`` are those of the whole answer.

    ``answers`` stand under the name of their ask. Each is to be read once: notes are made on the way.
    """

    source: str
    subject: str
    items: frozenset[Item]
    now: datetime
    authority: str | None
    answers: Mapping[str, Answer]
    placed_in: Mapping[str, str] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)

    def rows(self, wire: Wire[R], ask: str) -> Iterator[tuple[R, str, Provenance]]:
        """Each readable row of this child with a ref of its own and where it comes from.

        A row about somebody else is left out and counted; the same row sent twice comes once;
        two different rows under one id both come, noted.
        """
        answer = self.answers.get(ask)
        if answer is None:
            return
        provenance = self.provenance
        seen: dict[str, list[R]] = {}
        for row in wire.rows(answer.rows, self.notes):
            if key(row.dim_person_id) != self.subject:
                self.notes.skipped += 1
                self.notes.add(
                    "row-of-another-person",
                    "A row about another person came with the answer and was left out.",
                )
                continue
            ref = f"{ask}/{row.own_key()}"
            alike = seen.setdefault(ref, [])
            if row in alike:
                self.notes.add("row-twice", "A row came twice and is shown once.")
                continue
            alike.append(row)
            if len(alike) > 1:
                self.notes.add(
                    "one-id-on-two-rows", "Two different rows came under one id; both are shown."
                )
                ref = f"{ref}/{len(alike)}"
            yield row, ref, provenance

    @property
    def provenance(self) -> Provenance:
        """Where every record of this answer comes from, and as of when."""
        return Provenance(source=self.source, system=SYSTEM, as_of=self.as_of)

    def asked(self, *items: Item) -> bool:
        """Whether any of these items was asked for."""
        return not self.items.isdisjoint(items)

    def host(self, urn: OfstedURN | None, postcode: str | None) -> AuthorityCode | None:
        """In whose area a placement is, as far as the deployment says it; by the home's number first."""
        if urn is not None and (code := self.placed_in.get(urn.text)) is not None:
            return AuthorityCode(code)
        written = (postcode or "").replace(" ", "")
        fitting = [
            (len(place), code)
            for place, code in self.placed_in.items()
            if written and written.startswith(place.replace(" ", "").upper())
        ]
        return AuthorityCode(max(fitting)[1]) if fitting else None

    @property
    def today(self) -> date:
        """The date in the United Kingdom at the instant of the question."""
        return self.now.astimezone(LONDON).date()

    @property
    def as_of(self) -> datetime:
        """The oldest instant that any of the tables vouches for; never later than the question."""
        return min(self.now, *(answer.as_of for answer in self.answers.values())).astimezone(UTC)
