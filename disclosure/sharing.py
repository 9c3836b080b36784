"""The same question, asked by several at one moment, goes out once.

"The same" is everything that a system may authorise or write down: whom it is about, which
items, on whose behalf, for what purpose. So nobody is ever given what was fetched with
another's rights, and each asker's own decision and receipt are in the ledger as always. Only
what is under way is shared: with the last byte it is gone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _UnderWay(Generic[T]):
    """One fetch: when it began, and how many wait for it."""

    task: asyncio.Task[T]
    began: float
    waiting: int = 0


class Sharing(Generic[T]):
    """The fetches under way to one system.

    A fetch may be joined for ``seconds`` after it began: whoever came later would have to wait
    for one that is perhaps stuck. ``on_join`` is told of everybody who joins.
    """

    def __init__(
        self,
        seconds: float,
        *,
        on_join: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._on_join = on_join
        self._clock = clock
        self._under_way: dict[Hashable, _UnderWay[T]] = {}

    async def get(self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What ``fetch`` brings, or what the same fetch, already under way, brings.

        Whoever leaves leaves alone. When nobody waits any more the fetch ends.
        """
        one = self._joinable(key)
        if one is None:
            one = self._begin(key, fetch)
        else:
            self._on_join()
        one.waiting += 1
        try:
            await _over(one.task)
        finally:
            one.waiting -= 1
            if not one.waiting and not one.task.done():
                self._forget(key, one.task)
                one.task.cancel()
        return one.task.result()

    def _joinable(self, key: Hashable) -> _UnderWay[T] | None:
        one = self._under_way.get(key)
        if one is None or self._clock() - one.began > self._seconds:
            return None
        return one

    def _begin(self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, T]]) -> _UnderWay[T]:
        # It outlives whoever began it, so it is no task of theirs.
        task = asyncio.create_task(fetch())
        self._under_way[key] = one = _UnderWay(task, self._clock())

        def over(done: asyncio.Task[T]) -> None:
            self._forget(key, done)
            if not done.cancelled():
                # Looked at, so that one that nobody waited for is not complained of.
                done.exception()

        task.add_done_callback(over)
        return one

    def _forget(self, key: Hashable, task: asyncio.Task[T]) -> None:
        """Take it away, unless a later one has taken its place."""
        one = self._under_way.get(key)
        if one is not None and one.task is task:
            del self._under_way[key]


async def _over(task: asyncio.Task[Any]) -> None:
    """Wait until it is over, however it ends; whoever leaves meanwhile does not end it.

    As `asyncio.wait`, at half its cost.
    """
    waiter = asyncio.get_running_loop().create_future()

    def wake(_: asyncio.Task[Any]) -> None:
        if not waiter.done():
            waiter.set_result(None)

    task.add_done_callback(wake)
    try:
        await waiter
    finally:
        task.remove_done_callback(wake)
