"""How a system is doing, from what came of asking it.

The state is of now. Figures are of whole minutes that are over: two looks at them, one before
and one after a question, must not tell whether a system was asked, for that can tell that it
knows a child.

Source: design on security, "health, metrics and status pages" among the ways to leak.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from records.condition import Condition

MINUTES: Final = 5
RECENT_SECONDS: Final = 300.0
FAILING: Final = 0.5
"""Half of the last answers unusable. Fewer may be about one child's record."""
SLOW_SHARE: Final = 0.5
"""Of the deadline: answers that often take longer leave no room for a second try."""
_KEPT: Final = 512
_RECENT: Final = 10


@dataclass(slots=True)
class Minute:
    """What came in one minute: seconds that answers took, and how far behind the last one was."""

    number: int
    took: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))
    last_at: datetime | None = None
    lag_seconds: float | None = None

    def add(self, took: float, at: datetime, lag_seconds: float) -> None:
        """One usable answer."""
        self.took.append(took)
        self.last_at, self.lag_seconds = at, lag_seconds


@dataclass(frozen=True, slots=True)
class _Last:
    """What came of one question: an answer after so many seconds, or None for no usable one."""

    at: float
    took: float | None
    silent: bool = False


class Measured:
    """One system's recent past. ``clock`` counts seconds, ``now`` tells the time."""

    def __init__(
        self,
        deadline: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deadline = deadline
        self._clock = clock
        self._now = now
        self._minutes: deque[Minute] = deque(maxlen=MINUTES + 1)
        self._recent: deque[_Last] = deque(maxlen=_RECENT)

    def answered(self, took: float, lag_seconds: float = 0.0) -> None:
        """A usable answer came, after so many seconds."""
        self._recent.append(_Last(self._clock(), took))
        self._minute().add(took, self._now(), lag_seconds)

    def failed(self, *, silent: bool) -> None:
        """No usable answer came: nothing at all, or something that was no answer."""
        self._recent.append(_Last(self._clock(), None, silent=silent))

    def came_back(self) -> None:
        """It answered after a rest: what went before says nothing of it any more."""
        self._recent.clear()

    @property
    def condition(self) -> Condition:
        """How it is doing now, going by its last answers; UNKNOWN when there were none lately."""
        since = self._clock() - RECENT_SECONDS
        recent = [one for one in self._recent if one.at > since]
        if not recent:
            return Condition.UNKNOWN
        took = [one.took for one in recent if one.took is not None]
        if recent[-1].silent or len(recent) - len(took) >= FAILING * len(recent):
            return Condition.FAILING
        slow = at_share(took, 0.95)
        if slow is not None and slow > SLOW_SHARE * self._deadline:
            return Condition.SLOW
        return Condition.WELL

    def took(self, share: float) -> float | None:
        """Seconds within which this share of answers came, over the last whole minutes."""
        this = int(self._clock() // 60)
        over = [one for one in self._minutes if this - MINUTES <= one.number < this]
        return at_share([seconds for one in over for seconds in one.took], share)

    @property
    def last(self) -> Minute | None:
        """The last whole minute in which it answered, however long ago."""
        this = int(self._clock() // 60)
        over = [one for one in self._minutes if one.number < this]
        return over[-1] if over else None

    def _minute(self) -> Minute:
        number = int(self._clock() // 60)
        if self._minutes and self._minutes[-1].number == number:
            return self._minutes[-1]
        self._minutes.append(Minute(number))
        return self._minutes[-1]


def at_share(values: Sequence[float], share: float) -> float | None:
    """The value that this share of all stays within; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
