"""What goes through the door and what comes back: an enquiry, and its disclosure.

Absence has a name: held back, not held, not reached, not linked and not confirmed are
values, and never look alike. Where existence itself is the secret, all that stands here
about a category depends on the rules alone.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from consent.decision import Decision
from consent.vocabulary import Fact, Value
from protocols.protocol import Ask
from protocols.rule import RuleRef
from records.items import ITEM_CATEGORY, Category, Item
from records.kinds_of_record import RECORD_OF
from records.people import Access, Kind, Viewer
from records.record import DataNote, Record, parts_of
from records.words import Word

_NOTHING_CLOSED: Final[Mapping[Item, frozenset[Kind]]] = MappingProxyType({})
_NOTHING_GIVEN: Final[Mapping[Fact, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One question about one child: who asks, why, and every item that the question needs.

    ``child_ref`` may be of a child that nobody knows. ``document_hash`` names the question's text
    for the ledger. ``given`` is how the answer travels (a channel, a meeting), as whoever carries it
    says; never the caller. ``explicit``: the caller means a national register to be asked in which
    every look at a child leaves a trace (CP-IS). ``asks`` is false where only the decisions are wanted,
    of what the gateway holds itself: no system is asked then. ``even`` is false where whoever asks
    makes the whole of their answer take even steps (`disclosure.evening`).
    """

    viewer: Viewer
    access: Access = field(repr=False)
    child_ref: str = field(repr=False)
    items: frozenset[Item]
    now: datetime
    document_hash: str | None = None
    given: Mapping[Fact, Value] = field(default_factory=lambda: _NOTHING_GIVEN)
    explicit: bool = False
    asks: bool = True
    even: bool = True


class ReportState(Word):
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


class NotAsked(enum.StrEnum):
    """Why a system that supplies what was asked for was not asked.

    NEEDS_ACTION: it is asked only when somebody says that they mean it. NEEDS_SIGN_IN: and only by
    the asker's own sign-in at a national identity service. HELD_BACK: it is given a
    rest after several silences, or is being asked as much as it may; it counts as not reached.
    """

    WITHHELD = "withheld"
    NOT_LINKED = "not-linked"
    AMBIGUOUS = "ambiguous"
    NEEDS_ACTION = "needs-action"
    NEEDS_SIGN_IN = "needs-sign-in"
    HELD_BACK = "held-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What became of one system in one category.

    ``as_of`` is the instant the system vouches for, if it answered. ``skipped`` counts rows that it
    sent and that could not be read. ``not_asked``: why the question did not go to it.
    """

    source: str
    system: str
    kind: Kind
    state: ReportState
    says: str
    as_of: datetime | None = None
    notes: tuple[DataNote, ...] = ()
    skipped: int = 0
    not_asked: NotAsked | None = None


class Refusal(enum.StrEnum):
    """Why an item is withheld. SILENT is no refusal: no paragraph speaks of it."""

    BARRED = "barred"
    DENIED = "denied"
    NO_CONSENT = "no-consent"
    SILENT = "silent"
    NOT_CONFIRMED = "not-confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One item that is not given, why, by which paragraphs, and whom to ask.

    ``held_by``: the item is given from other agencies' records, and kept back from those of these
    kinds; empty where it is not given at all. ``duties`` are paragraphs under which somebody must answer for the withholding;
    ``can_break_glass``: the rules know an emergency in which a caller in this role may have it.
    """

    item: Item
    category: Category
    reason: Refusal
    says: str
    rules: tuple[RuleRef, ...]
    duties: tuple[RuleRef, ...]
    ask: Ask
    can_break_glass: bool
    held_by: frozenset[Kind] = frozenset()


EXISTS: Final[Mapping[Category, Item]] = MappingProxyType(
    {category: record.exists for category, record in RECORD_OF.items()}
)
"""The item that says that anything is held at all, for each category that has records."""


_ONLY_EXISTS: Final = frozenset(
    record.exists for record in RECORD_OF.values() if record.exists not in parts_of(record).values()
)
"""The items that say that something is held and nothing more. A plan's item is the plan as well."""


