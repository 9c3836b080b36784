"""NHS numbers for invented children: valid, and never issued to anybody.

Source: the 999 range is not issued (NHS number 2.2.0 lists it as synthetic); check digit by
the NHS Data Dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from records.identifiers import NHSNumber, nhs_check_digit

_PREFIX: Final = "999"
_SERIALS: Final = 1_000_000
_STRIDE: Final = 381_923
"""Shares no factor with the number of serials, so every serial comes once."""

ISSUED: Final = 909_091
"""How many numbers of the range have a check digit: one in eleven has none."""


def nhs_numbers(seed: int) -> Iterator[NHSNumber]:
    """Every valid number of the unissued range, once, in an order that the seed begins."""
    serial = (seed * 7_919) % _SERIALS
    for _ in range(_SERIALS):
        serial = (serial + _STRIDE) % _SERIALS
        nine = f"{_PREFIX}{serial:06}"
        digit = nhs_check_digit(nine)
        if digit is not None:
            yield NHSNumber(f"{nine}{digit}")
