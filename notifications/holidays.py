"""Bank holidays that are proclaimed, or moved, after a release: entered by hand, and in force at once.

Source: Banking and Financial Dealings Act 1971, section 1: a day may be proclaimed a bank holiday, or
another day in its place.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.storage import reading
from notifications.reconsidering_tables import HOLIDAY_OVERRIDE
from protocols.clock import ENGLAND, Calendar
from records.errors import WrongArgument

_log = logging.getLogger(__name__)

_ALL: Final = sa.select(HOLIDAY_OVERRIDE).order_by(HOLIDAY_OVERRIDE.c.id)
_LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One day that is a bank holiday whatever the rules of the calendar say, or is none."""

    day: date
    holiday: bool
    reason: str
    entered_at: datetime


class Days:
    """The working days of England as they are known here. ``read`` takes in what others entered."""

    def __init__(self) -> None:
        self._calendar = ENGLAND

    def __call__(self) -> Calendar:
        """The calendar in force now."""
        return self._calendar

    async def read(self, engine: AsyncEngine) -> bool:
        """Take in what was entered since; whether that changed anything."""
        overrides = {one.day: one.holiday for one in await entered(engine)}
        calendar = Calendar(MappingProxyType(overrides)) if overrides else ENGLAND
        changed = calendar != self._calendar
        self._calendar = calendar
        return changed

    async def keep_reading(self, engine: AsyncEngine, every: timedelta) -> None:
        """Take in again and again what others entered, until cancelled."""
        while True:
            await asyncio.sleep(every.total_seconds())
            try:
                await self.read(engine)
            except Exception as error:  # noqa: BLE001 (the days that are known stand meanwhile)
                _log.error("Holidays could not be looked up (%s).", type(error).__name__)


async def enter(
    connection: AsyncConnection, day: date, *, holiday: bool, reason: str, now: datetime
) -> bool:
    """Write down that a day is a bank holiday, or is none after all; False where that is known already.

    Raises:
        WrongArgument: there is no reason, or it is too long.
    """
    said = reasoned(reason)
    if Calendar(MappingProxyType(await _overrides(connection))).is_bank_holiday(day) is holiday:
        return False
    row = {"day": day, "holiday": holiday, "reason": said, "entered_at": now}
    await connection.execute(HOLIDAY_OVERRIDE.insert(), row)
    return True


def reasoned(reason: str) -> str:
    """The reason, without the spaces around it.

    Raises:
        WrongArgument: there is none, or it is too long.
    """
    said = reason.strip()
    if not said or len(said) > _LONGEST_REASON:
        raise WrongArgument(
            f"A holiday needs a reason of at most {_LONGEST_REASON} characters: who proclaimed it, and where."
        )
    return said


async def entered(engine: AsyncEngine) -> list[Override]:
    """Every day that was entered, as it stands: of one day, the last word."""
    async with reading(engine) as connection:
        rows = list(await connection.execute(_ALL))
    last = {
        row.day: Override(
            day=row.day, holiday=row.holiday, reason=row.reason, entered_at=row.entered_at
        )
        for row in rows
    }
    return sorted(last.values(), key=lambda one: one.day)


async def _overrides(connection: AsyncConnection) -> dict[date, bool]:
    return {row.day: row.holiday for row in await connection.execute(_ALL)}
