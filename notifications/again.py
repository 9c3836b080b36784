"""Sending again what reached nobody: once whoever should have had it can be reached.

The notice keeps its reference and its number, so a recipient who did have it knows it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.storage import reading
from notifications.ledger import lock_child
from notifications.recipients import registered
from notifications.tables import ATTEMPT, DELIVERY, DeliveryState
from notifications.turns import writing_in_turn

_LAST_TRY: Final = (
    sa.select(ATTEMPT.c.outcome)
    .where(ATTEMPT.c.recipient == DELIVERY.c.recipient, ATTEMPT.c.seq == DELIVERY.c.seq)
    .order_by(ATTEMPT.c.n.desc())
    .limit(1)
    .scalar_subquery()
)
_FAILED: Final = (
    sa.select(
        DELIVERY.c.recipient,
        DELIVERY.c.seq,
        DELIVERY.c.child,
        DELIVERY.c.notice_ref,
        DELIVERY.c.urgent,
        DELIVERY.c.settled_at,
        _LAST_TRY.label("last_try"),
    )
    .where(
        DELIVERY.c.state == DeliveryState.FAILED.value,
        sa.bindparam("who", type_=sa.String).is_(None)
        | (DELIVERY.c.recipient == sa.bindparam("who")),
    )
    .order_by(DELIVERY.c.child, DELIVERY.c.recipient, DELIVERY.c.seq)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A notice that reached nobody. ``reachable``: its recipient is registered by now, with a way to them."""

    recipient: str
    notice_ref: str
    urgent: bool
    since: datetime
    last_try: str | None
    reachable: bool


async def given_up(connection: AsyncConnection, *, recipient: str | None) -> list[GivenUp]:
    """What reached nobody, all or one recipient's, in order of recipient and time."""
    failed = list(await connection.execute(_FAILED, {"who": recipient}))
    known = await registered(connection, {row.recipient for row in failed})
    found = [
        GivenUp(
            recipient=row.recipient,
            notice_ref=row.notice_ref,
            urgent=bool(row.urgent),
            since=row.settled_at,
            last_try=row.last_try,
            reachable=row.recipient in known and bool(known[row.recipient].ways),
        )
        for row in failed
    ]
    return sorted(found, key=lambda one: (one.recipient, one.since))


async def send_again(engine: AsyncEngine, *, recipient: str | None, now: datetime) -> list[str]:
    """Have notices that were given up sent again, all or one recipient's; their references.

    Those whose recipient nobody has registered, or who has no way to be reached, stay as they are.
    """
    async with reading(engine) as connection:
        failed = list(await connection.execute(_FAILED, {"who": recipient}))
        known = await registered(connection, {row.recipient for row in failed})
    again: list[str] = []
    for row in failed:
        there = known.get(row.recipient)
        channel = None if there is None else there.channel_for(None)
        if channel is None:
            continue
        async with writing_in_turn(engine) as transaction:
            await lock_child(transaction, row.child)
            changed = await transaction.execute(
                sa.update(DELIVERY)
                .where(
                    DELIVERY.c.recipient == row.recipient,
                    DELIVERY.c.seq == row.seq,
                    DELIVERY.c.state == DeliveryState.FAILED.value,
                )
                .values(
                    state=DeliveryState.PENDING.value,
                    channel=channel,
                    not_before=now,
                    lease_until=None,
                    settled_at=None,
                    way_since=now,
                )
            )
        if changed.rowcount:
            again.append(str(row.notice_ref))
    return again
