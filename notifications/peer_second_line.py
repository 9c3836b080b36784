"""One more recipient of an event that is there already, with the clock that waits for their word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications import clocks, notices
from notifications.happening import Happening, Plan
from notifications.ledger import history, lock_child
from notifications.peer_origin import came
from notifications.tables import DELIVERY

_TOLD: Final = sa.select(DELIVERY.c.recipient).where(DELIVERY.c.event == sa.bindparam("event"))


async def tell_besides(
    transaction: AsyncConnection,
    happening: Happening,
    event: str,
    *,
    now: datetime,
) -> None:
    """Tell whom a second message about this event was addressed to, unless they were told of it."""
    await lock_child(transaction, happening.child)
    there = next(e for e in await history(transaction, happening.child) if e.id == event)
    origin = came(replace(there, data=dict(happening.aside)))
    told = set((await transaction.execute(_TOLD, {"event": event})).scalars())
    if origin is None or origin.recipient in told:
        return
    waits = await notices.write(transaction, [(there, Plan(tell=(origin.tell,)))], now=now)
    starts = [one for several in waits.values() for one in several]
    await clocks.start(transaction, happening.child, starts, basis=event, now=now)
