"""Two children again: what was carried goes back, and what has come in since goes to whose it is.

An event that was told of the wrong child is taken back by an event that says so, for everybody who
was told of it and did not know it of the other child before. Nothing is erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.carrying import take_back
from linking.joining import Joined
from linking.tables import LINK
from notifications.carried_table import CARRIED, Carried
from notifications.carrying import hold
from notifications.facts_stated import state_facts
from notifications.happening import OURSELVES, Happened, Happening, Plan, Planning, Reason, Tell
from notifications.ledger import append_all, history
from notifications.retracting import undo
from notifications.tables import DEADLINE, DELIVERY, EVENT, INBOX
from records.items import Item

NOT_THIS_CHILD: Final = "not-this-child"
"""The type of an event that says that the one it corrects was of another child."""

_BECAUSE: Final = Reason(rule="not-this-child", partnership="homeward", applies="host")


@dataclass(frozen=True, slots=True)
class _Going:
    """One event of the kept child that is of the other: what it was there, or None if it is new to it."""

    event: Happened
    was: str | None


async def part_ways(
    transaction: AsyncConnection,
    match_ref: str,
    joined: Joined,
    *,
    since: datetime,
    planning: Planning,
    now: datetime,
) -> tuple[str, ...]:
    """Give the other child back what is theirs; the recipients for whom there is something new.

    Call it once the links have been parted; ``since`` is when they were made one. What people wrote of the child since they were made one
    stays with the kept child, since nobody can say of which of the two it was meant.
    """
    other = joined.other
    if other is None:
        return ()
    await hold(transaction, joined.kept, other)
    rows = await _carried(transaction, match_ref)
    going = await _going(transaction, joined, rows, since)
    woken: set[str] = set()
    await _back(transaction, rows, other)
    refs = await _sender_refs(transaction, [one.event.id for one in going])
    for one in going:
        ref = refs[one.event.id]
        if one.was is None:
            kept = Happening(
                type=one.event.type,
                child=other,
                at=one.event.at,
                source=one.event.source,
                sender_ref=ref,
                data=one.event.data,
            )
            done = await append_all(
                transaction, other, (kept,), planning, now=now, also=state_facts
            )
            woken.update(*(each.recipients for each in done))
        said = Happening(
            type=NOT_THIS_CHILD,
            child=joined.kept,
            at=one.event.at,
            source=one.event.source,
            sender_ref=ref,
            data={"not": one.event.id},
        )
        done = await append_all(
            transaction, joined.kept, (said,), _tell(await _told(transaction, one.event)), now=now
        )
        woken.update(*(each.recipients for each in done))
        if done[0].new:
            # Also a clock of the kept child that the other's news had stopped runs again.
            await undo(transaction, done[0].event, planning, now=now)
    facts = [_fact(row) for row in rows if row["what"] == Carried.FACT.value]
    await take_back(transaction, facts, by=f"match {match_ref}", now=now)
    return tuple(sorted(woken))


async def _going(
    transaction: AsyncConnection,
    joined: Joined,
    rows: Sequence[Mapping[str, Any]],
    since: datetime,
) -> list[_Going]:
    """The kept child's events that are the other's: those carried, and those their systems have sent since.

    A system that still knows both children says with each event which it means; what it sent while
    they were one cannot be told apart, and stays.
    """
    was = {row["became"]: row["key"] for row in rows if row["what"] == Carried.EVENT.value}
    past = await history(transaction, joined.kept)
    theirs = {one.source for one in joined.moved} - await _systems(transaction, joined.kept)
    gone = {event.root for event in past if event.type == NOT_THIS_CHILD}
    return [
        _Going(event, was.get(event.id))
        for event in past
        if event.root not in gone
        and (event.id in was or (event.recorded_at >= since and event.source in theirs))
    ]


async def _back(
    transaction: AsyncConnection, rows: Sequence[Mapping[str, Any]], other: str
) -> None:
    """Notices and clocks belong to what they belonged to before."""
    events = {row["key"] for row in rows if row["what"] == Carried.EVENT.value}
    query = sa.select(EVENT.c.id, EVENT.c.child_seq).where(EVENT.c.id.in_(sorted(events)))
    seqs = {row.id: row.child_seq for row in await transaction.execute(query)}
    for row in rows:
        if row["what"] == Carried.NOTICE.value:
            await transaction.execute(
                sa.update(DELIVERY)
                .where(DELIVERY.c.notice_ref == row["key"])
                .values(event=row["was"], child=other, child_seq=seqs[row["was"]])
            )
        elif row["what"] == Carried.CLOCK.value:
            await transaction.execute(
                sa.update(DEADLINE)
                .where(DEADLINE.c.id == row["key"])
                .values(basis_event=row["was"], child=other)
            )


def _tell(told: Mapping[str, frozenset[Item]]) -> Planning:
    """Whoever was told of it is told that it was of another child, as far as they may know."""

    async def plans(_event: Happened, _history: Sequence[Happened]) -> Plan:
        return Plan(
            tell=tuple(
                Tell(recipient=who, items=items, reasons=(_BECAUSE,)) for who, items in told.items()
            )
        )

    return plans


async def _told(transaction: AsyncConnection, event: Happened) -> dict[str, frozenset[Item]]:
    if event.source == OURSELVES:
        return {}
    query = sa.select(DELIVERY.c.recipient, DELIVERY.c["items"]).where(DELIVERY.c.event == event.id)
    rows = (await transaction.execute(query)).mappings().all()
    return {
        row["recipient"]: frozenset(Item(value) for value in msgspec.json.decode(row["items"]))
        for row in rows
    }


async def _systems(transaction: AsyncConnection, child: str) -> set[str]:
    query = sa.select(LINK.c.source).where(LINK.c.child_ref == child, LINK.c.unlinked_at.is_(None))
    return set((await transaction.execute(query)).scalars())


async def _carried(transaction: AsyncConnection, match_ref: str) -> list[Mapping[str, Any]]:
    query = sa.select(CARRIED).where(CARRIED.c.match_ref == match_ref)
    return [dict(row) for row in (await transaction.execute(query)).mappings()]


async def _sender_refs(transaction: AsyncConnection, events: Sequence[str]) -> dict[str, str]:
    query = sa.select(INBOX.c.event, INBOX.c.sender_ref).where(INBOX.c.event.in_(list(events)))
    return {row.event: row.sender_ref for row in await transaction.execute(query)}


def _fact(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["key"].partition("/")[0], int(row["became"])
