"""What a partnership agreed, apart from who may know what: who it is, its words, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from protocols.condition import Clause
from protocols.rule import CatalogueKind, RuleRef
from records.identifiers import AuthorityCode
from records.people import Kind, Role, Standing
from records.words import Word

if TYPE_CHECKING:
    from protocols.duties import Duty


class Use(Word):
    """Whether a word may be used of a child under this protocol."""

    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A local authority of the partnership."""

    name: str
    code: AuthorityCode


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRole:
    """A role as the protocol names it, and whom that means here: these roles, with this standing.

    ``in_order`` has the same roles as they are written: whom to tell first stands first. ``each``: all
    who hold one of them are told, such as every agency involved, and not the first that there is.
    """

    id: str
    name: str
    roles: frozenset[Role]
    standing: frozenset[Standing]
    cite: str
    in_order: tuple[Role, ...] = ()
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One word for how things stand with a child, and whether it may be used."""

    id: str
    label: str
    meaning: str
    use: Use
    cite: str
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system that the protocol names, or describes without naming."""

    name: str
    kind: Kind
    owner: str
    used_for: str
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whom to ask about something withheld: a role, in the local words, and why them.

    Source: the partnership's `ask` table; a role and never a telephone number.
    """

    role: Role
    label: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRow:
    """Whom to ask about these subjects; for callers of these kinds, or anybody."""

    subjects: frozenset[str]
    kinds: frozenset[Kind]
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Which risk grades a child may be given, and by whom.

    ``forbidden`` grades are refused while the rule applies; where ``allowed`` is not empty every
    other grade is refused as well. ``starts`` is the grade of a first record. ``lowered_by`` are the
    ranks or roles that may lower one, with a recorded reason if ``with_reason``.
    """

    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    starts: str | None = None
    lowered_by: tuple[str, ...] = ()
    with_reason: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """A flag set at so many formally reported episodes; in a window of days, or ever."""

    flag: str
    at_least: int
    within: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """What a protocol says a word means, or a grade must be: exactly one outcome.

    ``term``: the status (of `Protocol.statuses`) that these facts give. ``defines``: the named
    definition that these facts meet. ``presumes``: what is to be presumed of such a child, in words
    for the reader. ``decided_by``: who decides it, and ``states`` which events they may therefore say
    have happened. The others have types of their own.
    """

    ref: RuleRef
    catalogue_id: str
    kind: CatalogueKind
    clauses: tuple[Clause, ...]
    term: str | None = None
    missing: bool | None = None
    defines: str | None = None
    grades: Grades | None = None
    repeats: Repeats | None = None
    presumes: str | None = None
    decided_by: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    forbids_term: str | None = None
    participation: tuple[str, ...] = ()
    if_refused: str | None = None
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One partnership's joint protocol, or the national floor.

    ``in_force_from`` and ``in_force_to`` bound it; ``review_on`` is when its authors said they would
    look again. ``text_sha256`` is of the text that its quotations were checked against.
    """

    id: str
    catalogue: str
    title: str
    edition: str
    national: bool
    verified: bool
    in_force_from: date
    in_force_to: date | None
    review_on: date | None
    text_file: str | None
    text_sha256: str | None
    authorities: tuple[Authority, ...]
    police_force: str | None
    terms: dict[str, str]
    roles: tuple[LocalRole, ...]
    statuses: tuple[Status, ...]
    systems: tuple[System, ...]
    asks: tuple[AskRow, ...]
    status_rules: tuple[StatusRule, ...]
    duties: tuple[Duty, ...] = ()
