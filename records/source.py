"""The Source: the one question asked of any system, and what may come of it.

A source is asked only for permitted items, and builds nothing else. It answers with
records, or raises a `SourceError`; "we hold nothing" is an empty answer, and a system
that could not be asked is an error, so that the two can never look alike.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from records.child import IdentityCore
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind, Purpose
from records.record import DataNote, Record


class Evidence(enum.Enum):
    """How well an interface is known. Source: the grades of reference/interfaces.md."""

    PUBLIC_CODE = "a"
    NATIONAL_STANDARD = "b"
    PRODUCT_PAGES = "c"
    INFERENCE = "d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of one system about one child.

    ``subject`` is what that system calls the child, from the index. ``items`` are the permitted
    items among those it supplies: never empty. ``asked_for`` is the organisation on whose behalf
    we ask and ``request_ref`` a UUID for the source's own audit; neither names a child.
    ``explicit`` says that a person asked this one system, knowing that being asked leaves a trace
    there: some systems answer nothing else (CP-IS).
    """

    subject: LocalId
    items: frozenset[Item]
    purpose: Purpose
    asked_for: str
    request_ref: str
    now: datetime
    explicit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a system answered: everything it holds of what was asked, or nothing held.

    ``as_of`` is the instant it vouches for. ``superseded_by`` is set when the system says that
    its id for this child has changed: the index follows it, and it is audited.
    ``skipped`` counts rows that could not be read and were left out, each with a note.
    """

    records: tuple[Record, ...]
    as_of: datetime
    notes: tuple[DataNote, ...] = ()
    skipped: int = 0
    superseded_by: LocalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person whom a system knows, as found by a trace: its own id, and what it holds to match on."""

    local_id: LocalId
    nhs_number: NHSNumber | None
    core: IdentityCore
    superseded_from: LocalId | None = None


class Source(Protocol):
    """One system of one agency, behind its adapter."""

    @property
    def name(self) -> str:
        """The deployment's name for it, such as ``police``; also the name in a LocalId."""

    @property
    def system(self) -> str:
        """The product, such as ``NEC CONNECT``, with what is unverified said."""

    @property
    def kind(self) -> Kind:
        """Whose system it is."""

    @property
    def evidence(self) -> Evidence:
        """How well its interface is known."""

    @property
    def supplies(self) -> frozenset[Item]:
        """The items that it can supply."""

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked, and no part that was not asked for.

        Raises:
            SourceUnavailable: unreachable, slow or failing; worth asking again.
            SourceRefused: it refused the gateway itself.
            SourceContractBroken: it answered in a shape its document excludes.
        """

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom this system knows by that NHS number: none, one, or (its fault) several.

        Raises:
            SourceError: as for `records`.
        """


@runtime_checkable
class Paced(Protocol):
    """A source whose interface says how often it may be called. Others have no such limit."""

    @property
    def calls_per_second(self) -> float:
        """The most calls in any second, over all questions."""


@runtime_checkable
class ByNumber(Protocol):
    """A source that calls a child by the NHS number and may not be asked whom it knows.

    Children are linked to it by their number alone: whether it holds anything, only a look tells.
    """

    @property
    def linked_by_number(self) -> bool:
        """Always true: what tells these sources from others."""
