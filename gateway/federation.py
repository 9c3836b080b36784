"""The doors for gateways of other regions: an inbox, a feed that repairs what pushes lost, receipts for it.

``POST /federation/v1/inbox`` takes one event or a batch and answers 202 with what became of each, once it is
durable: stored, with a signed receipt, or refused, with the reason. ``GET /federation/v1/feed`` gives
what is for the authorities that the caller serves, ``POST /federation/v1/receipts`` takes its word for
what it fetched, and ``GET /federation/v1/notices/{ref}`` gives what its authority may have of one. Every reply is signed. No address holds more than a cursor or a reference.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.edge import PROBLEM
from gateway.federating import Federation
from gateway.federation_proof import PeerIdentity
from gateway.request import Gone, Refused, body_of
from gateway.settings import Limits
from notifications.channels.gateway import INBOX, STORED, Result, Results
from notifications.peer_asking import JSON
from notifications.peer_contents import CONTENT
from notifications.peer_events import BATCH, CLOUDEVENT, wrapped
from notifications.peer_fetching import FEED, RECEIPTS
from notifications.peer_inbox import Taken
from notifications.peer_proof import NotProven, closed, sign_reply
from notifications.peers import Peer, Peers
from records.errors import NotRecorded

_log = logging.getLogger(__name__)

_MOST: Final = 100
_LATER: Final = {"Retry-After": "5"}
_SAYS: Final[Mapping[str, str]] = {
    "unknown-certificate": "No gateway that is listed here shows this certificate.",
    "unknown-key": "The key is not among those that the directory lists for you: have it listed first.",
    "wrong-peer": "The key is another gateway's than the certificate.",
    "key-expired": "The key or the directory has run out: use the key that follows it.",
    "bad-signature": "The signature does not cover what has to be covered, or does not fit.",
    "stale-signature": "The signature is too old: sign anew for each try.",
    "clock-skew": "The signature is from the future: set your clock.",
    "replayed": "This signature was used before: sign anew for each try.",
    "no-nonce": "The signature has no nonce.",
}
NOT_KEPT: Final = "not-kept"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request of a gateway that has proved itself."""

    peer: Peer
    peers: Peers
    body: bytes
    url: str
    now: datetime
    federation: Federation


class _Receipts(msgspec.Struct, frozen=True):
    receipts: dict[str, str]


