"""How often one client may ask: a token bucket each, so that none of them keeps the others waiting.

A client is the application that a token was issued to, by the id in that token: a case system or the
console, whoever uses it. What systems push is not counted: a child who goes missing is never turned
away. Each replica counts for itself.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.settings import Limits

REMEMBERED: Final = 10_000
"""Clients whose buckets are kept. Who has not asked for longest is forgotten first, and begins anew."""


class TooOften(Exception):
    """A client asks more often than it may; after so many whole seconds it may ask again."""

    def __init__(self, retry_after: int) -> None:
        """Say how long to wait: nothing of who asked or what."""
        super().__init__(
            f"This client asks more often than it may. Ask again in {retry_after} s, and then more slowly."
        )
        self.retry_after = retry_after


@dataclass(slots=True)
class _Bucket:
    """What a client has left, and when that was."""

    left: float
    at: float


class Rates:
    """The buckets of every client. ``clock`` counts seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = limits.client_per_second
        self._burst = float(limits.client_burst)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def asks(self, client: str) -> None:
        """Count one question, mutation or subscription of a client.

        Raises:
            TooOften: it has asked all that it may for now; this one is not counted.
        """
        now = self._clock()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(self._burst, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(client)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.left < 1:
            raise TooOften(max(1, math.ceil((1 - bucket.left) / self._per_second)))
        bucket.left -= 1
