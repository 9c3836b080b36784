"""What goes through the door and what comes back: an enquiry, and its disclosure.

Absence has a name: held back, not held, not reached, not linked and not confirmed are
values, and never look alike. Where existence itself is the secret, all that stands here
about a category depends on the rules alone.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from consent.decision import Decision
from consent.vocabulary import Fact, Value
from protocols.protocol import Ask
from protocols.rule import RuleRef
from records.items import Category, Item
from records.people import Access, Kind, Viewer
from records.record import DataNote, Record

_NOTHING_GIVEN: Mapping[Fact, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One question about one child: who asks, why, and every item that the question needs.

    ``child_ref`` may be of a child that nobody knows. ``document_hash`` names the question's text
    for the ledger. ``given`` is how the answer travels (a channel, a meeting), as whoever carries it
    says; never the caller.
    """

    viewer: Viewer
    access: Access
    child_ref: str = field(repr=False)
    items: frozenset[Item]
    now: datetime
    document_hash: str | None = None
    given: Mapping[Fact, Value] = field(default=_NOTHING_GIVEN)


class SourceState(enum.Enum):
    """What became of one system."""

    ANSWERED = "answered"
    NOTHING_HELD = "nothing-held"
    TIMED_OUT = "timed-out"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    CONTRACT_BROKEN = "contract-broken"
    NOT_LINKED = "not-linked"
    AMBIGUOUS = "ambiguous"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one system in one category.

    ``as_of`` is the instant the system vouches for, if it answered. ``skipped`` counts rows that it
    sent and that could not be read.
    """

    source: str
    system: str
    kind: Kind
    state: SourceState
    says: str
    as_of: datetime | None = None
    notes: tuple[DataNote, ...] = ()
    skipped: int = 0


class Because(enum.Enum):
    """Why an item is withheld. SILENT is no refusal: no paragraph speaks of it."""

    BARRED = "barred"
    DENIED = "denied"
    NO_CONSENT = "no-consent"
    SILENT = "silent"
    NOT_CONFIRMED = "not-confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One item that is not given, why, by which paragraphs, and whom to ask.

    ``duties`` are paragraphs under which somebody must answer for the withholding.
    """

    item: Item
    category: Category
    because: Because
    rules: tuple[RuleRef, ...]
    duties: tuple[RuleRef, ...]
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """A system that supplies what was asked for, and was not asked; and why."""

    source: str
    because: SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What may be handed over, and everything about what may not.

    ``ref`` is the ledger's reference to the decision. ``records`` hold permitted parts only, and
    ``reports`` one entry for each system that supplies the category; both have an entry for every
    category that was asked about.
    """

    ref: str
    policy: str
    decisions: Mapping[Item, Decision]
    records: Mapping[Category, tuple[Record, ...]] = field(repr=False)
    reports: Mapping[Category, tuple[SourceReport, ...]]
    withheld: tuple[Withheld, ...]
    asked: tuple[str, ...]
    not_asked: tuple[NotAsked, ...]

    def is_open(self, item: Item) -> bool:
        """Whether this item was decided open; what was not asked about is not."""
        decision = self.decisions.get(item)
        return decision is not None and decision.open
