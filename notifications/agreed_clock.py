"""The time by which notices go and clocks fire: the database's own, so that replicas with wrong clocks agree.

On SQLite there is one machine and one clock. On PostgreSQL the difference to the database's clock is
measured again and again and added; while the database cannot be asked, the last difference stands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading

_log = logging.getLogger(__name__)

EVERY: Final = timedelta(seconds=30)
WORTH_SAYING: Final = timedelta(seconds=5)
_THEIRS: Final = sa.text("SELECT clock_timestamp()")


def _ours() -> datetime:
    return datetime.now(UTC)


class AgreedClock:
    """A clock put right by the database's. ``ours`` is this machine's own, against which it is measured."""

    def __init__(
        self, clock: Callable[[], datetime], *, ours: Callable[[], datetime] = _ours
    ) -> None:
        self._clock = clock
        self._ours = ours
        self._behind = timedelta()

    def __call__(self) -> datetime:
        """What time it is, as every replica has it."""
        return self._clock() + self._behind

    async def agree(self, engine: AsyncEngine) -> timedelta:
        """Measure how far this machine's clock is behind the database's."""
        if engine.dialect.name != "postgresql":
            return self._behind
        async with reading(engine) as connection:
            before = self._ours()
            theirs: datetime = (await connection.execute(_THEIRS)).scalar_one()
            after = self._ours()
        # Asked half-way between, as near as anybody can tell.
        behind = theirs - (before + (after - before) / 2)
        if abs(behind - self._behind) >= WORTH_SAYING:
            _log.warning(
                "This machine's clock differs from the database's by %.0f seconds; the database's counts.",
                abs(behind.total_seconds()),
            )
        self._behind = behind
        return behind

    async def keep_agreeing(self, engine: AsyncEngine) -> None:
        """Measure again and again, until cancelled."""
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            try:
                await self.agree(engine)
            except Exception as error:  # noqa: BLE001 (the last difference stands meanwhile)
                _log.error("The database's clock could not be read (%s).", type(error).__name__)
