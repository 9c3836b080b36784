"""Writing in turn: as many transactions at once as the database carries well, within one process.

SQLite has one writer at a time: a few may wait, so that the next begins while the last one's commit
reaches the disk. On PostgreSQL planning reads on a connection of its own
while its transaction holds another: were every connection of the pool in such hands, each would
wait for the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.near import writing_near

_AT_ONCE: Final = {"sqlite": 32, "postgresql": 8}
_turns: Final[WeakKeyDictionary[AsyncEngine, asyncio.Semaphore]] = WeakKeyDictionary()


@asynccontextmanager
async def writing_in_turn(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that writes, when it is its turn. Never inside another one."""
    turn = _turns.get(engine)
    if turn is None:
        turn = _turns[engine] = asyncio.Semaphore(_AT_ONCE[engine.dialect.name])
    async with turn, writing_near(engine) as transaction:
        yield transaction
