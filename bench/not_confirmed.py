"""Whether "not confirmed" takes the same time and the same bytes by every way in, whatever lies behind it.

    python -m bench not_confirmed

One running gateway among simulated agencies, five children: an interview is held; it is held and the
child refuses all sharing; none is held; the system that would hold it is down; nobody knows the
child. By each way in, 2,000 trials over one connection in random order: half by somebody with no
standing, half (of the first four) by the child's own school, which may know of episodes and not of
interviews. Subscriptions name no child: there the five lie behind a notice that its recipient may no
longer be told, and what is timed is from subscribing to the first word. Times are compared pair by
pair with the Mann-Whitney test, and by how often a guesser who sees one answer's time would tell the
two apart: 0.5 is a coin.
"""

from __future__ import annotations

import http.client
import itertools
import json
import math
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, Final, TypeVar

from bench.ways_in import WAYS_IN, Named, Variables, named, nobody
from disclosure.assertion import Says
from records.people import Purpose, Role, Standing
from tests.notifications_http.following import socket, subscription
from tests.notifications_http.town import EVENING, Town, running_town
from tests.people import Practitioner
from tests.world import Child, World, running_world

T = TypeVar("T")

TRIALS: Final = 2_000
WARM: Final = 40
CASES: Final = (
    ("held", "Blackpool"),
    ("refused", "Blackpool"),
    ("nothing held", "Blackpool"),
    ("unavailable", "Essex"),
)
"""What lies behind, and whose child it is: Essex's system is down."""

_OWN: Final = (
    re.compile(rb'"ref":"[^"]+"'),
    re.compile(rb'"correlationId":"[^"]+"'),
    re.compile(rb'"(?:id|cursor)":"[^"]+"'),
)
"""What is new in every answer."""


