"""Whether two records are of one child, by weighed evidence: linked, possible, or not.

The weights say how likely; the conditions say what no weight may overrule. Twins have one family
name, birth date and address, and a father may have given his son his name: so without an
identifier that agrees, nothing is linked unless the given names and the birth date carry it. A
slip in the birth date is let pass only at one address; and the first of January never carries a
link, since many who arrive alone are given it, and many of them have one name. Whoever is likely
and not certain is for a person to look at.

Source: docs/decisions/0040; the figures are in docs/linking.md.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from linking.levels import Agrees, Aspect, Birth, Given, Level, Levels, Lives, compared
from linking.particulars import Likeness
from linking.weighing import Weighing, current


class Band(enum.Enum):
    """What to do about two records. The value is stored."""

    LINKED = "linked"
    POSSIBLE = "possible"
    NOT = "not"


class Hold(enum.Enum):
    """Why two records are not linked, however much they weigh. The value is stored."""

    NUMBERS_DISAGREE = "numbers-disagree"
    GIVEN_NAMES = "given-names-not-the-same"
    BIRTH_DATE = "birth-date-not-the-same"
    SEX = "sex-differs"


HOLD_SAYS: Final = {
    Hold.NUMBERS_DISAGREE: "The NHS numbers or pupil numbers are not the same.",
    Hold.GIVEN_NAMES: "The given names are not certainly the same: this may be a brother or sister.",
    Hold.BIRTH_DATE: "The birth dates are not the same or not known: this may be a relative of the same name.",
    Hold.SEX: "One record says male and the other female.",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One aspect: how alike the two are in it, and what that is worth in bits. No values."""

    aspect: Aspect
    level: Level
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The verdict on two records, with everything that it rests on."""

    band: Band
    weight: float
    evidence: tuple[Evidence, ...]
    weights_version: str
    held_back_by: Hold | None = None


_ASPECTS: Final = tuple(Aspect)
_SAME_NAMES: Final = frozenset({Given.SAME, Given.OTHERS_LEFT_OUT})
_NAMES_WITH_A_NUMBER: Final = frozenset(Given) - {
    Given.DIFFERENT,
    Given.OTHERS_DIFFER,
}
_BIRTH_WITH_AN_ADDRESS: Final = frozenset(
    {Birth.DAY_AND_MONTH_EXCHANGED, Birth.ONE_DIGIT, Birth.YEAR_BESIDE}
)
_SAME_ADDRESS: Final = frozenset({Lives.SAME_HOUSE, Lives.SAME_POSTCODE})
_BIRTH_WITH_A_NUMBER: Final = frozenset(Birth) - {Birth.YEARS_APART, Birth.DIFFERENT}


def match(one: Likeness, other: Likeness, weighing: Weighing | None = None) -> Match:
    """Weigh two records against each other; their order makes no difference."""
    weighing = weighing or current()
    levels = compared(one, other)
    weights = weighing.weights(levels, one, other)
    total = sum(weights)
    graded: tuple[Level, ...] = levels
    held = _held_back(levels)
    return Match(
        band=_band(total, held, weighing, agree=_number_agrees(levels)),
        weight=total,
        evidence=tuple(
            Evidence(aspect, level, weight)
            for aspect, level, weight in zip(_ASPECTS, graded, weights, strict=True)
        ),
        weights_version=weighing.version,
        held_back_by=held if total >= weighing.bands.linked else None,
    )


def _band(total: float, held: Hold | None, weighing: Weighing, *, agree: bool) -> Band:
    if total >= weighing.bands.linked and held is None:
        return Band.LINKED
    # One NHS number on two records is worth a person's look whatever else they say.
    return Band.POSSIBLE if agree or total >= weighing.bands.possible else Band.NOT


def _number_agrees(
    levels: Levels,
) -> bool:
    return Agrees.SAME in levels[5:]


def _held_back(
    levels: Levels,
) -> Hold | None:
    given, _, birth, sex, lives, nhs, upn = levels
    if Agrees.DIFFERENT in {nhs, upn}:
        return Hold.NUMBERS_DISAGREE
    if _number_agrees(levels):
        if given not in _NAMES_WITH_A_NUMBER:
            return Hold.GIVEN_NAMES
        return None if birth in _BIRTH_WITH_A_NUMBER else Hold.BIRTH_DATE
    if given not in _SAME_NAMES:
        return Hold.GIVEN_NAMES
    slip = birth in _BIRTH_WITH_AN_ADDRESS and lives in _SAME_ADDRESS
    if birth is not Birth.SAME and not slip:
        return Hold.BIRTH_DATE
    return Hold.SEX if sex is Agrees.DIFFERENT else None
