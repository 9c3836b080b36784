"""The rounds of a mailbox: one replica at a time, a handshake once a day, and how it goes kept for all to see.

A round that fails says so, is kept as failing since when, and comes again. Messages stay in the
mailbox meanwhile, from which the service drops them after some days: that is what is at stake.

Source: NHS England, MESH API: a mailbox shows every 24 hours that it is alive.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.collecting import Collector, Round
from notifications.leasing import let_go, take
from notifications.mailbox import Mailbox
from notifications.mailbox_tables import MAILBOX
from notifications.turns import writing_in_turn
from records.errors import SourceError

_log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
"""Longer than one message may take, in all its parts; renewed before each."""

HANDSHAKE: Final = timedelta(hours=20)
ALARM: Final = timedelta(minutes=30)
"""How long a mailbox may go uncollected before somebody is told."""

_THERE: Final = sa.text("INSERT INTO mailbox (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How a mailbox is doing; ``failure`` is a slug, and None where the last round went well."""

    handshake_at: datetime | None = None
    collected_at: datetime | None = None
    failing_since: datetime | None = None
    failure: str | None = None


class Rounds:
    """Goes to one mailbox. ``name`` is the mailbox's id, ``clock`` says what time it is.

    ``alarm`` is called with the instant since when it fails, again and again, once that is long enough.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        name: str,
        mailbox: Mailbox,
        collector: Collector,
        *,
        clock: Callable[[], datetime],
        alarm: Callable[[datetime], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._alarm = alarm
        self._name = name
        self._mailbox = mailbox
        self._collector = collector
        self._clock = clock
        self._holder = secrets.token_urlsafe(16)

    async def go(self) -> Round | None:
        """Go once: a handshake where one is due, then whatever waits. None while another replica goes.

        Raises:
            SourceError: the mailbox could not be asked; how it is doing says so.
        """
        async with self._mine() as mine:
            if not mine:
                return None
            try:
                await self._shows_itself()
                done = await self._collector.round(self._clock, self._still)
            except SourceError as error:
                await self._failed(type(error).__name__)
                raise
            await self._notes(collected_at=self._clock(), failing_since=None, failure=None)
            return done

    async def keep_going(self, every: timedelta) -> None:
        """Go again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            try:
                await self.go()
            except Exception as error:  # noqa: BLE001 (whatever failed, the next round may not)
                _log.error("The mailbox could not be collected (%s).", type(error).__name__)
            await asyncio.sleep(every.total_seconds())

    @asynccontextmanager
    async def _mine(self) -> AsyncIterator[bool]:
        if not await self._still():
            yield False
            return
        try:
            yield True
        finally:
            await let_go(self._engine, self._lease, self._holder)

    async def _still(self) -> bool:
        return await take(self._engine, self._lease, self._holder, now=self._clock(), lasts=LEASE)

    @property
    def _lease(self) -> str:
        return f"mailbox {self._name}"

    async def _shows_itself(self) -> None:
        now = self._clock()
        last = (await how(self._engine, self._name)).handshake_at
        if last is not None and now - last < HANDSHAKE:
            return
        await self._mailbox.handshake(now)
        await self._notes(handshake_at=now)

    async def _failed(self, failure: str) -> None:
        since = (await how(self._engine, self._name)).failing_since or self._clock()
        await self._notes(failing_since=since, failure=failure)
        if self._clock() - since >= ALARM:
            await self._alarm(since)

    async def _notes(self, **values: Any) -> None:  # noqa: ANN401 (columns of the table)
        mine = sa.update(MAILBOX).where(MAILBOX.c.name == self._name).values(**values)
        async with writing_in_turn(self._engine) as transaction:
            await transaction.execute(_THERE, {"name": self._name})
            await transaction.execute(mine)


async def how(engine: AsyncEngine, name: str) -> Doing:
    """How a mailbox is doing, by whichever replica went last."""
    async with reading(engine) as connection:
        found = await connection.execute(sa.select(MAILBOX).where(MAILBOX.c.name == name))
        row = found.one_or_none()
    if row is None:
        return Doing()
    return Doing(
        handshake_at=row.handshake_at,
        collected_at=row.collected_at,
        failing_since=row.failing_since,
        failure=row.failure,
    )