def confirmed_by(decisions: Mapping[Item, Decision], category: Category) -> bool:
    """Whether these decisions let the caller know that anything is held, or is not.

    A category without an item for existence is confirmed by any of its items that is open.
    """
    exists = EXISTS.get(category)
    if exists is not None:
        return exists in decisions and decisions[exists].open
    return any(
        decision.open for item, decision in decisions.items() if ITEM_CATEGORY[item] is category
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What may be handed over, and everything about what may not.

    ``ref`` is the ledger's reference to the decision. ``records`` hold permitted parts only, and
    ``reports`` one entry for each system that supplies the category; both have an entry for every
    category that was asked about. ``closed`` names, for an item that is open, the kinds of
    organisation that hold it and whose records of it stay closed to this caller.
    """

    ref: str
    policy: str
    decisions: Mapping[Item, Decision]
    records: Mapping[Category, tuple[Record, ...]] = field(repr=False)
    reports: Mapping[Category, tuple[SourceReport, ...]]
    withheld: tuple[Withheld, ...]
    asked: tuple[str, ...]
    not_asked: Mapping[str, NotAsked]
    closed: Mapping[Item, frozenset[Kind]] = field(default_factory=lambda: _NOTHING_CLOSED)
    own: frozenset[str] = frozenset()

    def is_open(self, item: Item) -> bool:
        """Whether this item was decided open; what was not asked about is not."""
        decision = self.decisions.get(item)
        return decision is not None and decision.open

    def confirms(self, item: Item) -> bool:
        """Whether the caller may know that anything is held, or is not, in this item's category."""
        return confirmed_by(self.decisions, ITEM_CATEGORY[item])


class AnswerState(Word):
    """How an answer stands. The value is stable; the schema publishes the name.

    NOTHING_HELD is said only where every system that holds such things may be asked and one has
    answered; a system that was not reached, or that does not know the child by the identifiers we
    hold, is no ground for it. What is open from some agencies' records alone is REDUCED, or WITHHELD
    where nothing was given.
    """

    DISCLOSED = "disclosed"
    REDUCED = "reduced"
    WITHHELD = "withheld"
    NOTHING_HELD = "nothing-held"
    UNAVAILABLE = "unavailable"
    AMBIGUOUS = "ambiguous"
    NOT_CONFIRMED = "not-confirmed"


_FAILED: Final = frozenset(
    {
        ReportState.TIMED_OUT,
        ReportState.UNAVAILABLE,
        ReportState.REFUSED,
        ReportState.CONTRACT_BROKEN,
    }
)


def state_of(
    disclosure: Disclosure, category: Category, items: Collection[Item] | None = None
) -> AnswerState:
    """How the answer stands for these items of one category; for all that were decided, if none are named.

    Source: design of answers: the states and when each may be said.
    """
    if not confirmed_by(disclosure.decisions, category):
        return AnswerState.NOT_CONFIRMED
    if items is None:
        items = [item for item in disclosure.decisions if ITEM_CATEGORY[item] is category]
    if not disclosure.records[category]:
        states = {_as_reached(report) for report in disclosure.reports[category]}
        # Whoever may be asked whether there is anything, and says no, holds nothing of the rest either.
        asked = {EXISTS[category]} if category in EXISTS else set(items)
        return _without_records(states, partly=not asked.isdisjoint(disclosure.closed))
    # That something exists is no content: it alone makes nothing "reduced". The past beside the
    # current episode is none either where nothing else is asked.
    content = {item for item in items if item not in _ONLY_EXISTS}
    given = {item for item in content if disclosure.is_open(item)}
    if given == content:
        partly = not disclosure.closed.keys().isdisjoint(items)
        return AnswerState.REDUCED if partly else AnswerState.DISCLOSED
    if given or content == {Item.EPISODE_HISTORY}:
        return AnswerState.REDUCED
    return AnswerState.WITHHELD


def _as_reached(report: SourceReport) -> ReportState:
    """A report's state; a system that may be asked, and waits for somebody to mean it, is not reached."""
    waits = report.not_asked is NotAsked.NEEDS_ACTION
    return ReportState.UNAVAILABLE if waits else report.state


def _without_records(states: set[ReportState], *, partly: bool) -> AnswerState:
    """What no records mean. Where some holders' records are closed, never: nothing is held."""
    if ReportState.AMBIGUOUS in states:
        return AnswerState.AMBIGUOUS
    if states & _FAILED:
        return AnswerState.UNAVAILABLE
    if partly:
        return AnswerState.WITHHELD
    return (
        AnswerState.NOTHING_HELD if ReportState.NOTHING_HELD in states else AnswerState.UNAVAILABLE
    )
