"""Fetching what other gateways have for our authorities: whatever no push has brought, in order, each once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import Instant, reading
from notifications.channels.channel import NotSent
from notifications.channels.gateway import Gateway
from notifications.ledger import Appended
from notifications.peer_answers import PeerAnswers
from notifications.peer_asking import PeerAsking, Unanswered
from notifications.peer_inbox import PeerInbox
from notifications.peer_lines import cursor_of
from notifications.peer_tables import PEER_INBOX, PEER_LINE
from notifications.peers import Peer, Peers
from notifications.turns import writing_in_turn

_log = logging.getLogger(__name__)

FEED: Final = "/federation/v1/feed"
RECEIPTS: Final = "/federation/v1/receipts"
_MOST_PAGES: Final = 200
_HAVE: Final = sa.select(PEER_LINE.c.seq).where(
    PEER_LINE.c.peer == sa.bindparam("peer"), PEER_LINE.c.recipient == sa.bindparam("recipient")
)
_PUSHED: Final = (
    sa.select(PEER_INBOX.c.seq)
    .where(
        PEER_INBOX.c.peer == sa.bindparam("peer"),
        PEER_INBOX.c.recipient == sa.bindparam("recipient"),
        PEER_INBOX.c.seq > sa.bindparam("after"),
    )
    .order_by(PEER_INBOX.c.seq)
)
_GOT: Final = sa.text(
    "INSERT INTO peer_line (peer, recipient, seq, at) VALUES (:peer, :recipient, :seq, :at)"
    " ON CONFLICT (peer, recipient) DO UPDATE SET seq = :seq, at = :at WHERE peer_line.seq < :seq"
).bindparams(sa.bindparam("at", type_=Instant))


class _Head(msgspec.Struct, frozen=True):
    recipient: str
    head: int
    cursor: str


class _Heads(msgspec.Struct, frozen=True):
    lines: tuple[_Head, ...]


class _Page(msgspec.Struct, frozen=True):
    events: tuple[dict[str, Any], ...]
    cursor: str
    head: int


class _Good(msgspec.Struct, frozen=True):
    good: tuple[str, ...]


class PeerFetching:
    """Asks other gateways, and tells them what our people acknowledged."""

    def __init__(
        self,
        engine: AsyncEngine,
        asking: PeerAsking,
        *,
        inbox: PeerInbox,
        answers: PeerAnswers,
        channel: Gateway,
        announce: Callable[[Appended], Any],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._asking = asking
        self._inbox = inbox
        self._answers = answers
        self._channel = channel
        self._announce = announce
        self._clock = clock

    async def fetch_all(self, peers: Peers) -> int:
        """Fetch from every peer what we lack; how many events were new. One that is silent stops no other."""
        new = 0
        for peer in peers.others:
            try:
                new += await self.fetch(peer, peers)
            except Unanswered as error:
                _log.warning(
                    "%s could not be asked for what it has for us (%s).", peer.name, error.reason
                )
            except Exception as error:  # noqa: BLE001 (what one has to say must not stop the others)
                _log.error("What %s has could not be kept (%s).", peer.name, type(error).__name__)
        return new

    async def fetch(self, peer: Peer, peers: Peers) -> int:
        """Fetch from one peer what we lack; how many events were new.

        Raises:
            Unanswered: it gave no answer that proves itself; what came before it is kept.
        """
        new = 0
        for line in (await self.heads(peer)).lines:
            if line.recipient.partition("/")[0] not in peers.us.serves:
                continue
            new += await self._line(line, peer, peers)
        return new

    async def heads(self, peer: Peer) -> _Heads:
        """What a peer has for us: each line and the number of its last notice.

        Raises:
            Unanswered: it gave no answer that proves itself.
        """
        return await self._asking.ask(peer, "GET", FEED, _Heads)

    async def answer_all(self, peers: Peers) -> int:
        """Tell senders what our people acknowledged; how many were told. One that is away keeps no other waiting."""
        return sum([await self._answer(peer, peers) for peer in peers.others])

    async def _answer(self, peer: Peer, peers: Peers) -> int:
        told = 0
        for one in await self._answers.to_tell(peer):
            now = self._clock()
            try:
                await self._channel.post(one.body, one.notice, peers, peer, now)
            except NotSent as error:
                if not error.outcome.startswith("refused-"):
                    _log.warning("%s cannot be told what was acknowledged.", peer.name)
                    break
                await self._answers.told(one, error.outcome, now)
            else:
                await self._answers.told(one, "told", now)
                told += 1
        return told

    async def _line(self, line: _Head, peer: Peer, peers: Peers) -> int:
        have = await self._have(peer, line.recipient)
        cursor, new = cursor_of(line.recipient, have), 0
        for _ in range(_MOST_PAGES):
            if have >= line.head:
                break
            path = f"{FEED}?after={quote(cursor, safe='')}"
            page = await self._asking.ask(peer, "GET", path, _Page)
            receipts: dict[str, str] = {}
            for event in page.events:
                taken = await self._inbox.take(event, peer, peers.us, self._clock())
                if taken.appended is not None:
                    await self._announce(taken.appended)
                if taken.passing:
                    # It waits for a person here, and so does what comes after it on this line.
                    return new
                if taken.receipt is not None:
                    receipts[taken.id] = taken.receipt
                    new += taken.appended is not None and taken.appended.new
                have = max(have, int(event.get("sequence", 0)))
            if receipts:
                await self._asking.ask(peer, "POST", RECEIPTS, _Good, {"receipts": receipts})
            await self._got(peer, line.recipient, have)
            if not page.events:
                break
            cursor = page.cursor
        return new

    async def _have(self, peer: Peer, recipient: str) -> int:
        """How far we have everything of a line, whether it was pushed or fetched."""
        key = {"peer": peer.name, "recipient": recipient}
        async with reading(self._engine) as connection:
            have = int((await connection.execute(_HAVE, key)).scalar() or 0)
            pushed = await connection.execute(_PUSHED, {**key, "after": have})
            kept = have
            for seq in pushed.scalars():
                if seq != have + 1:
                    break
                have = seq
        if have > kept:
            # Or every look would read again all that was ever pushed.
            await self._got(peer, recipient, have)
        return have

    async def _got(self, peer: Peer, recipient: str, seq: int) -> None:
        async with writing_in_turn(self._engine) as transaction:
            got = {"peer": peer.name, "recipient": recipient, "seq": seq, "at": self._clock()}
            await transaction.execute(_GOT, got)
