"""What each level of likeness is worth: weights trained offline, shipped as data with a version.

A weight is log2(m / u): how much likelier the level is between two records of one child (m)
than between records of two (u). Names that many children have are worth less when they agree.
"""

from __future__ import annotations

import enum
import math
from functools import cache
from importlib.resources import files
from typing import Final, cast

import msgspec

from linking.levels import Agrees, Aspect, Birth, Family, Given, Level, Levels, Lives
from linking.particulars import Likeness

CURRENT: Final = "2026-11"
LEVELS: Final[dict[Aspect, type[enum.Enum]]] = {
    Aspect.GIVEN: Given,
    Aspect.FAMILY: Family,
    Aspect.BIRTH: Birth,
    Aspect.SEX: Agrees,
    Aspect.ADDRESS: Lives,
    Aspect.NHS_NUMBER: Agrees,
    Aspect.UPN: Agrees,
}
NOT_COMPARED: Final = "not-compared"

_COUNTS_SINGLE_NAMES: Final = frozenset({Given.SAME, Given.OTHERS_LEFT_OUT, Given.OTHER_ORDER})


class Odds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often a level is seen: between records of one child, and of two."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """The evidence, in bits."""
        return math.log2(self.m / self.u)


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least weight to be linked, and to be shown to a person as possible."""

    linked: float
    possible: float


class Trained(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the weights were trained on, and with what."""

    population: str
    records: int
    pairs: int
    tool: str


class Frequencies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many in a thousand have a common name. ``others`` stands for every name not listed."""

    others: float
    common: dict[str, float]


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One version of the weights. A level that training never saw has no weight and cannot load."""

    version: str
    trained: Trained
    bands: Bands
    levels: dict[str, dict[str, Odds]]
    given_names: Frequencies
    family_names: Frequencies

    def __post_init__(self) -> None:
        """Every level of every aspect, save not-compared, has its odds.

        Raises:
            ValueError: one is missing or unknown.
        """
        wanted = {
            aspect.value: {level.value for level in levels} - {NOT_COMPARED}
            for aspect, levels in LEVELS.items()
        }
        if {aspect: set(levels) for aspect, levels in self.levels.items()} != wanted:
            raise ValueError("The weights do not name every level of every aspect, and no other.")


class Weighing:
    """Weights made ready to score with."""

    def __init__(self, weights: Weights) -> None:
        self.version = weights.version
        self.bands = weights.bands
        self._plain: dict[Level, float] = {}
        self._sex, self._nhs, self._upn = (
            {Agrees(name): odds.weight for name, odds in weights.levels[aspect.value].items()}
            | {Agrees.NOT_COMPARED: 0.0}
            for aspect in (Aspect.SEX, Aspect.NHS_NUMBER, Aspect.UPN)
        )
        for aspect in (Aspect.GIVEN, Aspect.FAMILY, Aspect.BIRTH, Aspect.ADDRESS):
            for level in LEVELS[aspect]:
                odds = weights.levels[aspect.value].get(level.value)
                self._plain[cast("Level", level)] = odds.weight if odds else 0.0
        same = weights.levels
        self._given_m = {
            level: math.log2(same[Aspect.GIVEN.value][level.value].m)
            for level in _COUNTS_SINGLE_NAMES
        }
        self._family_m = math.log2(same[Aspect.FAMILY.value][Family.SAME.value].m)
        self._given = _bits(weights.given_names)
        self._given_others = -math.log2(weights.given_names.others / 1000)
        self._family = _bits(weights.family_names)
        self._family_others = -math.log2(weights.family_names.others / 1000)

    def weights(
        self,
        levels: Levels,
        one: Likeness,
        other: Likeness,
    ) -> tuple[float, float, float, float, float, float, float]:
        """The weight of each level, in the order of `Aspect`."""
        given, family, birth, sex, lives, nhs, upn = levels
        return (
            self._of_given(given, one, other),
            self._of_family(family, one),
            self._plain[birth],
            self._sex[sex],
            self._plain[lives],
            self._nhs[nhs],
            self._upn[upn],
        )

    def _of_given(self, level: Given, one: Likeness, other: Likeness) -> float:
        if level not in _COUNTS_SINGLE_NAMES:
            return self._plain[level]
        # The names that both have: each is worth as much as it is rare, a second one half of that,
        # since names of one community go together.
        fewer = min(one.given, other.given, key=lambda names: (len(names), names))
        rare = sum(
            self._given.get(name, self._given_others) * share
            for name, share in zip(fewer, (1.0, 0.5), strict=False)
        )
        return self._given_m[level] + rare

    def _of_family(self, level: Family, one: Likeness) -> float:
        if level is not Family.SAME:
            return self._plain[level]
        return self._family_m + self._family.get(one.family, self._family_others)


@cache
def current() -> Weighing:
    """The weights that this release ships."""
    return Weighing(read(files("linking").joinpath("weights", f"{CURRENT}.json").read_bytes()))


def read(content: bytes) -> Weights:
    """Weights from a file's content.

    Raises:
        msgspec.ValidationError: a level is missing, or something is unknown in it.
    """
    return msgspec.json.decode(content, type=Weights)


def _bits(frequencies: Frequencies) -> dict[str, float]:
    return {name: -math.log2(share / 1000) for name, share in frequencies.common.items()}
