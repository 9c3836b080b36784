"""A recipient's own machine: takes webhooks over real HTTP on loopback, well or badly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec
from aiohttp import web


@dataclass
class Receiver:
    """What came, in order; ``answers`` decides the status of each, ``asks_to_wait`` is its Retry-After."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: Callable[[dict[str, object]], int] = lambda _event: 200
    asks_to_wait: str | None = None

    @property
    def events(self) -> list[dict[str, object]]:
        """The CloudEvents that came, as JSON."""
        return [msgspec.json.decode(body) for _, body in self.got]

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got.append(({k.lower(): v for k, v in request.headers.items()}, body))
        status = self.answers(msgspec.json.decode(body))
        headers = {"location": f"{self.url}/elsewhere"}
        if self.asks_to_wait is not None and status != HTTPStatus.OK:
            headers["retry-after"] = self.asks_to_wait
        return web.Response(status=status, headers=headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/notices"
    try:
        yield receiver
    finally:
        await runner.cleanup()
