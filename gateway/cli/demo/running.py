"""A gateway on loopback with embedded defaults, running while the block lasts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette

from gateway.app import Gateway, create
from gateway.serving import listening, server
from gateway.settings import Keys, Settings, SourceSettings
from records.errors import WrongSettings


def settings_in(folder: Path, sources: dict[str, SourceSettings], port: int) -> Settings:
    """Everything by default, with the database and the keys in a folder of their own."""
    return Settings(
        listen=f"127.0.0.1:{port}",
        database=f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}",
        keys=Keys(folder=folder / "keys"),
        sources=sources,
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[str, Gateway]]:
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
    app: Starlette = create(msgspec.structs.replace(settings, listen=f"{host}:{port}"))
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
