"""How alike two records are, one aspect at a time, in words that a reviewer reads.

Pure comparisons, from the closest level to the farthest; what one of the two does not hold is
not compared, and counts neither way.
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Final, TypeAlias

from rapidfuzz.distance import OSA, JaroWinkler

from linking.folding import script, sound
from linking.given_names import is_honour_name, is_short_form, one_spelling
from linking.particulars import Home, Likeness
from records.child import Sex

_SIMILAR: Final = 0.88
_LONG_ENOUGH: Final = 3
_FAR_APART: Final = 8
_NEAR: Final = 2


class Aspect(enum.Enum):
    """What is compared. The value is stored."""

    GIVEN = "given-names"
    FAMILY = "family-name"
    BIRTH = "birth-date"
    SEX = "sex"
    ADDRESS = "address"
    NHS_NUMBER = "nhs-number"
    UPN = "upn"


class Given(enum.Enum):
    """Given names."""

    SAME = "same"
    OTHERS_LEFT_OUT = "first-same-others-left-out"
    SPELT_OTHERWISE = "spelt-otherwise"
    ONE_SLIP = "one-slip"
    SHORT_FORM = "short-form"
    OTHER_ORDER = "other-order"
    KNOWN_BY_ANOTHER = "known-by-another-given-name"
    INITIAL = "initial"
    SHARED_BY_CUSTOM = "only-a-name-that-brothers-share"
    OTHERS_DIFFER = "first-same-others-differ"
    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_COMPARED = "not-compared"


class Family(enum.Enum):
    """Family names."""

    SAME = "same"
    PART_SAME = "part-of-a-double-name"
    ONE_SLIP = "one-slip"
    SOUNDS_SAME = "sounds-same"
    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_COMPARED = "not-compared"


class Birth(enum.Enum):
    """Birth dates."""

    SAME = "same"
    SAME_BUT_ESTIMATED = "same-but-estimated"
    DAY_AND_MONTH_EXCHANGED = "day-and-month-exchanged"
    ONE_DIGIT = "one-digit-differs"
    YEAR_BESIDE = "year-before-or-after"
    NEAR_AN_ESTIMATE = "near-an-estimate"
    YEARS_APART = "many-years-apart"
    DIFFERENT = "different"
    NOT_COMPARED = "not-compared"


class Agrees(enum.Enum):
    """What can only be the same or not: sex, NHS number, UPN."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_COMPARED = "not-compared"


class Lives(enum.Enum):
    """Addresses."""

    SAME_HOUSE = "same-house"
    SAME_POSTCODE = "same-postcode"
    ONE_SLIP = "postcode-one-slip"
    SAME_DISTRICT = "same-postcode-district"
    DIFFERENT = "different"
    NOT_COMPARED = "not-compared"


Level: TypeAlias = Given | Family | Birth | Agrees | Lives
Levels: TypeAlias = tuple[Given, Family, Birth, Agrees, Lives, Agrees, Agrees]
"""A level for each aspect, in the order in which `Aspect` names them."""


def compared(one: Likeness, other: Likeness) -> Levels:
    """The level of every aspect, in the order in which `Aspect` names them. Order of the two is no matter."""
    return (
        given(one.given, other.given),
        family(one, other),
        birth(one, other),
        sex(one.sex, other.sex),
        lives(one, other),
        same(one.nhs_number, other.nhs_number),
        same(one.upn, other.upn),
    )  # fmt: skip


def given(one: tuple[str, ...], other: tuple[str, ...]) -> Given:
    """Compare given names, from the same to nothing alike."""
    if not one or not other or script(one[0]) != script(other[0]):
        return Given.NOT_COMPARED
    first, second = one[0], other[0]
    if one == other or "".join(one) == "".join(other):
        # Written as one or as several: by the shorter first of them, whichever way round they are held.
        return _same(min(one, other, key=lambda names: (len(names[0]), names)))
    if one_spelling(first) == one_spelling(second):
        return _first_same(one, other)
    if sorted(one) == sorted(other):
        return Given.OTHER_ORDER
    if _known_by(first, other) or _known_by(second, one):
        return Given.KNOWN_BY_ANOTHER
    if len(first) == 1 or len(second) == 1:
        return Given.INITIAL if first[0] == second[0] else Given.DIFFERENT
    if is_short_form(first, second):
        return Given.SHORT_FORM
    if _one_slip(first, second):
        return Given.ONE_SLIP
    alike = JaroWinkler.similarity(first, second) >= _SIMILAR
    return Given.SIMILAR if alike else Given.DIFFERENT


