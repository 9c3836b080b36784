"""Running the gateway: uvicorn with the flags that matter, and an orderly end."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.loops.auto import auto_loop_factory

from gateway.deadlines import protocol, socket_protocol
from gateway.settings import Settings

T = TypeVar("T")

BACKLOG: Final = 1024
SEARCHED_AFTER: Final = (20_000, 20, 20)
"""How many objects more than before there are when the young are searched, and every how many times the older."""


class Settled(uvicorn.Server):
    """A server in a process of its own, which searches for garbage as one that answers for long should."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As it is, and then `settle`."""
        await super().startup(sockets)
        settle()


def settle() -> None:
    """Set the protocols, the schema and all else that stays apart from what is searched for garbage, and search less often.

    Nearly everything that a question makes is gone with it, without a search.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEARCHED_AFTER)


def server(
    app: ASGIApp, settings: Settings, kind: type[uvicorn.Server] = uvicorn.Server
) -> uvicorn.Server:
    """A server for the gateway, not started yet.

    It does not name itself, writes no access log (addresses may hold what callers should not
    have put there), and believes no `X-Forwarded-*`. On SIGTERM it takes no new connection and
    gives questions under way their time.
    """
    limits = settings.limits
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=protocol(limits),
        ws=socket_protocol(limits),
        ws_max_size=limits.socket_bytes,
        # What is compressed together with what an attacker chose tells of itself by its length.
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # The peer stays the peer: what a trusted proxy says of the caller's certificate is
        # believed by its address, and nobody else's word about addresses is needed here.
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=int(max(limits.idle_seconds, 1)),
        timeout_graceful_shutdown=int(max(limits.shutdown_seconds, 1)),
        # Tracing context of one connection must not leak into the next.
        reset_contextvars=True,
    )
    return kind(config)


def listening(settings: Settings) -> socket.socket:
    """A bound socket for the server, so that port 0 can be told before it starts.

    Raises:
        OSError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio sends small writes at once (TCP_NODELAY) only on sockets
    # that name it; without it the end of every reply waits 40 ms for the caller to acknowledge.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((settings.host, settings.port))
    except OSError:
        bound.close()
        raise
    return bound


def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What goes on for long without a server of its own, on the loop that the server would have."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(work)
