"""Gathering what is to be written while the last batch is being written, so that many share one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_MOST: Final = 200


@dataclass(slots=True)
class _Batch(Generic[T]):
    """What has gathered, and the task that writes it."""

    items: list[T] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Gathering(Generic[T]):
    """Batches of what ``write`` writes, one after another; nobody waits for company."""

    def __init__(self, write: Callable[[list[T]], Awaitable[None]]) -> None:
        self._write = write
        self._batch = _Batch[T]()
        self._writing = asyncio.Lock()

    def add(self, items: Sequence[T]) -> asyncio.Task[None]:
        """Have these written with whatever else gathers; the task is done when they are durable."""
        batch = self._batch
        batch.items += items
        if batch.task is None:
            batch.task = asyncio.create_task(self._write_out(batch), name="a batch")
            batch.task.add_done_callback(looked_at)
        elif len(batch.items) >= _MOST:
            self._batch = _Batch()
        return batch.task

    async def _write_out(self, batch: _Batch[T]) -> None:
        async with self._writing:
            if self._batch is batch:
                self._batch = _Batch()
            await self._write(batch.items)


def looked_at(done: asyncio.Task[None]) -> None:
    """Take a task's end: whoever waits for it hears of it, and if all have gone nobody complains."""
    if not done.cancelled():
        done.exception()
