"""One at a time about one child: two messages that come at once must not make two children of one who is new.

Within a process by a lock of its own, between replicas by one of PostgreSQL's. Few are held at once,
because each takes a connection from whatever else needs one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

_AT_ONCE: Final = 4
_HOLD: Final = sa.text("SELECT pg_advisory_xact_lock(:key)")


class PeerTurns:
    """Gives turns to what peers say."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._few = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def about(self, peer: str, subject: str) -> AsyncIterator[None]:
        """As long as the block lasts, nobody else speaks of this child of this peer's."""
        name = f"{peer} {subject}"
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        async with lock:
            if self._engine.dialect.name != "postgresql":
                yield
                return
            async with self._few, self._engine.begin() as connection:
                await connection.execute(_HOLD, {"key": _key(name)})
                yield


def _key(name: str) -> int:
    """A number of 64 bits for a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
