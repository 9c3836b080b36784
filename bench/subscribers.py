"""Five thousand people who follow at once, over WebSockets and as server-sent events: what they take of memory.

Real connections on loopback, each with a token of its own; then events, which must reach every one of
those whom they concern.
"""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.events import DOCUMENT, post_all
from bench.processes import Running, answer, running
from bench.town import force, recipients, serve, town
from gateway.settings import Settings

SUBSCRIBERS: Final = 5_000
EVENTS: Final = 40
A_SECOND: Final = 4.0
AT_ONCE: Final = 20
PATIENCE: Final = 60.0
FILES: Final = 16_384
_TOLD: Final = "Notification"


async def gateway(pipe: Connection, config: dict[str, Any], events: int, subscribers: int) -> None:
    """The gateway, in a process of its own. Tells a token for each subscriber."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))

    def adjust(settings: Settings, _: Path) -> Settings:
        limits = msgspec.structs.replace(settings.limits, connections=2 * subscribers)
        return msgspec.structs.replace(settings, limits=limits)

    async with town(config, events, adjust=adjust) as there:
        issuer = there.gateway.issuer
        assert issuer is not None
        desks = recipients()
        tokens = [
            issuer.mint(one.role, one.organisation, f"person-{n}", 12 * 60)
            for n, one in ((n, desks[n % len(desks)]) for n in range(subscribers))
        ]
        pipe.send({"url": there.url, "headers": there.pushing, "tokens": tokens})
        answer(pipe, {"memory": memory})
        await asyncio.Event().wait()


def memory() -> dict[str, float]:
    """MiB of this process that are in memory now, and at most so far."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {
        name: int(rest.split()[0]) / 1024
        for name, _, rest in (x.partition(":") for x in lines if x.startswith("Vm"))
    }
    return {"now": found["VmRSS"], "most": found["VmHWM"]}


async def over_a_socket(
    url: str, token: str, ready: asyncio.Event, heard: Counter[int], n: int
) -> None:
    """One who follows over a WebSocket."""
    protocols = [Subprotocol("graphql-transport-ws")]
    async with connect(
        url.replace("http://", "ws://") + "/graphql",
        subprotocols=protocols,
        compression=None,
        ping_interval=None,
    ) as socket:
        await socket.send(
            json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        )
        await socket.recv()
        await socket.send(
            json.dumps({"id": "1", "type": "subscribe", "payload": {"query": DOCUMENT}})
        )
        ready.set()
        async for message in socket:
            heard[n] += _TOLD in str(message)


async def as_events(
    url: str, token: str, ready: asyncio.Event, heard: Counter[int], n: int
) -> None:
    """One who follows by server-sent events."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"query": DOCUMENT}).encode()
    writer.write(
        f"POST /graphql HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n"
        f"content-type: application/json\r\nauthorization: Bearer {token}\r\n"
        f"content-length: {len(body)}\r\n\r\n".encode()
        + body
    )
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"A stream was not begun: {status!r}")
    ready.set()
    async for line in reader:
        heard[n] += _TOLD.encode() in line


async def _follow(server: Running, pushes: Sequence[bytes]) -> dict[str, Any]:
    told = server.told
    tokens: list[str] = told["tokens"]
    heard: Counter[int] = Counter()
    before, cpu, began = server.asks("memory"), server.cpu(), time.monotonic()
    turns = asyncio.Semaphore(AT_ONCE)
    following: list[asyncio.Task[None]] = []

    async def begins(n: int) -> None:
        ready = asyncio.Event()
        way = over_a_socket if n % 2 else as_events
        async with turns:
            following.append(asyncio.create_task(way(told["url"], tokens[n], ready, heard, n)))
            async with asyncio.timeout(PATIENCE):
                await ready.wait()

    await asyncio.gather(*(begins(n) for n in range(len(tokens))))
    seconds, cpu = time.monotonic() - began, server.cpu() - cpu
    await asyncio.sleep(2)
    connected = server.asks("memory")
    sent = await post_all(told["url"], told["headers"], pushes, A_SECOND)
    ends = time.monotonic() + PATIENCE
    last = -1
    while time.monotonic() < ends and last != heard.total():
        last = heard.total()
        await asyncio.sleep(3)
    after = server.asks("memory")
    ended = sum(task.done() for task in following)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    desks = len(recipients())
    of_one = [heard[n] for n in range(len(tokens))]
    uneven = sum(len({of_one[n] for n in range(d, len(tokens), desks)}) != 1 for d in range(desks))
    return {
        "subscribers": len(tokens),
        "MiB before them": round(before["now"]),
        "MiB with them": round(connected["now"]),
        "MiB at most, with events": round(after["most"]),
        "KiB a subscriber": round((connected["now"] - before["now"]) * 1024 / len(tokens), 1),
        "CPU ms to begin one": round(cpu / len(tokens) * 1000, 2),
        "begun a second": round(len(tokens) / seconds),
        "events": len(sent),
        "messages heard": heard.total(),
        "recipients whose subscribers heard differently": uneven,
        "connections lost": ended,
    }


def main() -> dict[str, Any]:
    """Half over WebSockets, half as server-sent events."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    with (
        running(force, EVENTS) as agency,
        running(partial(serve, gateway), agency.told["config"], EVENTS, SUBSCRIBERS) as server,
    ):
        return {"5,000 who follow": asyncio.run(_follow(server, agency.told["pushes"]))}
