"""A rule: one sentence of a protocol that its author could check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from protocols.condition import Clause
from records.items import Item
from records.people import Kind
from records.words import Word


class Effect(Word):
    """What a rule does, strongest first. A duty never opens anything."""

    BAR = "bar"
    OVERRIDE = "override"
    DENY = "deny"
    GRANT = "grant"
    DUTY = "duty"


class CatalogueKind(Word):
    """What kind of sentence it is in the catalogue of the five protocols; FLOOR is national."""

    SHARE = "share"
    WITHHOLD = "withhold"
    CONSENT = "consent"
    STATUS = "status"
    NOTIFY = "notify"
    RECORD = "record"
    RESPONSIBILITY = "responsibility"
    MEETING = "meeting"
    ESCALATE = "escalate"
    DEADLINE = "deadline"
    TRIGGER = "trigger"
    FLOOR = "floor"


class Because(Word):
    """Why a denial denies: the paragraph says no, or somebody's agreement is lacking."""

    RULE = "rule"
    NO_CONSENT = "no-consent"


class Applies(Word):
    """Whose protocol the rule speaks in: the area where the child lives, or whose child it is."""

    HOST = "host"
    RESPONSIBLE = "responsible"


class Basis(Word):
    """Whether the words say it, or a reader has to conclude it."""

    STATED = "stated"
    IMPLIED = "implied"


class Strength(Word):
    """How strongly the paragraph puts it."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguity:
    """Wording open to two readings: the one taken, the other, and who should confirm."""

    issue: str
    reading: str
    other: str
    confirm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRef:
    """A rule as it is shown to people: what it says, and the paragraph to check it against.

    ``id`` is the catalogue's, with what this row is of it after a slash where there are several.
    ``verified`` is false where the words have not been checked against the text they cite.
    """

    id: str
    protocol: str
    title: str
    edition: str
    heading: str
    quote: str
    says: str
    strength: Strength
    basis: Basis
    verified: bool
    ambiguity: Ambiguity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of a sharing file, checked.

    ``clauses``: it applies when one of them holds. ``holders`` are the kinds of organisation whose
    records a grant speaks of; every kind where the paragraph names none. ``own_record``: of those
    kinds, only the caller's own organisation's. ``starts`` is the first day in force and ``ends`` the
    first day no longer in force, each open where None.
    """

    ref: RuleRef
    catalogue_id: str
    kind: CatalogueKind
    effect: Effect
    items: frozenset[Item]
    clauses: tuple[Clause, ...]
    applies: frozenset[Applies]
    holders: frozenset[Kind]
    because: Because
    starts: date | None
    ends: date | None
    national: bool
    file: str
    line: int
    own_record: bool = False

    def in_force(self, on: date) -> bool:
        """Whether the rule is in force on that day."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on < self.ends)
