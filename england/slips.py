"""How names and dates go wrong when people write them down."""

from __future__ import annotations

import calendar
from datetime import date
from random import Random
from typing import Final

_BESIDE: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip
_SHORT: Final = {
    "Alexander": "Alex", "Alexandra": "Alex", "Benjamin": "Ben", "Bethany": "Beth",
    "Catherine": "Cathy", "Charlotte": "Lottie", "Christopher": "Chris", "Daniel": "Dan",
    "Eleanor": "Ellie", "Elizabeth": "Lizzie", "Isabella": "Bella", "James": "Jamie",
    "Jessica": "Jess", "Joseph": "Joe", "Joshua": "Josh", "Katherine": "Kate",
    "Matthew": "Matt", "Megan": "Meg", "Michael": "Mike", "Mohammed": "Mo", "Muhammad": "Mo",
    "Nathaniel": "Nat", "Nicholas": "Nick", "Olivia": "Liv", "Rebecca": "Becky",
    "Robert": "Rob", "Samantha": "Sam", "Samuel": "Sam", "Sebastian": "Seb",
    "Stephanie": "Steph", "Theodore": "Theo", "Thomas": "Tom", "Victoria": "Vicky",
    "William": "Will", "Zachary": "Zak",
}  # fmt: skip
_SHORTEST: Final = 3


def nickname(rng: Random, name: str) -> str:
    """A short form if the name has one; otherwise now and then its first letter, or the name."""
    return _SHORT.get(name) or (name[0] if rng.random() < 0.2 else name)  # noqa: PLR2004 (a choice of ours)


def mistyped(rng: Random, name: str) -> str:
    """One slip of the hand: two letters exchanged, one left out, doubled, or the key beside it."""
    if len(name) < _SHORTEST:
        return name
    at = rng.randrange(1, len(name) - 1)
    match rng.randrange(4):
        case 0:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        case 1:
            return name[:at] + name[at + 1 :]
        case 2:
            return name[:at] + name[at] + name[at:]
        case _:
            beside = _BESIDE.get(name[at].lower(), name[at])
            return name[:at] + rng.choice(beside) + name[at + 1 :]


def other_date(rng: Random, born: date) -> date:
    """Day and month exchanged, one digit wrong, or the year before or after."""
    kind = rng.randrange(3)
    if kind == 0 and born.day <= 12 and born.day != born.month:  # noqa: PLR2004 (months of a year)
        return born.replace(month=born.day, day=born.month)
    if kind == 1:
        year = born.year + rng.choice((-1, 1))
        return born.replace(year=year, day=min(born.day, calendar.monthrange(year, born.month)[1]))
    tens, ones = divmod(born.day, 10)
    day = tens * 10 + (ones + rng.randint(1, 8)) % 10
    last = calendar.monthrange(born.year, born.month)[1]
    return born.replace(day=day) if 1 <= day <= last else born.replace(day=1 + born.day % last)
