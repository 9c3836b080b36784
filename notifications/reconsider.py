"""Judging a child's happenings again, and writing down what has to change: one transaction, or nothing.

Whatever changes is an event of its own, with its notices and clocks, so that the record shows why a
clock stopped and when somebody who was forgotten was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.chain import instant as written_instant
from linking.glancing import Glance, glancing
from linking.quickly import run
from notifications.asked_since import asked_since, kept_of
from notifications.happening import OURSELVES, Happened, Happening, Plan, Planning, Reason
from notifications.ledger import append_all, history, lock_child
from notifications.overtaken import RECONSIDERED, STATE_OF_PLAY
from notifications.rejudging import (
    Missed,
    Written,
    changes,
    judged,
    missed,
    of_episodes,
    state_of_play,
)
from notifications.tables import DEADLINE, DELIVERY, NOT_TOLD, DeadlineState
from notifications.turns import writing_in_turn

_CLOCKS: Final = sa.select(
    DEADLINE.c.id,
    DEADLINE.c.kind,
    DEADLINE.c.subject,
    DEADLINE.c.state,
    DEADLINE.c.due_at,
    DEADLINE.c.basis_event,
    DEADLINE.c.settled_by,
    DEADLINE.c.terms,
).where(DEADLINE.c.child == sa.bindparam("of"), DEADLINE.c.kind.contains(":"))
_TOLD: Final = sa.select(
    DELIVERY.c.event, DELIVERY.c.recipient, DELIVERY.c.reasons, DELIVERY.c.created_at
).where(DELIVERY.c.child == sa.bindparam("of"))
_DECIDED: Final = sa.select(NOT_TOLD.c.event, NOT_TOLD.c.recipient).where(
    NOT_TOLD.c.child == sa.bindparam("of")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconsidered:
    """What came of it: how many were told late, and how many clocks stopped, started or were set anew."""

    told: int = 0
    clocks: int = 0
    recipients: tuple[str, ...] = ()


NOTHING: Final = Reconsidered()


async def reconsider(
    engine: AsyncEngine, planning: Planning, child: str, *, now: datetime
) -> Reconsidered:
    """Judge again what happened to a child, by the facts of now; durable on return.

    Looks without holding anything first: nearly always there is nothing to change.
    """
    async with glancing(engine) as connection:
        if not await _plans(connection, planning, child, now):
            return NOTHING
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, child)
        found = await _plans(transaction, planning, child, now)
        for happening, plan in found:
            await append_all(transaction, child, (happening,), _just(plan), now=now)
    plans = [plan for _, plan in found]
    return Reconsidered(
        told=sum(len(plan.tell) for plan in plans),
        clocks=sum(len(plan.start) + len(plan.settle) for plan in plans),
        recipients=tuple(tell.recipient for plan in plans for tell in plan.tell),
    )


async def overlooked(
    engine: AsyncEngine, planning: Planning, child: str, *, now: datetime
) -> list[Missed]:
    """Who should know by the facts and rules of now, and was never to be told."""
    async with glancing(engine) as connection:
        events = await history(connection, child)
        written = await _written(connection, child, events)
    done = await judged(planning, events, (), now)
    return missed(done, events, written)


async def _plans(
    connection: AsyncConnection | Glance, planning: Planning, child: str, now: datetime
) -> list[tuple[Happening, Plan]]:
    """The events that have to be written, each with what it brings about."""
    events = await history(connection, child)
    if not events:
        return []
    written = await _written(connection, child, events)
    pending = DeadlineState.PENDING.value
    running = [row for row in written.clocks if row.state == pending]
    basis = {row.basis_event for row in running} | of_episodes(events, {r.subject for r in running})
    done = await judged(planning, events, basis, now)
    starts, settles = changes(done, written)
    forgotten = missed(done, events, written)
    asked = asked_since(done, events, await kept_of(connection, child))
    found: list[tuple[Happening, Plan]] = []
    if starts or settles or asked:
        # Whoever may know of what a task is about may know of the task.
        about = [one.event for one in done if one.lately] if asked else events
        causes = max(about, key=lambda event: event.seq)
        what = _happening(RECONSIDERED, child, now, causes)
        plan = Plan(start=tuple(starts), settle=tuple(settles), follow_up=asked)
        found.append((what, plan))
    if forgotten:
        last = max((one.event for one in forgotten), key=lambda event: event.seq)
        told = tuple(state_of_play(forgotten).values())
        stands = tuple(dict.fromkeys(s for one in done if one.lately for s in one.plan.stands))
        what = _happening(STATE_OF_PLAY, child, now, last)
        found.append((what, Plan(tell=told, stands=stands)))
    return found


def _happening(kind: str, child: str, now: datetime, because: Happened) -> Happening:
    return Happening(
        type=kind,
        child=child,
        at=now,
        source=OURSELVES,
        sender_ref=f"{kind}/{child}/{written_instant(now)}",
        caused_by=because.id,
    )


def _just(plan: Plan) -> Planning:
    async def planned(_event: Happened, _history: Sequence[Happened]) -> Plan:
        return plan

    return planned


async def _written(
    connection: AsyncConnection | Glance, child: str, events: Sequence[Happened]
) -> Written:
    clocks: Sequence[Any] = list(await run(connection, _CLOCKS, {"of": child}))
    told: set[tuple[str, str]] = set()
    by_rule: dict[tuple[str, str, str], datetime] = {}
    for row in await run(connection, _TOLD, {"of": child}):
        told.add((row.event, row.recipient))
        for reason in msgspec.json.decode(row.reasons, type=tuple[Reason, ...]):
            key = (row.recipient, reason.partnership, reason.rule)
            by_rule[key] = max(by_rule.get(key, row.created_at), row.created_at)
    decided = await run(connection, _DECIDED, {"of": child})
    told |= {(row.event, row.recipient) for row in decided}
    again = frozenset(event.id for event in events if event.type == RECONSIDERED)
    return Written(clocks=clocks, told=frozenset(told), by_rule=by_rule, reconsidered=again)
