"""The application: every route, and everything opened at the start and closed at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import graphiql
from gateway.bindings import TrustedProxy
from gateway.bundles import on_hangup
from gateway.carers import Carers
from gateway.documents import Documents
from gateway.dpop import Called
from gateway.edge import Edge, problem_of
from gateway.federation import Doors
from gateway.federation_proof import PeerIdentity
from gateway.graphql import GraphQL
from gateway.identity import Identity, KeysUnavailable, Trusted
from gateway.inbound import Inbound
from gateway.issuer import DevelopmentIssuer
from gateway.jwks import keys_of
from gateway.keys import development_key, own_keys
from gateway.networks import Networks
from gateway.opening import Opened, answers, http_of, opened
from gateway.plan import Plans
from gateway.plan.remembering import Remembered
from gateway.plan.sentences import Sentences
from gateway.presented import challenge
from gateway.rates import Rates
from gateway.senders import senders_of
from gateway.settings import Settings
from gateway.streaming.events import Events, wants_events
from gateway.streaming.socket import Sockets
from gateway.streaming.subscribing import Subscribing
from gateway.telemetry import Telemetry
from gateway.used_proofs import Proofs
from records.condition import SystemHealth
from records.errors import NotAuthenticated
from records.http import Http
from records.people import Access, Viewer
from schema import schema
from schema.context import Context
from schema.scalars import instant

READY_SECONDS: Final = 2.0
PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Gateway:
    """The parts that exist before anything is open. ``issuer`` is there in development only.

    ``heeds_hangup``: SIGHUP has it look for a newly approved bundle of protocols, and does not end it.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self.telemetry = Telemetry(settings.telemetry)
        self.issuer: DevelopmentIssuer | None = None
        self.http = http_of(settings)
        proxy = TrustedProxy(settings.proxy)
        proofs = Proofs(
            settings.dpop,
            lambda: None if self.open is None else self.open.engine,
            lambda: own_keys(settings).pepper,
            in_clear=not settings.production,
        )
        self.identity = Identity(self._trusted(self.http, time.monotonic), proxy, proofs)
        self.inbound = Inbound(
            senders_of(settings, self.http, proxy),
            lambda: None if self.open is None else self.open.notices,
            self.identity,
            settings.limits,
            clock,
        )
        self.carers = Carers(settings, proxy, self.identity, lambda: self.open, clock)
        self.doors = Doors(
            lambda: None if self.open is None else self.open.notices.federation,
            lambda one: PeerIdentity(one.engine, proxy, one.peers),
            settings.limits,
        )
        core: GraphQLSchema = schema._schema  # noqa: SLF001 (what is executed is graphql-core's)
        documents = Documents(core, settings)
        rates = Rates(settings.limits)
        subscribing = Subscribing(
            schema=core,
            documents=documents,
            make_context=self._context,
            rates=rates,
            clock=clock,
            sentences=Remembered(core, Sentences),
        )
        self.events = Events(subscribing, self.identity, settings.limits)
        self.sockets = Sockets(subscribing, self.identity, settings.limits)
        self.graphql = GraphQL(
            schema=core,
            identity=self.identity,
            documents=documents,
            make_context=self._context,
            limits=settings.limits,
            telemetry=self.telemetry,
            rates=rates,
            shortcut=Plans(core),
            clock=clock,
        )
        self.open: Opened | None = None
        self.heeds_hangup = False
        self.failure: Exception | None = None
        self._metrics_for = Networks(settings.telemetry.metrics_for)
        self._proxy = Networks(settings.proxy.addresses)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Open everything for as long as the gateway runs.

        What stops the start is kept in ``failure``: a server says only that it could not start.
        """
        try:
            async with (
                self.http,
                opened(self.settings, self.http, self.telemetry, clock=self.clock) as parts,
            ):
                self.open = parts
                if self.heeds_hangup:
                    on_hangup(parts.keeper.look_now)
                try:
                    yield
                finally:
                    self.open = None
                    await self.identity.close()
        except Exception as error:
            self.failure = error
            raise
        finally:
            self.telemetry.close()

    def routes(self) -> list[BaseRoute]:
        """Every address of the gateway."""
        routes: list[BaseRoute] = [
            Route("/graphql", _Either(self.events, self.graphql)),
            WebSocketRoute("/graphql", self.sockets),
            Route("/events/carers/{name}", self.carers.__call__, methods=["POST"]),
            Route("/events/{source}", self.inbound.__call__, methods=["POST"]),
            Route("/livez", self.livez),
            Route("/readyz", self.readyz),
            Route("/healthz/adapters", self.adapters),
            Route("/metrics", self.metrics),
        ]
        if self.settings.peers is not None:
            routes += self.doors.routes()
        if self.issuer is not None:
            routes.append(Route("/.well-known/jwks.json", self.jwks))
        if self.settings.shows_graphiql:
            routes += graphiql.routes()
        return routes

    async def livez(self, _: Request) -> Response:
        """Whether the process answers."""
        return JSONResponse({"alive": True})

    async def readyz(self, _: Request) -> Response:
        """Whether questions can be answered: database and protocols, never the agencies."""
        ready = False
        if self.open is not None:
            try:
                async with asyncio.timeout(READY_SECONDS):
                    ready = await answers(self.open.engine)
            except TimeoutError:
                ready = False
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    async def adapters(self, request: Request) -> Response:
        """The systems there are, for whoever is signed in; nothing about any child."""
        peer = request.client.host if request.client else None
        try:
            await self.identity.viewer(
                request.scope["headers"], peer, self.clock(), Called.by(request.scope)
            )
        except KeysUnavailable as error:
            raise HTTPException(503, str(error), {"Retry-After": "5"}) from None
        except NotAuthenticated as error:
            raise HTTPException(401, str(error), dict(challenge(error))) from None
        if self.open is None:
            return JSONResponse({"adapters": []})
        sources, polling = self.open.sources.values(), self.open.polling
        return JSONResponse(
            {
                "adapters": [
                    {
                        "name": source.name,
                        "system": source.system,
                        "agency": source.kind.value,
                        "evidence": source.evidence.value,
                        "supplies": sorted(item.value for item in source.supplies),
                        **_published(polling.of(source.health)),
                    }
                    for source in sources
                ]
            }
        )

    async def metrics(self, request: Request) -> Response:
        """Metrics for those whom the deployment names, asking directly; for others nothing is here."""
        peer = request.client.host if request.client else None
        if peer not in self._metrics_for or peer in self._proxy:
            raise HTTPException(404)
        return Response(self.telemetry.metrics(), media_type=PROMETHEUS)

    async def jwks(self, _: Request) -> Response:
        """The development issuer's public keys."""
        assert self.issuer is not None  # noqa: S101 (the route is there only with it)
        return Response(self.issuer.jwks(), media_type="application/jwk-set+json")

    def _trusted(self, http: Http, clock: Callable[[], float]) -> list[Trusted]:
        if self.settings.issuers:
            return [Trusted(one, keys_of(one, http, clock)) for one in self.settings.issuers]
        self.issuer = DevelopmentIssuer(
            self.settings, development_key(self.settings), clock=self.clock
        )
        return [Trusted(self.issuer.issuer, self.issuer.keys(clock))]

    def _context(
        self,
        viewer: Viewer,
        access: Access | None,
        now: datetime,
        correlation_id: str,
        document_hash: str,
    ) -> Context:
        assert self.open is not None  # noqa: S101 (no question comes before the lifespan)
        return Context(
            viewer=viewer,
            access=access,
            services=self.open.services,
            now=now,
            correlation_id=correlation_id,
            document_hash=document_hash,
        )


