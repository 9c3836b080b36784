"""When a week, a month, two months, a quarter or a year ends, by the calendar in London.

A period ends with the midnight after its last day. Readings, where the protocols give no dates: a
week begins on Monday; two months are January with February and so on; quarters and the year are those
of the financial year, whose quarters end on the days on which the calendar's do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from protocols.clock import LONDON

_DAY: Final = timedelta(days=1)
_MONDAY: Final = 0
_QUARTERS: Final = frozenset({1, 4, 7, 10})
_APRIL: Final = 4

BEGINS: Final[Mapping[str, Callable[[date], bool]]] = MappingProxyType(
    {
        "week": lambda day: day.weekday() == _MONDAY,
        "month": lambda day: day.day == 1,
        "two-months": lambda day: day.day == 1 and day.month % 2 == 1,
        "quarter": lambda day: day.day == 1 and day.month in _QUARTERS,
        "year": lambda day: day.day == 1 and day.month == _APRIL,
    }
)
"""Whether a period of each kind begins on a day, and so the one before has ended."""


def turns(period: str, after: datetime, upto: datetime) -> list[datetime]:
    """The instants after one and up to another at which such a period ends, in order, in UTC."""
    first, last = after.astimezone(LONDON).date(), upto.astimezone(LONDON).date()
    days = (first + _DAY * n for n in range((last - first).days + 1))
    midnights = (_midnight(day) for day in days if BEGINS[period](day))
    return [at for at in midnights if after < at <= upto]


def last_day(turn: datetime) -> date:
    """The last day of the period that ended then."""
    return turn.astimezone(LONDON).date() - _DAY


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)
