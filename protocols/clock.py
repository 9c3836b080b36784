"""When something is due: elapsed hours, calendar days and months, English working days, rolling windows.

Hours are elapsed time between two instants, nights and weekends included. Days and months keep the
time of day in London. Working days are London dates without weekends and England's bank holidays,
and end with the day. Whatever repeats is counted from its basis, never from the time before.
"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import holidays

LONDON: Final = ZoneInfo("Europe/London")
LAST_MINUTE: Final = time(23, 59)
_SATURDAY: Final = 5
_MONTHS_OF_YEAR: Final = 12
_WRITTEN: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long: elapsed time, or days, months and working days of the calendar."""

    elapsed: timedelta = timedelta()
    days: int = 0
    months: int = 0
    working_days: int = 0

    @classmethod
    def parse(cls, written: str) -> Period:
        """From ISO 8601: ``PT48H``, ``P5D``, ``P6M``. Hours are elapsed, days are of the calendar.

        Raises:
            ValueError: it is not a duration, or it lasts no time at all.
        """
        found = _WRITTEN.fullmatch(written)
        parts = {} if found is None else {k: int(v) for k, v in found.groupdict("0").items()}
        if not any(parts.values()):
            raise ValueError(f"`{written}` is not a duration such as PT48H, P5D or P6M.")
        return cls(
            elapsed=timedelta(hours=parts["hours"], minutes=parts["minutes"]),
            days=parts["days"] + 7 * parts["weeks"],
            months=parts["months"] + _MONTHS_OF_YEAR * parts["years"],
        )

    def __add__(self, other: Period) -> Period:
        """Both, part by part, so that a month after a month is two months and not sixty days."""
        return Period(
            elapsed=self.elapsed + other.elapsed,
            days=self.days + other.days,
            months=self.months + other.months,
            working_days=self.working_days + other.working_days,
        )

    def __mul__(self, times: int) -> Period:
        """So many of them."""
        return Period(
            elapsed=self.elapsed * times,
            days=self.days * times,
            months=self.months * times,
            working_days=self.working_days * times,
        )

    def __str__(self) -> str:
        """In plain words."""
        minutes = int(self.elapsed.total_seconds()) // 60
        parts = (
            (self.months, "month"),
            (self.days, "day"),
            (self.working_days, "working day"),
            (minutes // 60, "hour"),
            (minutes % 60, "minute"),
        )
        said = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n]
        return " and ".join(said) or "at once"


@functools.cache
def _bank_holidays() -> holidays.HolidayBase:
    """England's bank holidays; each year is worked out when it is first asked for."""
    return holidays.country_holidays("GB", subdiv="ENG")


@dataclass(frozen=True, slots=True)
class Calendar:
    """England's working days. ``overrides`` says of single dates whether they are bank holidays.

    An override is how a proclaimed bank holiday takes effect without a release.
    """

    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_bank_holiday(self, day: date) -> bool:
        """Whether that day is a bank holiday in England."""
        known = self.overrides.get(day)
        return day in _bank_holidays() if known is None else known

    def is_working(self, day: date) -> bool:
        """Whether that day is neither at a weekend nor a bank holiday."""
        return day.weekday() < _SATURDAY and not self.is_bank_holiday(day)

    def after(self, day: date, working_days: int) -> date:
        """The working day that is so many after that day; the day itself does not count."""
        for _ in range(working_days):
            day += timedelta(days=1)
            while not self.is_working(day):
                day += timedelta(days=1)
        return day

    def end_of_working_day(self, at: datetime) -> datetime:
        """The last minute of that day in London; of the next working day where it is not one."""
        day = at.astimezone(LONDON).date()
        return _last_minute(day if self.is_working(day) else self.after(day, 1))

    def next_at(self, at: datetime, by: time) -> datetime:
        """The next instant after another at which it is that time of day in London."""
        there = at.astimezone(LONDON)
        day = there.date() if there.time() < by else there.date() + timedelta(days=1)
        return datetime.combine(day, by, LONDON).astimezone(UTC)

    def later(self, at: datetime, period: Period) -> datetime:
        """The instant, in UTC, that is a period after another.

        Working days end with their last minute in London.
        """
        there = at.astimezone(LONDON)
        day = _months_after(there.date(), period.months) + timedelta(days=period.days)
        then = at if day == there.date() else datetime.combine(day, there.time(), LONDON)
        if period.working_days:
            then = _last_minute(self.after(day, period.working_days))
        return then.astimezone(UTC) + period.elapsed


ENGLAND: Final = Calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody is there: on these days (Monday is 0), from one time to another, in London."""

    days: frozenset[int]
    opens: time
    closes: time
    bank_holidays: bool = False

    def open_at(self, at: datetime, days_off: Calendar = ENGLAND) -> bool:
        """Whether they are there at that instant."""
        there = at.astimezone(LONDON)
        return (
            there.weekday() in self.days
            and self.opens <= there.time().replace(tzinfo=None) < self.closes
            and (self.bank_holidays or not days_off.is_bank_holiday(there.date()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """So many episodes within so many days; ever, where ``within`` is None."""

    at_least: int
    within: timedelta | None = None

    @classmethod
    def of(cls, at_least: int, days: int | None) -> Window:
        """So many episodes in so many days, or ever."""
        return cls(at_least=at_least, within=None if days is None else timedelta(days=days))

    def count(self, episodes: Iterable[datetime], on: datetime) -> int:
        """How many of these episodes lie in the window that ends with that day in London.

        A window of 90 days is that day and the 89 before it. Later episodes do not count.
        """
        last = on.astimezone(LONDON).date()
        days = [e.astimezone(LONDON).date() for e in episodes if e <= on]
        return sum(self.within is None or last - day < self.within for day in days)

    def reached_by(self, latest: datetime, before: Iterable[datetime]) -> bool:
        """Whether the latest episode is the one that makes up the number.

        The next one within the same run does not reach it again; after a gap in which the number
        fell below, it is reached anew.
        """
        earlier = sorted(e for e in before if e <= latest)
        if self.count([*earlier, latest], latest) < self.at_least:
            return False
        return not earlier or self.count(earlier, earlier[-1]) < self.at_least

    def __str__(self) -> str:
        """In plain words."""
        within = "" if self.within is None else f" in {self.within.days} days"
        return f"{self.at_least} episodes{within}"


def _last_minute(day: date) -> datetime:
    return datetime.combine(day, LAST_MINUTE, LONDON).astimezone(UTC)


def _months_after(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it is shorter."""
    year, month = divmod(day.year * _MONTHS_OF_YEAR + day.month - 1 + months, _MONTHS_OF_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
