"""Whether a gateway may speak of a child to us: only one that answers for the child's authority, or hosts the child.

The registers here decide, where they know. Of a child of whom they know nothing, the sender's own
statement is taken only if it names one of its authorities and one of ours. A placement here by
another authority is news: it is taken unless we, or a third, look after the child already. Nobody
makes itself answer for a child of another's by saying so of one whom it hosts.

Source: the five protocols' duties between placing and host authority; no other gateway is named there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

PLACES: Final = frozenset({"placement-planned", "placement-made", "placement-moved"})


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who answers for a child and in whose area the child is, by GSS code; None where not known."""

    responsible: str | None
    host: str | None

    @property
    def known(self) -> frozenset[str]:
        """Those of the two that are known."""
        return frozenset(code for code in (self.responsible, self.host) if code is not None)


def may_speak(
    theirs: Collection[str],
    ours: Collection[str],
    *,
    registered: Authorities,
    stated: Authorities,
    event: str,
    looked_after: bool | None,
) -> bool:
    """Whether a gateway that serves ``theirs`` may tell us, who serve ``ours``, of this event."""
    placed_here = stated.responsible in theirs and stated.host in ours
    if event in PLACES and _takes_over(theirs, registered, stated):
        return placed_here and looked_after is not True
    if registered.known & set(theirs):
        return True
    concerns_both = bool(stated.known & set(theirs)) and bool(stated.known & set(ours))
    if not registered.known:
        return concerns_both
    return event in PLACES and placed_here and looked_after is not True


def _takes_over(theirs: Collection[str], registered: Authorities, stated: Authorities) -> bool:
    """Whether a child would have another responsible authority by the word of somebody who is not that one."""
    return registered.responsible not in {None, stated.responsible, *theirs}
