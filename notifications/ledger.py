"""Writing what happened: the event, a notice for each recipient and every clock, or nothing at all.

One transaction. It locks the child's counter first and then the recipients', in order, so that two
writers never wait for each other; a rollback leaves no gap in anybody's numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.chain import canonical
from linking.glancing import Glance
from linking.quickly import add, run
from notifications import clocks, notices
from notifications.facts_stated import state_standings
from notifications.happening import Happened, Happening, Plan, Planning
from notifications.regrading import type_of
from notifications.tables import CHILD_HEAD, EVENT, FOLLOW_UP, INBOX
from notifications.turns import writing_in_turn
from records.references import new_reference

_ATTEMPTS: Final = 5

# The same words on both databases. Setting the number to itself takes the row's lock.
_HELD: Final = (
    "INSERT INTO child_head (child, seq) VALUES (:child, 0)"
    " ON CONFLICT (child) DO UPDATE SET seq = child_head.seq"
)
_HOLD_CHILD: Final = sa.text(_HELD)
_LOCK_CHILD: Final = sa.text(f"{_HELD} RETURNING seq")
_ADVANCE: Final = (
    sa.update(CHILD_HEAD)
    .where(CHILD_HEAD.c.child == sa.bindparam("of"))
    .values(seq=sa.bindparam("to"))
)
_HISTORY: Final = (
    sa.select(EVENT).where(EVENT.c.child == sa.bindparam("of")).order_by(EVENT.c.child_seq)
)
_SENT_ALIKE: Final = (
    sa.select(EVENT)
    .where(
        EVENT.c.child == sa.bindparam("of"),
        EVENT.c.id.in_(
            sa.select(INBOX.c.event).where(
                INBOX.c.source == sa.bindparam("by"), INBOX.c.sender_ref == sa.bindparam("ref")
            )
        ),
    )
    .order_by(EVENT.c.child_seq)
)
_RECEIVED: Final = (
    sa.select(INBOX.c.digest, INBOX.c.event)
    .where(INBOX.c.source == sa.bindparam("of"), INBOX.c.sender_ref == sa.bindparam("ref"))
    .order_by(INBOX.c.received_at, INBOX.c.event)
)

Also: TypeAlias = Callable[[AsyncConnection, Happened, Sequence[Happened]], Awaitable[None]]
"""What else is written in the same transaction for a new event: the facts that it states."""

Past: TypeAlias = Callable[[AsyncConnection, Happening], Awaitable[list[Happened]]]
"""What is looked at of what happened before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """An event as it stands, and whether it was new: a repetition gives the event of the first time.

    ``recipients`` are those for whom a notice was written, to wake whoever listens for them.
    """

    event: Happened
    new: bool
    recipients: tuple[str, ...] = ()


async def whole_history(connection: AsyncConnection, happening: Happening) -> list[Happened]:
    """Everything that happened to the child."""
    return await history(connection, happening.child)


async def sent_alike(connection: AsyncConnection, happening: Happening) -> list[Happened]:
    """What came under the same reference alone: for a name that is no child's, whose events are of no one thing.

    Such a name gathers events for as long as there is a gateway, and each would otherwise be read for the next.
    """
    sent = {"of": happening.child, "by": happening.source, "ref": happening.sender_ref}
    return _happened(await run(connection, _SENT_ALIKE, sent))


async def accept(
    engine: AsyncEngine,
    happening: Happening,
    planning: Planning,
    *,
    now: datetime,
    also: Also | None = None,
    before: Past = whole_history,
) -> Appended:
    """Keep what happened and all that follows from it; durable on return, whatever dies afterwards.

    Sent again under the same reference with the same words, it changes nothing and is answered as
    before. With other words it is kept as a correction of what was sent first.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with writing_in_turn(engine) as transaction:
                appended, *_ = await append_all(
                    transaction,
                    happening.child,
                    (happening,),
                    planning,
                    now=now,
                    also=also,
                    before=before,
                )
        except (IntegrityError, DBAPIError) as error:
            # Another replica took the same reference for another child, or the database chose us
            # to give way: everything was rolled back, so we begin again.
            if attempt == _ATTEMPTS or not worth_again(error):
                raise
        else:
            return appended
    raise AssertionError  # pragma: no cover


async def append_all(
    transaction: AsyncConnection,
    child: str,
    happenings: Sequence[Happening],
    planning: Planning,
    *,
    now: datetime,
    also: Also | None = None,
    before: Past = whole_history,
) -> list[Appended]:
    """The same within a transaction of the caller's, for several happenings to one child.

    First come the events of the happenings given, in their order, then those that they caused.
    ``before`` gives what is looked at of what happened before the first of them.
    """
    head = await lock_child(transaction, child)
    past = await before(transaction, happenings[0]) if happenings else []
    appended: list[Appended] = []
    planned: list[tuple[Happened, Plan]] = []
    waiting = deque(happenings)
    while waiting:
        happening = waiting.popleft()
        digest = happening.digest
        earlier = await _received(transaction, happening)
        if digest in earlier:
            known = next(event for event in past if event.id == earlier[digest])
            appended.append(Appended(event=known, new=False))
            continue
        # Under the same reference there may be events of another child, who was taken for this one.
        own = {event.id for event in past}
        corrects = next((e for e in reversed(earlier.values()) if e in own), None)
        event = _event(happening, head + len(planned) + 1, corrects, past, now)
        there = next((one for one in past if one.id == corrects), None)
        if there is not None and _says_the_same(event, there):
            await _note(transaction, happening, there, digest, now)
            appended.append(Appended(event=there, new=False))
            continue
        await _write(transaction, event)
        await _note(transaction, happening, event, digest, now)
        past.append(event)
        if also is not None:
            await also(transaction, event, past)
        plan = await planning(event, tuple(past))
        planned.append((event, plan))
        waiting += plan.causes
        told = tuple(sorted({tell.recipient for tell in plan.tell}))
        appended.append(Appended(event=event, new=True, recipients=told))
    if planned:
        await run(transaction, _ADVANCE, {"of": child, "to": head + len(planned)})
        waits = await notices.write(transaction, planned, now=now)
        for event, plan in planned:
            await state_standings(transaction, event, plan.stands)
            await clocks.settle(transaction, child, plan.settle, at=event.at, by=event.id)
            starts = [*plan.start, *waits.get(event.id, ())]
            await clocks.start(transaction, child, starts, basis=event.id, now=now)
            if plan.follow_up is not None:
                body = canonical(plan.follow_up).decode()
                shown = {"event": event.id, "child": child, "body": body}
                await add(transaction, FOLLOW_UP, shown)
    return appended


async def lock_child(transaction: AsyncConnection, child: str) -> int:
    """Hold this child's counter until the transaction ends; the number of the last event."""
    number: Any = (await run(transaction, _LOCK_CHILD, {"child": child})).scalar()
    return int(number)


