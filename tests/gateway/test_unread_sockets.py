"""A socket, or a stream of events, that is never read: let go in time, and nothing of it runs on."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import strawberry
from graphql import GraphQLSchema
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.bindings import TrustedProxy
from gateway.documents import Documents
from gateway.edge import Edge
from gateway.identity import Identity, Trusted
from gateway.issuer import DevelopmentIssuer
from gateway.plan.remembering import Remembered
from gateway.plan.sentences import Sentences
from gateway.rates import Rates
from gateway.serving import listening, server
from gateway.settings import Settings
from gateway.streaming.events import Events
from gateway.streaming.socket import PROTOCOL, Sockets
from gateway.streaming.subscribing import Still, Subscribing
from records.people import Role
from tests.gateway.edges import Asking, with_limits

WRITE_SECONDS = 0.5
MOST = 64 * 1024 * 1024
LARGE = "x" * 32_768
DOCUMENT = json.dumps({"query": "subscription { flood }"})


@dataclass
class Flood:
    """What is said without end, and how much of it was taken."""

    said: int = 0
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass
class Lasting(Asking):
    """What a resolver is given, where it lasts."""

    still: Still | None = None


def schema_of(flood: Flood) -> GraphQLSchema:
    @strawberry.type
    class Query:
        version: str = "1"

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def flood(self) -> AsyncIterator[str]:
            try:
                while True:
                    flood.said += len(LARGE)
                    yield LARGE
                    await asyncio.sleep(0)
            finally:
                flood.ended.set()

    schema: GraphQLSchema = strawberry.Schema(Query, subscription=Subscription)._schema
    return schema


def app_of(settings: Settings, flood: Flood) -> tuple[ASGIApp, DevelopmentIssuer]:
    issuer = DevelopmentIssuer(settings)
    identity = Identity([Trusted(issuer.issuer, issuer.keys())], TrustedProxy(settings.proxy))
    schema = schema_of(flood)
    subscribing = Subscribing(
        schema=schema,
        documents=Documents(schema, settings),
        make_context=Lasting,
        rates=Rates(settings.limits),
        clock=lambda: datetime.now(UTC),
        sentences=Remembered(schema, Sentences),
    )
    sockets = Sockets(subscribing, identity, settings.limits)
    events = Events(subscribing, identity, settings.limits)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await sockets(scope, receive, send)
        else:
            await events(scope, receive, send)

    return Edge(app, settings), issuer


@contextmanager
def serving(flood: Flood) -> Iterator[tuple[int, str]]:
    """A server whose one subscription never ends: its port, and a token."""
    settings = with_limits(write_seconds=WRITE_SECONDS)
    app, issuer = app_of(settings, flood)
    bound = listening(settings)
    running = server(app, settings)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([bound])))
    thread.start()
    while not running.started:
        time.sleep(0.005)
    try:
        token = issuer.mint(Role.SOCIAL_WORKER, "E10000017", "subject-1")
        yield bound.getsockname()[1], token
    finally:
        running.should_exit = True
        thread.join()


def never_read(port: int) -> socket.socket:
    """A connection with little room, of which nothing will be read."""
    peer = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.settimeout(10)
    peer.connect(("127.0.0.1", port))
    return peer


def frame(message: object) -> bytes:
    """A masked text frame; the mask is all zeros."""
    body = json.dumps(message).encode()
    head = bytes([0x81, 0x80 | 126]) + len(body).to_bytes(2, "big")
    return head + bytes(4) + body


def test_a_socket_that_is_never_read_is_let_go_and_its_stream_ends() -> None:
    flood = Flood()
    with serving(flood) as (port, token), never_read(port) as peer:
        peer.sendall(
            f"GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nupgrade: websocket\r\n"
            f"connection: upgrade\r\nsec-websocket-version: 13\r\n"
            f"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"sec-websocket-protocol: {PROTOCOL}\r\n\r\n".encode()
        )
        assert peer.recv(12) == b"HTTP/1.1 101"
        peer.sendall(
            frame({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        )
        payload = json.loads(DOCUMENT)
        peer.sendall(frame({"id": "1", "type": "subscribe", "payload": payload}))
        assert flood.ended.wait(WRITE_SECONDS + 8), "The stream still runs."
    assert 0 < flood.said < MOST


def test_a_stream_of_events_that_is_never_read_is_let_go_too() -> None:
    flood = Flood()
    with serving(flood) as (port, token), never_read(port) as peer:
        peer.sendall(
            f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\naccept: text/event-stream\r\n"
            f"content-type: application/json\r\nauthorization: Bearer {token}\r\n"
            f"content-length: {len(DOCUMENT)}\r\n\r\n{DOCUMENT}".encode()
        )
        assert peer.recv(12) == b"HTTP/1.1 200"
        assert flood.ended.wait(WRITE_SECONDS + 8), "The stream still runs."
    assert 0 < flood.said < MOST