def family(one: Likeness, other: Likeness) -> Family:
    """Compare family names."""
    a, b = one.family, other.family
    if not a or not b or script(a) != script(b):
        return Family.NOT_COMPARED
    if a == b:
        return Family.SAME
    parts, others = one.family_parts, other.family_parts
    if (len(parts) > 1 or len(others) > 1) and any(
        len(part) >= _LONG_ENOUGH and part in others for part in parts
    ):
        return Family.PART_SAME
    if _one_slip(a, b):
        return Family.ONE_SLIP
    if sound(a) == sound(b):
        return Family.SOUNDS_SAME
    return Family.SIMILAR if JaroWinkler.similarity(a, b) >= _SIMILAR else Family.DIFFERENT


def birth(one: Likeness, other: Likeness) -> Birth:
    """Compare birth dates. The first of January, and what is called estimated, is worth less."""
    a, b = one.birth_date, other.birth_date
    if a is None or b is None:
        return Birth.NOT_COMPARED
    guessed = (
        one.birth_date_estimated
        or other.birth_date_estimated
        or (a.month, a.day) == (1, 1)
        or (b.month, b.day) == (1, 1)
    )
    if a == b:
        return Birth.SAME_BUT_ESTIMATED if guessed else Birth.SAME
    if guessed and abs(a.year - b.year) <= _NEAR:
        return Birth.NEAR_AN_ESTIMATE
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return Birth.DAY_AND_MONTH_EXCHANGED
    if (a.month, a.day) == (b.month, b.day) and abs(a.year - b.year) == 1:
        return Birth.YEAR_BESIDE
    if _one_digit(a, b):
        return Birth.ONE_DIGIT
    return Birth.YEARS_APART if abs(a.year - b.year) >= _FAR_APART else Birth.DIFFERENT


def sex(one: Sex, other: Sex) -> Agrees:
    """Compare sex as recorded."""
    if one is Sex.NOT_KNOWN or other is Sex.NOT_KNOWN:
        return Agrees.NOT_COMPARED
    return Agrees.SAME if one is other else Agrees.DIFFERENT


def lives(one: Likeness, other: Likeness) -> Lives:
    """Compare addresses, past ones too: the nearest that any two of them come."""
    if not one.homes or not other.homes:
        return Lives.NOT_COMPARED
    if len(one.homes) == len(other.homes) == 1:
        return _nearness(one.homes[0], other.homes[0])
    return min(
        (_nearness(home, there) for home in one.homes for there in other.homes),
        key=_NEARNESS.__getitem__,
    )


def same(one: str, other: str) -> Agrees:
    """Compare what is the same or is not."""
    if not one or not other:
        return Agrees.NOT_COMPARED
    return Agrees.SAME if one == other else Agrees.DIFFERENT


def _nearness(one: Home, other: Home) -> Lives:
    if one.outward == other.outward:
        if one.inward == other.inward:
            same_house = one.house and one.house == other.house
            return Lives.SAME_HOUSE if same_house else Lives.SAME_POSTCODE
        if OSA.distance(one.inward, other.inward) == 1:
            return Lives.ONE_SLIP
        return Lives.SAME_DISTRICT
    if one.inward == other.inward and OSA.distance(one.outward, other.outward) == 1:
        return Lives.ONE_SLIP
    return Lives.DIFFERENT


_NEARNESS: Final = {level: rank for rank, level in enumerate(Lives)}


def _same(names: tuple[str, ...]) -> Given:
    if len(names[0]) == 1:
        # Two initials, not two names: twins may share one.
        return Given.INITIAL
    if all(map(is_honour_name, names)):
        return Given.SHARED_BY_CUSTOM
    return Given.SAME


def _first_same(one: tuple[str, ...], other: tuple[str, ...]) -> Given:
    """The first names are one name, however spelt: do the others contradict?"""
    rest, others = one[1:], other[1:]
    if len(one[0]) == 1 or len(other[0]) == 1:
        return Given.INITIAL
    # Of as many, which are looked for among which does not depend on who is named first.
    fewer, more = sorted((rest, others), key=lambda names: (len(names), names))
    if (is_honour_name(one[0]) or is_honour_name(other[0])) and not fewer:
        return Given.SHARED_BY_CUSTOM
    spellings = set(map(one_spelling, more))
    missing = [name for name in fewer if one_spelling(name) not in spellings]
    if not missing:
        if one[0] != other[0] or any(name not in more for name in fewer):
            return Given.SPELT_OTHERWISE
        return Given.OTHERS_LEFT_OUT
    if all(any(_near(name, known) for known in more) for name in missing):
        return Given.ONE_SLIP
    return Given.OTHERS_DIFFER


def _near(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return _one_slip(one, other)


def _known_by(name: str, names: tuple[str, ...]) -> bool:
    return len(name) > 1 and name in names[1:] and not is_honour_name(name)


def _one_slip(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= _LONG_ENOUGH and OSA.distance(one, other, score_cutoff=1) == 1
    )


def _one_digit(one: date, other: date) -> bool:
    pairs = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    return sum(a != b for a, b in pairs) == 1
