"""Facts of two children whom a person made one: those of the other hold for the kept child too, from now on.

Copied, so that what was decided before can be taken again as it was; taken back, by rows that
say so, when the two are parted. What an event states is left out: the event states it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.fact_tables import (
    ATTRIBUTE,
    CHILD_AREA,
    JUDGEMENT,
    NOTICE,
    PARTICIPATION,
    PREFERENCE,
    STANDING,
)
from disclosure.proceeding_tables import JUDGED_FOR

OF_A_CHILD: Final = (
    STANDING, CHILD_AREA, PREFERENCE, PARTICIPATION, NOTICE, JUDGEMENT, ATTRIBUTE,
)  # fmt: skip
_BY_NAME: Final = {table.name: table for table in OF_A_CHILD}
_OF_AN_EVENT: Final = "event "


async def carry_facts(
    transaction: AsyncConnection, *, of: str, to: str, now: datetime
) -> list[tuple[str, int, int]]:
    """Let what holds for one child hold for another; the table, the row and its copy, of each."""
    carried: list[tuple[str, int, int]] = []
    for table in OF_A_CHILD:
        later = table.alias()
        standing = sa.select(table).where(
            table.c.child_ref == of,
            table.c.valid_to.is_(None) | (table.c.valid_to > now),
            ~table.c.asserted_by.startswith(_OF_AN_EVENT),
            ~sa.exists().where(later.c.replaces == table.c.id),
        )
        for row in (await transaction.execute(standing)).mappings().all():
            copy = {**row, "child_ref": to, "recorded_at": now, "replaces": None}
            was = copy.pop("id")
            added = await transaction.execute(sa.insert(table).values(**copy))
            (became,) = added.inserted_primary_key or (0,)
            carried.append((table.name, was, became))
            if table is JUDGEMENT:
                await _narrow_alike(transaction, was, became)
    return carried


async def take_back(
    transaction: AsyncConnection, rows: Iterable[tuple[str, int]], *, by: str, now: datetime
) -> None:
    """Say of these rows, each by its table and number, that they hold no longer and never did."""
    for name, number in rows:
        table = _BY_NAME[name]
        query = sa.select(table).where(table.c.id == number)
        row = (await transaction.execute(query)).mappings().one()
        ended: dict[str, Any] = {
            **row,
            "valid_to": row["valid_from"],
            "asserted_by": by,
            "recorded_at": now,
            "replaces": number,
        }
        del ended["id"]
        await transaction.execute(sa.insert(table).values(**ended))


async def stated_by(
    transaction: AsyncConnection, child_ref: str, events: Sequence[str]
) -> list[tuple[str, int]]:
    """What these events stated of a child and nobody has taken back, each by its table and number."""
    found: list[tuple[str, int]] = []
    for table in (STANDING, CHILD_AREA, ATTRIBUTE):
        later = table.alias()
        query = sa.select(table.c.id).where(
            table.c.child_ref == child_ref,
            table.c.asserted_by.in_([f"{_OF_AN_EVENT}{event}" for event in events]),
            ~sa.exists().where(later.c.replaces == table.c.id),
        )
        found += [(table.name, number) for number in (await transaction.execute(query)).scalars()]
    return found


async def _narrow_alike(transaction: AsyncConnection, was: int, became: int) -> None:
    """A judgement that counts for some items alone counts for those alone here too."""
    query = sa.select(JUDGED_FOR.c["items"]).where(JUDGED_FOR.c.judgement == was)
    items = (await transaction.execute(query)).scalar_one_or_none()
    if items is not None:
        await transaction.execute(sa.insert(JUDGED_FOR).values(judgement=became, items=items))