def main() -> dict[str, Any]:
    """Ask by every way in, and return what could be told apart."""
    rows: list[dict[str, Any]] = []
    with running_world() as world:
        children = _children(world)
        known = {name: named(world, child) for name, child in children.items()}
        behind = {**known, "unknown": nobody(world)}
        stranger = world.person(Role.SCHOOL, "SCHOOL-999002", purpose=Purpose.EDUCATION)
        school, *_ = [world.head_teacher(child) for child in children.values()]
        for way, (document, variables) in WAYS_IN.items():
            for who, asker, there in (
                ("no standing", stranger, behind),
                ("the child's school", school, known),
            ):
                with _connected(asker, document, variables) as ask:
                    rows += _compared(way, who, _asked(ask, there, TRIALS // 2))
    with running_town() as town:
        rows += _compared("a subscription", "a school", _followed(town))
    return {"times": _summed(rows), "in full": rows}


def _children(world: World) -> dict[str, Child]:
    found = {
        name: world.child(lives_in="Lancashire", looked_after_by=council, placed_with="Elm House")
        for name, council in CASES
    }
    _differ(world, found)
    return found


def _differ(world: World, children: Mapping[str, Child]) -> None:
    for name in ("held", "refused", "unavailable"):
        children[name].file.interviewed()
    children["refused"].registers.child_says(Says.REFUSES)
    world.mosaic_essex.is_down()


def _asked(
    ask: Callable[[T], bytes], behind: Mapping[str, T], trials: int
) -> dict[str, list[float]]:
    """The time of each answer in milliseconds.

    Raises:
        AssertionError: the bodies differ, but for what is new in every answer.
    """
    order = [name for name in behind for _ in range(trials // len(behind))]
    random.Random(20261124).shuffle(order)  # noqa: S311 (chosen to be repeatable)
    took: dict[str, list[float]] = {name: [] for name in behind}
    bodies: set[bytes] = set()
    for name in itertools.islice(itertools.cycle(behind), WARM):
        ask(behind[name])
    for name in order:
        began = time.perf_counter()
        body = ask(behind[name])
        took[name].append((time.perf_counter() - began) * 1000)
        for own in _OWN:
            body = own.sub(b"", body)
        bodies.add(body)
    assert len(bodies) == 1, f"The answers differ in bytes: {len(bodies)} kinds."
    return took


@contextmanager
def _connected(
    asker: Practitioner, document: str, variables: Variables
) -> Iterator[Callable[[Named], bytes]]:
    host = asker.world.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {
        "Authorization": f"Bearer {asker.token()}",
        "Content-Type": "application/json",
        "Access-Purpose": asker.purpose.value,
        "Access-Reason": "Casework in a measurement",
    }

    def ask(one: Named) -> bytes:
        body = json.dumps({"query": document, "variables": variables(one)})
        connection.request("POST", "/graphql", body, headers)
        reply = connection.getresponse()
        read = reply.read()
        assert reply.status == http.HTTPStatus.OK, read
        return read

    try:
        yield ask
    finally:
        connection.close()


def _followed(town: Town) -> dict[str, list[float]]:
    """Schools that were told of an episode, and whose standing with the child has ended since."""
    world = town.world
    behind: dict[str, Practitioner] = {}
    children: dict[str, Child] = {}
    for number, (name, council) in enumerate(CASES):
        child = world.child(lives_in="Lancashire", looked_after_by=council, placed_with="Elm House")
        place = f"SCHOOL-99910{number}"
        town.registers(place, Role.SCHOOL)
        child.registers.stands(
            Standing.CHILDS_SCHOOL, until=EVENING + timedelta(hours=1), organisation=place
        )
        town.goes_missing(child)
        behind[name] = world.person(Role.SCHOOL, place, purpose=Purpose.EDUCATION)
        children[name] = child
    _differ(world, children)
    town.is_now(EVENING + timedelta(hours=2))
    with ExitStack() as open_lines:
        lines = {who: open_lines.enter_context(socket(world)) for who in behind.values()}
        for who, line in lines.items():
            line.begins(who.token())

        def follow(who: Practitioner) -> bytes:
            line = lines[who]
            name = line.follows(subscription())
            while (heard := line.hears())["id"] != name:
                pass
            line.says({"id": name, "type": "complete"})
            (said,) = heard["payload"]["data"].values()
            assert said["__typename"] == "Notification", said
            assert not said["told"], said
            bare = {**said, "event": _bare(said["event"])}
            return json.dumps(bare, separators=(",", ":")).encode()

        return _asked(follow, behind, TRIALS)


def _bare(event: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key not in {"id", "sequence"}}


def _compared(way: str, who: str, took: Mapping[str, list[float]]) -> Iterator[dict[str, Any]]:
    baseline, *others = took
    for name in (baseline, *others):
        u, p = mann_whitney(took[baseline], took[name]) if name != baseline else (0.5, 1.0)
        yield {
            "way in": way,
            "asked by": who,
            "behind it": name,
            "trials": len(took[name]),
            "p50 ms": round(statistics.median(took[name]), 2),
            "p95 ms": round(statistics.quantiles(took[name], n=20)[-1], 2),
            "a guesser tells it from held": round(max(u, 1 - u), 3),
            "p-value": round(p, 3),
        }


def _summed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each way in and asker, the pair that is easiest to tell apart.

    ``p-value`` is that pair's, times the number of pairs that were tried for it (Bonferroni).
    """
    found = []
    for way, who in dict.fromkeys((row["way in"], row["asked by"]) for row in rows):
        those = [r for r in rows if (r["way in"], r["asked by"]) == (way, who)]
        pairs = those[1:]
        worst = min(pairs, key=lambda row: row["p-value"])
        found.append(
            {
                "way in": way,
                "asked by": who,
                "trials": sum(row["trials"] for row in those),
                "p50 ms": those[0]["p50 ms"],
                "most unlike held": worst["behind it"],
                "a guesser tells it from held": worst["a guesser tells it from held"],
                "p-value": round(min(1.0, worst["p-value"] * len(pairs)), 3),
            }
        )
    return found


def mann_whitney(one: list[float], other: list[float]) -> tuple[float, float]:
    """How often a value of the one exceeds one of the other, and how likely so far from half is by chance.

    Source: Mann and Whitney, 1947, with the normal approximation; times hardly ever tie.
    """
    ranked = sorted((value, mine) for mine, values in ((1, one), (0, other)) for value in values)
    ranks = sum(rank for rank, (_, mine) in enumerate(ranked, 1) if mine)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    deviation = math.sqrt(n * m * (n + m + 1) / 12)
    return u / (n * m), math.erfc(abs(u - n * m / 2) / deviation / math.sqrt(2))
