"""A gateway on loopback with embedded defaults, running while the block lasts."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import uvicorn
from starlette.applications import Starlette

from gateway.app import Gateway, create, utc_now
from gateway.serving import listening, server
from gateway.settings import InboundSettings, Keys, Settings, SourceSettings
from records.errors import WrongSettings

POLICE: Final = "police"
FORCE: Final = "invented-force"


def settings_in(folder: Path, sources: dict[str, SourceSettings], port: int) -> Settings:
    """Everything by default, with the database and the keys in a folder of their own.

    The force may push: its secret is new each time.
    """
    secret = folder / "force-secret"
    secret.write_text(secrets.token_urlsafe(32), encoding="ascii")
    pushes = InboundSettings(client_id=FORCE, secret_files=(secret,))
    sources = {**sources, POLICE: msgspec.structs.replace(sources[POLICE], inbound=pushes)}
    return Settings(
        listen=f"127.0.0.1:{port}",
        database=f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}",
        keys=Keys(folder=folder / "keys"),
        sources=sources,
    )


@dataclass(slots=True)
class StoryClock:
    """The gateway's clock: the time, and how far the story is from it."""

    away: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The time in the story."""
        return datetime.now(UTC) + self.away

    def is_at(self, at: datetime) -> None:
        """Put it to an instant, from which it goes on."""
        self.away = at - datetime.now(UTC)

    def is_today(self) -> None:
        """Put it right."""
        self.away = timedelta(0)


@asynccontextmanager
async def running(
    settings: Settings, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[tuple[str, Gateway]]:
    """Serve until the block ends. Yields the address and the gateway's parts.

    Raises:
        WrongSettings: the address is taken.
    """
    try:
        bound = listening(settings)
    except OSError:
        raise WrongSettings(
            f"listen: {settings.listen} is taken; choose another with --port"
        ) from None
    host, port = bound.getsockname()[:2]
    app: Starlette = create(msgspec.structs.replace(settings, listen=f"{host}:{port}"), clock=clock)
    gateway: Gateway = app.state.gateway
    serving = server(app, settings)
    task = asyncio.create_task(_serve(serving, bound))
    try:
        while not serving.started:
            if task.done():
                raise gateway.failure or WrongSettings("the gateway could not start")
            await asyncio.sleep(0.01)
        yield f"http://{host}:{port}", gateway
    finally:
        serving.should_exit = True
        await task
        bound.close()


async def _serve(serving: uvicorn.Server, bound: socket.socket) -> None:
    """Serve; a server that cannot start asks the whole process to end, which is for us to say."""
    try:
        await serving.serve(sockets=[bound])
    except SystemExit:
        return
