"""Work that one replica does at a time: whoever has the lease does it, and nobody waits for a dead one.

A lease keeps two from doing the same at once; it is not what keeps things from being done twice.
Whatever is done under one has to bear being done again: who stalls past its end has lost it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.mailbox_tables import LEASE
from notifications.turns import writing_in_turn

_INSTANT: Final = LEASE.c.until.type
_TAKE: Final = sa.text(
    "INSERT INTO lease (name, holder, until) VALUES (:name, :holder, :until)"
    " ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :until"
    " WHERE lease.holder = :holder OR lease.until <= :now RETURNING name"
).bindparams(sa.bindparam("until", type_=_INSTANT), sa.bindparam("now", type_=_INSTANT))


async def take(
    engine: AsyncEngine, name: str, holder: str, *, now: datetime, lasts: timedelta
) -> bool:
    """Take a piece of work in hand, or keep it there for longer; False while another has it."""
    given = {"name": name, "holder": holder, "until": now + lasts, "now": now}
    async with writing_in_turn(engine) as transaction:
        return (await transaction.execute(_TAKE, given)).scalar() is not None


async def let_go(engine: AsyncEngine, name: str, holder: str) -> None:
    """Give it up at once, so that nobody waits for its end. What another has by now stays theirs."""
    mine = sa.delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder)
    async with writing_in_turn(engine) as transaction:
        await transaction.execute(mine)
