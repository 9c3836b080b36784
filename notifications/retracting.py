"""What was said by mistake is taken back: for everybody who was told of it, and for every clock that it moved.

Nothing is erased. The event is corrected by one that says that it did not happen, or not so; the
facts that it stated never held; a clock that it started stops, and one that it met runs again,
unless something else has met it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.carrying import stated_by, take_back
from disclosure.happenings import SAID_BY_MISTAKE
from notifications.episode import standing
from notifications.happening import (
    OURSELVES,
    Happened,
    Happening,
    Plan,
    Planning,
    Reason,
    Settle,
    Tell,
)
from notifications.ledger import Appended, append_all, history, lock_child
from notifications.tables import DEADLINE, DELIVERY, INBOX, DeadlineState
from records.items import Item

_BECAUSE: Final = Reason(rule="said-by-mistake", partnership="homeward", applies="host")
_EVENT: Final = (
    sa.select(INBOX.c.event)
    .where(INBOX.c.source == sa.bindparam("by"), INBOX.c.sender_ref == sa.bindparam("ref"))
    .order_by(INBOX.c.received_at.desc())
    .limit(1)
)
_PENDING, _MET = DeadlineState.PENDING.value, DeadlineState.MET.value


async def retract(
    transaction: AsyncConnection,
    child: str,
    sender_ref: str,
    planning: Planning,
    *,
    taken_back_as: str,
    now: datetime,
    source: str = OURSELVES,
) -> Appended | None:
    """Take back what was kept under this reference; ``taken_back_as`` is the reference of whoever said so.

    ``source`` is the system that told it; what people say is ours.

    None where another process has done it, or nothing was kept yet and it has to be tried again.
    """
    await lock_child(transaction, child)
    done = await transaction.execute(_EVENT, {"by": OURSELVES, "ref": taken_back_as})
    if done.scalar_one_or_none() is not None:
        return None
    told = await transaction.execute(_EVENT, {"by": source, "ref": sender_ref})
    kept = told.scalar_one_or_none()
    past = await history(transaction, child)
    mistaken = next((event for event in past if event.id == kept), None)
    if mistaken is None or mistaken.type == SAID_BY_MISTAKE:
        return None
    line = [event.id for event in past if event.root == mistaken.root]
    said = Happening(
        type=SAID_BY_MISTAKE,
        child=child,
        at=mistaken.at,
        source=source,
        sender_ref=sender_ref,
        data={"not": mistaken.id},
    )
    telling = _tell(await _told(transaction, line))
    (appended, *_) = await append_all(transaction, child, (said,), telling, now=now)
    note = {"source": OURSELVES, "sender_ref": taken_back_as, "digest": said.digest}
    await transaction.execute(
        INBOX.insert().values(**note, event=appended.event.id, received_at=now)
    )
    await undo(transaction, appended.event, planning, now=now)
    return appended


async def undo(
    transaction: AsyncConnection, said: Happened, planning: Planning, *, now: datetime
) -> None:
    """Let facts and clocks stand as if what this event takes back had never been said."""
    child = said.child
    past = await history(transaction, child)
    line = [event.id for event in past if event.root == said.root and event.id != said.id]
    stated = await stated_by(transaction, child, line)
    await take_back(transaction, stated, by=f"event {said.id}", now=now)
    await _stop_what_it_started(transaction, child, line, said.id, now)
    await _run_again_what_it_met(transaction, child, line, planning, now)


def telling_again(transaction: AsyncConnection, planning: Planning) -> Planning:
    """The same plan, and word for everybody who has a notice of what the event takes back."""

    async def plans(event: Happened, past: Sequence[Happened]) -> Plan:
        plan = await planning(event, past)
        line = [other.id for other in past if other.root == event.root and other.id != event.id]
        told = await _told(transaction, line)
        already = {tell.recipient for tell in plan.tell}
        more = [who for who in told if who not in already]
        because = (replace(_BECAUSE, rule=event.type),)
        again = (Tell(recipient=who, items=told[who], reasons=because) for who in more)
        return replace(plan, tell=(*plan.tell, *again))

    return plans


async def _stop_what_it_started(
    transaction: AsyncConnection, child: str, line: Sequence[str], by: str, now: datetime
) -> None:
    await transaction.execute(
        sa.update(DEADLINE)
        .where(
            DEADLINE.c.child == child,
            DEADLINE.c.basis_event.in_(line),
            DEADLINE.c.state == _PENDING,
        )
        .values(state=DeadlineState.CANCELLED.value, settled_at=now, settled_by=by)
    )


async def _run_again_what_it_met(
    transaction: AsyncConnection,
    child: str,
    line: Sequence[str],
    planning: Planning,
    now: datetime,
) -> None:
    query = sa.select(DEADLINE).where(
        DEADLINE.c.child == child,
        DEADLINE.c.settled_by.in_(line),
        DEADLINE.c.basis_event.not_in(line),
    )
    clocks = (await transaction.execute(query)).mappings().all()
    if not clocks:
        return
    others = await _others(transaction, child, line, planning, now)
    for clock in clocks:
        by = next((event for event, settles in others if _settles(clock, event, settles)), None)
        again: dict[str, Any] = {
            "settled_by": None if by is None else by.id,
            "settled_at": None if by is None else by.at,
        }
        if by is None and clock["state"] != DeadlineState.FIRED.value:
            again["state"] = _PENDING
            again["wake_at"] = clock["due_at"]
        await transaction.execute(
            sa.update(DEADLINE).where(DEADLINE.c.id == clock["id"]).values(**again)
        )


async def _others(
    transaction: AsyncConnection, child: str, line: Sequence[str], planning: Planning, now: datetime
) -> list[tuple[Happened, tuple[Settle, ...]]]:
    """Everything else that stands, with the clocks that each of it stops by the facts of now."""
    past = await history(transaction, child)
    found = []
    for event in standing(past):
        if event.root in line or event.id in line:
            continue
        known = [other for other in past if other.seq <= event.seq]
        plan = await planning(replace(event, weighed_at=now), known)
        found.append((event, tuple(plan.settle)))
    return found


def _settles(clock: sa.RowMapping, event: Happened, settles: Sequence[Settle]) -> bool:
    """Whether this event, too, has stopped the clock: it came after what started it."""
    kind = clock["kind"].partition("#")[0]
    return event.at >= clock["basis_at"] and any(
        one.kind == kind and one.subject in {None, clock["subject"]} for one in settles
    )


def _tell(told: Mapping[str, frozenset[Item]]) -> Planning:
    async def plans(_event: Happened, _history: Sequence[Happened]) -> Plan:
        return Plan(
            tell=tuple(
                Tell(recipient=who, items=items, reasons=(_BECAUSE,)) for who, items in told.items()
            )
        )

    return plans


async def _told(transaction: AsyncConnection, line: Sequence[str]) -> dict[str, frozenset[Item]]:
    """Whoever has a notice of it, and of which items."""
    query = sa.select(DELIVERY.c.recipient, DELIVERY.c["items"]).where(DELIVERY.c.event.in_(line))
    found: dict[str, frozenset[Item]] = {}
    for row in (await transaction.execute(query)).mappings():
        items = frozenset(Item(value) for value in msgspec.json.decode(row["items"]))
        found[row["recipient"]] = found.get(row["recipient"], frozenset()) | items
    return found
