"""The feed: recipients come and read what is for them, from where they left off, by number.

Each notice is decided anew whenever it is read. That bytes went down a socket proves nothing: a
notice counts as delivered when its reader comes back with a later number, or acknowledges it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.deliver import FEED, Telling, Told, outcome_of
from notifications.ledger import lock_child
from notifications.outbox import Waiting, waiting_from
from notifications.recipients import Recipient
from notifications.tables import ATTEMPT, DELIVERY, EVENT, RECIPIENT_HEAD, DeliveryState
from notifications.turns import writing_in_turn

PAGE: Final = 50
SHOWN: Final = "shown"
_SIDE_BY_SIDE: Final = 8

_PAGE: Final = (
    sa.select(DELIVERY, EVENT.c.type.label("event_type"), EVENT.c.at.label("event_at"))
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(DELIVERY.c.recipient == sa.bindparam("of"), DELIVERY.c.seq > sa.bindparam("after"))
    .order_by(DELIVERY.c.seq)
    .limit(sa.bindparam("most"))
)
_OF_TYPES: Final = _PAGE.where(EVENT.c.type.in_(sa.bindparam("types", expanding=True)))
_IN_STATES: Final = DELIVERY.c.state.in_(sa.bindparam("states", expanding=True))
_READ: Final = (
    sa.select(DELIVERY.c.seq, DELIVERY.c.child, DELIVERY.c.decision)
    .where(
        DELIVERY.c.recipient == sa.bindparam("of"),
        DELIVERY.c.seq <= sa.bindparam("upto"),
        DELIVERY.c.channel == FEED,
        DELIVERY.c.state == DeliveryState.PENDING.value,
        DELIVERY.c.attempts > 0,
    )
    .order_by(DELIVERY.c.child, DELIVERY.c.seq)
)
_SHOW: Final = (
    sa.update(DELIVERY)
    .where(DELIVERY.c.recipient == sa.bindparam("of"), DELIVERY.c.seq == sa.bindparam("number"))
    .values(
        attempts=DELIVERY.c.attempts + 1,
        digest=sa.bindparam("what"),
        decision_ref=sa.bindparam("ref"),
        decision=sa.bindparam("how"),
    )
    .returning(DELIVERY.c.attempts)
)
_HEADS: Final = sa.select(RECIPIENT_HEAD).where(
    RECIPIENT_HEAD.c.recipient.in_(sa.bindparam("of", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice as its reader has it: its number and reference, and the CloudEvent they may have now.

    ``told`` is false where nothing of it may be said: the number stands, so that none is missing.
    ``child`` is whom it is about, None unless it is told.
    """

    seq: int
    notice_ref: str
    told: bool
    state: DeliveryState
    body: bytes = field(repr=False)
    child: str | None = field(default=None, repr=False)


class Feed:
    """Reads for recipients. One is enough for a replica."""

    def __init__(self, engine: AsyncEngine, telling: Telling) -> None:
        self._engine = engine
        self._telling = telling

    async def page(
        self,
        recipient: Recipient,
        *,
        after: int,
        now: datetime,
        most: int = PAGE,
        types: Collection[str] | None = None,
        states: Collection[DeliveryState] | None = None,
        by: tuple[str, str] | None = None,
    ) -> list[Line]:
        """The recipient's notices after a number, in order, each as it may be said now.

        ``types`` and ``states`` are those of the events and notices wanted; all where None. ``by`` is the issuer
        and subject of the person who reads, for the ledger: a role's notices are read by somebody.

        Raises:
            NotRecorded: a decision could not be written down; nothing was released.
        """
        async with reading(self._engine) as connection:
            given: dict[str, Any] = {"of": recipient.id, "after": after, "most": most}
            wanted = _PAGE
            if types is not None:
                wanted, given["types"] = _OF_TYPES, sorted(types)
            if states is not None:
                wanted = wanted.where(_IN_STATES)
                given["states"] = sorted(state.value for state in states)
            rows = list(await connection.execute(wanted, given))
        turns = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def line(row: Any) -> tuple[Line, Waiting, Told]:  # noqa: ANN401 (a database row)
            waiting = waiting_from(row, recipient)
            async with turns:
                told = await self._telling.told(waiting, now)
            shown = Line(
                seq=row.seq,
                notice_ref=row.notice_ref,
                told=told.content.told,
                state=DeliveryState(row.state),
                body=told.content.body,
                child=row.child if told.content.told else None,
            )
            return shown, waiting, told

        lines = await asyncio.gather(*(line(row) for row in rows))
        await asyncio.gather(
            *(self._telling.write_down(waiting, told, SHOWN, now, by) for _, waiting, told in lines)
        )
        await self._keep([(waiting, told) for _, waiting, told in lines], now)
        return [shown for shown, _, _ in lines]

    async def confirm(self, recipient: str, *, upto: int, now: datetime) -> int:
        """The reader came back with this number: what they were shown up to it is delivered; how many."""
        async with reading(self._engine) as connection:
            given = {"of": recipient, "upto": upto}
            rows = list(await connection.execute(_READ, given))
        for row in rows:
            async with writing_in_turn(self._engine) as transaction:
                await lock_child(transaction, row.child)
                await transaction.execute(_settled(recipient, row, now))
        return len(rows)

    async def heads(self, recipients: list[str]) -> dict[str, int]:
        """The last number of each of these: what a heartbeat says, and who has something new."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(_HEADS, {"of": recipients})
            found = {row.recipient: row.seq for row in rows}
        return {recipient: found.get(recipient, 0) for recipient in recipients}

    async def _keep(self, shown: list[tuple[Waiting, Told]], now: datetime) -> None:
        """Note what each reader was shown, and when."""
        attempts: list[dict[str, Any]] = []
        async with writing_in_turn(self._engine) as transaction:
            for waiting, told in sorted(shown, key=lambda one: (one[0].child, one[0].seq)):
                await lock_child(transaction, waiting.child)
                state = DeliveryState.PENDING if told.content.told else DeliveryState.WITHHELD
                outcome = outcome_of(told, state)
                key = {"of": waiting.recipient.id, "number": waiting.seq}
                decided = {
                    "what": outcome.digest,
                    "ref": outcome.decision_ref,
                    "how": outcome.written_decision,
                }
                counted = await transaction.execute(_SHOW, {**key, **decided})
                attempts.append(
                    {
                        "recipient": waiting.recipient.id,
                        "seq": waiting.seq,
                        "n": counted.scalar_one(),
                        "at": now,
                        "channel": FEED,
                        "outcome": SHOWN if told.content.told else state.value,
                        "digest": outcome.digest,
                        "decision_ref": outcome.decision_ref,
                    }
                )
            if attempts:
                await transaction.execute(ATTEMPT.insert(), attempts)


def _settled(recipient: str, row: Any, now: datetime) -> sa.Update:  # noqa: ANN401 (a database row)
    told = bool(msgspec.json.decode(row.decision)["told"])
    state = DeliveryState.DELIVERED if told else DeliveryState.WITHHELD
    return (
        sa.update(DELIVERY)
        .where(
            DELIVERY.c.recipient == recipient,
            DELIVERY.c.seq == row.seq,
            DELIVERY.c.state == DeliveryState.PENDING.value,
        )
        .values(state=state.value, delivered_at=now if told else None, settled_at=now)
    )
