"""Working days in England: Monday to Friday but for bank holidays, by the clock in London."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

LONDON: Final = ZoneInfo("Europe/London")
CLOSES: Final = time(17, 0)
_SATURDAY: Final = 5


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(on: date) -> bool:
    """Whether offices in England are open on that day."""
    return on.weekday() < _SATURDAY and on not in _bank_holidays(on.year)


def within_one_working_day(at: datetime) -> datetime:
    """The end (17:00 in London) of the first working day after the day of that instant."""
    on = at.astimezone(LONDON).date() + timedelta(days=1)
    while not is_working_day(on):
        on += timedelta(days=1)
    return datetime.combine(on, CLOSES, LONDON).astimezone(UTC)