class _Either:
    """One address for answers and for streams of events, as the caller accepts."""

    def __init__(self, events: ASGIApp, answers_: ASGIApp) -> None:
        self._events = events
        self._answers = answers_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to whichever it asks for."""
        await (self._events if wants_events(scope) else self._answers)(scope, receive, send)


def _published(health: SystemHealth) -> dict[str, Any]:
    """How a system is doing, as JSON says it."""
    at, late = health.last_answered_at, health.events_late_since
    return {
        "state": health.state.value,
        "breaker": health.breaker.value,
        "latency_ms": health.latency_ms,
        "latency_p95_ms": health.latency_p95_ms,
        "data_age_seconds": health.data_age_seconds,
        "last_answered_at": None if at is None else instant(at),
        "losing": list(health.losing),
        "events_late_since": None if late is None else instant(late),
    }


def create(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The gateway for a deployment. ``app.state.gateway`` holds its parts.

    ``clock`` tells the time of each question: what has run out is judged by it.

    Raises:
        WrongSettings: the settings cannot work; one plain line says why.
    """
    gateway = Gateway(settings, clock)
    handlers: dict[Any, Any] = {HTTPException: problem_of}
    app = Starlette(
        routes=gateway.routes(),
        middleware=[Middleware(Edge, settings=settings)],
        exception_handlers=handlers,
        lifespan=gateway.lifespan,
    )
    app.router.redirect_slashes = False
    app.state.gateway = gateway
    return app
