"""Whether those who can be told can be reached as they are registered, and what waits or reached nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.cli.peers_checking import Checked
from gateway.cli.recipients_file import mistakes, unregistered
from gateway.settings import Settings
from linking.storage import reading
from notifications.again import given_up
from notifications.deliver import FEED
from notifications.peers import PEER
from notifications.recipients import registered
from notifications.tables import DELIVERY, DeliveryState

LATE: Final = timedelta(minutes=5)
"""What is due for longer than this is not sent by anybody, or again and again in vain."""

_LATE: Final = (
    sa.select(DELIVERY.c.channel, sa.func.count(), sa.func.min(DELIVERY.c.created_at))
    .where(
        DELIVERY.c.state == DeliveryState.PENDING.value,
        DELIVERY.c.channel != FEED,
        DELIVERY.c.not_before <= sa.bindparam("before", type_=DELIVERY.c.not_before.type),
    )
    .group_by(DELIVERY.c.channel)
    .order_by(DELIVERY.c.channel)
)


async def notices(engine: AsyncEngine, settings: Settings, now: datetime) -> AsyncIterator[Checked]:
    """The register, what waits for longer than it should, and what was given up."""
    async with reading(engine) as connection:
        known = await registered(connection)
        failed = await given_up(connection, recipient=None)
        late = list(await connection.execute(_LATE, {"before": now - LATE}))
    here = [one for one in known.values() if all(way.channel != PEER for way in one.ways)]
    wrong = [f"{one.id}: {says}" for one in here for says in mistakes(one, settings)]
    nobody = unregistered(here, known)
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield Checked("Recipients", well=False, says=f"{wrong[0]}{more}")
    elif not known:
        says = "nobody is registered to be told; see `homeward notify register`"
        yield Checked("Recipients", well=True, says=says)
    else:
        says = f"{len(known)} registered"
        if nobody:
            says += f"; {', '.join(nobody)} should follow a silence and nobody is registered so"
        yield Checked("Recipients", well=not nobody, says=says)
    for channel, count, since in late:
        says = (
            f"{count} by {channel} not sent yet, the oldest of {since:%d %b %H:%M};"
            " does `homeward serve` or `homeward work` run, and do they take it?"
        )
        yield Checked("Notices", well=False, says=says)
    if failed:
        says = f"{len(failed)} reached nobody; see `homeward notify failed`"
        yield Checked("Given up", well=True, says=says)
