"""What to search by: several facts together, so that a slip in one of them leaves another way in.

Every key joins at least two facts, or is a number. A key of one fact alone, such as a family name, would be
shared by thousands, and how often it occurs would give it away even when keyed.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from linking.folding import sound
from linking.given_names import one_spelling, roots
from linking.particulars import Likeness


class Key(enum.Enum):
    """A way to search. The value goes into the mark, so that two ways never meet."""

    NAMES_AND_BIRTH = "names-birth"
    FAMILY_AND_BIRTH = "family-birth"
    GIVEN_AND_BIRTH = "given-birth"
    BIRTH_AND_POSTCODE = "birth-postcode"
    NAMES_AND_DISTRICT = "names-district"
    NAMES_AND_YEAR = "names-year"
    NAMES_AND_DAY = "names-day"
    UPN = "upn"


def keys(one: Likeness) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """Every key of one record; none where it says too little to search by."""
    born = one.birth_date.isoformat() if one.birth_date else ""
    givens = [name for name in one.given if len(name) > 1]
    families = {part for part in (one.family, *one.family_parts) if part}
    if born:
        for name in dict.fromkeys(root for given in givens[:2] for root in roots(given)):
            yield Key.GIVEN_AND_BIRTH, (name, born)
        for family in sorted({sound(family) for family in families}):
            yield Key.FAMILY_AND_BIRTH, (family, born)
        for postcode in sorted({home.outward + home.inward for home in one.homes}):
            yield Key.BIRTH_AND_POSTCODE, (born, postcode)
    if givens and one.family:
        given, family = sound(one_spelling(givens[0])), sound(one.family)
        if born:
            yield Key.NAMES_AND_BIRTH, (one_spelling(givens[0]), one.family, born)
            yield Key.NAMES_AND_YEAR, (given, family, born[:4])
            yield Key.NAMES_AND_DAY, (given, family, born[5:])
        for district in sorted({home.outward for home in one.homes}):
            yield Key.NAMES_AND_DISTRICT, (given, family, district)
    if one.upn:
        yield Key.UPN, (one.upn,)
