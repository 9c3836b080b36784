"""What was decided about one item, and by which rules."""

from __future__ import annotations

from typing import Final

import msgspec

from protocols.rule import RuleRef
from records.items import Item
from records.people import Kind
from records.words import Word


class Reason(Word):
    """Why an item is open or withheld.

    SILENT is not a refusal: no paragraph speaks of this caller and this item.
    """

    GRANTED = "granted"
    OVERRIDDEN = "overridden"
    BARRED = "barred"
    DENIED = "denied"
    NO_CONSENT = "no-consent"
    SILENT = "silent"


NOBODY: Final[frozenset[Kind]] = frozenset()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """One item, open or withheld.

    ``rules`` decided; ``set_aside`` are the denials that an override overrode; ``duties`` hang on what
    is withheld and must be answered by a person. ``holders`` are the kinds of organisation whose
    records may be asked for it: a grant to read one's own agency's record opens nobody else's.
    ``own`` are those of them of whom only the caller's own organisation's records are open.
    ``unverified``: a deciding rule's words were not checked against the text that it cites.
    A msgspec struct, not a dataclass: sixty of these are made for each question, and none is part of
    a circle that a garbage collector would have to find.
    """

    item: Item
    open: bool
    reason: Reason
    rules: tuple[RuleRef, ...]
    set_aside: tuple[RuleRef, ...]
    duties: tuple[RuleRef, ...]
    holders: frozenset[Kind]
    unverified: bool
    own: frozenset[Kind] = NOBODY

    def opens_from(self, kind: Kind, *, own: bool) -> bool:
        """Whether it is open in the records of an organisation of this kind; ``own``: the caller's."""
        return self.open and kind in self.holders and (own or kind not in self.own)
