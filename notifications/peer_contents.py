"""What another gateway has to say in a notice, had when somebody here reads it, and never kept.

Only for whom the notice was addressed to: the other gateway decides at that moment what this
authority may know. Everybody else is told what their own region's rules and systems give.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.content import PREFIX, Content, lines_of
from notifications.outbox import Waiting
from notifications.peer_asking import PeerAsking, Unanswered
from notifications.peer_proof import NotProven, OwnPeerKeys, opened
from notifications.peer_tables import PEER_INBOX
from notifications.peers import Peer, Peers
from records.http import Failure

CONTENT: Final = "/federation/v1/notices/"
SECONDS: Final = 3.0
"""How long a reader waits for another gateway."""

RESTS: Final = 10.0
"""Seconds for which one that gave no reply is not asked again: a reader's page may hold many of its notices."""

_FROM: Final = sa.select(PEER_INBOX.c.peer, PEER_INBOX.c.notice_ref).where(
    PEER_INBOX.c.event == sa.bindparam("event"), PEER_INBOX.c.recipient == sa.bindparam("recipient")
)


class Sealed(msgspec.Struct, frozen=True):
    """A notice's content as it crosses: closed to whoever asked."""

    content: str


class _Said(msgspec.Struct, frozen=True):
    records: tuple[dict[str, Any], ...] = ()
    withheld: tuple[dict[str, Any], ...] = ()
    unanswered: tuple[str, ...] = ()


_SILENT: Final = _Said(unanswered=("gateway",))
_NO_REPLY: Final = frozenset(
    failure.value for failure in (Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.BROKEN)
)


class _Event(msgspec.Struct, frozen=True):
    id: str
    data: _Said


class PeerContents:
    """Has the content of notices that came from other gateways. ``silent_since``: those that gave no reply."""

    def __init__(
        self,
        engine: AsyncEngine,
        asking: PeerAsking,
        keys: OwnPeerKeys,
        peers: Callable[[], Peers | None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._asking = asking
        self._keys = keys
        self._peers = peers
        self._clock = clock
        self.silent_since: Final[dict[str, float]] = {}

    async def added(self, content: Content, waiting: Waiting) -> Content:
        """A notice with what its sender says; a sender that is silent is named, as a system would be."""
        peers = self._peers()
        if peers is None or not content.told:
            return content
        async with reading(self._engine) as connection:
            key = {"event": waiting.event, "recipient": waiting.recipient.id}
            row = (await connection.execute(_FROM, key)).first()
        peer = None if row is None else peers.named(row.peer)
        if row is None or peer is None:
            return content
        return _with(content, await self._said_or_silent(peer, row.notice_ref), peer)

    async def _said_or_silent(self, peer: Peer, ref: str) -> _Said:
        since = self.silent_since.get(peer.name)
        if since is not None and self._clock() - since < RESTS:
            return _SILENT
        try:
            said = await self._said(peer, ref)
        except Unanswered as error:
            if error.reason in _NO_REPLY:
                self.silent_since[peer.name] = self._clock()
            return _SILENT
        except (NotProven, msgspec.DecodeError):
            return _SILENT
        self.silent_since.pop(peer.name, None)
        return said

    async def _said(self, peer: Peer, ref: str) -> _Said:
        sealed = await self._asking.ask(peer, "GET", CONTENT + ref, Sealed, timeout=SECONDS)
        event = msgspec.json.decode(opened(self._keys, sealed.content), type=_Event)
        if event.id != ref:
            raise NotProven("attributes-differ")
        return event.data


def _with(content: Content, said: _Said, peer: Peer) -> Content:
    event: dict[str, Any] = msgspec.json.decode(content.body)
    data = event["data"]
    data["records"] += [
        {**record, "source": f"{peer.name}: {record.get('source', '')}"} for record in said.records
    ]
    data["withheld"] += [{**one, "by": peer.name} for one in said.withheld]
    data["unanswered"] += [f"{peer.name}: {name}" for name in said.unanswered]
    return dataclasses.replace(
        content,
        body=msgspec.json.encode(event),
        words=lambda: lines_of(event["type"].removeprefix(PREFIX), data),
    )
