"""Instants and dates as systems really send them.

A date or time that cannot be costs its own field, with a note, and never the record it
stands in. What was taken and why is in the note; the value itself is not.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adapters.notes import Notes

LONDON: Final = ZoneInfo("Europe/London")
_INSTANT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATE_ONLY: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]00:00(?::00(?:[.,]0+)?)?(?:Z|z|\+00:?00)?)?", re.ASCII
)
_PARTIAL: Final = re.compile(r"\d{4}(-\d\d)?", re.ASCII)
_YEARS: Final = range(1900, 2200)
_LEAP_SECOND: Final = 60
_NOT_KNOWN: Final = date(1900, 1, 1)


def instant(text: str | None, notes: Notes, what: str) -> datetime | None:
    """An instant sent with its offset. Without one it could be two different instants: None, noted.

    ``what`` names the field in notes, such as ``time of the report``.
    """
    read = _read(text, notes, what)
    if read is None:
        return None
    if read.tzinfo is None:
        notes.add("time-without-offset", f"The {what} has no offset from UTC and was left out.")
        return None
    return read.astimezone(UTC)


def local_instant(text: str | None, notes: Notes, what: str) -> datetime | None:
    """An instant sent in UK time, or with an offset, which then counts.

    An hour that comes twice is taken as the first, an hour that does not exist as an hour
    later; both noted.
    """
    read = _read(text, notes, what)
    if read is None or read.tzinfo is not None:
        return read.astimezone(UTC) if read is not None else None
    first, second = (read.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == read:
            notes.add(
                "time-ambiguous",
                f"The {what} is in the hour that comes twice when clocks go back; the earlier was taken.",
            )
        else:
            notes.add(
                "time-does-not-exist",
                f"The {what} is in the hour that is skipped when clocks go forward; an hour later was taken.",
            )
    return first.astimezone(UTC)


def moment(text: str | None, notes: Notes, what: str) -> datetime | None:
    """An instant from a system that sends a date and a time in the same way.

    A midnight in UTC without seconds of its own, or a bare date, is a date: the start of that
    UK day is taken, noted. Anything else is a `local_instant`.
    Source: Mosaic sends ``2020-05-15T00:00:00Z`` for a date (interfaces.md section 1).
    """
    if text is None or not text.strip():
        return None
    if _DATE_ONLY.fullmatch(text.strip()):
        known = day(text, notes, what)
        if known is None:
            return None
        notes.add("time-of-day-not-recorded", f"The {what} has a date and no time of day.")
        return datetime.combine(known, time(0), LONDON).astimezone(UTC)
    return local_instant(text, notes, what)


def day(text: str | None, notes: Notes, what: str) -> date | None:
    """A date, with or without a midnight after it; a partial date is no date, noted.

    A midnight of UK summer time sent as 23:00 UTC the day before is read as the day it was.
    Source: Mosaic sends ``2020-05-15T00:00:00Z`` for a date (interfaces.md section 1).
    """
    if text is None or not text.strip():
        return None
    text = text.strip()
    if _PARTIAL.fullmatch(text):
        notes.add("partial-date", f"The {what} is known by year or month only.")
        return None
    if _DATE.fullmatch(text):
        return _possible_day(text, notes, what)
    read = _read(text, notes, what)
    if read is None:
        return None
    if read.timetz().replace(tzinfo=None) == time(0):
        return read.date()
    if read.tzinfo is not None:
        local = read.astimezone(LONDON)
        if local.time() == time(0):
            notes.add("date-shifted", f"The {what} was sent as UTC and is read as the UK date.")
            return local.date()
    notes.add("date-with-time", f"The {what} came with a time of day, which was left out.")
    return read.date()


def birth_date(text: str | None, notes: Notes, now: datetime) -> date | None:
    """A date of birth. 1 January 1900 means "not known"; one in the future is noted and kept.

    It is kept because an unborn child has an expected date.
    """
    born = day(text, notes, "date of birth")
    if born == _NOT_KNOWN:
        notes.add("birth-date-not-known", "The date of birth is 1 January 1900: not known.")
        return None
    if born is not None and born > now.astimezone(LONDON).date():
        notes.add("birth-date-in-future", "The date of birth is in the future: an expected date?")
    return born


def _read(text: str | None, notes: Notes, what: str) -> datetime | None:
    if text is None or not text.strip():
        return None
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        notes.add("time-unreadable", f"The {what} is not written as a date and time; left out.")
        return None
    day_, minute, second, fraction, offset = match.groups(default="")
    leap = second.startswith(str(_LEAP_SECOND))
    if leap:
        notes.add("leap-second", f"The {what} is a leap second; the second before was taken.")
        second = "59"
    micro = fraction[:6].ljust(6, "0")
    try:
        read = datetime.fromisoformat(f"{day_}T{minute}:{second or '00'}.{micro}{offset.upper()}")
    except ValueError:
        read = None
    if read is None or read.year not in _YEARS or not _plausible(read):
        notes.add("time-impossible", f"The {what} cannot be; left out.")
        return None
    return read


def _plausible(read: datetime) -> bool:
    offset = read.utcoffset()
    return offset is None or timedelta(hours=-12) <= offset <= timedelta(hours=14)


def _possible_day(text: str, notes: Notes, what: str) -> date | None:
    try:
        read = date.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.year not in _YEARS:
        notes.add("date-impossible", f"The {what} cannot be; left out.")
        return None
    return read
