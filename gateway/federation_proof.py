"""Who asks at the doors for gateways: a certificate that the directory lists, and a signature that is new.

The certificate comes from the proxy that ends TLS, as everywhere (`gateway.bindings`). Whoever shows
none that is listed learns nothing more than that; a listed gateway is told what is wrong with what it
sent, so that its people can mend it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from gateway.bindings import TrustedProxy
from linking.storage import Instant
from notifications.peer_proof import OLDEST, SKEW, NotProven, Proven, check_request
from notifications.peer_tables import PEER_NONCE
from notifications.peers import Peer, Peers
from notifications.turns import writing_in_turn

_USE: Final = sa.text(
    "INSERT INTO peer_nonce (key_id, nonce, expires_at) VALUES (:key, :nonce, :until)"
    " ON CONFLICT (key_id, nonce) DO NOTHING"
).bindparams(sa.bindparam("until", type_=Instant))
_OVER: Final = sa.delete(PEER_NONCE).where(
    PEER_NONCE.c.expires_at < sa.bindparam("now", type_=Instant)
)


class PeerIdentity:
    """Recognises other gateways."""

    def __init__(
        self, engine: AsyncEngine, proxy: TrustedProxy, peers: Callable[[], Peers | None]
    ) -> None:
        self._engine = engine
        self._proxy = proxy
        self._peers = peers

    async def peer(
        self, request: Request, url: str, body: bytes | None, now: datetime
    ) -> tuple[Peer, Peers]:
        """The gateway that sent this, and the directory by which it was recognised.

        Raises:
            NotProven: no listed certificate, no signature of its own, or one that was used.
        """
        peers = self._peers()
        address = request.client.host if request.client else None
        shown = self._proxy.thumbprint(address, request.scope["headers"])
        peer = None if peers is None or shown is None else peers.showing(shown)
        if peers is None or peer is None:
            raise NotProven("unknown-certificate")
        if not peers.is_current(now):
            raise NotProven("key-expired")
        headers = _headers(request)
        try:
            proven = check_request(peer.keys, request.method, url, headers, body, now)
        except NotProven as error:
            if error.reason == "unknown-key" and _is_anothers(headers, peers):
                raise NotProven("wrong-peer") from None
            raise
        await self._use(proven)
        return peer, peers

    async def _use(self, proven: Proven) -> None:
        until = proven.created + OLDEST + SKEW
        async with writing_in_turn(self._engine) as transaction:
            await transaction.execute(_OVER, {"now": proven.created - OLDEST - SKEW})
            used = {"key": proven.kid, "nonce": proven.nonce, "until": until}
            fresh = await transaction.execute(_USE, used)
        if not fresh.rowcount:
            raise NotProven("replayed")


def _headers(request: Request) -> dict[str, str]:
    """The headers as signatures see them: a name that came twice is one, with commas."""
    found: dict[str, str] = {}
    for name, value in request.scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _is_anothers(headers: dict[str, str], peers: Peers) -> bool:
    """Whether the signature names a key of another gateway in the directory."""
    written = headers.get("signature-input", "")
    return any(f'keyid="{key.kid}"' in written for peer in peers.others for key in peer.keys)
