"""Whether "not confirmed" takes the same time and the same bytes, whatever lies behind it: 2,000 trials.

    python -m bench not_confirmed

One running gateway among simulated agencies, five children: an interview is held; it is held and the
child refuses all sharing; none is held; the system that would hold it is down; nobody knows the
child. Two people ask, over one connection each, in random order: a head teacher with no standing,
and (of the first four) the child's own school, which may know of episodes and not of interviews.
Times are compared pair by pair with the Mann-Whitney test, and by how often a guesser who sees one
answer's time would tell the two apart: 0.5 is a coin.
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
from contextlib import contextmanager
from typing import Any, Final

from disclosure.assertion import Says
from records.people import Purpose, Role
from tests.world import Child, Practitioner, World, running_world

TRIALS: Final = 2_000
WARM: Final = 40
QUESTION: Final = """query Ask($child: ID!) { child(id: $child) { __typename ... on Child {
  returnInterviews { state asOf withheld { item reason says rules { id } ask { role label } duties { id } }
    sources { name state } records { id confirmation { state heldAt } account { state account } } } } } }"""
_REF: Final = re.compile(rb'"ref":"[^"]+"')


def main() -> dict[str, Any]:
    """Ask, and return what could be told apart."""
    with running_world() as world:
        children = _children(world)
        unknown = str(world.parts.services.ids.child("A" * len(children["held"].ref)))
        ids = {name: child.id for name, child in children.items()}
        stranger = world.person(Role.SCHOOL, "SCHOOL-999002", purpose=Purpose.EDUCATION)
        school, *_ = [world.head_teacher(child) for child in children.values()]
        rows: list[dict[str, Any]] = []
        for who, asker, behind in (
            ("no standing", stranger, {**ids, "unknown": unknown}),
            ("the child's school", school, ids),
        ):
            took, bodies = _asked(asker, behind, TRIALS // 2)
            assert len(bodies) == 1, "The answers differ in bytes."
            rows += _compared(who, took)
        return {"times": rows}


def _children(world: World) -> dict[str, Child]:
    found = {
        name: world.child(lives_in="Lancashire", looked_after_by=council, placed_with="Elm House")
        for name, council in (
            ("held", "Blackpool"),
            ("refused", "Blackpool"),
            ("nothing held", "Blackpool"),
            ("unavailable", "Essex"),
        )
    }
    for name in ("held", "refused", "unavailable"):
        found[name].file.interviewed()
    found["refused"].registers.child_says(Says.REFUSES)
    world.mosaic_essex.is_down()
    return found


def _asked(
    asker: Practitioner, behind: Mapping[str, str], trials: int
) -> tuple[dict[str, list[float]], set[bytes]]:
    """The time of each answer in milliseconds, and the bodies but for the ledger's reference."""
    order = [name for name in behind for _ in range(trials // len(behind))]
    random.Random(20261124).shuffle(order)  # noqa: S311 (chosen to be repeatable)
    took: dict[str, list[float]] = {name: [] for name in behind}
    bodies: set[bytes] = set()
    with _connected(asker) as ask:
        for name in itertools.islice(itertools.cycle(behind), WARM):
            ask(behind[name])
        for name in order:
            began = time.perf_counter()
            body = ask(behind[name])
            took[name].append((time.perf_counter() - began) * 1000)
            bodies.add(_REF.sub(b"", body))
    return took, bodies


@contextmanager
def _connected(asker: Practitioner) -> Iterator[Callable[[str], bytes]]:
    host = asker.world.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {
        "Authorization": f"Bearer {asker.token()}",
        "Content-Type": "application/json",
        "Access-Purpose": asker.purpose.value,
        "Access-Reason": "Casework in a measurement",
    }

    def ask(child: str) -> bytes:
        body = json.dumps({"query": QUESTION, "variables": {"child": child}})
        connection.request("POST", "/graphql", body, headers)
        reply = connection.getresponse()
        read = reply.read()
        assert reply.status == http.HTTPStatus.OK, read
        return read

    try:
        yield ask
    finally:
        connection.close()


def _compared(who: str, took: Mapping[str, list[float]]) -> Iterator[dict[str, Any]]:
    baseline, *others = took
    for name in (baseline, *others):
        u, p = mann_whitney(took[baseline], took[name]) if name != baseline else (0.5, 1.0)
        yield {
            "asked by": who,
            "behind it": name,
            "trials": len(took[name]),
            "p50 ms": round(statistics.median(took[name]), 2),
            "p95 ms": round(statistics.quantiles(took[name], n=20)[-1], 2),
            "a guesser tells it from held": round(max(u, 1 - u), 3),
            "p-value": round(p, 3),
        }


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
