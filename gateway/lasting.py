"""Work that goes on for as long as a block lasts, and ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

PATIENCE: Final = 1.0
"""Seconds until work that was told to end and goes on is told again."""


@asynccontextmanager
async def until_the_end(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Do something beside the block. Its end does not wait for what is being done, only for it to stop.

    Whatever is under way then is done again by whoever comes next.
    """
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await ended(task)


async def ended(*tasks: asyncio.Task[None]) -> None:
    """Tell tasks to end until they have.

    Once is not enough: a library in the middle of its work may make an error of its own of it,
    and a loop that goes on whatever goes wrong would then go on for ever.

    Raises:
        Exception: what a task had ended with by itself.
    """
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=PATIENCE)
    for task in tasks:
        if not task.cancelled():
            task.result()
