"""The ledger: every decision, durable before anything is released, chained and signed.

Questions in flight share a transaction: a writer takes whatever has gathered while the last
commit ran, and each caller waits for its own batch. One chain per writer name; processes
that share a name keep one chain, at the price of trying again when they meet.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure import trail
from disclosure.chain import (
    BEGINNING,
    FORMAT,
    Plain,
    canonical,
    digest_of,
    instant,
    key_id,
    signed_bytes,
)
from disclosure.entries import LEDGER, REASON, Entry, EntryKind, Pseudonyms
from disclosure.verification import Head
from linking.prepared import Conflict, insert_all
from records.errors import NotRecorded
from records.references import new_reference

_log = logging.getLogger(__name__)

_ATTEMPTS: Final = 20
_NOTHING_RELEASED: Final = "so nothing was released. Check the ledger's database, and ask again."


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: Entry
    ref: str
    done: asyncio.Future[None]
    heads: Mapping[str, Head] = field(default_factory=dict)


class Ledger:
    """The ledger in one database. Open before use: ``async with Ledger(...) as ledger``.

    ``writer`` names the chain: give each replica and worker its own. ``patience`` is how many
    seconds a caller waits for its entry before it is refused, ``largest_batch`` the most
    entries in one transaction, ``most_waiting`` the most that may queue.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        key: Ed25519PrivateKey,
        *,
        pepper: bytes,
        writer: str = "gateway",
        largest_batch: int = 256,
        most_waiting: int = 10_000,
        patience: float = 5.0,
    ) -> None:
        self.engine: Final = engine
        self.pseudonyms: Final = Pseudonyms(pepper)
        self.writer: Final = writer
        self._key = key
        self._largest_batch = largest_batch
        self._patience = patience
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(most_waiting)
        self._head: Head | None = None
        self._waited_for: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._watching: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Note the heads of the other chains, and start writing.

        Raises:
            NotRecorded: the database does not take the first entry.
        """
        self._task = asyncio.create_task(self._write_for_ever(), name="ledger")
        try:
            body = {"key": key_id(self._key.public_key())}
            opened = Entry(kind=EntryKind.OPENED, at=datetime.now(UTC), body=body)
            await self._durable(self._hand_over(opened, await trail.recent_heads(self.engine)))
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what still waits, then stop."""
        await self.close()

    async def close(self) -> None:
        """Write what still waits, then stop. Further entries are refused."""
        task, self._task = self._task, None
        if task is not None:
            await self._queue.put(None)
            await task
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def append(self, entry: Entry) -> str:
        """Write an entry down; its reference, once it is durable.

        Raises:
            NotRecorded: it is not known to be durable; release nothing that depends on it.
        """
        waiting = self._hand_over(entry)
        await self._durable(waiting)
        return waiting.ref

    def note(self, entry: Entry) -> str:
        """Hand over an entry to be written with the next batch, without waiting for it.

        For what follows a durable decision, such as a receipt. That it could not be written
        is logged, loudly, by the writer.

        Raises:
            NotRecorded: the ledger is closed or its queue is full.
        """
        waiting = self._hand_over(entry)
        waiting.done.add_done_callback(_look_at)
        return waiting.ref

    def _hand_over(self, entry: Entry, heads: Mapping[str, Head] | None = None) -> _Waiting:
        if self._task is None or self._task.done():
            raise NotRecorded(f"The ledger is not open, {_NOTHING_RELEASED}")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(entry, new_reference(), done, heads or {})
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull as error:
            raise NotRecorded(f"The ledger cannot keep up, {_NOTHING_RELEASED}") from error
        return waiting

    async def _durable(self, waiting: _Waiting) -> None:
        if self._watching is None:
            self._watching = asyncio.get_running_loop().call_later(self._patience, self._look)
        self._waited_for.append((time.monotonic() + self._patience, waiting.done))
        await waiting.done

    def _look(self) -> None:
        """Refuse whoever has waited too long: one timer for all of them, in the order in which they came."""
        self._watching = None
        now = time.monotonic()
        while self._waited_for:
            until, done = self._waited_for[0]
            if not done.done():
                if until > now:
                    loop = asyncio.get_running_loop()
                    self._watching = loop.call_later(until - now, self._look)
                    return
                says = f"The ledger did not answer within {self._patience:g} s, {_NOTHING_RELEASED}"
                done.set_exception(NotRecorded(says))
            self._waited_for.popleft()

    async def _write_for_ever(self) -> None:
        while True:
            batch, last = await self._gather()
            try:
                if batch:
                    await self._write(batch)
            except Exception as error:  # noqa: BLE001 (whatever it was, these are not recorded)
                _log.critical(
                    "The ledger could not write %d entries (%s): nothing was released for them.",
                    len(batch),
                    type(error).__name__,
                )
                _refuse(batch, error)
            except BaseException as error:
                _refuse(batch, error)
                raise
            else:
                for waiting in batch:
                    if not waiting.done.done():
                        waiting.done.set_result(None)
            if last:
                return

    async def _gather(self) -> tuple[list[_Waiting], bool]:
        """Wait for one entry, then take all that have gathered; and whether it is time to stop."""
        batch: list[_Waiting] = []
        following = await self._queue.get()
        while following is not None:
            batch.append(following)
            if len(batch) >= self._largest_batch or self._queue.empty():
                return batch, False
            following = self._queue.get_nowait()
        return batch, True

    async def _write(self, batch: list[_Waiting]) -> None:
        for _ in range(_ATTEMPTS):
            if self._head is None:
                self._head = await trail.head(self.engine, self.writer)
            rows, head = self._chained(batch, self._head)
            reasons = [
                {"ref": waiting.ref, "reason": waiting.entry.reason}
                for waiting in batch
                if waiting.entry.reason is not None
            ]
            try:
                await insert_all(self.engine, [(LEDGER, rows), (REASON, reasons)])
            except Conflict:
                # Another process wrote under this name, or a commit landed whose answer was lost:
                # follow on from what stands.
                self._head = None
            else:
                self._head = head
                return
        raise NotRecorded(f"Too many processes write as {self.writer!r}, {_NOTHING_RELEASED}")

    def _chained(self, batch: list[_Waiting], head: Head) -> tuple[list[dict[str, Any]], Head]:
        """The batch as rows that follow this head; the last of them signed."""
        rows: list[dict[str, Any]] = []
        for waiting in batch:
            row = self._row(waiting, head)
            head = Head(head.seq + 1, digest_of(row["row"]))
            row["digest"] = head.digest
            rows.append(row)
        rows[-1]["signature"] = self._key.sign(signed_bytes(head.digest)).hex()
        return rows, head

    def _row(self, waiting: _Waiting, head: Head) -> dict[str, Any]:
        entry, marks = waiting.entry, self.pseudonyms
        child = None if entry.child_ref is None else marks.child(entry.child_ref)
        by = None if entry.by is None else marks.person(*entry.by)
        said: dict[str, Plain] = {
            "v": FORMAT,
            "writer": self.writer,
            "seq": head.seq + 1,
            "previous": head.digest,
            "ref": waiting.ref,
            "kind": entry.kind.value,
            "at": instant(entry.at),
            "child": child,
            "by": by,
            "reason": None if entry.reason is None else marks.reason(waiting.ref, entry.reason),
            "body": entry.body,
        }
        if waiting.heads:
            said["heads"] = {w: (kept.seq, kept.digest) for w, kept in waiting.heads.items()}
        return {
            "writer": self.writer,
            "seq": head.seq + 1,
            "ref": waiting.ref,
            "kind": entry.kind.value,
            "at": entry.at,
            "child": child,
            "by": by,
            "row": canonical(said),
            "digest": BEGINNING,
            "signature": None,
        }


def _refuse(batch: list[_Waiting], because: BaseException) -> None:
    for waiting in batch:
        if not waiting.done.done():
            refusal = NotRecorded(f"The decision could not be written down, {_NOTHING_RELEASED}")
            refusal.__cause__ = because
            waiting.done.set_exception(refusal)


def _look_at(done: asyncio.Future[None]) -> None:
    """Take the outcome of a noted entry: the writer has logged what went wrong."""
    if not done.cancelled():
        done.exception()