class Doors:
    """The doors, once everything is open. ``parts`` gives it, and None before and after."""

    def __init__(
        self,
        parts: Callable[[], Federation | None],
        identity: Callable[[Federation], PeerIdentity],
        limits: Limits,
    ) -> None:
        self._parts = parts
        self._identity = identity
        self._limits = limits

    def routes(self) -> list[BaseRoute]:
        """Their addresses."""
        return [
            Route(INBOX, self._door(self.inbox), methods=["POST"]),
            Route(FEED, self._door(self.feed), methods=["GET"]),
            Route(CONTENT + "{ref}", self._door(self.content), methods=["GET"]),
            Route(RECEIPTS, self._door(self.receipts), methods=["POST"]),
        ]

    async def inbox(self, request: Request, asked: _Asked) -> Response:
        """Keep each event, or say why not."""
        events = _events(request, asked.body)
        if isinstance(events, Response):
            return events
        results: list[Result] = []
        waiting: set[str] = set()
        for event in events:
            # What was not kept comes again before anything else about the same child.
            about = _said(event, "subject")
            if about and about in waiting:
                results.append(Result(id=_said(event, "id")[:32], outcome=NOT_KEPT))
                continue
            result = await self._kept(event, asked)
            results.append(result)
            if result.outcome == NOT_KEPT:
                waiting.add(about)
        return _signed(202, msgspec.json.encode(Results(tuple(results))), request, asked)

    async def feed(self, request: Request, asked: _Asked) -> Response:
        """What is for the caller: its lines, or what comes after a cursor."""
        lines = asked.federation.lines
        cursor = request.query_params.get("after")
        if cursor is None:
            heads = await lines.heads(asked.peer)
            said = {
                "lines": [
                    {"recipient": one.recipient, "head": one.head, "cursor": one.cursor}
                    for one in heads
                ]
            }
            return _signed(200, msgspec.json.encode(said), request, asked)
        page = await lines.page(asked.peer, cursor, asked.now)
        if page is None:
            return problem(400, "malformed", "The cursor is none of yours: begin without one.")
        closing = asked.peer.key("enc", asked.now)
        if closing is None:
            return problem(409, "key-expired", "You have no key to which content may be closed.")
        found: dict[str, Any] = {
            "events": [msgspec.Raw(wrapped(line.body, closing)) for line in page.lines],
            "cursor": page.cursor,
            "head": page.head,
        }
        return _signed(200, msgspec.json.encode(found), request, asked)

    async def content(self, request: Request, asked: _Asked) -> Response:
        """All that the caller's authority may have of one notice now, closed to the caller."""
        ref = str(request.path_params["ref"])
        body = await asked.federation.lines.content(asked.peer, ref, asked.now)
        closing = asked.peer.key("enc", asked.now)
        if body is None or closing is None:
            return problem(404, "malformed", "There is no such notice for you.")
        said = {"content": closed(closing, body)}
        return _signed(200, msgspec.json.encode(said), request, asked)

    async def receipts(self, request: Request, asked: _Asked) -> Response:
        """The caller's receipts for what it fetched."""
        try:
            given = msgspec.json.decode(asked.body, type=_Receipts).receipts
        except (msgspec.DecodeError, UnicodeDecodeError):
            return problem(400, "malformed", "Send `receipts`: each notice's id with its receipt.")
        good = await asked.federation.lines.receipts(given, asked.peer, asked.peers, asked.now)
        return _signed(200, msgspec.json.encode({"good": good}), request, asked)

    async def _kept(self, event: Any, asked: _Asked) -> Result:  # noqa: ANN401 (JSON that anybody may have made)
        federation = asked.federation
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                taken = await federation.inbox.take(event, asked.peer, asked.peers.us, asked.now)
        except Exception as error:  # noqa: BLE001 (whatever it was, the rest of the batch has its turn)
            _log.error("What a gateway sent could not be kept (%s).", type(error).__name__)
            return Result(id=_said(event, "id")[:32], outcome=NOT_KEPT)
        if taken.appended is not None:
            await federation.announce(taken.appended)
        elif taken.receipt is not None:
            federation.bells.anything.set()
        return _result(taken)

    def _door(
        self, handler: Callable[[Request, _Asked], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            federation = self._parts()
            peers = None if federation is None else federation.peers()
            if federation is None or peers is None:
                return problem(503, NOT_KEPT, "Not open yet; nothing is promised.", _LATER)
            # The clock on which replicas agree: a machine's own may be the one that is wrong.
            now = federation.clock()
            try:
                body = await body_of(
                    request.scope,
                    request.receive,
                    federation.settings.body_bytes,
                    self._limits.body_seconds,
                )
                url = peers.us.url(_target(request))
                peer, peers = await self._identity(federation).peer(
                    request, url, body if request.method == "POST" else None, now
                )
                asked = _Asked(peer, peers, body, url, now, federation)
                return await handler(request, asked)
            except Refused as refusal:
                return problem(refusal.status, "malformed", refusal.message, refusal.headers)
            except Gone:
                return Response(status_code=400)
            except NotProven as error:
                says = _SAYS.get(error.reason, "This is not to be believed.")
                return problem(401, error.reason, says)
            except (SQLAlchemyError, OSError, NotRecorded) as error:
                _log.error("A gateway could not be answered (%s).", type(error).__name__)
                return problem(503, NOT_KEPT, "Nothing is promised: send it again.", _LATER)

        return door


def problem(
    status: int, reason: str, says: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal, with a word that a gateway can act on.

    Source: RFC 9457.
    """
    body = msgspec.json.encode({"status": status, "title": says, "reason": reason})
    return Response(body, status, headers, PROBLEM)


def _target(request: Request) -> str:
    """Path and query as they were sent."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return raw.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")


def _events(request: Request, body: bytes) -> list[Any] | Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {CLOUDEVENT, BATCH}:
        return problem(415, "malformed", f"Send {CLOUDEVENT} or {BATCH}.")
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return problem(400, "malformed", "The body is no JSON.")
    events = found if kind == BATCH else [found]
    if not isinstance(events, list) or not 0 < len(events) <= _MOST:
        return problem(400, "malformed", f"A batch is a list of 1 to {_MOST} events.")
    return events


def _said(event: object, name: str) -> str:
    """An attribute of what was sent; empty where it is no text."""
    value = event.get(name) if isinstance(event, Mapping) else None
    return value if isinstance(value, str) else ""


def _result(taken: Taken) -> Result:
    if taken.receipt is not None:
        return Result(id=taken.id, outcome=STORED, receipt=taken.receipt)
    return Result(id=taken.id, outcome="refused", reason=taken.reason)


def _signed(status: int, body: bytes, request: Request, asked: _Asked) -> Response:
    sent = {name: value for name, value in request.headers.items() if name == "signature"}
    headers = sign_reply(
        asked.federation.keys,
        status,
        {"content-type": JSON},
        body,
        (request.method, asked.url, sent),
        asked.now,
    )
    return Response(body, status, headers)
