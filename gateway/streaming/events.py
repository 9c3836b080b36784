"""Server-sent events: a subscription as the reply to one POST, each event a line of the stream.

Source: graphql-sse PROTOCOL.md (distinct connections mode).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.dpop import Called
from gateway.faults import Code, Fault, fault_of
from gateway.graphql import CORRELATION, Invalid
from gateway.identity import Identity, KeysUnavailable
from gateway.presented import challenge
from gateway.request import Gone, Refused, read
from gateway.settings import Limits
from gateway.streaming.subscribing import Caller, Subscribing
from records.errors import NotAuthenticated
from records.people import Viewer

EVENT_STREAM: Final = "text/event-stream"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # Proxies that gather a reply before passing it on would hold notices back.
    (b"x-accel-buffering", b"no"),
]


def wants_events(scope: Scope) -> bool:
    """Whether a request asks for a stream of events rather than one answer."""
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    kinds = [one.partition(b";")[0].strip().lower() for one in accepted.split(b",")]
    return bool(scope["method"] == "POST" and EVENT_STREAM.encode() in kinds)


class Events:
    """Streams of events, as an ASGI application."""

    def __init__(self, subscribing: Subscribing, identity: Identity, limits: Limits) -> None:
        self._subscribing = subscribing
        self._identity = identity
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one subscription until it ends, or the caller goes."""
        correlation_id: str = scope[CORRELATION]
        try:
            caller = await self._caller(scope)
            asked = await read(scope, receive, self._limits.body_bytes, self._limits.body_seconds)
            events = await self._subscribing.begin(asked, caller)
        except Gone:
            return
        except Refused as refused:
            fault = Fault(code=Code.BAD_REQUEST, message=refused.message)
            await _refuse(send, [fault], refused.status, dict(refused.headers), correlation_id)
        except NotAuthenticated as error:
            fault = fault_of(error, correlation_id)
            later = isinstance(error, KeysUnavailable)
            headers = {"Retry-After": "5"} if later else dict(challenge(error))
            await _refuse(send, [fault], fault.status, headers, correlation_id)
        except Invalid as invalid:
            worst = max(invalid.faults, key=lambda fault: fault.status)
            wait = worst.more.get("retryAfterSeconds")
            headers = {} if wait is None else {"Retry-After": str(wait)}
            await _refuse(send, list(invalid.faults), worst.status, headers, correlation_id)
        else:
            await self._stream(events, receive, send, correlation_id)

    async def _caller(self, scope: Scope) -> Caller:
        headers = scope["headers"]
        peer = scope["client"][0] if scope.get("client") else None

        async def still() -> Viewer:
            return await self._identity.still(headers, peer, self._subscribing.clock())

        now = self._subscribing.clock()
        return Caller(
            viewer=await self._identity.viewer(headers, peer, now, Called.by(scope)),
            headers=headers,
            still=still,
            correlation_id=scope[CORRELATION],
        )

    async def _stream(
        self,
        events: Any,  # noqa: ANN401 (an async generator)
        receive: Receive,
        send: Send,
        correlation_id: str,
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})

        async def follow() -> None:
            async with contextlib.aclosing(events) as stream:
                try:
                    async for event in stream:
                        await _say(send, b"next", event)
                except Invalid as invalid:
                    errors = [fault.published(correlation_id) for fault in invalid.faults]
                    await _say(send, b"next", msgspec.json.encode({"errors": errors}))
            await _say(send, b"complete", b"")
            await send({"type": "http.response.body"})

        following = asyncio.create_task(follow())
        leaving = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({following, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                following.result()
        finally:
            for task in (following, leaving):
                task.cancel()
            await asyncio.gather(following, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, kind: bytes, data: bytes) -> None:
    # JSON as we write it has no line breaks in it.
    body = b"event: " + kind + b"\ndata: " + data + b"\n\n"
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(
    send: Send, faults: list[Fault], status: int, headers: dict[str, str], correlation_id: str
) -> None:
    body = msgspec.json.encode({"errors": [fault.published(correlation_id) for fault in faults]})
    written = [(k.lower().encode("ascii"), v.encode("ascii")) for k, v in headers.items()]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json; charset=utf-8"),
                (b"content-length", str(len(body)).encode("ascii")),
                *written,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
