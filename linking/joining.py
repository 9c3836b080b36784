"""Making two children of the index one because a person says so, and two again when they take it back.

Links are moved by ending each and making it anew, so that the rows tell the whole story. What was
moved is written down with the decision: taking it back restores exactly that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.enrolment import Change, Happened, new_child_ref
from linking.sealing import Seal
from linking.tables import CHILD, LINK, NHS_NUMBER, How
from records.errors import WrongArgument
from records.identifiers import LocalId


class Moved(msgspec.Struct, frozen=True):
    """One link that was moved; the mark in hexadecimal."""

    source: str
    local_mark: str


class Joined(msgspec.Struct, frozen=True):
    """What became one: the child that was kept, the other if there was one, and what was moved."""

    kept: str
    other: str | None
    moved: list[Moved]
    number_moved: bool


async def join(
    connection: AsyncConnection, seal: Seal, one: LocalId, other: LocalId, *, by: str, now: datetime
) -> tuple[Joined, list[Change]]:
    """Both records become one child's, with everything that is linked to either child.

    The child who was known first is kept: more people know that reference.

    Raises:
        WrongArgument: a record is in doubt already, or the NHS numbers disagree.
    """
    changes: list[Change] = []
    first = await _child_of(connection, seal, one)
    second = await _child_of(connection, seal, other)
    if first is None and second is None:
        first = await _new_child(connection, now)
        await _link(connection, first, one.source, seal.local_mark(one), seal.seal(one), by, now)
        changes.append(Change(happened=Happened.LINKED, child_ref=first, source=one.source))
    if first is None or second is None:
        kept = first or second or ""
        newcomer = other if second is None else one
        mark = seal.local_mark(newcomer)
        await _link(connection, kept, newcomer.source, mark, seal.seal(newcomer), by, now)
        changes.append(Change(happened=Happened.LINKED, child_ref=kept, source=newcomer.source))
        moved = [Moved(newcomer.source, mark.hex())]
        return Joined(kept=kept, other=None, moved=moved, number_moved=False), changes
    if first == second:
        return Joined(kept=first, other=None, moved=[], number_moved=False), changes
    first, second = await _older_first(connection, first, second)
    number_moved = await _move_number(connection, second, first, by, now, both_refused=True)
    links = await _links(connection, second)
    for link in links:
        await _move(connection, link, first, by, now)
        changes.append(Change(happened=Happened.LINKED, child_ref=first, source=link["source"]))
    moved = [Moved(link["source"], bytes(link["local_mark"]).hex()) for link in links]
    return Joined(kept=first, other=second, moved=moved, number_moved=number_moved), changes


async def part(
    connection: AsyncConnection, joined: Joined, *, by: str, now: datetime
) -> tuple[str | None, list[Change]]:
    """What was moved goes back to the child it came from, or to a child of its own; which that is.

    What has been ended or superseded since stays as it is.
    """
    marks = {bytes.fromhex(one.local_mark) for one in joined.moved}
    links = [
        link for link in await _links(connection, joined.kept) if bytes(link["local_mark"]) in marks
    ]
    back = joined.other or (await _new_child(connection, now) if links else None)
    changes: list[Change] = []
    if back is None:
        return None, changes
    if joined.number_moved:
        await _move_number(connection, joined.kept, back, by, now, both_refused=False)
    for link in links:
        await _move(connection, link, back, by, now)
        source = link["source"]
        changes.append(Change(happened=Happened.UNLINKED, child_ref=joined.kept, source=source))
        changes.append(Change(happened=Happened.LINKED, child_ref=back, source=source))
    return back, changes


async def _child_of(connection: AsyncConnection, seal: Seal, local_id: LocalId) -> str | None:
    query = sa.select(LINK.c.child_ref).where(
        LINK.c.local_mark == seal.local_mark(local_id), LINK.c.unlinked_at.is_(None)
    )
    refs = (await connection.execute(query)).scalars().all()
    if len(refs) > 1:
        raise WrongArgument(
            "One of the records is linked to two children: end one of those links first."
        )
    return refs[0] if refs else None


async def _older_first(connection: AsyncConnection, one: str, other: str) -> tuple[str, str]:
    query = sa.select(CHILD.c.child_ref, CHILD.c.enrolled_at).where(
        CHILD.c.child_ref.in_((one, other))
    )
    since = {row.child_ref: row.enrolled_at for row in await connection.execute(query)}
    return (other, one) if since[other] < since[one] else (one, other)


async def _links(connection: AsyncConnection, child_ref: str) -> list[dict[str, Any]]:
    query = sa.select(LINK).where(LINK.c.child_ref == child_ref, LINK.c.unlinked_at.is_(None))
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def _new_child(connection: AsyncConnection, now: datetime) -> str:
    child_ref = new_child_ref()
    await connection.execute(sa.insert(CHILD).values(child_ref=child_ref, enrolled_at=now))
    return child_ref


async def _move(
    connection: AsyncConnection, link: dict[str, Any], to: str, by: str, now: datetime
) -> None:
    await connection.execute(
        sa.update(LINK)
        .where(LINK.c.id == link["id"])
        .values(unlinked_at=now, unlinked_by=by, unlinked_how=How.PERSON.value)
    )
    mark, sealed = link["local_mark"], link["local_sealed"]
    await _link(connection, to, link["source"], mark, sealed, by, now)


async def _link(
    connection: AsyncConnection,
    child_ref: str,
    source: str,
    local_mark: bytes,
    local_sealed: bytes,
    by: str,
    now: datetime,
) -> None:
    await connection.execute(
        sa.insert(LINK).values(
            child_ref=child_ref,
            source=source,
            local_mark=local_mark,
            local_sealed=local_sealed,
            how=How.PERSON.value,
            linked_at=now,
            linked_by=by,
        )
    )


async def _move_number(
    connection: AsyncConnection, of: str, to: str, by: str, now: datetime, *, both_refused: bool
) -> bool:
    """Move a child's NHS number; whether there was one to move."""

    async def standing(child_ref: str) -> list[dict[str, Any]]:
        query = sa.select(NHS_NUMBER).where(
            NHS_NUMBER.c.child_ref == child_ref, NHS_NUMBER.c.unlinked_at.is_(None)
        )
        return [dict(row) for row in (await connection.execute(query)).mappings()]

    numbers = await standing(of)
    if both_refused and numbers and await standing(to):
        raise WrongArgument(
            "The two have different NHS numbers: have the wrong one put right in its system first."
        )
    for number in numbers:
        await connection.execute(
            sa.update(NHS_NUMBER)
            .where(NHS_NUMBER.c.id == number["id"])
            .values(unlinked_at=now, unlinked_by=by)
        )
        await connection.execute(
            sa.insert(NHS_NUMBER).values(
                mark=number["mark"], child_ref=to, linked_at=now, linked_by=by
            )
        )
    return bool(numbers)
