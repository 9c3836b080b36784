"""HTTP connections that cannot be held open by doing nothing, or little.

uvicorn waits for ever for a request line, headers, a body, or somebody to read the reply.
Here each has its time; headers have a size and a number, and connections a limit.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from gateway.settings import Limits

_SAYS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


def protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """A protocol for uvicorn that keeps to these limits."""

    class Punctual(_Punctual):
        """With the limits of this deployment."""

    Punctual.limits = limits
    return Punctual


def socket_protocol(limits: Limits) -> type[WebSocketsSansIOProtocol]:
    """A WebSocket protocol for uvicorn that lets go of whoever does not read."""

    class PunctualSocket(_PunctualSocket):
        """With the limits of this deployment."""

    PunctualSocket.limits = limits
    return PunctualSocket


class _PunctualSocket(WebSocketsSansIOProtocol):
    """One socket, whose peer has a time in which to read what was sent."""

    limits: Limits
    _writing: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self.limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._read_on()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._read_on()
        super().connection_lost(exc)

    def _read_on(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None


class _Punctual(HttpToolsProtocol):
    """One connection, with a deadline for whatever the caller is to do next."""

    limits: Limits

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._end(503)
            return
        self._await(self.limits.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._over:
            super().data_received(data)

    def on_message_begin(self) -> None:
        self._header_bytes = 0
        super().on_message_begin()
        self._await(self.limits.header_seconds)

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + 4)
        if len(self.headers) >= self.limits.header_count:
            self._end(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._over:
            return
        self._await(self.limits.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._over:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._cancel()
        if not self._over:
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._cancel()
        if not self._over:
            super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words are not sent)
        self._end(400)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(self.limits.write_seconds, self._abort)

    def resume_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        super().resume_writing()

    def _count(self, length: int) -> None:
        self._header_bytes += length
        if self._header_bytes > self.limits.header_bytes:
            self._end(431)

    def _await(self, seconds: float) -> None:
        self._cancel()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _cancel(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and cycle.response_started:
            # A reply is under way, or was the last thing said: another would be taken for its end.
            self._abort()
        else:
            self._end(408)

    def _abort(self) -> None:
        self._over = True
        self.transport.abort()

    def _end(self, status: int) -> None:
        """Say why, once, and close."""
        if self._over:
            return
        self._over = True
        self._cancel()
        if not self.transport.is_closing():
            says = b"HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: 0\r\n"
            self.transport.write(
                says % (status, _SAYS[status]) + b"cache-control: no-store\r\n\r\n"
            )
            self.transport.close()
