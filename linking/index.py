"""Who is the same child where: found by exact identifiers, and doubtful rather than merged.

Doubt is not a flag that somebody must remember to set: it is read off the links. Two ids of
one system on one child, or one id on two children, is ambiguous until a person ends a link.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.kept import Kept
from linking.prepared import Prepared
from linking.sealing import Seal
from linking.tables import LINK, NHS_NUMBER, How
from records.identifiers import LocalId, NHSNumber


@dataclass(frozen=True, slots=True)
class Found:
    """One child."""

    child_ref: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The identifiers given point to more than one child, or to one in doubt. A person decides."""


@dataclass(frozen=True, slots=True)
class NotLinked:
    """No child is known by the identifiers given. That is not: there is no such child."""


class Doubt(enum.Enum):
    """Why a system cannot be asked about a child."""

    AMBIGUOUS = "ambiguous"
    NOT_LINKED = "not-linked"


@dataclass(frozen=True, slots=True)
class Subjects:
    """What each system calls one child, where that is certain."""

    by_source: Mapping[str, LocalId | Doubt]

    def of(self, source: str) -> LocalId | Doubt:
        """What this system calls the child, or why that cannot be said."""
        return self.by_source.get(source, Doubt.NOT_LINKED)


_OTHER = LINK.alias("other")

_BY_NHS_NUMBER: Final = Prepared(
    sa.select(NHS_NUMBER.c.child_ref).where(
        NHS_NUMBER.c.mark == sa.bindparam("mark"), NHS_NUMBER.c.unlinked_at.is_(None)
    )
)

# A child with a second id in the same system is in doubt by either of them, unless a person has said
# of the later one that it is theirs: it is then known whose each is, and not which to ask with.
_BY_LOCAL_ID: Final = Prepared(
    sa.select(
        LINK.c.child_ref,
        sa.exists()
        .where(
            _OTHER.c.child_ref == LINK.c.child_ref,
            _OTHER.c.source == LINK.c.source,
            _OTHER.c.local_mark != LINK.c.local_mark,
            _OTHER.c.unlinked_at.is_(None),
            sa.or_(
                (_OTHER.c.linked_at > LINK.c.linked_at) & (_OTHER.c.how != How.PERSON.value),
                (_OTHER.c.linked_at <= LINK.c.linked_at) & (LINK.c.how != How.PERSON.value),
            ),
        )
        .label("doubtful"),
    ).where(LINK.c.local_mark == sa.bindparam("mark"), LINK.c.unlinked_at.is_(None))
)

_SUBJECTS: Final = Prepared(
    sa.select(
        LINK.c.source,
        LINK.c.local_sealed,
        sa.exists()
        .where(
            _OTHER.c.local_mark == LINK.c.local_mark,
            _OTHER.c.child_ref != LINK.c.child_ref,
            _OTHER.c.unlinked_at.is_(None),
        )
        .label("shared"),
    ).where(LINK.c.child_ref == sa.bindparam("child_ref"), LINK.c.unlinked_at.is_(None))
)


class Index:
    """The index in one database, under one pepper. The engine is the caller's to dispose of.

    ``by_number`` are the systems that call a child by the NHS number and cannot be asked whom they
    know: whoever's number is known here is linked there by it.
    """

    def __init__(
        self, engine: AsyncEngine, pepper: bytes, *, by_number: frozenset[str] = frozenset()
    ) -> None:
        self.engine = engine
        self.by_number: Final = by_number
        self.seal = Seal(pepper)
        self.kept = Kept()

    async def find(
        self, *, nhs_number: NHSNumber | None = None, local_id: LocalId | None = None
    ) -> Found | Ambiguous | NotLinked:
        """The child known by every identifier given; two that disagree are ambiguous.

        Raises:
            ValueError: no identifier was given.
        """
        answers: list[Found | Ambiguous | NotLinked] = []
        if nhs_number is not None:
            marked = {"mark": self.seal.nhs_mark(nhs_number)}
            numbered = await _BY_NHS_NUMBER.rows(self.engine, marked)
            answers.append(_one([(child_ref, False) for (child_ref,) in numbered]))
        if local_id is not None:
            marked = {"mark": self.seal.local_mark(local_id)}
            linked = await _BY_LOCAL_ID.rows(self.engine, marked)
            answers.append(_one([(child_ref, bool(doubtful)) for child_ref, doubtful in linked]))
        if not answers:
            raise ValueError("Find a child by an NHS number or a local id.")
        return answers[0] if len(set(answers)) == 1 else Ambiguous()

    async def children_of(self, local_id: LocalId) -> frozenset[str]:
        """Every child to whom this id of a system is linked, in doubt or not."""
        rows = await _BY_LOCAL_ID.rows(self.engine, {"mark": self.seal.local_mark(local_id)})
        return frozenset(str(child_ref) for child_ref, _doubtful in rows)

    async def subjects(self, child_ref: str) -> Subjects:
        """What each system calls this child; an unknown child is linked to none."""
        rows = await _SUBJECTS.rows(self.engine, {"child_ref": child_ref})
        by_source: dict[str, LocalId | Doubt] = {}
        for source, sealed, shared in rows:
            if shared or source in by_source:
                by_source[source] = Doubt.AMBIGUOUS
            else:
                by_source[source] = self.seal.open(source, sealed)
        return Subjects(MappingProxyType(by_source))


def _one(rows: list[tuple[str, bool]]) -> Found | Ambiguous | NotLinked:
    match rows:
        case []:
            return NotLinked()
        case [(child_ref, False)]:
            return Found(child_ref)
        case _:
            return Ambiguous()
