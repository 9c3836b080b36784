"""Waking whoever waits for notices, in this process and in the other replicas.

A bell carries no news: who hears it looks at the table. One that is lost costs time and never a
notice, because everybody looks again after a while anyway. PostgreSQL carries bells between
replicas (one for each event, with its id and nothing else); on SQLite each process looks by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.ledger import Appended
from notifications.tables import DELIVERY

_log = logging.getLogger(__name__)

_CHANNEL: Final = "homeward_event"
_REMEMBERED: Final = 1000
_AGAIN: Final = 0.5
_RING: Final = sa.text(f"SELECT pg_notify('{_CHANNEL}', :event)")
_TOLD: Final = sa.select(DELIVERY.c.recipient).where(DELIVERY.c.event == sa.bindparam("of"))


class Bells:
    """The bells of one process. ``anything`` rings for every event, whomever it concerns."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._rung: dict[str, int] = {}
        self._heads: dict[str, tuple[int, int]] = {}
        self._announced: deque[str] = deque(maxlen=_REMEMBERED)
        self._looking: set[asyncio.Task[None]] = set()
        self.anything: Final = asyncio.Event()

    @contextmanager
    def waiting_for(self, *recipients: str) -> Iterator[asyncio.Event]:
        """A bell that rings when there may be something for any of these. Clear it before you look."""
        bell = asyncio.Event()
        for recipient in recipients:
            self._waiting[recipient].add(bell)
        try:
            yield bell
        finally:
            for recipient in recipients:
                self._waiting[recipient].discard(bell)
                if not self._waiting[recipient]:
                    del self._waiting[recipient]
                    self._rung.pop(recipient, None)

    def rung(self, recipient: str) -> int:
        """How often a recipient's bell has rung since somebody began to wait for it."""
        return self._rung.get(recipient, 0)

    @property
    def awaited(self) -> list[str]:
        """The recipients whom somebody waits for here."""
        return sorted(self._waiting)

    def ring(self, recipients: Iterable[str]) -> None:
        """Wake those who wait for these recipients, in this process."""
        self.anything.set()
        for recipient in recipients:
            bells = self._waiting.get(recipient)
            if bells is None:
                continue
            self._rung[recipient] = self.rung(recipient) + 1
            for bell in bells:
                bell.set()

    def head_of(self, recipient: str) -> int | None:
        """The last number of somebody awaited at the last look; None where there was none yet."""
        known = self._heads.get(recipient)
        return None if known is None else known[0]

    def ring_for_what_is_new(self, heads: Mapping[str, int]) -> None:
        """Wake whoever waits for a recipient with more notices than their bell has rung for since the last look.

        ``heads`` are the last numbers of everybody awaited. Each notice rings once where it was written,
        so that these are from elsewhere.
        """
        before = self._heads
        self._heads = {who: (seq, self.rung(who)) for who, seq in heads.items()}
        news = []
        for who, (seq, rung) in self._heads.items():
            last_seq, last_rung = before.get(who, (seq, rung))
            if seq - last_seq > rung - last_rung:
                news.append(who)
        if news:
            self.ring(news)

    async def announce(self, appended: Appended) -> None:
        """Wake everybody, here and in the other replicas, once an event is durable. Never fails."""
        if not appended.new:
            return
        self.ring(appended.recipients)
        if self._engine.dialect.name != "postgresql":
            return
        self._announced.append(appended.event.id)
        try:
            async with reading(self._engine) as connection:
                await connection.execute(_RING, {"event": appended.event.id})
        except Exception as error:  # noqa: BLE001 (the notice is safe; the others find it a little later)
            _log.warning("The other replicas could not be woken (%s).", type(error).__name__)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear what other replicas announce, as long as the block lasts. Takes one connection.

        A line that is lost, as when the database starts anew, is taken up again.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        listening = asyncio.Event()
        task = asyncio.create_task(self._keep_listening(listening))
        waiting = asyncio.create_task(listening.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
            yield
        finally:
            for one in (task, waiting, *self._looking):
                one.cancel()
            await asyncio.gather(task, waiting, return_exceptions=True)

    async def _keep_listening(self, listening: asyncio.Event) -> None:
        """Listen until cancelled. Only the first line that cannot be had is a fault of the caller's."""
        while True:
            try:
                await self._listen(listening)
            except Exception as error:
                if not listening.is_set():
                    raise
                _log.warning("The other replicas cannot be heard (%s).", type(error).__name__)
            # Whatever was announced meanwhile is found by those who look for themselves.
            await asyncio.sleep(_AGAIN)

    async def _listen(self, listening: asyncio.Event) -> None:
        """Listen on one line until it is lost."""
        lost = asyncio.Event()
        async with self._engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            driver.add_termination_listener(lambda _line: lost.set())
            await driver.add_listener(_CHANNEL, self._heard)
            if listening.is_set():
                self.ring(self.awaited)
            listening.set()
            try:
                await lost.wait()
                await connection.invalidate()
                _log.warning("The line to the other replicas was lost; it is taken up again.")
            finally:
                with contextlib.suppress(Exception):
                    await driver.remove_listener(_CHANNEL, self._heard)

    def _heard(self, _connection: object, _pid: int, _channel: str, event: str) -> None:
        if event in self._announced:
            # Our own, and rung for already.
            return
        looking = asyncio.create_task(self._look(event))
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)

    async def _look(self, event: str) -> None:
        try:
            async with reading(self._engine) as connection:
                told = (await connection.execute(_TOLD, {"of": event})).scalars().all()
        except Exception as error:  # noqa: BLE001 (whoever waits looks by themselves before long)
            _log.warning("An announcement could not be looked up (%s).", type(error).__name__)
            self.anything.set()
        else:
            self.ring(told)
