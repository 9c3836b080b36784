"""Starting, re-timing and stopping clocks, in the transaction of what caused it.

A clock is named by kind, subject and occurrence, so that starting it again sets it anew and never
makes a second one. One that has fired stays fired: what was done in time and learnt late is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.chain import canonical
from linking.quickly import add, run
from notifications.happening import Settle, Start
from notifications.tables import DEADLINE, DeadlineState

_PENDING: Final = DeadlineState.PENDING.value
_THERE: Final = sa.select(DEADLINE.c.id, DEADLINE.c.state, DEADLINE.c.due_at).where(
    DEADLINE.c.id.in_(sa.bindparam("ids", expanding=True))
)
_RETIME: Final = (
    sa.update(DEADLINE)
    .where(DEADLINE.c.id == sa.bindparam("of"), DEADLINE.c.state == _PENDING)
    .values(
        basis_event=sa.bindparam("event"),
        basis_at=sa.bindparam("basis"),
        due_at=sa.bindparam("due"),
        wake_at=sa.bindparam("due"),
        terms=sa.bindparam("how"),
    )
)
_REVIVE: Final = (
    sa.update(DEADLINE)
    .where(DEADLINE.c.id == sa.bindparam("of"), DEADLINE.c.state == DeadlineState.CANCELLED.value)
    .values(state=_PENDING, settled_at=None, settled_by=None)
)
_OF_CHILD: Final = sa.select(
    DEADLINE.c.id, DEADLINE.c.kind, DEADLINE.c.subject, DEADLINE.c.state
).where(
    DEADLINE.c.child == sa.bindparam("of"),
    DEADLINE.c.state.in_((_PENDING, DeadlineState.FIRED.value)),
    DEADLINE.c.settled_by.is_(None),
)
_STOP: Final = (
    sa.update(DEADLINE)
    .where(DEADLINE.c.id == sa.bindparam("of"))
    .values(
        state=sa.bindparam("to"), settled_at=sa.bindparam("at"), settled_by=sa.bindparam("event")
    )
)


async def start(
    transaction: AsyncConnection, child: str, starts: Sequence[Start], *, basis: str, now: datetime
) -> None:
    """Start these clocks of a child; those that run already are set to the new instant.

    ``basis`` is the event that starts them. The caller holds the child's lock.
    """
    if not starts:
        return
    wanted = {one.id: one for one in starts}
    found = await run(transaction, _THERE, {"ids": list(wanted)})
    there = {row.id: row for row in found}
    again = [one for one in wanted.values() if one.id in there]
    fresh = [one for one in wanted.values() if one.id not in there]
    if revived := [one.id for one in again if one.revived]:
        await run(transaction, _REVIVE, [{"of": name} for name in revived])
    if again:
        await run(transaction, _RETIME, [_retimed(one, basis) for one in again])
    if fresh:
        await add(transaction, DEADLINE, [_row(child, one, basis, now) for one in fresh])


async def settle(
    transaction: AsyncConnection, child: str, settles: Sequence[Settle], *, at: datetime, by: str
) -> None:
    """Stop this child's clocks that something answered: what happened at that time, by its reference.

    The caller holds the child's lock. A clock that fired before we learnt of it stays fired, and
    shows what settled it and when.
    """
    if not settles:
        return
    stopped: list[dict[str, Any]] = []
    for row in await run(transaction, _OF_CHILD, {"of": child}):
        answer = _settled_by(row, settles)
        if answer is None:
            continue
        fired = row.state == DeadlineState.FIRED.value
        ended = DeadlineState.CANCELLED if answer.cancelled else DeadlineState.MET
        if fired and answer.cancelled:
            continue
        state = row.state if fired else ended.value
        stopped.append({"of": row.id, "to": state, "at": at, "event": by})
    if stopped:
        await run(transaction, _STOP, stopped)


def _row(child: str, one: Start, basis: str, now: datetime) -> dict[str, Any]:
    """A clock as it is stored: running, or already met by what we learnt first."""
    met = one.met_by is not None
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "occurrence": one.occurrence,
        "child": child,
        "basis_event": one.basis or basis,
        "basis_at": one.basis_at,
        "due_at": one.due_at,
        "wake_at": one.due_at,
        "repeats": None if one.repeats is None else int(one.repeats.total_seconds()),
        "state": (DeadlineState.MET if met else DeadlineState.PENDING).value,
        "failures": 0,
        "terms": canonical(one.terms).decode(),
        "settled_at": now if met else None,
        "settled_by": one.met_by,
    }


def following(due_at: datetime, repeats: timedelta, now: datetime) -> tuple[datetime, int]:
    """When a repeated clock is due next after ``now``, counted from its basis; and how many it skips.

    After an outage the missed ones are one late event that says how many, and not forty.
    """
    missed = max((now - due_at) // repeats, 0)
    return due_at + repeats * (missed + 1), missed


def _retimed(one: Start, basis: str) -> dict[str, Any]:
    return {
        "of": one.id,
        "event": one.basis or basis,
        "basis": one.basis_at,
        "due": one.due_at,
        "how": canonical(one.terms).decode(),
    }


def _settled_by(row: Any, settles: Sequence[Settle]) -> Settle | None:  # noqa: ANN401 (a database row)
    for one in settles:
        if one.kind == row.kind.partition("#")[0] and one.subject in (None, row.subject):
            return one
    return None
