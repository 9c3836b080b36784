"""Notices that wait to be sent: claimed under a lease, in order for each child, settled by whoever claimed.

The number of attempts is the fencing token: a worker that stalls past its lease and then answers
settles nothing, and its attempt is recorded all the same. Of one recipient and one child only the
lowest waiting notice may be sent; other children never wait for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.chain import Plain, canonical
from linking.glancing import glancing
from notifications import clocks
from notifications.escalation import Terms
from notifications.happening import Reason, Start
from notifications.ledger import lock_child, lock_children
from notifications.notices import UNREACHABLE
from notifications.recipients import Recipient, registered
from notifications.tables import ATTEMPT, DELIVERY, ENDPOINT, EVENT, DeliveryState
from notifications.turns import writing_in_turn
from records.items import Item

LEASE: Final = timedelta(seconds=30)
"""How long a notice is in one worker's hands: longer than its systems and its channel may take."""

GIVES_UP_AFTER: Final = timedelta(days=3)
MOVES_ON_AFTER: Final = timedelta(minutes=10)
"""How long what is urgent is tried by one way, where there is another."""

_PENDING: Final = DeliveryState.PENDING.value
_PAUSES_FROM: Final = 3
_LONGEST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_WAIT: Final = timedelta(minutes=30)

_INSTANT: Final = DELIVERY.c.not_before.type
_NOW: Final = sa.bindparam("now", type_=_INSTANT)
_WAITS: Final = DELIVERY.c.state == sa.literal_column("'pending'")
_IN_LINE: Final = DELIVERY.alias("in_line")
_CLAIMABLE: Final = (
    sa.select(DELIVERY.c.recipient, DELIVERY.c.seq, DELIVERY.c.attempts)
    .where(
        _WAITS,
        DELIVERY.c.channel.in_(sa.bindparam("channels", expanding=True)),
        DELIVERY.c.not_before <= _NOW,
        DELIVERY.c.lease_until.is_(None) | (DELIVERY.c.lease_until <= _NOW),
        # In this form it is looked up in the index of the line, whatever the planner takes the table for.
        DELIVERY.c.seq
        == sa.select(_IN_LINE.c.seq)
        .where(
            _IN_LINE.c.recipient == DELIVERY.c.recipient,
            _IN_LINE.c.child == DELIVERY.c.child,
            _IN_LINE.c.state == sa.literal_column("'pending'"),
        )
        .order_by(_IN_LINE.c.seq)
        .limit(1)
        .scalar_subquery(),
        ~sa.exists().where(
            ENDPOINT.c.recipient == DELIVERY.c.recipient,
            ENDPOINT.c.channel == DELIVERY.c.channel,
            ENDPOINT.c.paused_until > _NOW,
        ),
    )
    .order_by(DELIVERY.c.urgent.desc(), DELIVERY.c.not_before)
    .limit(sa.bindparam("most"))
    .with_for_update(skip_locked=True, of=DELIVERY)
)
_CLAIM: Final = (
    sa.update(DELIVERY)
    .where(DELIVERY.c.recipient == sa.bindparam("of"), DELIVERY.c.seq == sa.bindparam("number"))
    .values(attempts=DELIVERY.c.attempts + 1, lease_until=sa.bindparam("until", type_=_INSTANT))
)
_WITH_EVENT: Final = sa.select(
    DELIVERY,
    EVENT.c.type.label("event_type"),
    EVENT.c.at.label("event_at"),
).join(EVENT, EVENT.c.id == DELIVERY.c.event)
_THESE: Final = _WITH_EVENT.where(
    sa.tuple_(DELIVERY.c.recipient, DELIVERY.c.seq).in_(sa.bindparam("keys", expanding=True))
)
_WELL: Final = (
    sa.update(ENDPOINT)
    .where(
        ENDPOINT.c.recipient == sa.bindparam("of"),
        ENDPOINT.c.channel == sa.bindparam("by"),
        ENDPOINT.c.failures > 0,
    )
    .values(failures=0, paused_until=None)
)
_GONE: Final = (
    sa.update(DELIVERY)
    .where(
        DELIVERY.c.recipient == sa.bindparam("of"),
        DELIVERY.c.seq == sa.bindparam("number"),
        DELIVERY.c.attempts == sa.bindparam("token"),
        DELIVERY.c.state == _PENDING,
    )
    .values(
        lease_until=None,
        state=sa.bindparam("became"),
        delivered_at=sa.bindparam("arrived", type_=_INSTANT),
        receipt=sa.bindparam("proof"),
        digest=sa.bindparam("what"),
        decision_ref=sa.bindparam("ref"),
        decision=sa.bindparam("how"),
        settled_at=sa.bindparam("at_", type_=_INSTANT),
    )
)
_ATTEMPTED: Final = ATTEMPT.insert()
_FAILED_AGAIN: Final = sa.text(
    "INSERT INTO endpoint (recipient, channel, failures) VALUES (:recipient, :channel, 1)"
    " ON CONFLICT (recipient, channel) DO UPDATE SET failures = endpoint.failures + 1"
    " RETURNING failures"
)
_NEXT: Final = sa.select(sa.func.min(DELIVERY.c.not_before)).where(
    _WAITS, DELIVERY.c.channel.in_(sa.bindparam("channels", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice in a worker's hands, with its recipient. ``attempt`` is the fencing token.

    ``way_since``: since when it is tried by this channel.
    """

    recipient: Recipient
    seq: int
    attempt: int
    notice_ref: str
    event: str
    event_type: str
    event_at: datetime
    child: str = field(repr=False)
    reasons: tuple[Reason, ...]
    items: frozenset[Item]
    urgent: bool
    channel: str
    created_at: datetime
    way_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one try. ``decision``: what was disclosed and withheld, under which rules.

    ``wait``: for how long the recipient's side asks to be left alone.
    """

    state: DeliveryState | None
    said: str
    receipt: str | None = None
    digest: str | None = None
    decision_ref: str | None = None
    decision: Mapping[str, Plain] | None = None
    at_once: bool = False
    wait: timedelta | None = None

    @property
    def pause(self) -> timedelta:
        """How long to leave them alone, within reason: no answer may silence us for longer than we would wait."""
        return min(self.wait or timedelta(), _LONGEST_WAIT)

    @property
    def written_decision(self) -> str | None:
        """The decision as it is stored."""
        return None if self.decision is None else canonical(self.decision).decode()


async def claim(
    engine: AsyncEngine,
    channels: Collection[str],
    *,
    now: datetime,
    most: int,
    lease: timedelta = LEASE,
) -> list[Waiting]:
    """Take notices that are due into these hands until the lease ends."""
    if not channels:
        return []
    # Most looks find nothing to send, and are not worth a turn to write.
    due = await next_due(engine, channels)
    if due is None or due > now:
        return []
    async with writing_in_turn(engine) as transaction:
        found = await transaction.execute(
            _CLAIMABLE, {"channels": sorted(channels), "now": now, "most": most}
        )
        keys = [{"of": row.recipient, "number": row.seq, "until": now + lease} for row in found]
        if not keys:
            return []
        await transaction.execute(_CLAIM, keys)
        these = [(key["of"], key["number"]) for key in keys]
        claimed = await transaction.execute(_THESE, {"keys": these})
        there = {(row.recipient, row.seq): row for row in claimed}
        # The most pressing first, as they were found.
        rows = [there[key] for key in these]
        known = await registered(transaction, {row.recipient for row in rows}, ended=True)
    return [waiting_from(row, known[row.recipient]) for row in rows]


async def next_due(engine: AsyncEngine, channels: Collection[str]) -> datetime | None:
    """When the next notice may be sent; None where none waits."""
    async with glancing(engine) as connection:
        found = await connection.execute(_NEXT, {"channels": sorted(channels)})
    due: datetime | None = found.scalar()
    return due


async def settle_gone(
    engine: AsyncEngine, gone: Sequence[tuple[Waiting, Outcome]], *, now: datetime
) -> None:
    """Record many tries at once that ended well, or in words that nothing may be said.

    As `settle`, in one transaction: of those that somebody else has claimed since, the try alone.
    """
    ordered = sorted(gone, key=lambda one: (one[0].child, one[0].recipient.id, one[0].seq))
    ended = [
        {"of": w.recipient.id, "number": w.seq, "token": w.attempt, **_gone(outcome, now)}
        for w, outcome in ordered
    ]
    well = sorted({(w.recipient.id, w.channel) for w, _ in ordered})
    async with writing_in_turn(engine) as transaction:
        await lock_children(transaction, sorted({w.child for w, _ in ordered}))
        await transaction.execute(_ATTEMPTED, [_attempt(w, o, now) for w, o in ordered])
        await transaction.execute(_GONE, ended)
        await transaction.execute(_WELL, [{"of": of, "by": by} for of, by in well])


def _gone(outcome: Outcome, now: datetime) -> dict[str, Any]:
    arrived = outcome.state in (DeliveryState.DELIVERED, DeliveryState.SENT)
    return {
        "became": None if outcome.state is None else outcome.state.value,
        "arrived": now if arrived else None,
        "proof": outcome.receipt,
        "what": outcome.digest,
        "ref": outcome.decision_ref,
        "how": outcome.written_decision,
        "at_": now,
    }


async def settle(engine: AsyncEngine, waiting: Waiting, outcome: Outcome, *, now: datetime) -> bool:
    """Record a try and what became of the notice; False where somebody else has claimed it since.

    A try that failed is due again after a while; one that failed for days, or that is urgent and
    failed for minutes, goes to the recipient's next channel, and after the last is given up, which
    starts a clock that fires at once. So does one whose way the recipient no longer has.
    """
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, waiting.child)
        await transaction.execute(ATTEMPT.insert(), _attempt(waiting, outcome, now))
        values, given_up = _after(waiting, outcome, now)
        changed = await transaction.execute(
            sa.update(DELIVERY)
            .where(
                DELIVERY.c.recipient == waiting.recipient.id,
                DELIVERY.c.seq == waiting.seq,
                DELIVERY.c.attempts == waiting.attempt,
                DELIVERY.c.state == _PENDING,
            )
            .values(values)
        )
        if not changed.rowcount:
            return False
        await _endpoint(transaction, waiting, outcome, now)
        if given_up or outcome.at_once:
            unreachable = _unreachable(waiting, now)
            await clocks.start(
                transaction, waiting.child, [unreachable], basis=waiting.event, now=now
            )
        return True


def _after(waiting: Waiting, outcome: Outcome, now: datetime) -> tuple[dict[str, Any], bool]:
    """The notice's columns after a try, and whether it has been given up."""
    values: dict[str, Any] = {"lease_until": None}
    if outcome.state is not None:
        arrived = outcome.state in (DeliveryState.DELIVERED, DeliveryState.SENT)
        return values | {
            "state": outcome.state.value,
            "delivered_at": now if arrived else None,
            "receipt": outcome.receipt,
            "digest": outcome.digest,
            "decision_ref": outcome.decision_ref,
            "decision": outcome.written_decision,
            "settled_at": now,
        }, False
    following = waiting.recipient.after(waiting.channel)
    again = now + max(backoff(waiting.attempt), outcome.pause)
    tried_until = waiting.way_since + GIVES_UP_AFTER
    if waiting.recipient.way(waiting.channel) is None:
        tried_until = now
    elif waiting.urgent and following is not None:
        tried_until = waiting.way_since + MOVES_ON_AFTER
    if again < tried_until:
        return values | {"not_before": again}, False
    if following is not None:
        return values | {"channel": following, "not_before": now, "way_since": now}, False
    return values | {"state": DeliveryState.FAILED.value, "settled_at": now}, True


def backoff(attempt: int) -> timedelta:
    """How long to wait after so many tries: 2, 4, 8 seconds, up to half an hour."""
    return min(timedelta(seconds=2 ** min(attempt, 20)), _LONGEST_WAIT)


async def _endpoint(
    transaction: AsyncConnection, waiting: Waiting, outcome: Outcome, now: datetime
) -> None:
    """Keep how the recipient's channel is doing: it rests after failing again and again."""
    key = {"recipient": waiting.recipient.id, "channel": waiting.channel}
    mine = (ENDPOINT.c.recipient == key["recipient"], ENDPOINT.c.channel == key["channel"])
    if outcome.state is not None:
        well = sa.update(ENDPOINT).where(*mine, ENDPOINT.c.failures > 0)
        await transaction.execute(well.values(failures=0, paused_until=None))
        return
    over = (await transaction.execute(_FAILED_AGAIN, key)).scalar_one() - _PAUSES_FROM
    pause = outcome.pause
    if over >= 0:
        pause = max(pause, min(timedelta(seconds=5 * 2 ** min(over, 10)), _LONGEST_PAUSE))
    if pause:
        await transaction.execute(sa.update(ENDPOINT).where(*mine).values(paused_until=now + pause))


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


def _attempt(waiting: Waiting, outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "recipient": waiting.recipient.id,
        "seq": waiting.seq,
        "n": waiting.attempt,
        "at": now,
        "channel": waiting.channel,
        "outcome": outcome.said,
        "digest": outcome.digest,
        "decision_ref": outcome.decision_ref,
    }


def waiting_from(row: Any, recipient: Recipient) -> Waiting:  # noqa: ANN401 (a database row)
    """A notice as it stands in the tables, with its recipient."""
    return Waiting(
        recipient=recipient,
        seq=row.seq,
        attempt=row.attempts,
        notice_ref=row.notice_ref,
        event=row.event,
        event_type=row.event_type,
        event_at=row.event_at,
        child=row.child,
        reasons=msgspec.json.decode(row.reasons, type=tuple[Reason, ...]),
        items=frozenset(Item(item) for item in msgspec.json.decode(row.items)),
        urgent=bool(row.urgent),
        channel=row.channel,
        created_at=row.created_at,
        way_since=row.way_since or row.created_at,
    )
