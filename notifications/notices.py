"""Notices as they are written: one row for each recipient of an event, numbered without a gap.

Written in the transaction of the event. The clock of each acknowledgement starts with its notice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.chain import Plain
from linking.quickly import add, run
from notifications.happening import Happened, Plan, Start, Tell
from notifications.recipients import Recipient, registered
from notifications.tables import DELIVERY, DeliveryState
from records.references import new_reference

ACKNOWLEDGE: Final = "acknowledge"
"""The kind of clock that waits for an acknowledgement; its subject is the notice."""

UNREACHABLE: Final = "unreachable"
"""The kind of clock that fires at once for a recipient whom nobody has registered."""

_AT_ONCE: Final = 100
_INSTANT: Final = DELIVERY.c.not_before.type
_FORWARD: Final = (
    sa.update(DELIVERY)
    .where(
        DELIVERY.c.recipient == sa.bindparam("of"),
        DELIVERY.c.child == sa.bindparam("about"),
        DELIVERY.c.state == sa.literal_column("'pending'"),
        DELIVERY.c.attempts == 0,
        DELIVERY.c.not_before > sa.bindparam("now", type_=_INSTANT),
    )
    .values(not_before=sa.bindparam("now", type_=_INSTANT))
)


@dataclass(frozen=True, slots=True)
class _Notice:
    event: Happened
    tell: Tell
    ref: str
    recipient: Recipient | None


async def write(
    transaction: AsyncConnection, planned: Sequence[tuple[Happened, Plan]], *, now: datetime
) -> dict[str, list[Start]]:
    """Write every notice that these plans ask for, each recipient once for each event.

    Gives back, by event, the clocks that wait for the acknowledgements.
    """
    wanted = [(event, tell) for event, plan in planned for tell in _merged(plan.tell)]
    if not wanted:
        return {}
    known = await registered(transaction, {tell.recipient for _, tell in wanted})
    notices = [
        _Notice(event, tell, new_reference(), known.get(tell.recipient)) for event, tell in wanted
    ]
    following = await _take(transaction, Counter(n.tell.recipient for n in notices))
    rows: list[dict[str, Any]] = []
    for notice in notices:
        seq = following[notice.tell.recipient]
        following[notice.tell.recipient] += 1
        rows.append(_row(notice, seq, now))
    await add(transaction, DELIVERY, rows)
    await _bring_forward(transaction, notices, now)
    starts: dict[str, list[Start]] = {}
    for notice in notices:
        starts.setdefault(notice.event.id, []).append(_acknowledgement(notice, now))
    return starts


async def _bring_forward(
    transaction: AsyncConnection, notices: Sequence[_Notice], now: datetime
) -> None:
    """Have what these recipients' hours hold back go before what is urgent, since a child's notices go in order."""
    held = [
        {"of": n.tell.recipient, "about": n.event.child, "now": now}
        for n in notices
        if n.tell.urgent and n.recipient is not None and n.recipient.hours is not None
    ]
    if held:
        await run(transaction, _FORWARD, held)


async def _take(transaction: AsyncConnection, wanted: Counter[str]) -> dict[str, int]:
    """The first of the numbers that each recipient's notices get, taken in order of name."""
    names = sorted(wanted)
    following: dict[str, int] = {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        given: dict[str, Any] = {}
        for place, name in enumerate(some):
            given |= {f"recipient_{place}": name, f"n_{place}": wanted[name]}
        for row in await run(transaction, _taking(len(some)), given):
            following[row.recipient] = row.seq - wanted[row.recipient] + 1
    return following


@lru_cache(maxsize=_AT_ONCE)
def _taking(many: int) -> sa.TextClause:
    """Taking the numbers and the rows' locks, row by row in the order given: the same on both databases."""
    rows = ", ".join(f"(:recipient_{place}, :n_{place})" for place in range(many))
    return sa.text(
        f"INSERT INTO recipient_head (recipient, seq) VALUES {rows}"  # noqa: S608 (names of parameters)
        " ON CONFLICT (recipient) DO UPDATE SET seq = recipient_head.seq + excluded.seq"
        " RETURNING recipient, seq"
    ).bindparams(
        *(sa.bindparam(f"recipient_{place}", type_=sa.String) for place in range(many)),
        *(sa.bindparam(f"n_{place}", type_=sa.BigInteger) for place in range(many)),
    )


def _merged(tells: Sequence[Tell]) -> list[Tell]:
    """One for each recipient: all the items, all the reasons, and the most pressing of the rest."""
    merged: dict[str, Tell] = {}
    for tell in tells:
        there = merged.get(tell.recipient)
        merged[tell.recipient] = tell if there is None else _both(there, tell)
    return list(merged.values())


def _both(one: Tell, other: Tell) -> Tell:
    patience = [t.acknowledge_within for t in (one, other) if t.acknowledge_within is not None]
    starts = [t.not_before for t in (one, other)]
    return Tell(
        recipient=one.recipient,
        items=one.items | other.items,
        reasons=tuple(dict.fromkeys(one.reasons + other.reasons)),
        urgent=one.urgent or other.urgent,
        not_before=None if None in starts else min(s for s in starts if s is not None),
        channel=one.channel or other.channel,
        acknowledge_within=min(patience, default=None),
        ladder=one.ladder if one.ladder is not None else other.ladder,
    )


def _row(notice: _Notice, seq: int, now: datetime) -> dict[str, Any]:
    tell, recipient = notice.tell, notice.recipient
    channel = None if recipient is None else recipient.channel_for(tell.channel)
    return {
        "recipient": tell.recipient,
        "seq": seq,
        "notice_ref": notice.ref,
        "event": notice.event.id,
        "child": notice.event.child,
        "child_seq": notice.event.seq,
        "reasons": json.dumps([dict(reason.plain()) for reason in tell.reasons]),
        "items": json.dumps(sorted(item.value for item in tell.items)),
        "urgent": tell.urgent,
        "channel": channel,
        "state": (DeliveryState.FAILED if channel is None else DeliveryState.PENDING).value,
        "attempts": 0,
        "created_at": now,
        "not_before": _goes_from(notice, now),
        "settled_at": now if channel is None else None,
    }


def _goes_from(notice: _Notice, now: datetime) -> datetime:
    """When it may be sent: at once, unless it can wait for the recipient's hours."""
    tell, recipient = notice.tell, notice.recipient
    if recipient is None or tell.urgent:
        return tell.not_before or now
    return recipient.awake_from(max(tell.not_before or now, now))


def _acknowledgement(notice: _Notice, now: datetime) -> Start:
    """The clock that waits for this recipient's word, from when it may be sent; at once for one who cannot be reached."""
    recipient, tell = notice.recipient, notice.tell
    reachable = recipient is not None and recipient.channel_for(tell.channel) is not None
    patience = tell.acknowledge_within or (
        recipient.acknowledge_within if recipient is not None else timedelta()
    )
    ladder = tell.ladder if tell.ladder is not None else ()
    if tell.ladder is None and recipient is not None:
        ladder = recipient.escalates_to
    terms: dict[str, Plain] = {
        "recipient": tell.recipient,
        "reasons": [reason.plain() for reason in tell.reasons],
        "items": sorted(item.value for item in tell.items),
        "ladder": list(ladder),
    }
    basis = _goes_from(notice, now) if reachable else now
    return Start(
        kind=ACKNOWLEDGE if reachable else UNREACHABLE,
        subject=notice.ref,
        basis_at=basis,
        due_at=basis + patience if reachable else now,
        terms=terms,
    )
