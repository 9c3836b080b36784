"""NHS numbers that change: one that another has taken the place of goes on leading to the same child.

Of two numbers of one person the national service keeps one. Here each stays a way to find the
child, since systems go on sending the older one. Two children are never made one by it.

Source: NHS England, PDS: a superseded number is answered with the record that took its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.enrolment import Change, Happened
from linking.holding import hold
from linking.index import Index
from linking.storage import reading, writing
from linking.tables import NHS_NUMBER
from records.identifiers import NHSNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of it. ``two`` are the children of the older and the newer number, where they differ."""

    child_ref: str | None = None
    changes: tuple[Change, ...] = ()
    two: tuple[str, str] | None = None


async def follow_number(
    index: Index, old: NHSNumber, new: NHSNumber, *, by: str, now: datetime
) -> Followed:
    """Let both numbers lead to the child of either. Where nobody has either, nothing is changed."""
    marks = {"old": index.seal.nhs_mark(old), "new": index.seal.nhs_mark(new)}
    async with writing(index.engine) as connection:
        await hold(connection, marks.values())
        of_old = await _child_of(connection, marks["old"])
        of_new = await _child_of(connection, marks["new"])
        if of_old is not None and of_new is not None:
            if of_old != of_new:
                return Followed(two=(of_old, of_new))
            return Followed(child_ref=of_old)
        child_ref = of_old or of_new
        if child_ref is None:
            return Followed()
        missing = marks["new"] if of_new is None else marks["old"]
        await connection.execute(
            sa.insert(NHS_NUMBER).values(
                mark=missing, child_ref=child_ref, linked_at=now, linked_by=by
            )
        )
    change = Change(happened=Happened.SUPERSEDED, child_ref=child_ref, source=by)
    return Followed(child_ref=child_ref, changes=(change,))


async def is_numbered(index: Index, child_ref: str) -> bool:
    """Whether a child is known by an NHS number."""
    there = sa.select(
        sa.exists().where(NHS_NUMBER.c.child_ref == child_ref, NHS_NUMBER.c.unlinked_at.is_(None))
    )
    async with reading(index.engine) as connection:
        return bool((await connection.execute(there)).scalar_one())


async def _child_of(connection: AsyncConnection, mark: bytes) -> str | None:
    query = sa.select(NHS_NUMBER.c.child_ref).where(
        NHS_NUMBER.c.mark == mark, NHS_NUMBER.c.unlinked_at.is_(None)
    )
    return (await connection.execute(query)).scalar_one_or_none()
