"""How a system is doing, as people are told it: nothing here is about any child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records.items import ITEM_CATEGORY, Category, Item
from records.people import Kind
from records.words import Word


class Condition(Word):
    """How a system is doing. PAUSED: it failed so often that it is given some seconds of rest."""

    WELL = "well"
    SLOW = "slow"
    FAILING = "failing"
    PAUSED = "paused"
    UNKNOWN = "unknown"


class BreakerState(Word):
    """Whether questions reach a system: all, none, or one as a probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemHealth:
    """One system: how it is doing, and what its users lose while it does badly.

    ``latency_ms`` and ``latency_p95_ms`` are the median and the slow end of its answers,
    ``data_age_seconds`` how far behind its last answer said it was, ``last_answered_at`` the
    minute of that answer. All four are of whole minutes that are over, so that they do not
    tell one question from another. ``losing`` are the categories that it cannot be asked for
    now, in words; other systems may still hold some of them. ``events_late_since`` is set where what
    happens there is asked for from time to time and is not told in time: the minute up to which it
    is known.
    """

    name: str
    system: str
    agency: Kind
    state: Condition
    breaker: BreakerState
    latency_ms: int | None = None
    latency_p95_ms: int | None = None
    data_age_seconds: int | None = None
    last_answered_at: datetime | None = None
    losing: tuple[str, ...] = ()
    events_late_since: datetime | None = None


def in_words(items: frozenset[Item]) -> tuple[str, ...]:
    """The categories of some items, in words and in their own order."""
    there = {ITEM_CATEGORY[item] for item in items}
    return tuple(one.value.replace("-", " ") for one in Category if one in there)
