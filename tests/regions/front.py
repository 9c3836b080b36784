"""The proxy in front of a gateway: it ends TLS, asks for a certificate, and passes on which one was shown.

It can be unplugged, and it can lose replies: what stands between two gateways does both. A test may do
something of its own before the n-th reply is passed on; if that is true, it is not.
"""

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HEADER = "x-client-cert"
_MOST = 16 * 1024 * 1024


@dataclass
class Front:
    """One proxy. ``target`` is the gateway's own address; ``loses`` how many replies are still to be lost."""

    certificate: Path
    authority: Path
    target: str = ""
    port: int = 0
    unplugged: bool = False
    loses: int = 0
    before_reply: Callable[[int], bool] | None = None
    passed: list[tuple[str, bytes]] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @contextmanager
    def up(self) -> Iterator["Front"]:
        ready, ended = threading.Event(), threading.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            context.load_verify_locations(self.authority)
            context.verify_mode = ssl.CERT_REQUIRED
            server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            while not ended.is_set():  # noqa: ASYNC110 (ended from another thread)
                await asyncio.sleep(0.02)
            server.close()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield self
        finally:
            ended.set()
            thread.join(5)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(Exception):
            await self._pass(reader, writer)
        with suppress(Exception):
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.unplugged:
            return
        tls: Any = writer.get_extra_info("ssl_object")
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        kept = [
            line
            for line in lines[1:]
            if line and line.split(":")[0].lower() not in {HEADER, "connection"}
        ]
        length = next(
            (int(i.split(":")[1]) for i in kept if i.lower().startswith("content-length")), 0
        )
        body = await reader.readexactly(min(length, _MOST))
        shown = base64.b64encode(tls.getpeercert(binary_form=True)).decode()
        self.passed.append((lines[0], body))
        parts = urlsplit(self.target)
        inner, out = await asyncio.open_connection(parts.hostname, parts.port)
        out.write(
            "\r\n".join(
                [lines[0], *kept, f"{HEADER}: {shown}", "connection: close", "", ""]
            ).encode("latin-1")
            + body
        )
        reply = await inner.read(_MOST)
        while chunk := await inner.read(_MOST):
            reply += chunk
        out.close()
        self.replies.append(reply)
        if self.before_reply is not None and self.before_reply(len(self.replies)):
            return
        if self.loses:
            self.loses -= 1
            return
        writer.write(reply)
        await writer.drain()
