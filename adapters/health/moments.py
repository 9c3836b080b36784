"""FHIR's partial dates: a year or a month is a span, and is over when its last day is."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from adapters.notes import Notes
from adapters.times import LONDON, instant


def over(end: str | None, now: datetime) -> bool:
    """Whether a period with this end is certainly over. An end that cannot be read is not one."""
    span = _span(end)
    if span is not None:
        return span[1] < now.astimezone(LONDON).date()
    moment = instant(end, Notes(), "end")
    return moment is not None and moment < now


def to_come(start: str | None, now: datetime) -> bool:
    """Whether a period with this start has certainly not begun."""
    span = _span(start)
    if span is not None:
        return span[0] > now.astimezone(LONDON).date()
    moment = instant(start, Notes(), "start")
    return moment is not None and moment > now


def first_day(text: str | None, notes: Notes, what: str) -> date | None:
    """The first day that a date, partial date or instant can mean, in the United Kingdom."""
    span = _span(text)
    return span[0] if span is not None else last_day(text, notes, what)


def last_day(text: str | None, notes: Notes, what: str) -> date | None:
    """The last day that a date, partial date or instant can mean, in the United Kingdom.

    ``what`` names the field in notes.
    """
    span = _span(text)
    if span is not None:
        return span[1]
    moment = instant(text, notes, what)
    return None if moment is None else moment.astimezone(LONDON).date()


def _span(text: str | None) -> tuple[date, date] | None:
    """First and last day of a year, a month or a day as written; None for anything else."""
    parts = (text or "").strip().split("-")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        match [int(part) for part in parts]:
            case [year]:
                return date(year, 1, 1), date(year, 12, 31)
            case [year, month]:
                _, days = calendar.monthrange(year, month)
                return date(year, month, 1), date(year, month, days)
            case [year, month, day]:
                return date(year, month, day), date(year, month, day)
            case _:
                return None
    except (ValueError, OverflowError):
        return None
