"""The two loops that every replica runs: clocks that are due, and notices that are due.

Any number of replicas may run them. A loop that fails (the database is gone) says so and goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from notifications import deadlines
from notifications.deliver import Worker
from notifications.happening import Planning

_log = logging.getLogger(__name__)

LONGEST_IDLE: Final = timedelta(seconds=1)
SHORTEST_IDLE: Final = timedelta(milliseconds=5)
TOGETHER: Final = 0.025
"""Seconds within which bells count as one: a hundred events a second are not a hundred looks."""

AFTER_A_FAULT: Final = timedelta(seconds=5)


async def run(
    engine: AsyncEngine,
    planning: Planning,
    worker: Worker,
    *,
    clock: Callable[[], datetime],
    wake: asyncio.Event,
    idle: timedelta = LONGEST_IDLE,
) -> None:
    """Fire clocks and send notices until cancelled; ``wake`` ends an idle wait early."""
    bells = (asyncio.Event(), asyncio.Event())

    async def fires() -> int:
        fired = await deadlines.fire_due(engine, planning, now=clock())
        if fired:
            bells[1].set()
        return fired

    async def pass_on() -> None:
        while True:
            await wake.wait()
            wake.clear()
            for bell in bells:
                bell.set()

    async def delivers() -> int:
        return await worker.begin_due(bells[1].set)

    try:
        # Not a group of tasks, which tells its tasks to end once: what takes that for a fault goes on.
        await asyncio.gather(
            pass_on(),
            _again_and_again(fires, lambda: deadlines.next_due(engine), clock, bells[0], idle),
            _again_and_again(delivers, worker.next_due, clock, bells[1], idle),
            return_exceptions=True,
        )
    finally:
        await worker.end()


async def _again_and_again(
    work: Callable[[], Awaitable[int]],
    following: Callable[[], Awaitable[datetime | None]],
    clock: Callable[[], datetime],
    bell: asyncio.Event,
    idle: timedelta,
) -> None:
    """Work while there is any, then wait for the next that is due, a bell, or a while."""
    while True:
        # Before looking, not after: what is committed in between rings again.
        bell.clear()
        try:
            if await work():
                continue
            due = await following()
        except Exception as error:  # noqa: BLE001 (whatever failed is still due)
            _log.error("Notices or clocks could not be looked at (%s).", _kinds(error))
            wait = AFTER_A_FAULT
        else:
            left = idle if due is None else due - clock()
            wait = min(max(left, SHORTEST_IDLE), idle)
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await bell.wait()
                await asyncio.sleep(TOGETHER)
        except TimeoutError:
            pass


def _kinds(error: Exception) -> str:
    """What went wrong, by name; of several at once, each."""
    if isinstance(error, ExceptionGroup):
        return ", ".join(sorted({_kinds(one) for one in error.exceptions}))
    return type(error).__name__
