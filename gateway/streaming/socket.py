"""graphql-transport-ws, and nothing older: a WebSocket on which subscriptions are followed.

A message that is not as the protocol has it closes the socket with the protocol's own code; none
is answered with a trace. The socket ends with the token that opened it.

Source: graphql-ws PROTOCOL.md (sub-protocol graphql-transport-ws).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from starlette.types import Receive, Scope, Send

from gateway.dpop import Called
from gateway.faults import Code, Fault
from gateway.graphql import CORRELATION, Invalid
from gateway.identity import Identity, KeysUnavailable
from gateway.presented import NonceWanted
from gateway.request import Asked, Refused, asked_of, json_of
from gateway.settings import Limits
from gateway.streaming.subscribing import Caller, Subscribing
from records.errors import NotAuthenticated
from records.people import Viewer

PROTOCOL: Final = "graphql-transport-ws"
INVALID, SIGN_IN, FORBIDDEN, NOT_ACCEPTABLE, TOO_LATE, TWICE, AGAIN = (
    4400,
    4401,
    4403,
    4406,
    4408,
    4409,
    4429,
)
_LONGEST_ID: Final = 128
_LONGEST_LOOK: Final = 5.0
_LAST_WORDS: Final = 1.0
_IN_PAYLOAD: Final = {
    "authorization": b"authorization",
    "dpop": b"dpop",
    "homeward-role": b"homeward-role",
}


class Closed(Exception):
    """The socket has to close, with this code and these words."""

    def __init__(self, code: int, says: str) -> None:
        """Keep both."""
        super().__init__(says)
        self.code = code
        self.says = says


@dataclass(slots=True)
class _Socket:
    """One socket, from its opening to its end."""

    scope: Scope
    receive: Receive
    raw_send: Send
    subscribing: Subscribing
    identity: Identity
    limits: Limits
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    caller: Caller | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self) -> None:
        """Speak the protocol until one side ends it."""
        if (await self.receive())["type"] != "websocket.connect":
            return
        offered = self.scope.get("subprotocols", ())
        if PROTOCOL not in offered:
            await self._send({"type": "websocket.accept"})
            await self._close(Closed(NOT_ACCEPTABLE, "Subprotocol not acceptable"))
            return
        await self._send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        watching: asyncio.Task[None] | None = None
        try:
            await self._begin()
            watching = asyncio.create_task(self._ends_with_the_token())
            while True:
                await self._take(await self._message())
        except Closed as end:
            await self._close(end)
        except _Gone:
            pass
        finally:
            await _stop([*self.running.values(), *([watching] if watching else [])])

    async def _begin(self) -> None:
        """Wait for the one message that says who it is.

        Raises:
            Closed: it does not come in time, or does not say.
        """
        try:
            async with asyncio.timeout(self.limits.socket_seconds):
                message = await self._message()
                while message["type"] in ("ping", "pong"):
                    await self._ping(message)
                    message = await self._message()
        except TimeoutError:
            raise Closed(TOO_LATE, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise Closed(SIGN_IN, "Unauthorized")
        headers = [*self.scope["headers"], *_from_payload(_object(message, "payload"))]

        peer = self.scope["client"][0] if self.scope.get("client") else None

        async def still() -> Viewer:
            return await self.identity.still(headers, peer, self.subscribing.clock())

        try:
            now = self.subscribing.clock()
            viewer = await self.identity.viewer(headers, peer, now, Called.by(self.scope))
        except KeysUnavailable:
            raise Closed(1013, "Try again later") from None
        except NonceWanted as error:
            raise Closed(FORBIDDEN, f"use_dpop_nonce {error.nonce}") from None
        except NotAuthenticated:
            raise Closed(FORBIDDEN, "Forbidden") from None
        self.caller = Caller(
            viewer=viewer,
            headers=headers,
            still=still,
            correlation_id=self.scope[CORRELATION],
        )
        await self._say({"type": "connection_ack"})

    async def _take(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "connection_init":
                raise Closed(AGAIN, "Too many initialisation requests")
            case "ping" | "pong":
                await self._ping(message)
            case "subscribe":
                await self._subscribe(_id(message), _object(message, "payload"))
            case "complete":
                task = self.running.pop(_id(message), None)
                if task is not None:
                    task.cancel()
            case _:
                raise Closed(INVALID, "Unknown message type")

    async def _ping(self, message: Mapping[str, Any]) -> None:
        _object(message, "payload")
        if message["type"] == "ping":
            await self._say({"type": "pong"})

    async def _subscribe(self, name: str, payload: Mapping[str, Any]) -> None:
        if name in self.running:
            raise Closed(TWICE, "Subscriber already exists")
        try:
            asked = asked_of(payload)
        except Refused:
            raise Closed(INVALID, "Invalid message") from None
        if len(self.running) >= self.limits.subscriptions:
            says = f"At most {self.limits.subscriptions} subscriptions run on one socket."
            await self._refuse(name, [Fault(code=Code.COST_EXCEEDED, message=says)])
            return
        task = asyncio.create_task(self._follow(name, asked))
        self.running[name] = task

    async def _follow(self, name: str, asked: Asked) -> None:
        """One subscription to its end."""
        assert self.caller is not None  # noqa: S101 (nothing is taken before it is known)
        try:
            events = await self.subscribing.begin(asked, self.caller)
            async with contextlib.aclosing(_closing(events)) as stream:
                async for event in stream:
                    payload = msgspec.Raw(event)
                    await self._say({"id": name, "type": "next", "payload": payload})
        except Invalid as invalid:
            self._over(name)
            await self._refuse(name, invalid.faults)
        except _Gone:
            self._over(name)
        else:
            self._over(name)
            await self._say({"id": name, "type": "complete"})

    def _over(self, name: str) -> None:
        """Free the name, unless it has been given to another meanwhile."""
        if self.running.get(name) is asyncio.current_task():
            del self.running[name]

    async def _refuse(self, name: str, faults: Any) -> None:  # noqa: ANN401 (a sequence of faults)
        correlation_id = self.scope[CORRELATION]
        errors = [fault.published(correlation_id) for fault in faults]
        await self._say({"id": name, "type": "error", "payload": errors})

    async def _ends_with_the_token(self) -> None:
        """Close when the token is no longer good; what runs has a moment for its last words."""
        caller = self.caller
        assert caller is not None  # noqa: S101 (it is known before this begins)
        good = True
        while good:
            left = (caller.viewer.expires_at - self.subscribing.clock()).total_seconds()
            await asyncio.sleep(min(max(left, 0.01), _LONGEST_LOOK))
            try:
                await caller.still()
            except KeysUnavailable:
                continue
            except NotAuthenticated:
                good = False
        if self.running:
            await asyncio.wait([*self.running.values()], timeout=_LAST_WORDS)
        with contextlib.suppress(_Gone):
            await self._close(Closed(FORBIDDEN, "Sign in again"))

    async def _message(self) -> dict[str, Any]:
        """The next message.

        Raises:
            Closed: it is none that the protocol knows.
            _Gone: the other side has ended.
        """
        event = await self.receive()
        if event["type"] != "websocket.receive":
            raise _Gone
        text = event.get("text")
        if text is None:
            raise Closed(INVALID, "Invalid message")
        try:
            message = json_of(text.encode("utf-8", errors="surrogatepass"))
        except Refused:
            raise Closed(INVALID, "Invalid message") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closed(INVALID, "Invalid message")
        return message

    async def _say(self, message: Mapping[str, Any]) -> None:
        await self._send(
            {"type": "websocket.send", "text": msgspec.json.encode(message).decode("utf-8")}
        )

    async def _close(self, end: Closed) -> None:
        await self._send({"type": "websocket.close", "code": end.code, "reason": end.says})

    async def _send(self, event: dict[str, Any]) -> None:
        """Send one event, in turn; whoever does not read in time is let go.

        Raises:
            _Gone: the other side has ended, or does not read.
        """
        try:
            async with asyncio.timeout(self.limits.write_seconds), self._turn:
                await self.raw_send(event)
        except (TimeoutError, OSError, RuntimeError):
            # The server's own words for a socket that is closed already.
            raise _Gone from None


class _Gone(Exception):
    """The other side has ended, or does not read."""


class Sockets:
    """The address at which sockets are opened, as an ASGI application."""

    def __init__(self, subscribing: Subscribing, identity: Identity, limits: Limits) -> None:
        self._subscribing = subscribing
        self._identity = identity
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak with one socket until it ends."""
        await _Socket(scope, receive, send, self._subscribing, self._identity, self._limits).run()


def _id(message: Mapping[str, Any]) -> str:
    name = message.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID:
        raise Closed(INVALID, "Invalid message")
    return name


def _object(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object that may be left out. ``null`` is none."""
    value = message.get(name, {})
    if not isinstance(value, dict):
        raise Closed(INVALID, "Invalid message")
    return value


def _from_payload(payload: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """The token, its proof and the role, where a page could not send headers with its socket."""
    found: list[tuple[bytes, bytes]] = []
    for key, value in payload.items():
        header = _IN_PAYLOAD.get(key.lower())
        if header is None:
            continue
        if not isinstance(value, str):
            raise Closed(INVALID, "Invalid message")
        found.append((header, value.encode("utf-8", errors="surrogatepass")))
    return found


def _closing(events: AsyncIterator[bytes]) -> Any:  # noqa: ANN401 (an async generator)
    return events


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
