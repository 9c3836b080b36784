"""The outermost layer: who may be asked for, what every reply carries, and no crash that speaks.

Refuses a host or an origin that is not ours, gives each request an id of our own making,
puts the same headers on every reply, and turns what nobody foresaw into one plain sentence.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.faults import log_unforeseen
from gateway.graphql import CORRELATION
from gateway.settings import Settings

PROBLEM: Final = "application/problem+json"
CORRELATION_HEADER: Final = b"homeward-correlation-id"
_STRICT: Final = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS: Final[Mapping[bytes, bytes]] = {
    b"cache-control": b"no-store",
    b"content-security-policy": _STRICT,
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
_TRANSPORT: Final[Mapping[bytes, bytes]] = {
    b"strict-transport-security": b"max-age=63072000; includeSubDomains"
}
# What pages of the origins that the deployment names may send. Never cookies: none are used.
_PREFLIGHT: Final[Mapping[bytes, bytes]] = {
    b"access-control-allow-methods": b"POST",
    b"access-control-allow-headers": (
        b"authorization, content-type, access-purpose, access-reason, access-case-ref, homeward-role,"
        b" identity-token, dpop"
    ),
    b"access-control-max-age": b"600",
}
_READABLE: Final = b", ".join((CORRELATION_HEADER, b"www-authenticate", b"dpop-nonce"))
_MINE_ALONE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Edge:
    """Wraps the application; nothing reaches it, or leaves it, around this."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        # Without a list of hosts, which production demands, only this machine's own names.
        own = {settings.host} if settings.host not in {"0.0.0.0", "::"} else set()  # noqa: S104 (told apart, not bound)
        self._hosts = frozenset(name.lower() for name in settings.hosts) or _MINE_ALONE | own
        self._origins = frozenset(settings.origins)
        self._headers = {**_ALWAYS, **(_TRANSPORT if settings.production else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on the lifespan."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        correlation_id = secrets.token_hex(16)
        scope[CORRELATION] = correlation_id
        if scope["type"] != "http":
            await self._socket(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = {**message, "headers": self._with_ours(message, scope)}
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await problem(sending, *refusal, correlation_id)
            return
        if _is_preflight(scope) and self._shares_with(scope) is not None:
            headers = [*_PREFLIGHT.items()]
            await sending({"type": "http.response.start", "status": 204, "headers": headers})
            await sending({"type": "http.response.body"})
            return
        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody may read it)
            log_unforeseen(error, correlation_id)
            if begun:
                # The reply cannot be completed, and must not look complete: uvicorn cuts it off.
                raise BrokenOff from None
            says = "Something went wrong here; give the correlation id to whoever runs Homeward."
            await problem(sending, 500, "INTERNAL", says, correlation_id)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket: for our own hosts and origins, checked before it is opened."""
        if self._refusal(scope) is not None:
            await send({"type": "websocket.close", "code": 1008})
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody may read it)
            log_unforeseen(error, scope[CORRELATION])
            with contextlib.suppress(Exception):
                await send({"type": "websocket.close", "code": 1011})

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        host = hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""
        if _without_port(host) not in self._hosts:
            return 421, "BAD_REQUEST", "This gateway is not asked for by that host name."
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        for origin in (value.decode("latin-1") for value in origins):
            if origin not in self._origins and origin.partition("://")[2] != host:
                return 403, "FORBIDDEN", "Pages of that origin may not ask here."
        return None

    def _with_ours(self, message: Message, scope: Scope) -> list[tuple[bytes, bytes]]:
        own = list(message.get("headers", ()))
        named = {name for name, _ in own}
        own += [(name, value) for name, value in self._headers.items() if name not in named]
        own.append((CORRELATION_HEADER, scope[CORRELATION].encode("ascii")))
        origin = self._shares_with(scope)
        if origin is not None:
            own = [pair for pair in own if pair[0] != b"cross-origin-resource-policy"]
            own += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", _READABLE),
                (b"vary", b"Origin"),
            ]
        return own

    def _shares_with(self, scope: Scope) -> bytes | None:
        """The origin of the page that asks, if it is one that the deployment names."""
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        named = len(origins) == 1 and origins[0].decode("latin-1") in self._origins
        return origins[0] if named else None


def _is_preflight(scope: Scope) -> bool:
    asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return bool(scope["method"] == "OPTIONS" and asks)


class BrokenOff(Exception):
    """A reply was begun and cannot be ended. Carries nothing."""


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else host


_SAYS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("UNAUTHENTICATED", "Sign in: this is for people who are signed in."),
    404: ("BAD_REQUEST", "There is nothing at this address. Questions go to /graphql, by POST."),
    405: ("BAD_REQUEST", "This cannot be done here."),
}


async def problem_of(request: Request, error: Exception) -> Response:
    """A refusal by the router, or by a page, as a problem. Nothing of the address is repeated."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    code, says = _SAYS.get(status, ("BAD_REQUEST", "This cannot be done."))
    body = _problem(status, code, says, request.scope[CORRELATION])
    return Response(body, status, headers, PROBLEM)


def _problem(status: int, code: str, says: str, correlation_id: str) -> bytes:
    """What is wrong outside GraphQL.

    Source: RFC 9457.
    """
    return msgspec.json.encode(
        {"status": status, "title": says, "code": code, "correlationId": correlation_id}
    )


async def problem(send: Send, status: int, code: str, says: str, correlation_id: str) -> None:
    """Say what is wrong before there is an application to say it."""
    body = _problem(status, code, says, correlation_id)
    headers = [
        (b"content-type", PROBLEM.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
