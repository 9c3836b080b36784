"""A question to another gateway, and an answer that proves itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec

from notifications.channels.gateway import LARGEST_REPLY, TIMEOUT
from notifications.peer_proof import NotProven, OwnPeerKeys, check_reply, sign_request
from notifications.peers import Peer
from records.http import Http, HttpRequest, NoReplyError

T = TypeVar("T")
JSON: Final = "application/json"
_OK: Final = 200


class _Problem(msgspec.Struct, frozen=True):
    reason: Annotated[str, msgspec.Meta(pattern="^[a-z]+(-[a-z]+)*$", max_length=40)]


class Unanswered(Exception):
    """A peer gave no answer that proves itself. ``reason`` is a slug."""

    def __init__(self, reason: str) -> None:
        """Say which."""
        super().__init__(reason)
        self.reason = reason


class PeerAsking:
    """Asks other gateways, signed by our key."""

    def __init__(self, http: Http, keys: OwnPeerKeys, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._keys = keys
        self._clock = clock

    async def ask(
        self,
        peer: Peer,
        method: str,
        path: str,
        kind: type[T],
        said: Mapping[str, Any] | None = None,
        *,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 (seconds for the whole exchange)
    ) -> T:
        """What a peer answers, in this shape.

        Raises:
            Unanswered: it gave no answer, or one that does not prove itself.
        """
        now, url = self._clock(), peer.url(path)
        body = None if said is None else msgspec.json.encode(said)
        written = {"accept": JSON} if body is None else {"accept": JSON, "content-type": JSON}
        headers = sign_request(self._keys, method, url, written, body, now)
        request = HttpRequest(
            method=method,
            url=url,
            headers=headers,
            body=body,
            timeout=timeout,
            max_bytes=8 * LARGEST_REPLY,
        )
        try:
            reply = await self._http.fetch(request)
            if reply.status != _OK:
                raise Unanswered(_why(reply.status, reply.body))
            check_reply(
                peer.keys,
                reply.status,
                reply.headers,
                reply.body,
                (method, url, headers),
                self._clock(),
            )
            return msgspec.json.decode(reply.body, type=kind)
        except NoReplyError as error:
            raise Unanswered(error.failure.value) from None
        except NotProven as error:
            raise Unanswered(error.reason) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unanswered("malformed") from None


def _why(status: int, body: bytes) -> str:
    """What a refusal gives as its reason, for whoever mends it: nothing rests on it, for it proves nothing."""
    try:
        reason = msgspec.json.decode(body, type=_Problem).reason
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"status-{status}"
    return f"refused-{reason}"
