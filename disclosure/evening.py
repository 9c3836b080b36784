"""Answers of which nothing was fetched take a whole number of steps, whatever was looked up for them.

Looking up and weighing a child whom nobody knows takes a little less than one with a dozen rows in the
registers: nothing among the milliseconds of one answer, and enough to tell them apart after some
thousands. Measured by `python -m bench not_confirmed`.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

EVEN_SECONDS: Final = 0.01
"""One step."""


async def until_even(began: float) -> None:
    """Wait until a whole number of steps has passed since ``began``, by the monotonic clock."""
    await asyncio.sleep(-(time.monotonic() - began) % EVEN_SECONDS)
