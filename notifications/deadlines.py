"""Clocks that fire: one effect each, in the transaction that marks them fired, whoever is running.

Every replica asks for what is due. Whoever holds the child's lock fires that child's clocks; the
others find them fired. Killed half-way, nothing has happened and the next one does it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.chain import Plain
from disclosure.chain import instant as written_instant
from linking.glancing import glancing
from notifications import clocks
from notifications.escalation import EFFECT_OF
from notifications.happening import OURSELVES, Happening, Planning, deadline_id
from notifications.ledger import append_all
from notifications.tables import CHILD_HEAD, DEADLINE, DeadlineState
from notifications.turns import writing_in_turn

_log = logging.getLogger(__name__)

BATCH: Final = 50
BREACHED: Final = "deadline-breached"
REACHED: Final = "deadline-reached"
"""Something was to be done by then, or something follows then."""

_PENDING: Final = DeadlineState.PENDING.value
_LONGEST_PUT_OFF: Final = timedelta(minutes=5)

# The state is written out so that both databases use the small index of pending rows.
_RUNS: Final = DEADLINE.c.state == sa.literal_column("'pending'")
_DUE: Final = (
    sa.select(DEADLINE.c.child)
    .where(_RUNS, DEADLINE.c.wake_at <= sa.bindparam("now", type_=DEADLINE.c.wake_at.type))
    .order_by(DEADLINE.c.wake_at)
    .limit(sa.bindparam("most"))
)
_NEXT: Final = sa.select(sa.func.min(DEADLINE.c.wake_at)).where(_RUNS)
_MINE: Final = (
    sa.select(CHILD_HEAD.c.seq)
    .where(CHILD_HEAD.c.child == sa.bindparam("of"))
    .with_for_update(skip_locked=True)
)
_DUE_OF_CHILD: Final = (
    sa.select(DEADLINE)
    .where(
        DEADLINE.c.child == sa.bindparam("of"),
        DEADLINE.c.state == _PENDING,
        DEADLINE.c.wake_at <= sa.bindparam("now", type_=DEADLINE.c.wake_at.type),
    )
    .order_by(DEADLINE.c.due_at, DEADLINE.c.id)
)
_FIRED: Final = (
    sa.update(DEADLINE)
    .where(DEADLINE.c.id == sa.bindparam("of"), DEADLINE.c.state == _PENDING)
    .values(
        state=DeadlineState.FIRED.value,
        fired_at=sa.bindparam("at", type_=DEADLINE.c.fired_at.type),
        fired_event=sa.bindparam("event"),
    )
)
_PUT_OFF: Final = (
    sa.update(DEADLINE)
    .where(DEADLINE.c.id == sa.bindparam("of"), DEADLINE.c.state == _PENDING)
    .values(
        failures=sa.bindparam("times"),
        wake_at=sa.bindparam("until", type_=DEADLINE.c.wake_at.type),
    )
)


async def next_due(engine: AsyncEngine) -> datetime | None:
    """When the next clock is due; None where none runs."""
    async with glancing(engine) as connection:
        found: datetime | None = (await connection.execute(_NEXT)).scalar()
    return found


async def fire_due(
    engine: AsyncEngine, planning: Planning, *, now: datetime, most: int = BATCH
) -> int:
    """Fire what is due, child by child; how many clocks this call fired.

    One whose effect fails is put off alone, stays pending and is logged; the others fire.
    """
    async with glancing(engine) as connection:
        due = await connection.execute(_DUE, {"now": now, "most": most})
        children = sorted(set(due.scalars()))
    # Each replica in an order of its own, so that they seldom meet at one child.
    random.shuffle(children)
    return sum([await _fire_child(engine, child, planning, now) for child in children])


async def _fire_child(
    engine: AsyncEngine, child: str, planning: Planning, now: datetime, only: str | None = None
) -> int:
    due: Sequence[Any] = ()
    try:
        async with writing_in_turn(engine) as transaction:
            if (await transaction.execute(_MINE, {"of": child})).first() is None:
                return 0
            found = await transaction.execute(_DUE_OF_CHILD, {"of": child, "now": now})
            due = [row for row in found if only in (None, row.id)]
            await _fire(transaction, child, due, planning, now)
            return len(due)
    except Exception as error:
        if not due:
            raise
        if len(due) > 1:
            return sum([await _fire_child(engine, child, planning, now, row.id) for row in due])
        _log.error(
            "The clock %s could not fire (%s); it is put off and stays due.",
            due[0].kind,
            type(error).__name__,
        )
        await _put_off(engine, due[0], now)
        return 0


async def _fire(
    transaction: AsyncConnection,
    child: str,
    due: Sequence[Any],
    planning: Planning,
    now: datetime,
) -> None:
    if not due:
        return
    happenings = [_happening(row, now) for row in due]
    done = await append_all(transaction, child, happenings, planning, now=now)
    fired = [
        {"of": row.id, "at": now, "event": one.event.id}
        for row, one in zip(due, done[: len(due)], strict=True)
    ]
    await transaction.execute(_FIRED, fired)
    again = [_again(row, now) for row in due if row.repeats is not None]
    if again:
        await transaction.execute(DEADLINE.insert(), again)


def _happening(row: Any, now: datetime) -> Happening:  # noqa: ANN401 (a database row)
    terms = msgspec.json.decode(row.terms, type=dict[str, Any])
    data: dict[str, Plain] = {
        "deadline": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "occurrence": row.occurrence,
        "due_at": written_instant(row.due_at),
        "basis_at": written_instant(row.basis_at),
        "terms": terms,
    }
    if row.repeats is not None:
        _, missed = clocks.following(row.due_at, timedelta(seconds=row.repeats), now)
        data["missed"] = missed
    happens = REACHED if terms.get("happens") == "then" else BREACHED
    return Happening(
        type=EFFECT_OF.get(row.kind, happens),
        child=row.child,
        at=row.due_at,
        source=OURSELVES,
        sender_ref=row.id,
        data=data,
        caused_by=row.basis_event,
    )


def _again(row: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 (a database row)
    """The next of a repeated clock, counted from its basis and not from when this one fired."""
    due_at, missed = clocks.following(row.due_at, timedelta(seconds=row.repeats), now)
    occurrence = row.occurrence + 1 + missed
    return {
        "id": deadline_id(row.kind, row.subject, occurrence),
        "kind": row.kind,
        "subject": row.subject,
        "occurrence": occurrence,
        "child": row.child,
        "basis_event": row.basis_event,
        "basis_at": row.basis_at,
        "due_at": due_at,
        "wake_at": due_at,
        "repeats": row.repeats,
        "state": _PENDING,
        "failures": 0,
        "terms": row.terms,
    }


async def _put_off(engine: AsyncEngine, row: Any, now: datetime) -> None:  # noqa: ANN401 (a database row)
    times = row.failures + 1
    until = now + min(timedelta(seconds=2**times), _LONGEST_PUT_OFF)
    async with writing_in_turn(engine) as transaction:
        await transaction.execute(_PUT_OFF, {"of": row.id, "times": times, "until": until})
