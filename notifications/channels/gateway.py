"""Another gateway: the event posted to its inbox, signed by us, closed to it; its signed receipt is kept.

Pushed for speed. What a push could not bring, the other side fetches by its number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import Instant
from notifications.channels.channel import NotSent, Parcel, Sent, wait_of
from notifications.peer_events import CLOUDEVENT, wrapped
from notifications.peer_proof import (
    NotProven,
    OwnPeerKeys,
    Receipt,
    check_reply,
    read_receipt,
    sign_request,
)
from notifications.peers import PEER, Peer, Peers
from notifications.turns import writing_in_turn
from records.http import Http, HttpReply, HttpRequest, NoReplyError

INBOX: Final = "/federation/v1/inbox"
TIMEOUT: Final = 10.0
LARGEST_REPLY: Final = 1024 * 1024
STORED: Final = "stored"
_ACCEPTED: Final = 202
_FIRST_REDIRECT, _FIRST_REFUSAL, _FIRST_FAULT = 300, 400, 500
_WORTH_WAITING: Final = frozenset({408, 409, 425, 429})
_KEEP: Final = sa.text(
    "INSERT INTO peer_receipt (notice_ref, peer, receipt, at) VALUES (:ref, :peer, :receipt, :at)"
    " ON CONFLICT (notice_ref) DO NOTHING"
).bindparams(sa.bindparam("at", type_=Instant))

REASONS: Final = frozenset(
    {
        "attributes-differ",
        "authority-not-shown",
        "bad-signature",
        "cannot-open",
        "clock-skew",
        "echo",
        "identity-in-doubt",
        "key-expired",
        "malformed",
        "no-nonce",
        "not-served-here",
        "replayed",
        "stale-signature",
        "unknown-certificate",
        "unknown-key",
        "wrong-peer",
        "wrong-way",
    }
)
"""Every reason that a gateway gives: no other word of its reply is kept."""


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one event: stored, with the receipt; refused, with the reason; or not kept this time."""

    id: str
    outcome: str
    receipt: str | None = None
    reason: str | None = None


class Results(msgspec.Struct, frozen=True):
    """What became of each event that was sent, in order."""

    results: tuple[Result, ...]


class _Problem(msgspec.Struct, frozen=True):
    reason: str = ""


class Gateway:
    """Sends to other gateways. ``peers`` gives those that there are now."""

    name: Final = PEER
    counts: Final = True

    def __init__(
        self,
        engine: AsyncEngine,
        http: Http,
        keys: OwnPeerKeys,
        peers: Callable[[], Peers | None],
    ) -> None:
        self._engine = engine
        self._http = http
        self._keys = keys
        self._peers = peers

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Post it once; the signed receipt says that it is kept there.

        Raises:
            NotSent: it was not taken, or nobody can tell. A refusal is for a person to see at once.
        """
        peers = self._peers()
        peer = None if peers is None else peers.named(parcel.way.address)
        if peers is None or peer is None:
            raise NotSent("unknown-peer", at_once=True)
        receipt = await self.post(parcel.body, parcel.notice_ref, peers, peer, now)
        await self.keep(receipt, parcel.notice_ref, peer, now)
        mark = hashlib.sha256(receipt.encode()).hexdigest()
        return Sent(arrived=True, receipt=f"{peer.name} sha256:{mark}")

    async def post(self, body: bytes, ref: str, peers: Peers, peer: Peer, now: datetime) -> str:
        """Post one event to a peer; the receipt, held against the peer's keys and what was sent.

        Raises:
            NotSent: it was not taken, or nobody can tell.
        """
        closing = peer.key("enc", now)
        if closing is None or not peers.is_current(now):
            # Without a key that is good we cannot know who would read it.
            raise NotSent("peer-keys-expired", at_once=True)
        sealed = wrapped(body, closing)
        url = peer.url(INBOX)
        headers = sign_request(self._keys, "POST", url, {"content-type": CLOUDEVENT}, sealed, now)
        request = HttpRequest(
            method="POST",
            url=url,
            headers=headers,
            body=sealed,
            timeout=TIMEOUT,
            max_bytes=LARGEST_REPLY,
        )
        try:
            reply = await self._http.fetch(request)
        except NoReplyError as error:
            raise NotSent(error.failure.value) from None
        if reply.status != _ACCEPTED:
            raise _refusal(reply, now)
        try:
            check_reply(
                peer.keys, reply.status, reply.headers, reply.body, ("POST", url, headers), now
            )
            return _receipt(reply, ref, peers, peer)
        except NotProven:
            raise NotSent("no-receipt", at_once=True) from None

    async def keep(self, receipt: str, ref: str, peer: Peer, now: datetime) -> None:
        """Keep a receipt, once."""
        async with writing_in_turn(self._engine) as transaction:
            kept = {"ref": ref, "peer": peer.name, "receipt": receipt, "at": now}
            await transaction.execute(_KEEP, kept)


def check_receipt(signed: str, peer: Peer, peers: Peers, ref: str) -> Receipt:
    """A peer's receipt for one of our notices. Sent again with less to say, it has that of what came first.

    Raises:
        NotProven: it is not the peer's, or not for this notice of ours.
    """
    receipt = read_receipt(peer.keys, signed)
    if (receipt.event, receipt.by, receipt.sender) != (ref, peer.name, peers.own):
        raise NotProven("bad-receipt")
    return receipt


def _receipt(reply: HttpReply, ref: str, peers: Peers, peer: Peer) -> str:
    try:
        (result,) = msgspec.json.decode(reply.body, type=Results).results
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise NotSent("no-receipt") from None
    if result.outcome != STORED or result.receipt is None:
        if result.reason is None:
            raise NotSent("not-kept")
        raise NotSent(f"refused-{_slug(result.reason)}", at_once=True)
    check_receipt(result.receipt, peer, peers, ref)
    return result.receipt


def _refusal(reply: HttpReply, now: datetime) -> NotSent:
    if reply.status < _FIRST_REFUSAL:
        return NotSent("redirected", at_once=True)
    refused = reply.status < _FIRST_FAULT and reply.status not in _WORTH_WAITING
    try:
        reason = msgspec.json.decode(reply.body, type=_Problem).reason
    except (msgspec.DecodeError, UnicodeDecodeError):
        reason = ""
    if reason in REASONS:
        return NotSent(f"refused-{reason}", at_once=refused)
    return NotSent(f"status-{reply.status}", at_once=refused, wait=wait_of(reply, now))


def _slug(reason: str) -> str:
    return reason if reason in REASONS else "other"
