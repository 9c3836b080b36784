"""The demo's question, with consent and a durable ledger, beside plain Strawberry with neither."""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import plain
from bench.load import Post, load
from bench.processes import Running, answer, running
from gateway.cli.demo import story
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.people import PEOPLE
from gateway.cli.demo.playing import QUESTION, play, set_stage, today
from gateway.cli.demo.running import StoryClock, settings_in
from gateway.cli.demo.running import running as gateway_running
from gateway.serving import to_the_end
from gateway.settings import SourceSettings
from gateway.sources import Watched
from records.source import Answered, Question, Source

CALLERS: Final = 8
REQUESTS: Final = 400
DELAY: Final = 0.040
SLOW_REQUESTS: Final = 60
IDS: Final = {
    "police": story.NOMINAL,
    "mosaic": str(story.MOSAIC_ID),
    "lcs": str(story.LCS_ID),
}


def agencies(pipe: Connection) -> None:
    """The simulated systems, in a process of their own, with the story played to its end."""
    with Agencies() as systems:
        story.before_it_begins(systems)
        for step in story.steps(story.Times.before(today())):
            step.happens(systems)
        pipe.send(msgspec.to_builtins(systems.sources()))

        def be_slow(seconds: float) -> None:
            for simulator in systems.by_name.values():
                simulator.recovers() if not seconds else simulator.is_slow(seconds)

        answer(pipe, {"slow": be_slow})
        threading.Event().wait()


def homeward(pipe: Connection, sections: dict[str, Any]) -> None:
    """The gateway, in a process of its own, with the child in its registers."""
    to_the_end(_homeward(pipe, sections))


async def _homeward(pipe: Connection, sections: dict[str, Any]) -> None:
    sources = msgspec.convert(sections, dict[str, SourceSettings])
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder), sources, 0)
        clock = StoryClock()
        async with gateway_running(settings, clock) as (url, gateway):
            now = today()
            # The systems hold everything already; a stage of its own only fills the registers.
            stage = await set_stage(url, gateway, Agencies(), clock, now)
            await play(stage, now, lambda _step, _answer: None)
            assert gateway.open is not None
            timings = [Timed(watched) for watched in gateway.open.sources.values()]
            pipe.send({"url": url, "child": stage.child_id, "token": stage.token(PEOPLE[0])})
            answer(pipe, {"slowest": lambda: slowest(timings)})
            await asyncio.Event().wait()


class Timed:
    """Stands between the gateway and a source, and notes how long each question took there."""

    def __init__(self, watched: Watched) -> None:
        self._source: Source = watched._source  # noqa: SLF001 (nothing else sees the source alone)
        self.took: dict[str, float] = {}
        watched._source = self  # noqa: SLF001 (as above)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the source has)
        return getattr(self._source, name)

    async def records(self, question: Question) -> Answered:
        began = time.perf_counter()
        answered = await self._source.records(question)
        self.took[question.request_ref] = (time.perf_counter() - began) * 1000
        return answered


def slowest(timings: list[Timed]) -> list[float]:
    """The time of the slowest system, question by question, in milliseconds; then begin anew."""
    found: dict[str, float] = {}
    for timed in timings:
        for ref, took in timed.took.items():
            found[ref] = max(took, found.get(ref, 0.0))
        timed.took.clear()
    return list(found.values())


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def _post(url: str, document: str, child: str, token: str, expects: bytes) -> Post:
    body = {
        "query": document,
        "variables": {"child": child},
        "extensions": {"access": {"purpose": PEOPLE[0].purpose.value, "reason": PEOPLE[0].reason}},
    }
    return Post(
        url=f"{url}/graphql",
        headers={"content-type": "application/json", "authorization": f"Bearer {token}"},
        body=json.dumps(body).encode(),
        expects=expects,
    )


def measured(name: str, server: Running, post: Post) -> dict[str, float | str]:
    """One server under load: what a core of it can answer, and how long an answer takes."""
    load(post, callers=1, requests=20)
    before = server.cpu()
    # One caller at a time: callers who ask the same at once share what the systems answer.
    alone = load(post, callers=1, requests=REQUESTS)
    cpu = server.cpu() - before
    many = load(post, callers=CALLERS, requests=REQUESTS)
    return {
        "server": name,
        "requests per second of one core": round(REQUESTS / cpu, 1),
        "CPU ms a request": round(cpu / REQUESTS * 1000, 2),
        "p50 ms, one caller": round(alone.p50, 1),
        "p99 ms, one caller": round(alone.p99, 1),
        f"p50 ms, {CALLERS} callers": round(many.p50, 1),
    }


def overhead(server: Running, systems: Running, post: Post) -> dict[str, float | str]:
    """What the gateway adds to its slowest system, with every system's calls delayed."""
    systems.asks("slow", DELAY)
    load(post, callers=1, requests=5)
    server.asks("slowest")
    took = load(post, callers=1, requests=SLOW_REQUESTS)
    waited = server.asks("slowest")
    systems.asks("slow", 0)
    return {
        "every call delayed by, ms": DELAY * 1000,
        "p50 ms of the slowest system": round(statistics.median(waited), 1),
        "p50 ms of the answer": round(took.p50, 1),
        "p99 ms of the answer": round(took.p99, 1),
        "p50 over the slowest system": round(took.p50 / statistics.median(waited), 3),
        "overhead ms, p50": round(took.p50 - statistics.median(waited), 1),
    }


def main() -> dict[str, Any]:
    """Run both in one go, and return what came of them."""
    port = free_port()
    with (
        running(agencies) as systems,
        running(homeward, systems.told) as ours,
        running(plain.serve, {n: s["config"] for n, s in systems.told.items()}, IDS, port) as other,
    ):
        told = ours.told
        mine = _post(told["url"], QUESTION, told["child"], told["token"], b"because she asked")
        theirs = _post(other.told, plain.QUESTION, "any", "none", b"because she asked")
        return {
            "servers": [
                measured("Homeward, consent and ledger on", ours, mine),
                measured("plain Strawberry and httpx2, neither", other, theirs),
            ],
            "overhead": overhead(ours, systems, mine),
        }
