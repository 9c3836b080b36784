"""Ask several things of one system side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def together(*asks: Coroutine[Any, Any, T]) -> list[T]:
    """What each answers, in the order asked. The first to fail ends the others, and is raised.

    Raises:
        SourceError: one of them failed; no group of errors is left for the caller to unpack.
    """
    if len(asks) == 1:
        return [await asks[0]]
    caller = asyncio.current_task()
    before = 0 if caller is None else caller.cancelling()
    try:
        async with asyncio.TaskGroup() as asking:
            tasks = [asking.create_task(ask) for ask in asks]
    except BaseExceptionGroup as failed:
        # A group of Python 3.11 that fails leaves its own request to end behind on whoever called it,
        # and the next deadline of that caller would then not know its cancellation from another's.
        while caller is not None and caller.cancelling() > before:
            caller.uncancel()
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
