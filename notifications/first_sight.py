"""One at a time about one child: what comes at once of somebody who is new must not make two of them.

Within a process by locks of its own, between replicas by PostgreSQL's. Whoever may be the same child
shares a mark: the sender's id, the NHS number, or one of those by which records are searched. Few
are held at once, because each takes a connection from whatever else needs one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.index import Index
from linking.particulars import Particulars
from linking.search import search_marks
from records.events import Whom
from records.source import Known

_AT_ONCE: Final = 4
_HOLD: Final = sa.text(
    "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS held(key)"
)


class Turns:
    """Gives turns to what is said of children."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._few = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def about(self, marks: Iterable[bytes]) -> AsyncIterator[None]:
        """As long as the block lasts, nobody else has a turn with any of these."""
        # Everybody takes them in the same order, so that no two wait for each other.
        keys = sorted({_key(mark) for mark in marks})
        locks = [self._lock(key) for key in keys]
        async with AsyncExitStack() as held:
            for lock in locks:
                await held.enter_async_context(lock)
            if self._engine.dialect.name == "postgresql":
                await held.enter_async_context(self._few)
                connection = await held.enter_async_context(self._engine.begin())
                await connection.execute(_HOLD, {"keys": keys})
            yield

    def _lock(self, key: int) -> asyncio.Lock:
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock


def marks_of(index: Index, about: Whom) -> set[bytes]:
    """What this may have in common with whatever else is said of the same child, keyed."""
    local_id, number = about.local_id, about.nhs_number
    marks: set[bytes] = set()
    if number is not None:
        marks.add(index.seal.nhs_mark(number))
    if local_id is not None:
        marks.add(index.seal.local_mark(local_id))
        if about.core is not None:
            known = Known(local_id=local_id, nhs_number=number, core=about.core)
            said = Particulars.of(known, addresses=about.addresses)
            marks.update(mark.to_bytes(8, signed=True) for mark in search_marks(index.seal, said))
    return marks


def _key(mark: bytes) -> int:
    """A number of 64 bits for a mark: not the one by which the index itself holds a record."""
    return int.from_bytes(hashlib.sha256(b"turn" + mark).digest()[:8], signed=True)
