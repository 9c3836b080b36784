"""Webhooks: how many notices a second a worker decides, writes down, signs, sends and settles.

Everything waits already when the worker begins. The receiver is a process of its own and checks every
signature.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import uvicorn
from starlette.types import Receive, Scope, Send

from bench.events import post_all
from bench.processes import answer, running
from bench.question import free_port
from bench.town import force, serve, town
from gateway.settings import Settings
from linking.storage import reading
from notifications.recipients import Way
from notifications.running import run
from tests.postgres import running as postgres_running

EVENTS: Final = 600
A_SECOND: Final = 30.0
WARM_UP: Final = 40
PATIENCE: Final = 300.0
SECRET: Final = "whsec_" + base64.b64encode(b"a secret of the benchmark alone!").decode()
_WAITING: Final = sa.text("SELECT count(*) FROM delivery WHERE state = 'pending'")


class Receiver:
    """Takes notices, and counts those whose signature is right."""

    def __init__(self) -> None:
        self.refs: set[str] = set()
        self.wrong = 0
        self._key = base64.b64decode(SECRET.removeprefix("whsec_"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        told = {name.decode(): value.decode() for name, value in scope["headers"]}
        text = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
        mark = base64.b64encode(hmac.digest(self._key, text, "sha256")).decode()
        if f"v1,{mark}" in told["webhook-signature"].split():
            self.refs.add(told["webhook-id"])
        else:
            self.wrong += 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})


def receiver(pipe: Connection, port: int) -> None:
    """The receiver, in a process of its own."""
    app = Receiver()
    config = uvicorn.Config(app, port=port, log_level="critical", lifespan="off", access_log=False)
    pipe.send(port)
    answer(pipe, {"received": lambda: (len(app.refs), app.wrong)})
    uvicorn.Server(config).run()


async def gateway(
    pipe: Connection, config: dict[str, Any], events: int, database: str | None, port: int
) -> None:
    """The gateway, whose worker begins when it is told to."""

    def adjust(settings: Settings, folder: Path) -> Settings:
        (folder / "hook").write_text(SECRET, encoding="ascii")
        notices = msgspec.structs.replace(
            settings.notices, works=False, loopback=True, secrets={"hook": folder / "hook"}
        )
        return msgspec.structs.replace(settings, notices=notices)

    def way(_recipient: str) -> Way:
        return Way("webhook", f"http://127.0.0.1:{port}/notices", ("hook",), content=True)

    async with town(config, events, database=database, ways=way, adjust=adjust) as there:
        parts, loop = there.open.notices, asyncio.get_running_loop()
        pipe.send({"url": there.url, "headers": there.pushing})

        async def work() -> dict[str, float]:
            """Send all that waits; how long it took."""
            async with reading(parts.engine) as connection:
                notices = (await connection.execute(_WAITING)).scalar_one()
            began, cpu = time.monotonic(), time.process_time()
            working = asyncio.create_task(
                run(
                    parts.engine,
                    parts.planning,
                    parts.worker,
                    clock=there.gateway.clock,
                    wake=parts.bells.anything,
                )
            )
            left = notices
            while left and time.monotonic() - began < PATIENCE:
                await asyncio.sleep(0.1)
                async with reading(parts.engine) as connection:
                    left = (await connection.execute(_WAITING)).scalar_one()
            took, cpu = time.monotonic() - began, time.process_time() - cpu
            working.cancel()
            return {"notices": notices, "left": left, "seconds": took, "cpu": cpu}

        answer(pipe, {"work": lambda: asyncio.run_coroutine_threadsafe(work(), loop).result()})
        await asyncio.Event().wait()


def one(name: str, database: str | None) -> dict[str, Any]:
    """One run on one database."""
    port, events = free_port(), WARM_UP + EVENTS
    with (
        running(receiver, port) as receives,
        running(force, events) as agency,
        running(partial(serve, gateway), agency.told["config"], events, database, port) as server,
    ):
        url, headers, pushes = server.told["url"], server.told["headers"], agency.told["pushes"]
        asyncio.run(post_all(url, headers, pushes[:WARM_UP], A_SECOND))
        server.asks("work")
        before, _ = receives.asks("received")
        asyncio.run(post_all(url, headers, pushes[WARM_UP:], A_SECOND))
        done = server.asks("work")
        received, wrong = receives.asks("received")
    return {
        "database": name,
        "notices that waited": done["notices"],
        "received and right": received - before,
        "signatures wrong": wrong,
        "left": done["left"],
        "deliveries a second": round(done["notices"] / done["seconds"]),
        "CPU ms a delivery": round(done["cpu"] / done["notices"] * 1000, 2),
        "deliveries a second of one core": round(done["notices"] / done["cpu"]),
    }


def main() -> dict[str, Any]:
    """On PostgreSQL, then on SQLite."""
    with postgres_running() as server, server.database() as url:
        rows = [one("PostgreSQL", url)]
    return {"webhooks, one worker": [*rows, one("SQLite", None)]}
