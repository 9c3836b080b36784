"""How much one system is asked: so many calls at once, and so many a second.

Calls wait their turn in the order in which they came, as long as their question has time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from records.http import Failure, NoReplyError

AT_ONCE: Final = 64
"""A quarter of the pool: a system that hangs cannot take the connections of the others."""


class Pace:
    """One system's pace. ``per_second`` bounds the calls begun in any second; None is no bound."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        at_once: int = AT_ONCE,
        per_second: float | None = None,
    ) -> None:
        self._clock = clock
        self._places = asyncio.Semaphore(at_once)
        # A number a second below one is one call in so many seconds.
        burst = 0 if per_second is None else max(1, int(per_second))
        self._period = 0.0 if per_second is None else burst / per_second
        self._begun: deque[float] = deque(maxlen=burst)

    async def begin(self, until: float) -> None:
        """Wait for a turn, at most until the time given; `end` gives the place back.

        Raises:
            NoReplyError: HELD_BACK, at once when the turn would come too late.
        """
        await self._take_place(until)
        try:
            await self._take_turn(until)
        except BaseException:
            self._places.release()
            raise

    def end(self) -> None:
        """The call is over."""
        self._places.release()

    async def _take_place(self, until: float) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(max(0.0, until - self._clock())):
                await self._places.acquire()
        except TimeoutError:
            raise NoReplyError(Failure.HELD_BACK) from None

    async def _take_turn(self, until: float) -> None:
        if not self._begun.maxlen:
            return
        now = self._clock()
        full = len(self._begun) == self._begun.maxlen
        turn = max(now, self._begun[0] + self._period) if full else now
        if turn > until:
            raise NoReplyError(Failure.HELD_BACK)
        # Taken before the wait, so that whoever comes next reckons with it.
        self._begun.append(turn)
        if turn > now:
            await asyncio.sleep(turn - now)
