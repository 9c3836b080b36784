"""From a force's push to the last subscriber: a hundred a second, a thousand subscribers, consent and ledger on.

Each event is a real POST at its own time, whether or not earlier ones were answered. Subscribers follow
within the gateway's process: everything of theirs but the socket.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from bench.processes import Running, answer, running
from bench.town import QUIET, Town, elsewhere, force, recipients, serve, town
from gateway.http import PooledHttp
from gateway.request import asked_of
from gateway.serving import settle
from gateway.streaming.subscribing import Caller
from linking.storage import reading
from notifications.recipients import Recipient
from records.http import HttpRequest
from records.people import Viewer
from tests.postgres import running as postgres_running

A_SECOND: Final = 100
SUBSCRIBERS: Final = 1_000
WARM_UP: Final = 100
PATIENCE: Final = 15.0
CREATED: Final = 201
UNAVAILABLE: Final = 503
DOCUMENT: Final = """
subscription { notifications { __typename ... on Notification { id cursor sequence told state child event } } }
"""
_BEFORE: Final = b'{"data":{"notifications":{"__typename":"Notification","id":"'
_REF: Final = slice(len(_BEFORE), len(_BEFORE) + 22)


@dataclass(slots=True)
class Heard:
    """When each notice first and last reached somebody, and how many it reached."""

    last: dict[str, float] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    async def follow(self, events: AsyncIterator[bytes]) -> None:
        async for event in events:
            if event.startswith(_BEFORE):
                ref = event[_REF].decode()
                self.last[ref] = time.monotonic()
                self.times[ref] += 1


async def gateway(
    pipe: Connection,
    config: dict[str, Any],
    events: int,
    subscribers: int,
    database: str | None,
    spread: bool,  # noqa: FBT001 (passed on to a process as it is)
) -> None:
    """The gateway with all its subscribers, in a process of its own."""
    async with town(config, events, database=database) as there:
        heard = Heard()
        await asyncio.sleep(QUIET)
        following = await _subscribe(there, heard, _desks(subscribers, spread=spread))
        pipe.send({"url": there.url, "headers": there.pushing})
        loop = asyncio.get_running_loop()

        def found() -> dict[str, Any]:
            asking = asyncio.run_coroutine_threadsafe(_found(there, heard), loop)
            return asking.result()

        answer(pipe, {"found": found})
        settle()
        await asyncio.gather(*following)
        await asyncio.Event().wait()


def _desks(subscribers: int, *, spread: bool) -> list[Recipient]:
    """As whom each subscriber follows; nobody, where there are to be none.

    Spread over the country: one for each recipient here, the others elsewhere. Or all of them here.
    """
    here = recipients() if subscribers else []
    if spread:
        return [*here, *elsewhere(max(0, subscribers - len(here)))]
    return [here[n % len(here)] for n in range(subscribers)]


async def _subscribe(
    there: Town, heard: Heard, desks: Sequence[Recipient]
) -> list[asyncio.Task[None]]:
    """Somebody who follows as each of these."""
    gateway_, issuer = there.gateway, there.gateway.issuer
    assert issuer is not None
    subscribing = gateway_.events._subscribing  # noqa: SLF001 (a subscriber without a socket)
    tasks = []
    for n, desk in enumerate(desks):
        token = issuer.mint(desk.role, desk.organisation, f"person-{n}", 12 * 60)
        headers = [(b"authorization", f"Bearer {token}".encode())]

        async def still(headers: list[tuple[bytes, bytes]] = headers) -> Viewer:
            return await gateway_.identity.still(headers, "127.0.0.1", gateway_.clock())

        caller = Caller(
            viewer=await still(), headers=headers, still=still, correlation_id=f"bench-{n}"
        )
        stream = await subscribing.begin(asked_of({"query": DOCUMENT}), caller)
        tasks.append(asyncio.create_task(heard.follow(stream)))
    await asyncio.sleep(1)
    return tasks


async def _found(there: Town, heard: Heard) -> dict[str, Any]:
    """Which event each notice was of, for whom, and when it reached the last of those who follow."""
    rows = sa.text("SELECT notice_ref, event, recipient FROM delivery WHERE channel = 'feed'")
    async with reading(there.open.engine) as connection:
        notices = [tuple(row) for row in await connection.execute(rows)]
    return {
        "notices": notices,
        "last": dict(heard.last),
        "times": dict(heard.times),
    }


async def post_all(
    url: str, headers: Mapping[str, str], pushes: Sequence[bytes], a_second: float
) -> dict[str, tuple[float, float]]:
    """When each event was sent, and how long its answer took, by the gateway's own id of it.

    What an overloaded gateway does not take is left out.
    """
    sent: dict[str, tuple[float, float]] = {}
    async with PooledHttp() as http, asyncio.TaskGroup() as posting:

        async def post(push: bytes, at: float) -> None:
            request = HttpRequest(
                method="POST", url=f"{url}/events/police", headers=headers, body=push, timeout=30
            )
            reply = await http.fetch(request)
            if reply.status == UNAVAILABLE:
                return
            if reply.status != CREATED:
                raise RuntimeError(f"A push was answered with status {reply.status}.")
            body = msgspec.json.decode(reply.body)
            took = time.monotonic() - at
            for event in body["data"]["attributes"]["events"]:
                sent[event] = (at, took)

        began = time.monotonic() + 0.1
        for n, push in enumerate(pushes):
            at = began + n / a_second
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            posting.create_task(post(push, at))
    return sent


def _row(
    name: str,
    server: Running,
    pushes: Sequence[bytes],
    followed: Sequence[Recipient],
    a_second: float,
) -> dict[str, Any]:
    told = server.told
    # What is compiled at first use is no part of a figure.
    asyncio.run(post_all(told["url"], told["headers"], pushes[:WARM_UP], WARM_UP / 2))
    pushes = pushes[WARM_UP:]
    time.sleep(3)
    before, began = server.cpu(), time.monotonic()
    sent = asyncio.run(post_all(told["url"], told["headers"], pushes, a_second))
    readers = Counter(desk.id for desk in followed)
    ends = time.monotonic() + PATIENCE
    while True:
        found = server.asks("found")
        missing = _missing(found, readers)
        if not missing or time.monotonic() > ends:
            break
        time.sleep(0.5)
    seconds = time.monotonic() - began
    cpu = server.cpu() - before
    events: dict[str, float] = {}
    messages = 0
    for ref, event, _recipient in found["notices"]:
        if ref in found["last"]:
            events[event] = max(events.get(event, 0.0), found["last"][ref])
            messages += found["times"][ref] if event in sent else 0
    took = sorted((last - sent[event][0]) * 1000 for event, last in events.items() if event in sent)
    answered = sorted(one * 1000 for _, one in sent.values())
    return {
        "database": name,
        "events a second": a_second,
        "subscribers": len(followed),
        "pushes that were not taken": len(pushes) - len(sent),
        "events that somebody was told of": len(took),
        "messages to subscribers": messages,
        "messages missing": missing,
        "push to its 201, p50 ms": _at(answered, 0.5),
        "push to its 201, p99 ms": _at(answered, 0.99),
        "push to last subscriber, p50 ms": _at(took, 0.5),
        "push to last subscriber, p99 ms": _at(took, 0.99),
        "push to last subscriber, longest ms": _at(took, 1),
        "CPU ms an event": round(cpu / len(pushes) * 1000, 2),
        "core": f"{cpu / seconds:.0%}",
    }


def _at(took: Sequence[float], share: float) -> float | None:
    """The time within which this share was there; None of none."""
    if not took:
        return None
    return round(took[min(len(took) - 1, int(len(took) * share))], 1)


def _missing(found: Mapping[str, Any], readers: Mapping[str, int]) -> int:
    """How many messages have not come: each notice is for everybody who follows as its recipient."""
    return sum(
        readers.get(recipient, 0) - found["times"].get(ref, 0)
        for ref, _, recipient in found["notices"]
    )


def one(
    name: str,
    database: str | None,
    *,
    events: int,
    subscribers: int = SUBSCRIBERS,
    a_second: float = A_SECOND,
    spread: bool = True,
) -> dict[str, Any]:
    """One run on one database."""
    serving = partial(serve, gateway)
    with (
        running(force, WARM_UP + events) as agency,
        running(
            serving, agency.told["config"], WARM_UP + events, subscribers, database, spread
        ) as server,
    ):
        followed = _desks(subscribers, spread=spread)
        return _row(name, server, agency.told["pushes"], followed, a_second)


def main() -> dict[str, Any]:
    """On SQLite without followers, spread over the country, and all of them where it happens; then on PostgreSQL."""
    rows = [
        one("SQLite, nobody follows", None, events=200, subscribers=0, a_second=20),
        *(
            one("SQLite, spread", None, events=8 * rate, a_second=rate)
            for rate in (40, 60, A_SECOND)
        ),
        one("SQLite, all concerned", None, events=200, a_second=20, spread=False),
    ]
    with postgres_running() as server, server.database() as url:
        rows.append(one("PostgreSQL, spread", url, events=100, a_second=10))
    return {"from push to last subscriber": rows}
