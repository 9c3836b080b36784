"""A real gateway edge on a free port, over a schema small enough to read here."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import strawberry
from graphql import GraphQLSchema
from opentelemetry.sdk.trace import SpanProcessor
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.bindings import TrustedProxy
from gateway.documents import Documents
from gateway.edge import Edge
from gateway.graphql import GraphQL
from gateway.identity import Identity, Trusted
from gateway.issuer import DevelopmentIssuer
from gateway.rates import Rates
from gateway.serving import listening, server
from gateway.settings import Settings
from gateway.telemetry import Telemetry
from records.errors import NotRecorded, PurposeRequired, SourceUnavailable
from records.people import Access, Role, Viewer

SECRET = "Aurelia Quillfeather of 9 Sentinel Row"


@dataclass
class Asking:
    """What these resolvers are given."""

    viewer: Viewer
    access: Access | None
    now: datetime
    correlation_id: str
    document_hash: str

    def extensions(self) -> Mapping[str, Any]:
        return {}

    async def settle(self) -> None:
        """These answers are about nobody."""


@strawberry.type
class Record:
    name: str
    deeper: "Record | None"
    records: "list[Record]"


@strawberry.type
class Query:
    @strawberry.field
    def role(self, info: strawberry.Info[Asking, None]) -> str:
        return info.context.viewer.role.value

    @strawberry.field
    def subject(self, info: strawberry.Info[Asking, None]) -> str:
        return info.context.viewer.subject

    @strawberry.field
    def purpose(self, info: strawberry.Info[Asking, None]) -> str:
        if info.context.access is None:
            raise PurposeRequired("Say why you need this record.")
        access = info.context.access
        return f"{access.purpose.value}: {access.reason} ({access.case_ref})"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def number(self, of: int) -> int:
        return of

    @strawberry.field
    def record(self) -> Record | None:
        return Record(name="a", deeper=None, records=[])

    @strawberry.field
    def fails(self, how: str) -> str | None:
        match how:
            case "unrecorded":
                raise NotRecorded("The decision could not be written down, so nothing is shown.")
            case "source":
                raise SourceUnavailable("police", "did not answer")
            case "index":
                raise IndexError("list index out of range")
            case _:
                raise ValueError(SECRET)

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def change(self) -> str:
        return "changed"


def small_schema() -> GraphQLSchema:
    schema: GraphQLSchema = strawberry.Schema(Query, Mutation)._schema
    return schema


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 (whatever was answered)
        return json.loads(self.body)

    @property
    def code(self) -> str:
        code: str = self.json()["errors"][0]["extensions"]["code"]
        return code


@dataclass
class Served:
    """One edge, listening. `issuer` mints its tokens."""

    port: int
    issuer: DevelopmentIssuer
    settings: Settings
    telemetry: Telemetry
    identity: Identity
    graphql: GraphQL
    host: str = field(default="")

    def __post_init__(self) -> None:
        self.host = f"127.0.0.1:{self.port}"

    def token(self, role: Role = Role.SOCIAL_WORKER) -> str:
        return self.issuer.mint(role, "E10000017", "subject-1")

    def send(
        self,
        body: bytes | str | None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        path: str = "/graphql",
        *,
        token: str | None = "",
    ) -> Answer:
        """Send bytes as they are. Without a token given, a good one is sent; None sends none."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token is not None:
            sent.setdefault("Authorization", f"Bearer {token or self.token()}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **rest: object) -> Answer:
        """Ask one document."""
        return self.send(json.dumps({"query": query, **rest}), headers)

    def raw(self) -> socket.socket:
        """A connection to say anything over."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


def edge(
    settings: Settings, processors: Sequence[SpanProcessor] = ()
) -> tuple[ASGIApp, DevelopmentIssuer, Telemetry, Identity, GraphQL]:
    """The edge's parts over the small schema, as the application puts them together."""
    issuer = DevelopmentIssuer(settings)
    telemetry = Telemetry(settings.telemetry, processors)
    identity = Identity([Trusted(issuer.issuer, issuer.keys())], TrustedProxy(settings.proxy))
    schema = small_schema()
    graphql = GraphQL(
        schema=schema,
        identity=identity,
        documents=Documents(schema, settings),
        make_context=Asking,
        limits=settings.limits,
        telemetry=telemetry,
        rates=Rates(settings.limits),
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["path"] == "/crash":
            raise ValueError(SECRET)
        else:
            await graphql(scope, receive, send)

    return Edge(app, settings), issuer, telemetry, identity, graphql


@contextmanager
def serving(
    settings: Settings | None = None, processors: Sequence[SpanProcessor] = ()
) -> Iterator[Served]:
    """The edge behind real uvicorn until the end of the block."""
    settings = settings or Settings(listen="127.0.0.1:0")
    app, issuer, telemetry, identity, graphql = edge(settings, processors)
    bound = listening(settings)
    running = server(app, settings)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([bound])))
    thread.start()
    while not running.started:
        time.sleep(0.005)
    try:
        yield Served(bound.getsockname()[1], issuer, settings, telemetry, identity, graphql)
    finally:
        running.should_exit = True
        thread.join()


def with_limits(**limits: float) -> Settings:
    """Settings for a free port with some limits changed."""
    settings = Settings(listen="127.0.0.1:0")
    return msgspec.structs.replace(
        settings, limits=msgspec.structs.replace(settings.limits, **limits)
    )


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
