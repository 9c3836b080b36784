"""How often something happened lately, in memory that does not grow."""

from __future__ import annotations

from collections.abc import Callable


class Window:
    """Counts over the last ``seconds``, to the second."""

    def __init__(self, seconds: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._counts = [0] * seconds
        self._stamps = [-seconds] * seconds

    def add(self) -> None:
        """It happened once more, now."""
        second = int(self._clock())
        slot = second % len(self._counts)
        if self._stamps[slot] != second:
            self._stamps[slot] = second
            self._counts[slot] = 0
        self._counts[slot] += 1

    def count(self) -> int:
        """How often it happened."""
        oldest = int(self._clock()) - len(self._counts)
        return sum(
            count for count, stamp in zip(self._counts, self._stamps, strict=True) if stamp > oldest
        )

    def clear(self) -> None:
        """Begin anew."""
        self._counts = [0] * len(self._counts)
