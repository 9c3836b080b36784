"""One connection that writes to SQLite: it begins and commits where it is asked, and only what waits goes elsewhere.

Handing a step to another thread and back costs more than the step. The lock is nearly always free, and is
taken in the thread that asks; where it is not, another thread waits for it. A commit is written without
waiting for the disk, the lock is given up, and then the write-ahead log is flushed, once for all who
committed meanwhile: durable on return, as with ``synchronous=FULL``, without keeping the next writer waiting.

Source: SQLite, "Write-Ahead Logging" (checkpoints) and PRAGMA synchronous (FULL: the log is flushed after
each commit).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, TypeVar

from linking.storage import SQLITE_PRAGMAS

T = TypeVar("T")

PATIENCE: Final = 5.0
TIDIED_EVERY: Final = 256
"""After so many flushes, what stands in the log is carried over into the database."""

APART: Final = 0.004
"""Seconds between the beginnings of two flushes: where many write, more of them share one."""

_CARRY_OVER: Final = "PRAGMA wal_checkpoint(PASSIVE)"
_LOOKS_AGAIN: Final = 0.002
_LOCKED: Final = "database is locked"
_turns: Final[defaultdict[str, threading.Lock]] = defaultdict(threading.Lock)


def turn_at(path: str) -> threading.Lock:
    """The lock at which the writers of this process take turns for one SQLite database."""
    return _turns[os.path.realpath(path)]


class Log:
    """The write-ahead log of one database, flushed for everybody who committed since the last flush."""

    def __init__(self, path: str) -> None:
        self.path: Final = path
        self._file: int | None = None
        self._keeps: sqlite3.Connection | None = None
        self._flushes = 0
        self._not_before = 0.0
        self._following: asyncio.Task[None] | None = None
        self._flushing = asyncio.Lock()
        self._flusher = ThreadPoolExecutor(1, "flush")
        self._tidier = ThreadPoolExecutor(1, "tidy")

    async def flush(self) -> None:
        """What was committed before is durable on return.

        Raises:
            OSError: the disk did not take it: it is not known to be durable.
        """
        if self._following is None:
            self._following = asyncio.create_task(self._flush_for_all(), name="flush")
        await asyncio.shield(self._following)

    async def _flush_for_all(self) -> None:
        async with self._flushing:
            if (early := self._not_before - time.monotonic()) > 0:
                await asyncio.sleep(early)
            self._not_before = time.monotonic() + APART
            # Whoever commits from here on waits for the next one.
            self._following = None
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._flusher, self._flush)
            self._flushes += 1
            if self._flushes % TIDIED_EVERY == 0:
                self._tidier.submit(self._tidy)

    def _flush(self) -> None:
        if self._file is None:
            # As long as anybody has looked into the database and is there, SQLite does not remove the log.
            self._keeps = sqlite3.connect(
                self.path, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._keeps.execute("PRAGMA schema_version")
            self._file = os.open(f"{self.path}-wal", os.O_RDWR)
        os.fsync(self._file)

    def _tidy(self) -> None:
        """Carry the log over, so that it does not grow.

        Most of it beside readers and writers, and what came meanwhile while nobody writes: only a log
        that is carried over whole begins anew.
        """
        assert self._keeps is not None  # noqa: S101 (it was flushed)
        # Where somebody else is at it, it is done.
        with suppress(sqlite3.OperationalError):
            self._keeps.execute(_CARRY_OVER)
            with turn_at(self.path):
                self._keeps.execute(_CARRY_OVER)

    def close(self) -> None:
        """End it, after whatever is under way."""
        self._flusher.submit(self._close)
        self._flusher.shutdown(wait=False)

    def _close(self) -> None:
        self._tidier.shutdown()
        if self._keeps is not None:
            self._keeps.close()
        if self._file is not None:
            os.close(self._file)


class Writer:
    """One connection. Whoever has it begins, writes with ``driver``, and commits (see `Log`) or rolls back."""

    def __init__(self, path: str) -> None:
        # It never waits by itself: whoever must wait does so elsewhere.
        self.driver: Final = sqlite3.connect(
            path, timeout=0, isolation_level=None, check_same_thread=False
        )
        for pragma in SQLITE_PRAGMAS:
            self.driver.execute(f"PRAGMA {pragma}")
        for pragma in ("busy_timeout=0", "synchronous=NORMAL", "wal_autocheckpoint=0"):
            self.driver.execute(f"PRAGMA {pragma}")
        self._turn = turn_at(path)
        self._elsewhere: ThreadPoolExecutor | None = None
        self._waiting = False
        self._has_the_turn = False
        self._ended = False

    async def begin(self) -> None:
        """Begin to write, when it is this writer's turn.

        Raises:
            sqlite3.OperationalError: it did not come within `PATIENCE` seconds.
        """
        if not self._begin_at_once():
            # The thread is this connection's own: what is cancelled here is over before what comes next.
            self._waiting = True
            await self._apart(self._begin)
            self._waiting = False

    def commit(self) -> None:
        """Commit; durable once the log has been flushed."""
        try:
            self.driver.execute("COMMIT")
        finally:
            if not self.driver.in_transaction:
                self._give_up_the_turn()

    async def rollback(self) -> None:
        """Undo what was begun, also where whoever began it was cancelled while they waited."""
        if self._waiting:
            self._waiting = False
            await self._apart(self._rollback)
        else:
            self._rollback()

    def stop(self) -> None:
        """End it, if it has not ended; after whatever its thread is at."""
        if self._ended:
            return
        self._ended = True
        if self._elsewhere is None:
            self._close()
        else:
            self._elsewhere.submit(self._close)
            self._elsewhere.shutdown(wait=False)

    def _begin_at_once(self) -> bool:
        if not self._turn.acquire(blocking=False):
            return False
        self._has_the_turn = True
        try:
            self.driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            self._give_up_the_turn()
            return False
        except BaseException:
            self._give_up_the_turn()
            raise
        return True

    def _begin(self) -> None:
        """The same, waiting: for this process's turn first, and then for other processes."""
        until = time.monotonic() + PATIENCE
        if not self._turn.acquire(timeout=PATIENCE):
            raise sqlite3.OperationalError(_LOCKED)
        self._has_the_turn = True
        while True:
            try:
                self.driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    self._give_up_the_turn()
                    raise
                time.sleep(_LOOKS_AGAIN)
            except BaseException:
                self._give_up_the_turn()
                raise
            else:
                return

    def _rollback(self) -> None:
        try:
            if self.driver.in_transaction:
                self.driver.execute("ROLLBACK")
        finally:
            self._give_up_the_turn()

    def _give_up_the_turn(self) -> None:
        if self._has_the_turn:
            self._has_the_turn = False
            self._turn.release()

    def _close(self) -> None:
        try:
            self._rollback()
        finally:
            self.driver.close()

    async def _apart(self, work: Callable[[], T]) -> T:
        if self._elsewhere is None:
            self._elsewhere = ThreadPoolExecutor(1, "near")
        return await asyncio.get_running_loop().run_in_executor(self._elsewhere, work)
