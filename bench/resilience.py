"""One system slow and one down beside healthy ones, the same question asked by many, and what the guards cost."""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from typing import Any, Final, cast

import msgspec

from bench.load import Load, Post, load
from bench.processes import Running, answer, running
from bench.question import _post, homeward
from gateway.cli.demo import story
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.playing import QUESTION, today
from gateway.resilience.guarded import GuardedHttp
from gateway.settings import Telemetry as TelemetrySettings
from gateway.telemetry import Telemetry
from gateway.watching import Watched
from records.http import HttpReply, HttpRequest
from records.identifiers import LocalId
from records.items import Item
from records.people import Kind, Purpose
from records.source import Answered, Evidence, Question, Source

DEADLINE: Final = 1.0
SLOW: Final = 2.0
DELAY: Final = 0.040
REQUESTS: Final = 60
MOST_UNTIL_OPEN: Final = 60
CALLERS: Final = 20
TIMES: Final = 5000
# Held by the council's system alone, which stays well: the rest of the answer is there.
EXPECTED: Final = b"because she asked"


def agencies(pipe: Connection) -> None:
    """The demo's systems, each to be made slow or stopped, and what they were asked."""
    with Agencies() as systems:
        story.before_it_begins(systems)
        for step in story.steps(story.Times.before(today())):
            step.happens(systems)
        pipe.send(msgspec.to_builtins(systems.sources()))

        def slow(seconds: float, *names: str) -> None:
            for name in names or tuple(systems.by_name):
                systems.by_name[name].is_slow(seconds)

        def down(name: str) -> None:
            systems.by_name[name].is_down()

        def calls() -> int:
            """How often they were asked anything since the last time somebody looked."""
            asked = sum(len(one.asked) for one in systems.by_name.values())
            systems.forget_what_was_asked()
            return asked

        answer(pipe, {"slow": slow, "down": down, "calls": calls})
        threading.Event().wait()


def _row(name: str, took: Load) -> dict[str, float | str]:
    return {"situation": name, "p50 ms": round(took.p50, 1), "p99 ms": round(took.p99, 1)}


def bad_night(systems: Running, post: Post) -> list[dict[str, float | str]]:
    """Answers while police takes two seconds and a council's system is down."""
    systems.asks("slow", DELAY)
    load(post, callers=1, requests=5)
    rows = [_row("every call takes 40 ms", load(post, callers=1, requests=REQUESTS))]
    systems.asks("slow", SLOW, "police")
    systems.asks("down", "liquidlogic")
    rows.append(
        _row(
            f"police takes {SLOW:g} s, liquidlogic is down, deadline {DEADLINE:g} s",
            load(post, callers=1, requests=5),
        )
    )
    # Each caller waits for the deadline until half of the last half minute met silence.
    began = time.monotonic()
    for _ in range(MOST_UNTIL_OPEN):
        if load(post, callers=1, requests=2).p50 < DEADLINE * 1000 / 2:
            break
    opened = time.monotonic() - began
    rows.append(
        _row(f"the same, {opened:.0f} s later: left alone", load(post, callers=1, requests=20))
    )
    return rows


def shared(systems: Running, server: Running, post: Post) -> dict[str, float | str]:
    """One question asked by many at once: what reaches the systems."""
    systems.asks("calls")
    load(post, callers=1, requests=10)
    alone = systems.asks("calls") / 10
    before = server.cpu()
    many = load(post, callers=CALLERS, requests=20 * CALLERS)
    cpu = server.cpu() - before
    each = systems.asks("calls") / (20 * CALLERS)
    return {
        "callers at once": CALLERS,
        "calls to systems a question, one caller": round(alone, 2),
        "calls to systems a question, all callers": round(each, 2),
        "CPU ms a question": round(1000 * cpu / (20 * CALLERS), 2),
        "p50 ms": round(many.p50, 1),
    }


class Nothing:
    """A system that answers at once, so that only what stands around it takes time."""

    name = "nothing"
    system = "nothing"
    kind = Kind.OTHER
    evidence = Evidence.INFERENCE
    supplies = frozenset({Item.EPISODE_STATUS})

    async def records(self, question: Question) -> Answered:
        return Answered(records=(), as_of=question.now)

    async def fetch(self, _request: HttpRequest) -> HttpReply:
        return HttpReply(status=200, headers={}, body=b"{}")


def guards() -> dict[str, float]:
    """Microseconds that the guards add to a call and to a question when all is well."""
    return asyncio.run(_guards())


async def _guards() -> dict[str, float]:
    nothing = Nothing()
    question = Question(
        subject=LocalId("nothing", "1"),
        items=nothing.supplies,
        purpose=Purpose.LOCATE,
        asked_for="E10000017",
        request_ref="r",
        now=datetime.now(UTC),
    )
    guarded = GuardedHttp(nothing, deadline=5.0)
    watched = Watched(cast("Source", nothing), Telemetry(TelemetrySettings()))
    request = HttpRequest(method="GET", url="http://127.0.0.1/", repeatable=True)
    call = await _us(lambda: guarded.fetch(request)) - await _us(lambda: nothing.fetch(request))
    whole = await _us(lambda: watched.records(question)) - await _us(
        lambda: nothing.records(question)
    )
    return {
        "us a call (pace, budget)": round(call, 1),
        "us a question (all else)": round(whole, 1),
    }


async def _us(ask: Callable[[], Any]) -> float:
    took = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(TIMES // 5):
            await ask()
        took.append(time.process_time() - began)
    return round(statistics.median(took) / (TIMES // 5) * 1e6, 1)


def main() -> dict[str, Any]:
    """All three, in one run."""
    with running(agencies) as systems:
        sections = {
            name: {**section, "deadline_seconds": DEADLINE}
            for name, section in systems.told.items()
        }
        with running(homeward, sections) as ours:
            told = ours.told
            post = _post(told["url"], QUESTION, told["child"], told["token"], EXPECTED)
            systems.asks("slow", DELAY)
            together = shared(systems, ours, post)
            night = bad_night(systems, post)
    return {"a bad night": night, "one question, many callers": together, "guards": guards()}
