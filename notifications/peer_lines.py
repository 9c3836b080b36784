"""What a peer may fetch from us: the notices to the authorities that it serves, by number, and its receipts for them.

The same rows as are pushed, decided anew when they are fetched: a push is a hint, and this repairs
everything that pushes lost, also what was given up while the peer was away.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.channels.feed import Feed, Line
from notifications.channels.gateway import Gateway, check_receipt
from notifications.channels.showing import SHOWN
from notifications.ledger import lock_child
from notifications.outbox import waiting_from
from notifications.peer_proof import NotProven
from notifications.peer_telling import PeerTelling
from notifications.peers import PEER, Peer, Peers, line_of
from notifications.recipients import Recipient, registered
from notifications.tables import DELIVERY, EVENT, DeliveryState
from notifications.turns import writing_in_turn

PAGE: Final = 50
_LONGEST: Final = 400
_NOTICE: Final = sa.select(
    DELIVERY.c.recipient, DELIVERY.c.seq, DELIVERY.c.child, DELIVERY.c.decision
).where(DELIVERY.c.notice_ref == sa.bindparam("ref"))
_WHOLE: Final = (
    sa.select(DELIVERY, EVENT.c.type.label("event_type"), EVENT.c.at.label("event_at"))
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(DELIVERY.c.notice_ref == sa.bindparam("ref"))
)
_UNSETTLED: Final = (DeliveryState.PENDING.value, DeliveryState.FAILED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One authority's line: the number of its last notice, and the cursor of a reader who has none yet."""

    recipient: str
    head: int
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a line's notices in order, and the cursor of a reader who has them."""

    lines: tuple[Line, ...]
    cursor: str
    head: int


class PeerLines:
    """Serves what peers fetch."""

    def __init__(
        self, engine: AsyncEngine, feed: Feed, telling: PeerTelling, channel: Gateway
    ) -> None:
        self._engine = engine
        self._feed = feed
        self._telling = telling
        self._channel = channel

    async def heads(self, peer: Peer) -> list[Head]:
        """The lines of the authorities that this peer serves, those of which there is any."""
        known = await self._known({line_of(code) for code in peer.serves}, peer)
        numbers = await self._feed.heads(sorted(known))
        return [
            Head(recipient=who, head=number, cursor=cursor_of(who, 0))
            for who, number in numbers.items()
        ]

    async def page(self, peer: Peer, cursor: str, now: datetime) -> Page | None:
        """What comes after a cursor; None where the cursor is none, or of a line that is not this peer's.

        Raises:
            NotRecorded: a decision could not be written down; nothing was released.
        """
        after = read_cursor(cursor)
        if after is None:
            return None
        recipient = (await self._known({after[0]}, peer)).get(after[0])
        if recipient is None:
            return None
        lines = await self._feed.page(recipient, after=after[1], now=now, most=PAGE)
        last = lines[-1].seq if lines else after[1]
        heads = await self._feed.heads([recipient.id])
        return Page(
            lines=tuple(lines), cursor=cursor_of(recipient.id, last), head=heads[recipient.id]
        )

    async def content(self, peer: Peer, ref: str, now: datetime) -> bytes | None:
        """All that a peer's authority may have of one notice now; None where it is not this peer's.

        Raises:
            NotRecorded: the decision could not be written down; nothing was released.
        """
        async with reading(self._engine) as connection:
            row = (await connection.execute(_WHOLE, {"ref": ref})).one_or_none()
        recipient = (
            None if row is None else (await self._known({row.recipient}, peer)).get(row.recipient)
        )
        if row is None or recipient is None:
            return None
        waiting = waiting_from(row, recipient)
        told = await self._telling.content(waiting, now)
        await self._telling.write_down(waiting, told, SHOWN, now)
        return told.content.body

    async def receipts(
        self, given: Mapping[str, str], peer: Peer, peers: Peers, now: datetime
    ) -> list[str]:
        """The peer's receipts for what it fetched: those notices are delivered. Which were good."""
        good: list[str] = []
        for ref, receipt in given.items():
            try:
                check_receipt(receipt, peer, peers, ref)
            except NotProven:
                continue
            if await self._delivered(ref, receipt, peer, now):
                good.append(ref)
        return good

    async def _known(self, ids: set[str], peer: Peer) -> dict[str, Recipient]:
        async with reading(self._engine) as connection:
            found = await registered(connection, ids)
        return {
            recipient.id: recipient
            for recipient in found.values()
            if (way := recipient.way(PEER)) is not None and way.address == peer.name
        }

    async def _delivered(self, ref: str, receipt: str, peer: Peer, now: datetime) -> bool:
        async with reading(self._engine) as connection:
            row = (await connection.execute(_NOTICE, {"ref": ref})).one_or_none()
        if row is None or not await self._known({row.recipient}, peer):
            return False
        await self._channel.keep(receipt, ref, peer, now)
        decision: Mapping[str, Any] = (
            {} if row.decision is None else msgspec.json.decode(row.decision)
        )
        told = bool(decision.get("told"))
        async with writing_in_turn(self._engine) as transaction:
            await lock_child(transaction, row.child)
            await transaction.execute(
                sa.update(DELIVERY)
                .where(
                    DELIVERY.c.recipient == row.recipient,
                    DELIVERY.c.seq == row.seq,
                    DELIVERY.c.state.in_(_UNSETTLED),
                )
                .values(
                    state=(DeliveryState.DELIVERED if told else DeliveryState.WITHHELD).value,
                    delivered_at=now if told else None,
                    receipt=f"{peer.name} fetched",
                    settled_at=now,
                    lease_until=None,
                )
            )
        return True


def cursor_of(recipient: str, seq: int) -> str:
    """Where a reader of a line stands, as one word."""
    return base64.urlsafe_b64encode(f"{seq} {recipient}".encode()).rstrip(b"=").decode("ascii")


def read_cursor(cursor: str) -> tuple[str, int] | None:
    """The line and the number that a cursor names; None where it is none."""
    if len(cursor) > _LONGEST:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    seq, _, recipient = text.partition(" ")
    if not (seq.isascii() and seq.isdigit() and recipient):
        return None
    return recipient, int(seq[:18])
