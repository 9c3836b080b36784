"""As which recipients somebody reads and answers: themselves by name, or their role at their organisation.

Where a recipient is a team, what may be said is decided for that team: nobody of another reads it.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.glancing import glancing
from notifications.recipients import Recipient, recipient_from
from notifications.tables import DELIVERY, RECIPIENT, DeliveryState
from records.people import Viewer

_MINE: Final = (
    sa.select(RECIPIENT)
    .where(
        RECIPIENT.c.ended_at.is_(None),
        sa.and_(
            RECIPIENT.c.subject == sa.bindparam("subject"),
            RECIPIENT.c.issuer == sa.bindparam("issuer"),
        )
        | sa.and_(
            RECIPIENT.c.subject.is_(None),
            RECIPIENT.c.organisation == sa.bindparam("organisation"),
            RECIPIENT.c.role == sa.bindparam("role"),
            RECIPIENT.c.team.is_(None) | (RECIPIENT.c.team == sa.bindparam("team")),
        ),
    )
    .order_by(RECIPIENT.c.id)
)
_FIRST: Final = sa.select(sa.func.min(DELIVERY.c.seq)).where(
    DELIVERY.c.recipient == sa.bindparam("of"), DELIVERY.c.seq > sa.bindparam("after")
)
_UNREAD: Final = sa.select(sa.func.min(DELIVERY.c.seq)).where(
    DELIVERY.c.recipient == sa.bindparam("of"),
    DELIVERY.c.state == DeliveryState.PENDING.value,
)


async def recipients_of(engine: AsyncEngine, viewer: Viewer) -> list[Recipient]:
    """The recipients whose notices are for this person, in order of name; none for most people.

    A person who is registered by name has the notices of that name in whatever role they act.
    """
    given = {
        "subject": viewer.subject,
        "issuer": viewer.issuer,
        "organisation": viewer.organisation,
        "role": viewer.role.value,
        "team": viewer.team,
    }
    async with glancing(engine) as connection:
        rows = await connection.execute(_MINE, given)
        return [recipient_from(row) for row in rows]


def is_theirs(recipient: Recipient, viewer: Viewer) -> bool:
    """Whether this recipient's notices are for this person: what `recipients_of` looks for."""
    if recipient.person is not None:
        return recipient.person == (viewer.issuer, viewer.subject)
    if recipient.team is not None and recipient.team != viewer.team:
        return False
    return (recipient.organisation, recipient.role) == (viewer.organisation, viewer.role)


async def is_whole(engine: AsyncEngine, recipient: str, *, after: int, head: int) -> bool:
    """Whether every notice after this number is still there, and the number was ever given."""
    if after >= head:
        return after == head
    async with glancing(engine) as connection:
        found = await connection.execute(_FIRST, {"of": recipient, "after": after})
        first: int | None = found.scalar()
    return first == after + 1


async def before_unread(engine: AsyncEngine, recipient: str, *, head: int) -> int:
    """The number before the first notice that still waits for its reader; the last where none does."""
    async with glancing(engine) as connection:
        first: int | None = (await connection.execute(_UNREAD, {"of": recipient})).scalar()
    return head if first is None else first - 1
