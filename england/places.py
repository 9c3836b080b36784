"""Authorities, which are real, and addresses in them, which are not.

Source of the authorities: mySociety's UK local authority names and codes (CC BY 4.0), with ONS
codes (OGL v3). No real postcode begins with Q, V or X, and every one here does.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final

from england.names import street
from records.identifiers import AuthorityCode

_FIRST: Final = "QVX"
_INWARD: Final = "ABDEFGHJLN"
_COUNTY_WEIGHT: Final = 4.0
_NEVER_ABSENT_EVERY: Final = 7
_NEVER_ABSENT: Final = frozenset({2, 5})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A children's services authority. ``uses_absent`` is False where it only ever records missing."""

    number: int
    code: AuthorityCode
    name: str
    region: str
    weight: float
    uses_absent: bool

    def postcode(self, rng: Random) -> str:
        """An invented postcode in this authority."""
        area = self.number // 2
        letters = _FIRST[area % 3] + chr(ord("A") + area // 3)
        district = rng.randint(1, 9) + (10 if self.number % 2 else 0)
        inward = f"{rng.randint(0, 9)}{rng.choice(_INWARD)}{rng.choice(_INWARD)}"
        return f"{letters}{district} {inward}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An invented address."""

    line: str
    postcode: str
    authority: AuthorityCode


@cache
def authorities() -> tuple[Authority, ...]:
    """The authorities of England, in the order of the file."""
    text = files("england").joinpath("authorities.csv").read_text(encoding="utf-8")
    return tuple(
        Authority(
            number=number,
            code=AuthorityCode(row["gss_code"]),
            name=row["name"],
            region=row["region"],
            weight=_COUNTY_WEIGHT if row["type"] == "CTY" else 1.0,
            uses_absent=number % _NEVER_ABSENT_EVERY not in _NEVER_ABSENT,
        )
        for number, row in enumerate(csv.DictReader(text.splitlines()))
    )


@cache
def authority_of(code: AuthorityCode) -> Authority:
    """The authority with this code."""
    return next(one for one in authorities() if one.code == code)


def any_authority(rng: Random) -> Authority:
    """One authority; counties are larger."""
    every = authorities()
    return rng.choices(every, cum_weights=_cumulative())[0]


def elsewhere(rng: Random, home: Authority, *, far: bool) -> Authority:
    """Another authority: of the same region when near, of any other when far."""
    return rng.choice(_elsewhere(home.number, far))


def address(rng: Random, authority: Authority) -> Home:
    """A house in a street."""
    return Home(
        line=f"{rng.randint(1, 180)} {street(rng)}",
        postcode=authority.postcode(rng),
        authority=authority.code,
    )


def home_of_several(rng: Random, authority: Authority) -> Home:
    """One of the authority's forty children's homes, each at one address for all who live there."""
    same = Random(f"home/{authority.number}/{rng.randrange(40)}")  # noqa: S311 (an invented address, not a secret)
    return address(same, authority)


@cache
def _cumulative() -> list[float]:
    total, sums = 0.0, []
    for one in authorities():
        total += one.weight
        sums.append(total)
    return sums


@cache
def _elsewhere(number: int, far: bool) -> list[Authority]:  # noqa: FBT001 (a key of the cache)
    home = authorities()[number]
    others = [one for one in authorities() if one is not home]
    return [one for one in others if (one.region != home.region) is far] or others