async def lock_children(transaction: AsyncConnection, children: Sequence[str]) -> None:
    """Hold the counters of these children, given in order, until the transaction ends."""
    await run(transaction, _HOLD_CHILD, [{"child": child} for child in children])


async def history(connection: AsyncConnection | Glance, child: str) -> list[Happened]:
    """Everything that is known to have happened to a child, in the order in which it was learnt."""
    return _happened(await run(connection, _HISTORY, {"of": child}))


def _happened(rows: Iterable[Any]) -> list[Happened]:
    found: list[Happened] = []
    roots: dict[str, str] = {}
    for row in rows:
        root = roots[row.id] = row.id if row.corrects is None else roots[row.corrects]
        found.append(
            Happened(
                id=row.id,
                type=row.type,
                child=row.child,
                seq=row.child_seq,
                at=row.at,
                recorded_at=row.recorded_at,
                source=row.source,
                data=msgspec.json.decode(row.data),
                caused_by=row.caused_by,
                corrects=row.corrects,
                root=root,
            )
        )
    return found


def new_ref() -> str:
    """A reference of 128 random bits, safe in a URL; it says nothing about anybody."""
    return new_reference()


async def _received(transaction: AsyncConnection, happening: Happening) -> dict[str, str]:
    """What this sender sent under this reference before: the event, by digest, in order."""
    sent = {"of": happening.source, "ref": happening.sender_ref}
    found = await run(transaction, _RECEIVED, sent)
    return {row.digest: row.event for row in found}


def _event(
    happening: Happening, seq: int, corrects: str | None, past: Sequence[Happened], now: datetime
) -> Happened:
    ref = new_ref()
    corrected = next((event for event in past if event.id == corrects), None)
    others = past if corrected is None else [e for e in past if e.root != corrected.root]
    return Happened(
        id=ref,
        type=type_of(happening, others),
        child=happening.child,
        seq=seq,
        at=happening.at,
        recorded_at=now,
        source=happening.source,
        data={**happening.data, **happening.aside},
        caused_by=happening.caused_by,
        corrects=corrects if corrected is not None else None,
        root=ref if corrected is None else corrected.root,
    )


def _says_the_same(event: Happened, other: Happened) -> bool:
    """Whether a correction comes to what is kept already: the sender only calls it otherwise."""
    alike = (event.type, event.at) == (other.type, other.at)
    return alike and canonical(event.data) == canonical(other.data)


async def _write(transaction: AsyncConnection, event: Happened) -> None:
    row: dict[str, Any] = {
        "id": event.id,
        "type": event.type,
        "child": event.child,
        "child_seq": event.seq,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "source": event.source,
        "data": canonical(event.data).decode(),
        "caused_by": event.caused_by,
        "corrects": event.corrects,
    }
    await add(transaction, EVENT, row)


async def _note(
    transaction: AsyncConnection, happening: Happening, event: Happened, digest: str, now: datetime
) -> None:
    """Remember that this was sent, and which event it came to."""
    received = {
        "source": happening.source,
        "sender_ref": happening.sender_ref,
        "digest": digest,
        "event": event.id,
        "received_at": now,
    }
    await add(transaction, INBOX, received)


def worth_again(error: DBAPIError) -> bool:
    """Whether the same may succeed when tried once more: a race, a deadlock, a busy database, a lost connection."""
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    cause = str(error.orig)
    return "locked" in cause or "deadlock" in cause or "serialize" in cause
