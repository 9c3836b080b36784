"""The base of every simulator: a system's interface over real HTTP, with faults to switch on.

For tests and the demo; production code never imports it. A simulator runs in a thread of its
own on a free port of 127.0.0.1, keeps a log of what it was asked, and can be slow, refuse,
go down, and answer wrongly in the ways that real systems do.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENTINEL: Final = "Sentinelle"
"""A name in every staged child's records and every fault's body, that no error may repeat."""

_PAGE_OF_ANOTHER: Final = f"<!doctype html><title>Sign in</title><p>Not {SENTINEL}? Sign in."


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the simulator saw it. ``path`` is the route, without anybody's id."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A simulator that holds one child, and how to ask it: what the contract family needs.

    ``config`` are settings for the adapter's ``connect``, with short deadlines. The child's
    records hold `SENTINEL`. ``nobody`` is an id that the system has never given out.
    ``explicit`` says that it is asked by a person's own action alone, and never traced.
    """

    simulator: Simulator
    config: Callable[[], Mapping[str, object]]
    subject: str
    nobody: str
    nhs_number: str
    explicit: bool = False


_Fault = Callable[[ASGIApp, Scope, Receive, Send], Coroutine[Any, Any, None]]


class Simulator:
    """One simulated system. A subclass offers ``routes`` and what it holds."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._fault: _Fault | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self.endless = False

    def routes(self) -> Sequence[Route]:
        """The system's interface; each simulator has its own."""
        raise NotImplementedError

    def token_paths(self) -> frozenset[str]:
        """Paths that issue tokens: not counted as asking, and spared by faults of the answer."""
        return frozenset()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before if it listened before."""
        # Naming TCP is what makes asyncio send small writes at once.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self._server = _Server(
            uvicorn.Config(
                self._app(), log_level="critical", lifespan="off", access_log=False, ws="none"
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()
        self._server.listening.wait(timeout=10)

    def stop(self) -> None:
        """Stop listening; whoever asks is refused a connection."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)
        self._server = self._thread = None

    # What can be wrong with it

    def recovers(self) -> None:
        """Everything is well again; the log stays."""
        self._fault = None
        self.endless = False
        if self._server is None:
            self.start()

    def forgets_what_it_was_asked(self) -> None:
        """Begin the log anew."""
        self.asked.clear()

    def is_down(self) -> None:
        """Really stop listening."""
        self.stop()

    def is_slow(self, seconds: float) -> None:
        """Answer rightly, but late."""

        async def late(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(seconds)
            await app(scope, receive, send)

        self._fault = late

    def refuses(self, status: int = 403) -> None:
        """Refuse the gateway (401 or 403), with a body that names somebody."""
        self._instead(lambda: Response(f'{{"user":"{SENTINEL}"}}', status, _JSON))

    def is_busy(self, status: int = 429, retry_after: str | None = "2") -> None:
        """Ask to be asked later (429, 503)."""
        told = {} if retry_after is None else {"retry-after": retry_after}
        self._instead(lambda: Response(f'{{"job":"{SENTINEL}"}}', status, {**_JSON, **told}))

    def fails(self, status: int = 500) -> None:
        """Answer with an error of its own that quotes a record."""
        self._instead(
            lambda: Response(f"Traceback: {SENTINEL}", status, {"content-type": "text/plain"})
        )

    def loses_later_pages(self, status: int = 404) -> None:
        """Answer the first page of a list, and for any that a cursor leads to, that it is not there."""

        async def lost(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            if b"cursor=" in scope.get("query_string", b""):
                await Response(None, status)(scope, receive, send)
            else:
                await app(scope, receive, send)

        self._fault = lost

    def loses(self, part: str, status: int = 404) -> None:
        """Answer everything but what has this part in its path."""

        async def lost(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            if part in str(scope.get("path", "")):
                await Response(None, status)(scope, receive, send)
            else:
                await app(scope, receive, send)

        self._fault = lost

    def redirects(self, to: str = "/elsewhere") -> None:
        """Point elsewhere."""
        self._instead(lambda: Response(None, 302, {"location": to}))

    def answers_a_web_page(self) -> None:
        """HTML with status 200, as a proxy or a sign-in page does."""
        self._instead(lambda: Response(_PAGE_OF_ANOTHER, 200, {"content-type": "text/html"}))

    def answers_nothing(self) -> None:
        """Status 200 and an empty body."""
        self._instead(lambda: Response(b"", 200, _JSON))

    def answers_without_end(self) -> None:
        """A body that goes on for ever."""

        async def spaces() -> AsyncIterator[bytes]:
            yield b"["
            while True:
                yield f'"{SENTINEL}",'.encode() * 4096
                await asyncio.sleep(0)

        self._instead(lambda: StreamingResponse(spaces(), 200, _JSON))

    def truncates(self) -> None:
        """Right answers, cut off in the middle, whatever the length that comes with them."""
        self._rewriting(lambda body: body[: len(body) * 2 // 3])

    def hangs_up(self) -> None:
        """Promise more than it sends, and close."""

        async def half(_app: ASGIApp, _scope: Scope, _receive: Receive, send: Send) -> None:
            head = [(b"content-type", b"application/json"), (b"content-length", b"9999")]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": b'{"', "more_body": False})

        self._fault = half

    def answers_with_wrong_types(self) -> None:
        """Every text a number, every number a text, every truth a list."""
        self._rewriting(lambda body: json.dumps(_mistyped(json.loads(body))).encode())

    def answers_in_the_wrong_format(self) -> None:
        """Right answers, called something else."""
        self._rewriting(lambda body: body, media_type=b"application/octet-stream")

    def pages_without_end(self) -> None:
        """Every page leads to another. A subclass's lists honour ``endless``."""
        self.endless = True

    def _instead(self, reply: Callable[[], Response]) -> None:
        async def other(_app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            await reply()(scope, receive, send)

        self._fault = other

    def _rewriting(self, change: Callable[[bytes], bytes], media_type: bytes | None = None) -> None:
        async def changed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
            head: list[Message] = []
            body = bytearray()

            async def keep(message: Message) -> None:
                if message["type"] == "http.response.start":
                    head.append(message)
                else:
                    body.extend(message.get("body", b""))

            await app(scope, receive, keep)
            new = change(bytes(body)) if body else b""
            kind = media_type or dict(head[0]["headers"]).get(b"content-type", b"")
            headers = [(b"content-type", kind), (b"content-length", str(len(new)).encode())]
            await send({**head[0], "headers": headers})
            await send({"type": "http.response.body", "body": new})

        self._fault = changed

    # What it was asked

    def counts(self) -> Counter[str]:
        """How often each route was asked."""
        return Counter(f"{asked.method} {asked.path}" for asked in self.asked)

    def _app(self) -> ASGIApp:
        routes = list(self.routes())
        inner = Starlette(routes=routes)

        async def outer(scope: Scope, receive: Receive, send: Send) -> None:
            path = _template(routes, scope)
            token = path in self.token_paths()
            if not token:
                self._note(scope, path)
            if self._fault is None or token:
                await inner(scope, receive, send)
            else:
                await self._fault(inner, scope, receive, send)

        return outer

    def _note(self, scope: Scope, path: str) -> None:
        request = Request(scope)
        self.asked.append(
            Asked(
                request.method,
                path,
                tuple(request.query_params.multi_items()),
                dict(request.headers),
            )
        )


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


_JSON: Final = {"content-type": "application/json"}


def _template(routes: Sequence[Route], scope: Scope) -> str:
    return next((r.path for r in routes if r.matches(scope)[0] is not Match.NONE), "(no such path)")


def _mistyped(value: object) -> object:
    match value:
        case dict():
            return {key: _mistyped(inner) for key, inner in value.items()}
        case list():
            return [_mistyped(inner) for inner in value]
        case bool() | None:
            return ["no"]
        case str():
            return 17
        case _:
            return "seventeen"
