"""Sending again what reached nobody: once whoever should have had it can be reached.

The notice keeps its reference and its number, so a recipient who did have it knows it again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.ledger import lock_child
from notifications.recipients import registered
from notifications.tables import DELIVERY, DeliveryState
from notifications.turns import writing_in_turn

_FAILED: Final = (
    sa.select(DELIVERY.c.recipient, DELIVERY.c.seq, DELIVERY.c.child, DELIVERY.c.notice_ref)
    .where(
        DELIVERY.c.state == DeliveryState.FAILED.value,
        sa.bindparam("who", type_=sa.String).is_(None)
        | (DELIVERY.c.recipient == sa.bindparam("who")),
    )
    .order_by(DELIVERY.c.child, DELIVERY.c.recipient, DELIVERY.c.seq)
)


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
                )
            )
        if changed.rowcount:
            again.append(str(row.notice_ref))
    return again
