"""Children of Lancashire in tests, and who interviews them.

Reported missing on Monday 12 January 2026 at 18:00, recorded at 18:10, found the next morning at 9.
"""

from typing import Final

from protocols.duties_due import Due
from protocols.duties_vocabulary import Key
from protocols.vocabulary import Known
from tests.duties.casework import (
    known,
    lives,
)

LANCASHIRE: Final = "E10000017"
PROTOCOL: Final = "pan-lancashire"


def interviewers(due: Due) -> dict[str, tuple[tuple[str, object], ...]]:
    """Who answers for the return interview, by rule."""
    return {
        a.because.rule.id: tuple((to.role.id, to.authority) for to in a.who)
        for a in due.answers
        if a.matter == "return-interview"
    }


def at_home(age: int, *, open_: bool = True, **more: Known) -> dict[Key, Known]:
    """A child at home there, open to social work unless it is said otherwise."""
    home = lives(
        LANCASHIRE,
        age=age,
        looked_after=False,
        open_to_social_care=open_,
        district="E07000123",
        school_on_record=True,
    )
    return {**home, **known(**more)}
