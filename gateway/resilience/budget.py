"""How often we may ask again: a share of what is asked, so that a failing system is not asked twice as much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gateway.resilience.window import Window

WINDOW_SECONDS: Final = 10
SHARE: Final = 0.1
AT_LEAST: Final = 3
"""Repeats in the window that are allowed however little is asked: at night, that is enough."""


class Budget:
    """The repeats of one system's calls: one in ten of the calls of the last ten seconds, or three."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._calls = Window(WINDOW_SECONDS, clock)
        self._repeats = Window(WINDOW_SECONDS, clock)

    def called(self) -> None:
        """A call was made for the first time."""
        self._calls.add()

    def take(self) -> bool:
        """Whether one more repeat is allowed; if so, it is spent."""
        if self._repeats.count() >= max(AT_LEAST, SHARE * self._calls.count()):
            return False
        self._repeats.add()
        return True
