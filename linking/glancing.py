"""Looking at a few rows: on SQLite in the thread that asks, by one connection that nobody waits for.

For statements that are written once, in a module, and find what they want by an index: what is asked
here keeps the loop waiting for as long as it takes. Each is compiled once. PostgreSQL takes the
ordinary path.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.compiled import Rows, Statement, compiled
from linking.storage import reading

_CACHE_KIB: Final = 16_384


class Glance:
    """Where one looks on SQLite."""

    def __init__(self, engine: AsyncEngine, path: str) -> None:
        # Weak: it is kept by its engine, and must not keep it.
        self._engine = ref(engine)
        # It never waits: what is locked is asked for again on the ordinary, patient path.
        self._reader = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._reader.execute("PRAGMA query_only=ON")
        self._reader.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")

    async def execute(self, statement: Statement, given: Mapping[str, Any] | None = None) -> Rows:
        """The rows of a statement."""
        ready = compiled(statement)
        text, arguments = ready.arguments(given or {})
        try:
            return Rows(ready.rows(self._reader.execute(text, arguments)))
        except sqlite3.OperationalError:
            # Locked while the last process to leave tidies up: ask again, and wait elsewhere.
            engine = self._engine()
            assert engine is not None  # noqa: S101 (whoever asks has it)
            async with reading(engine) as patient:
                return Rows(list(await patient.execute(statement, dict(given or {}))))

    def close(self) -> None:
        """End it."""
        self._reader.close()


_glances: Final[WeakKeyDictionary[AsyncEngine, Glance]] = WeakKeyDictionary()


class glancing:  # noqa: N801 (used as the function that it would be, were that not slower)
    """A place to look from, until the end of the block."""

    __slots__ = ("_engine", "_ordinary")

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._ordinary: AbstractAsyncContextManager[AsyncConnection] | None = None

    async def __aenter__(self) -> Glance | AsyncConnection:
        glance = _glance(self._engine)
        if glance is not None:
            return glance
        self._ordinary = reading(self._engine)
        return await self._ordinary.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ordinary is not None:
            await self._ordinary.__aexit__(kind, error, trace)


def _glance(engine: AsyncEngine) -> Glance | None:
    there = _glances.get(engine)
    if there is not None:
        return there
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:" or engine.url.query:
        return None
    opened = _glances[engine] = Glance(engine, path)

    def close(_: sa.Engine) -> None:
        _glances.pop(engine, None)
        opened.close()

    sa.event.listen(engine.sync_engine, "engine_disposed", close)
    return opened
