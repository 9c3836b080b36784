"""Whom a child certainly has not: no foster carer in a children's home, and neither at home.

A paragraph that names foster carers and homes together means whichever of them cares for the child.
Where nobody is registered for the other one, nobody has been forgotten.
"""

from __future__ import annotations

from typing import Final

from consent.vocabulary import UNKNOWN, Fact
from protocols.duties_due import Addressee
from protocols.duties_vocabulary import Circumstances
from records.people import Role, Standing

_FOSTERS: Final = frozenset({Role.FOSTER_CARER})
_NOT_FOSTERED: Final = frozenset({"residential", "secure", "supported"})
_IN_NO_PLACEMENT: Final = frozenset({"none", UNKNOWN})


def has_none(to: Addressee, known: Circumstances) -> bool:
    """Whether it is certain that there is nobody who is this to the child; what is not known is not certain."""
    if Standing.PROVIDES_PLACEMENT not in to.role.standing:
        return False
    kind = known.get(Fact.PLACEMENT_TYPE, UNKNOWN)
    if known.get(Fact.LOOKED_AFTER, UNKNOWN) is False and kind in _IN_NO_PLACEMENT:
        return True
    return to.role.roles == _FOSTERS and kind in _NOT_FOSTERED
