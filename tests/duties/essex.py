"""Children of Essex in tests, at home and in care.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from typing import Final

from protocols.duties_vocabulary import Key
from protocols.vocabulary import Known
from tests.duties.casework import (
    known,
    lives,
)

ESSEX: Final = "E10000012"


def at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    """A child at home there, open to social work unless it is said otherwise."""
    home = lives(
        ESSEX,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        open_to=frozenset({"social-work"} if open_ else ()),
        on_plan=frozenset({"child-in-need"} if open_ else ()),
        risk_grade="medium",
        uasc=False,
    )
    return {**home, **known(**more)}


def in_care(age: int, *, home: str = ESSEX, place: str = ESSEX, **more: Known) -> dict[Key, Known]:
    """A child in care of that authority, placed there or elsewhere, open to social work."""
    care = lives(
        home,
        place,
        age=age,
        looked_after=True,
        open_to_social_care=True,
        open_to=frozenset({"social-work"}),
        on_plan=frozenset({"care"}),
        risk_grade="medium",
        pr_contact_unsafe=False,
        uasc=False,
        school_on_record=True,
    )
    return {**care, **known(**more)}
