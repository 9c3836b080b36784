"""Children of Somerset in tests, at home and in care.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from datetime import datetime
from typing import Final

from protocols.bundle import Bundle
from protocols.duties_due import Due
from protocols.duties_evaluation import duties_of
from protocols.duties_history import Occurrence
from protocols.duties_vocabulary import Circumstances, Key
from protocols.vocabulary import Known
from tests.duties.casework import (
    REPORTED,
    comes_due,
    known,
    lives,
)
from tests.duties.following import MISSING

SOMERSET: Final = "E06000066"


def at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    """A child at home there, open to social work unless it is said otherwise."""
    home = lives(
        SOMERSET,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        open_to=frozenset({"social-work"} if open_ else ()),
        on_plan=frozenset({"child-in-need"} if open_ else ()),
    )
    return {**home, **known(**more)}


def in_care(
    age: int, *, home: str = SOMERSET, place: str = SOMERSET, **more: Known
) -> dict[Key, Known]:
    """A child in care of that authority, placed there or elsewhere, open to social work."""
    care = lives(
        home,
        place,
        age=age,
        looked_after=True,
        open_to_social_care=True,
        open_to=frozenset({"social-work"}),
        on_plan=frozenset({"care"}),
        uasc=False,
    )
    return {**care, **known(**more)}


def came_due(
    rule: str, at: datetime, facts: Circumstances, bundle: Bundle, *past: Occurrence
) -> Due:
    """What follows when a clock of this rule is due then, of a child who was reported missing."""
    clock = comes_due(rule, "somerset", at, basis_at=REPORTED)
    return duties_of(bundle, clock, facts, [MISSING, *past])
