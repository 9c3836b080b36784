"""Which child another is now: a reference given out before a person made two children one goes on working.

Kept in memory, since every question needs it; `linking.review.look_at_joins` looks it up anew, and
is called by whoever runs the gateway's loops. A replica that has not looked yet asks no system
about the older reference, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Kept:
    """Which child another is now, as of the last look. ``upto`` is the last step that was read."""

    def __init__(self) -> None:
        self.upto = 0
        self._joins: dict[str, tuple[str, str]] = {}
        self._by_other = _NONE

    def of(self, child_ref: str) -> str:
        """The child that this one is now: mostly itself."""
        seen = {child_ref}
        while (following := self._by_other.get(child_ref)) is not None and following not in seen:
            seen.add(following)
            child_ref = following
        return child_ref

    def others(self, child_ref: str) -> tuple[str, ...]:
        """The children that are this one now: the references by which it was known besides its own."""
        return tuple(sorted(other for other in self._by_other if self.of(other) == child_ref))

    def learn(self, joins: Mapping[str, tuple[str, str] | None], *, upto: int) -> None:
        """Take over what was decided up to a step: by match, the child that was joined and to which; None where none is."""
        for match_ref, join in joins.items():
            # In the order in which they were made: of two joins of one child the later counts.
            self._joins.pop(match_ref, None)
            if join is not None:
                self._joins[match_ref] = join
        self.upto = max(self.upto, upto)
        self._by_other = MappingProxyType(dict(self._joins.values()))
