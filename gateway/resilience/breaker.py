"""A rest for a system that fails too often: waiting for it would help nobody, least of all it.

Closed, every question goes through. When half of the questions of the last half minute failed
it opens: nobody waits, everybody is told. After a rest one question goes through as a probe;
if it is answered the breaker closes, if not the rest doubles, up to half a minute.

What counts as failing is silence: unreachable, too slow, or saying itself that it is failing.
A refusal or an answer that cannot be read does not count: it may be about one child's record,
and one child's record must not silence a system for all.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from typing import Final

from gateway.resilience.window import Window
from records.condition import BreakerState

WINDOW_SECONDS: Final = 30
FEWEST: Final = 8
"""Questions in the window before it may open: three people asking at night open nothing."""
FAILING: Final = 0.5
REST_SECONDS: Final = 5.0
LONGEST_REST_SECONDS: Final = 30.0


class Verdict(enum.Enum):
    """What a question says of the system. NEITHER: its asker left, or we ourselves held it back."""

    ANSWERED = "answered"
    SILENT = "silent"
    NEITHER = "neither"


class Breaker:
    """One system's breaker. ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked = Window(WINDOW_SECONDS, clock)
        self._silent = Window(WINDOW_SECONDS, clock)
        self._rest = REST_SECONDS
        self._open_until: float | None = None
        self._probing = False
        self._turn = 0

    @property
    def state(self) -> BreakerState:
        """Whether questions go through now."""
        if self._open_until is None:
            return BreakerState.CLOSED
        rested = self._probing or self._clock() >= self._open_until
        return BreakerState.HALF_OPEN if rested else BreakerState.OPEN

    @property
    def rest_left(self) -> float:
        """Seconds until it may be asked again; 0 when it may be asked."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - self._clock())

    def admit(self) -> int | None:
        """Let a question through, or not. What comes of it is told to `settle`, with this number."""
        if self._open_until is None:
            return self._turn
        if self._probing or self._clock() < self._open_until:
            return None
        self._probing = True
        return self._turn

    def settle(self, turn: int, verdict: Verdict) -> bool:
        """What came of a question; whether the system came back from its rest by it.

        Questions let through before the last change of state say nothing.
        """
        if turn != self._turn:
            return False
        if self._probing:
            self._probed(verdict)
            return verdict is Verdict.ANSWERED
        if verdict is not Verdict.NEITHER:
            self._asked.add()
            if verdict is Verdict.SILENT:
                self._silent.add()
                self._weigh()
        return False

    def _probed(self, verdict: Verdict) -> None:
        self._probing = False
        match verdict:
            case Verdict.ANSWERED:
                self._turn += 1
                self._open_until = None
                self._rest = REST_SECONDS
                self._asked.clear()
                self._silent.clear()
            case Verdict.SILENT:
                self._rest = min(2 * self._rest, LONGEST_REST_SECONDS)
                self._open()
            case Verdict.NEITHER:
                # The probe told nothing: the next question is another one.
                pass

    def _weigh(self) -> None:
        asked = self._asked.count()
        if asked >= FEWEST and self._silent.count() >= FAILING * asked:
            self._open()

    def _open(self) -> None:
        self._turn += 1
        self._open_until = self._clock() + self._rest
