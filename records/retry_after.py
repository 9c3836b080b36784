"""When a busy system asks to be asked again."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import Final

LONGEST: Final = 3600.0
"""Seconds. A year, a mistake or a joke must not silence a system for longer than an hour."""


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait, between 0 and an hour; None when the system did not say, or not plainly.

    Source: RFC 9110 10.2.3: a number of seconds or an HTTP date.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST) if len(text) < len("999999999") else LONGEST
    try:
        when = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max((when - now).total_seconds(), 0.0), LONGEST)
