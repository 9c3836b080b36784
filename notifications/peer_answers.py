"""Acknowledgements between gateways: our people's word travels back to whoever sent the notice, theirs comes to us.

Nothing is kept to be sent: what was acknowledged here and not yet told there is found each time
by looking, so that no crash loses it. Told twice, it counts once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from linking.storage import reading
from notifications.answering import acknowledge
from notifications.content import PREFIX
from notifications.peer_events import ACKNOWLEDGED, Answered
from notifications.peer_tables import PEER_ANSWER, PEER_INBOX
from notifications.peers import PEER, Peer, system_of
from notifications.recipients import registered
from notifications.tables import DELIVERY, RECIPIENT, DeliveryState
from notifications.turns import writing_in_turn
from records.people import Viewer

_log = logging.getLogger(__name__)

_ISSUER: Final = "homeward:peers"
_MOST: Final = 50
_FOR: Final = sa.select(DELIVERY.c.recipient).where(DELIVERY.c.notice_ref == sa.bindparam("ref"))
_TO_TELL: Final = (
    sa.select(
        PEER_INBOX.c.peer,
        PEER_INBOX.c.notice_ref,
        PEER_INBOX.c.recipient,
        PEER_INBOX.c.organisation,
        DELIVERY.c.acknowledged_at,
        RECIPIENT.c.role,
    )
    .join(DELIVERY, DELIVERY.c.event == PEER_INBOX.c.event)
    .join(RECIPIENT, RECIPIENT.c.id == DELIVERY.c.recipient)
    .where(
        PEER_INBOX.c.peer == sa.bindparam("peer"),
        DELIVERY.c.state == DeliveryState.ACKNOWLEDGED.value,
        DELIVERY.c.channel.is_distinct_from(PEER),
        RECIPIENT.c.organisation == PEER_INBOX.c.organisation,
        ~sa.exists().where(
            PEER_ANSWER.c.peer == PEER_INBOX.c.peer,
            PEER_ANSWER.c.notice_ref == PEER_INBOX.c.notice_ref,
        ),
    )
    .order_by(DELIVERY.c.acknowledged_at)
    .limit(_MOST)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTell:
    """An acknowledgement that its sender does not know of yet, as the event that tells it."""

    peer: str
    notice: str
    body: bytes


class PeerAnswers:
    """Takes and finds acknowledgements."""

    def __init__(self, engine: AsyncEngine, ledger: Ledger, *, origin: str) -> None:
        self._engine = engine
        self._ledger = ledger
        self._origin = origin

    async def take(self, data: msgspec.Raw, peer: Peer, now: datetime) -> None:
        """The peer's duty team has a notice of ours: nobody is chased for it any more.

        Of a notice that never went to this peer nothing happens, and nothing is told.

        Raises:
            NotRecorded: it could not be written down, and so was not done.
        """
        answered = msgspec.json.decode(data, type=Answered)
        async with reading(self._engine) as connection:
            recipient = (await connection.execute(_FOR, {"ref": answered.notice})).scalar()
            known = (
                {} if recipient is None else await registered(connection, {recipient}, ended=True)
            )
        there = known.get(recipient or "")
        way = None if there is None else there.way(PEER)
        if there is None or way is None or way.address != peer.name:
            _log.warning("A gateway acknowledged a notice that was not for it.")
            return
        viewer = Viewer(
            subject=f"{answered.organisation}/{answered.role}",
            issuer=f"{_ISSUER}:{peer.name}",
            role=there.role,
            organisation=there.organisation,
            client=system_of(peer.name),
            expires_at=now,
        )
        await acknowledge(self._engine, self._ledger, answered.notice, viewer, now=now)

    async def to_tell(self, peer: Peer) -> list[ToTell]:
        """What our people acknowledged and this sender does not know yet, each once, the oldest first."""
        async with reading(self._engine) as connection:
            rows = list(await connection.execute(_TO_TELL, {"peer": peer.name}))
        first = {(row.peer, row.notice_ref): row for row in reversed(rows)}
        return [
            ToTell(
                peer=row.peer,
                notice=row.notice_ref,
                body=self._event(
                    row.notice_ref,
                    row.recipient,
                    Answered(
                        notice=row.notice_ref,
                        at=row.acknowledged_at,
                        role=row.role,
                        organisation=row.organisation,
                    ),
                ),
            )
            for row in reversed(first.values())
        ]

    async def told(self, one: ToTell, outcome: str, now: datetime) -> None:
        """The sender knows, or will not hear it: it is not told again."""
        async with writing_in_turn(self._engine) as transaction:
            there = sa.select(PEER_ANSWER.c.at).where(
                PEER_ANSWER.c.peer == one.peer, PEER_ANSWER.c.notice_ref == one.notice
            )
            if (await transaction.execute(there)).scalar() is None:
                row = {"peer": one.peer, "notice_ref": one.notice, "outcome": outcome, "at": now}
                await transaction.execute(PEER_ANSWER.insert(), row)

    def _event(self, ref: str, recipient: str, answered: Answered) -> bytes:
        return msgspec.json.encode(
            {
                "specversion": "1.0",
                # Its own reference, the same each time: the notice's, told apart by its sender.
                "id": ref,
                "source": self._origin,
                "type": PREFIX + ACKNOWLEDGED,
                "sequence": 0,
                "recipient": recipient,
                "datacontenttype": "application/json",
                "data": answered,
            }
        )
