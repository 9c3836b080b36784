"""What deciding needs to know, as of an instant: one statement over the tables, weighed by pure functions.

Two times are kept apart: ``now`` is when it was true, ``known_at`` when we knew it. Courts ask both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.bundle import Bundle
from consent.situation import Situation
from consent.vocabulary import Fact, Value
from disclosure.assertion import OF_THE_ANSWER, Assertion
from disclosure.fact_tables import (
    AGREEMENT,
    ATTRIBUTE,
    CHILD_AREA,
    JUDGEMENT,
    NOTICE,
    PARTICIPATION,
    PREFERENCE,
    STANDING,
)
from disclosure.weighing import situation_from
from linking.prepared import Prepared
from linking.storage import Instant
from records.people import Access, Viewer

_EVERYTHING_KNOWN: Final = datetime(9999, 1, 1, tzinfo=UTC)
_NOTHING_GIVEN: Final[Mapping[Fact, Value]] = MappingProxyType({})

_NOW: Final = sa.bindparam("now", type_=Instant)
_KNOWN_AT: Final = sa.bindparam("known_at", type_=Instant)
_CHILD: Final = sa.bindparam("child_ref", type_=sa.String)
_ORGANISATION: Final = sa.bindparam("organisation", type_=sa.String)

_Column = sa.ColumnElement[Any] | None


def _said(
    table: sa.Table,
    key: sa.ColumnElement[str],
    value: _Column,
    *who: _Column,
    of: sa.ColumnElement[bool] | None = None,
) -> sa.Select[*tuple[Any, ...]]:
    """The rows of one table that hold at ``now`` and were known, and not yet replaced, at ``known_at``."""
    later = table.alias()
    fields = (value, *who)
    source = table.c.source if "source" in table.c else sa.literal("")
    return sa.select(
        sa.literal(table.name),
        sa.cast(key, sa.Text),
        *(sa.cast(sa.null() if field is None else field, sa.Text) for field in fields),
        source,
        table.c.valid_from,
        table.c.recorded_at,
        table.c.id,
    ).where(
        table.c.child_ref == _CHILD if of is None else of,
        table.c.valid_from <= _NOW,
        table.c.valid_to.is_(None) | (table.c.valid_to > _NOW),
        table.c.recorded_at <= _KNOWN_AT,
        ~sa.exists().where(later.c.replaces == table.c.id, later.c.recorded_at <= _KNOWN_AT),
    )


def _truth(column: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    return sa.case((column, "true"), else_="false")


_S, _J, _P = STANDING.c, JUDGEMENT.c, PREFERENCE.c
_EVERYTHING: Final = Prepared(sa.union_all(
    _said(STANDING, _S.standing, None, _S.issuer, _S.subject, _S.organisation, _S.team, _S.role),
    _said(CHILD_AREA, CHILD_AREA.c.area, CHILD_AREA.c.authority, None, None, None, None, None),
    _said(PREFERENCE, _P.about, _P.says, None, _P.giver_ref, _P.audience, _P.capacity, _P.giver),
    _said(PARTICIPATION, PARTICIPATION.c.interview, PARTICIPATION.c.says, *[None] * 5),
    _said(NOTICE, sa.literal("told"), _truth(NOTICE.c.told), *[None] * 5),
    _said(
        JUDGEMENT, _J.fact, _truth(_J.value),
        _J.for_issuer, _J.for_subject, _J.for_organisation, None, None,
    ),
    _said(ATTRIBUTE, ATTRIBUTE.c.fact, ATTRIBUTE.c.value, *[None] * 5),
    _said(
        AGREEMENT, AGREEMENT.c.partnership, AGREEMENT.c.purposes, *[None] * 5,
        of=AGREEMENT.c.organisation == _ORGANISATION,
    ),
))  # fmt: skip


@lru_cache(maxsize=16)
def areas_of(bundle: Bundle) -> Mapping[str, str]:
    """The partnership of each authority whose protocol is loaded, by GSS code."""
    return MappingProxyType(
        {
            authority.code.code: protocol.id
            for protocol in bundle.protocols.values()
            for authority in protocol.authorities
        }
    )


class Facts:
    """The registers of facts in one database. The engine is the caller's to dispose of."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine: Final = engine

    async def situation(
        self,
        viewer: Viewer,
        access: Access,
        child_ref: str,
        now: datetime,
        known_at: datetime | None = None,
        *,
        bundle: Bundle,
        given: Mapping[Fact, Value] = _NOTHING_GIVEN,
    ) -> Situation:
        """What is known for this caller, child and purpose at ``now``, as far as was known at ``known_at``.

        Without ``known_at``, all that is known today counts. ``given`` is how the answer travels, as
        whoever carries it states: a channel, a meeting. A child nobody has heard of is a
        child of whom nothing is recorded.

        Raises:
            ValueError: something else was given, which only the registers may say.
        """
        if not given.keys() <= OF_THE_ANSWER:
            raise ValueError(
                "Only the channel and the meeting may be given; the rest is looked up."
            )
        rows = await self.said(viewer, child_ref, now, known_at or _EVERYTHING_KNOWN)
        return situation_from(rows, viewer, access, now, areas=areas_of(bundle), given=given)

    async def said(
        self, viewer: Viewer, child_ref: str, now: datetime, known_at: datetime
    ) -> list[Assertion]:
        """Every row that bears on this child, and on this caller's agreements."""
        asked = {
            "child_ref": child_ref,
            "organisation": viewer.organisation,
            "now": now,
            "known_at": known_at,
        }
        return [Assertion(*row) for row in await _EVERYTHING.rows(self.engine, asked)]
