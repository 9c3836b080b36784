"""A notice that went and came back: nobody collected it, or its recipient would not have it.

What counted as sent no longer does. The recipient's next way is tried, or the notice has failed; in
either case the next on the ladder is told at once. One that somebody has acknowledged stays so.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.audit import Ledger
from disclosure.entries import Entry, EntryKind
from linking.storage import reading
from notifications import clocks
from notifications.escalation import Terms
from notifications.happening import Start
from notifications.ledger import lock_child
from notifications.notices import UNREACHABLE
from notifications.outbox import Waiting, waiting_from
from notifications.recipients import registered
from notifications.tables import ATTEMPT, DELIVERY, EVENT, DeliveryState
from notifications.turns import writing_in_turn

_WENT: Final = (DeliveryState.SENT.value, DeliveryState.DELIVERED.value)
_NOTICE: Final = (
    sa.select(DELIVERY, EVENT.c.type.label("event_type"), EVENT.c.at.label("event_at"))
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(DELIVERY.c.notice_ref == sa.bindparam("ref"))
)


class Returned(enum.Enum):
    """What became of it. SETTLED: it was answered, or sent again, before this was learnt."""

    TAKEN_BACK = "taken-back"
    SETTLED = "settled"
    NOT_OURS = "not-ours"


async def came_back(
    engine: AsyncEngine,
    ledger: Ledger,
    notice_ref: str,
    *,
    receipt: str | None,
    because: str,
    now: datetime,
) -> Returned:
    """Have a notice count as sent no more, because of this slug; told twice, it is done once.

    ``receipt`` is what we were given when it went: one of an earlier sending changes nothing.

    Raises:
        NotRecorded: it could not be written down, and so was not done.
    """
    async with reading(engine) as connection:
        row = (await connection.execute(_NOTICE, {"ref": notice_ref})).one_or_none()
        if row is None:
            return Returned.NOT_OURS
        known = await registered(connection, {row.recipient}, ended=True)
    if row.state not in _WENT or receipt not in (None, row.receipt):
        return Returned.SETTLED
    waiting = waiting_from(row, known[row.recipient])
    await ledger.append(_entry(waiting, because, now))
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, waiting.child)
        if not await _taken_back(transaction, waiting, row.receipt, now):
            return Returned.SETTLED
        await transaction.execute(ATTEMPT.insert(), _attempt(waiting, because, row, now))
        await clocks.start(
            transaction, waiting.child, [_unreachable(waiting, now)], basis=waiting.event, now=now
        )
    return Returned.TAKEN_BACK


async def _taken_back(
    transaction: AsyncConnection, waiting: Waiting, receipt: str | None, now: datetime
) -> bool:
    following = waiting.recipient.after(waiting.channel)
    failed = following is None or waiting.recipient.ended
    changed = await transaction.execute(
        sa.update(DELIVERY)
        .where(
            DELIVERY.c.notice_ref == waiting.notice_ref,
            DELIVERY.c.state.in_(_WENT),
            DELIVERY.c.attempts == waiting.attempt,
            DELIVERY.c.receipt.is_not_distinct_from(receipt),
        )
        .values(
            state=(DeliveryState.FAILED if failed else DeliveryState.PENDING).value,
            channel=waiting.channel if failed else following,
            attempts=DELIVERY.c.attempts + 1,
            not_before=now,
            lease_until=None,
            delivered_at=None,
            settled_at=now if failed else None,
            way_since=now,
        )
    )
    return bool(changed.rowcount)


def _unreachable(waiting: Waiting, now: datetime) -> Start:
    terms = Terms(
        recipient=waiting.recipient.id,
        reasons=waiting.reasons,
        items=tuple(sorted(item.value for item in waiting.items)),
        ladder=waiting.recipient.escalates_to,
    )
    return Start(
        kind=UNREACHABLE,
        subject=waiting.notice_ref,
        basis_at=waiting.created_at,
        due_at=now,
        terms=terms.plain(),
    )


def _attempt(
    waiting: Waiting,
    because: str,
    row: Any,  # noqa: ANN401 (a database row)
    now: datetime,
) -> dict[str, Any]:
    return {
        "recipient": waiting.recipient.id,
        "seq": waiting.seq,
        "n": waiting.attempt + 1,
        "at": now,
        "channel": waiting.channel,
        "outcome": because,
        "digest": row.digest,
        "decision_ref": row.decision_ref,
    }


def _entry(waiting: Waiting, because: str, now: datetime) -> Entry:
    return Entry(
        kind=EntryKind.DELIVERY,
        at=now,
        child_ref=waiting.child,
        body={
            "did": "came-back",
            "notice": waiting.notice_ref,
            "event": waiting.event,
            "recipient": waiting.recipient.id,
            "channel": waiting.channel,
            "because": because,
        },
    )
