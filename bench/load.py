"""A closed loop of callers: each asks, waits for the answer, and asks again."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.http import PooledHttp
from records.http import HttpRequest

_HUNDREDTHS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What every caller sends."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    expects: bytes

    def request(self) -> HttpRequest:
        """As the port takes it."""
        return HttpRequest(
            method="POST", url=self.url, headers=self.headers, body=self.body, timeout=60
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it. Times are in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


async def _ask(http: PooledHttp, post: Post) -> float:
    began = time.perf_counter()
    reply = await http.fetch(post.request())
    took = time.perf_counter() - began
    if reply.status != 200 or post.expects not in reply.body:  # noqa: PLR2004 (OK)
        raise RuntimeError(f"The server answered with status {reply.status} and not as expected.")
    return took * 1000


async def _loop(post: Post, callers: int, requests: int) -> Load:
    took: list[float] = []
    async with PooledHttp(https_only=False) as http:
        left = iter(range(requests))

        async def caller() -> None:
            for _ in left:
                took.append(await _ask(http, post))  # noqa: PERF401 (one at a time is the point)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as asking:
            for _ in range(callers):
                asking.create_task(caller())
        seconds = time.perf_counter() - began
    return Load(
        requests=requests,
        seconds=seconds,
        p50=statistics.median(took),
        p99=statistics.quantiles(took, n=_HUNDREDTHS)[-1],
    )


def load(post: Post, *, callers: int, requests: int) -> Load:
    """So many requests by so many callers at a time.

    Raises:
        RuntimeError: an answer was not the one expected; a fast wrong answer is no figure.
    """
    return asyncio.run(_loop(post, callers, requests))
