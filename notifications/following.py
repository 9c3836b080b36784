"""What became of notices in their recipients' systems: taken up is acknowledged, refused has come back.

One replica looks at a time, at the notices that nobody has answered, some of them each time and all
of them in turn. A system that does not answer says nothing of its tasks: the clock of the
acknowledgement runs on, and escalates.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from linking.storage import reading
from notifications.answering import acknowledge
from notifications.leasing import let_go, take
from notifications.recipients import registered
from notifications.returned import came_back
from notifications.tables import DELIVERY
from records.errands import Stands, TakesErrands
from records.errors import SourceError

_log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
MOST: Final = 100
_SIDE_BY_SIDE: Final = 5
_WORK: Final = "following fhir"
_OPEN: Final = (
    sa.select(DELIVERY.c.notice_ref, DELIVERY.c.recipient, DELIVERY.c.receipt)
    .where(
        # Written out, so that both databases use the small index of these rows.
        DELIVERY.c.channel == sa.literal_column("'fhir'"),
        DELIVERY.c.state == sa.literal_column("'delivered'"),
        DELIVERY.c.receipt.is_not(None),
        DELIVERY.c.notice_ref > sa.bindparam("after"),
    )
    .order_by(DELIVERY.c.notice_ref)
    .limit(sa.bindparam("most"))
)


class Following:
    """Follows notices in ``systems``, by their names here."""

    def __init__(
        self,
        engine: AsyncEngine,
        ledger: Ledger,
        systems: Mapping[str, TakesErrands],
        *,
        clock: Callable[[], datetime],
        most: int = MOST,
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._systems = dict(systems)
        self._clock = clock
        self._most = most
        self._after = ""
        self._holder = secrets.token_urlsafe(16)

    async def look(self) -> int:
        """Look at some of the notices that nobody has answered; how many were answered now."""
        mine = await take(self._engine, _WORK, self._holder, now=self._clock(), lasts=LEASE)
        if not mine:
            return 0
        try:
            return await self._some()
        finally:
            await let_go(self._engine, _WORK, self._holder)

    async def keep_looking(self, every: timedelta) -> None:
        """Look again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("Notices could not be followed (%s).", type(error).__name__)
            await asyncio.sleep(every.total_seconds())

    async def _some(self) -> int:
        async with reading(self._engine) as connection:
            given = {"after": self._after, "most": self._most}
            rows = list(await connection.execute(_OPEN, given))
        # The end of the list: from its beginning the next time.
        self._after = rows[-1].notice_ref if len(rows) == self._most else ""
        at_once = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def one(row: Any) -> bool:  # noqa: ANN401 (a database row)
            async with at_once:
                try:
                    return await self._one(row)
                except Exception as error:  # noqa: BLE001 (one notice must not hold up the others)
                    _log.error("A notice could not be followed (%s).", type(error).__name__)
                    return False

        async with asyncio.TaskGroup() as looking:
            done = [looking.create_task(one(row)) for row in rows]
        return sum(task.result() for task in done)

    async def _one(self, row: Any) -> bool:  # noqa: ANN401 (a database row)
        name, _, there = row.receipt.partition("/")
        system = self._systems.get(name)
        if system is None:
            return False
        try:
            stands = await system.stands(there)
        except SourceError as error:
            _log.warning("%s does not say how a task stands (%s).", name, type(error).__name__)
            return False
        match stands:
            case Stands.WAITING:
                return False
            case Stands.TAKEN:
                await self._acknowledged(row)
            case Stands.REFUSED | Stands.GONE:
                await came_back(
                    self._engine,
                    self._ledger,
                    row.notice_ref,
                    receipt=row.receipt,
                    because=f"task-{stands.value}",
                    now=self._clock(),
                )
        return True

    async def _acknowledged(self, row: Any) -> None:  # noqa: ANN401 (a database row)
        async with reading(self._engine) as connection:
            known = await registered(connection, {row.recipient}, ended=True)
        now = self._clock()
        viewer = known[row.recipient].viewer(now)
        await acknowledge(self._engine, self._ledger, row.notice_ref, viewer, now=now)
