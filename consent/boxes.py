"""Sets of situations as boxes: for each fact the values it may have.

Rules are closed and finite, so "when would this open?" has an exact answer. A box allows, on each
axis that it names, some of that axis's values; a region is a list of boxes. The members of a set
fact (standing, plans) are axes of their own, each yes or no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from consent.panel import Panel
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form
from protocols.bundle import Bundle
from protocols.condition import Clause, Condition, Word
from records.items import Item

ELSEWHERE = "elsewhere"
"""An authority that no protocol of the bundle names."""


class Axis(NamedTuple):
    """A fact, or one member of a set fact."""

    fact: Fact
    member: str = ""


Box: TypeAlias = Mapping[Axis, frozenset[Word]]
Region: TypeAlias = list[Box]

_YES: frozenset[Word] = frozenset({True})
_NO: frozenset[Word] = frozenset({False})


class Space:
    """The values that every axis can have, under the bundles that are looked at."""

    def __init__(self, *bundles: Bundle) -> None:
        """Authorities are those of the bundles' protocols, and one that stands for all others."""
        named = {a.code.code for b in bundles for p in b.protocols.values() for a in p.authorities}
        self._authorities: frozenset[Word] = frozenset({*named, ELSEWHERE})
        self._domains: dict[Axis, frozenset[Word]] = {}

    def domain(self, axis: Axis) -> frozenset[Word]:
        """Every value that the axis can have."""
        found = self._domains.get(axis)
        if found is None:
            found = self._domains[axis] = self._domain(axis)
        return found

    def _domain(self, axis: Axis) -> frozenset[Word]:
        shape = SHAPES[axis.fact]
        match shape.form:
            case Form.CHOICE:
                return frozenset(shape.values)
            case Form.NUMBER:
                return frozenset(range(shape.below))
            case Form.AUTHORITY:
                return self._authorities
            case Form.YES_NO | Form.SET:
                return _YES | _NO

    def region(self, clause: Clause) -> Region:
        """Where a clause holds: one box, or one for each member that would meet a condition."""
        region: Region = [{}]
        for condition in clause.conditions:
            alternatives = self._boxes(condition)
            region = [
                both
                for box in region
                for other in alternatives
                if (both := meet(box, other)) is not None
            ]
        return region

    def _boxes(self, condition: Condition) -> list[Box]:
        fact = condition.fact
        if SHAPES[fact].form is Form.SET:
            members = sorted(str(word) for word in condition.values)
            if condition.negated:
                return [{Axis(fact, member): _NO for member in members}]
            return [{Axis(fact, member): _YES} for member in members]
        axis = Axis(fact)
        allowed = condition.values
        return [{axis: self.domain(axis) - allowed if condition.negated else allowed}]

    def known(self, situation: Situation) -> Box:
        """The box of all situations that agree with what is known of this one."""
        box: dict[Axis, frozenset[Word]] = {}
        for fact, value in situation.every_fact():
            if value is UNKNOWN:
                continue
            if isinstance(value, frozenset):
                for member in SHAPES[fact].values:
                    box[Axis(fact, member)] = _YES if member in value else _NO
            elif SHAPES[fact].form is Form.AUTHORITY and value not in self._authorities:
                box[Axis(fact)] = frozenset({ELSEWHERE})
            else:
                box[Axis(fact)] = frozenset({value})
        return box

    def without(self, region: Iterable[Box], taken: Iterable[Box]) -> Region:
        """The region less what is taken: exact, as overlapping boxes, none inside another."""
        left = absorb(region)
        for other in taken:
            if len(other) == 1 and not any(other.keys() <= box.keys() for box in left):
                # One condition of which no box speaks yet, as of a bar: all are narrowed alike, and
                # none comes to lie inside another by it.
                left = [piece for box in left for piece in self._less(box, other)]
                continue
            whole: Region = []
            pieces: Region = []
            for box in left:
                if meet(box, other) is None:
                    whole.append(box)
                else:
                    pieces += self._less(box, other)
            # What was not cut lies inside no piece: it did not lie inside what the piece is of.
            left = absorb(pieces, whole)
        return left

    def _less(self, box: Box, other: Box) -> Region:
        pieces: Region = []
        for axis, values in other.items():
            mine = box.get(axis)
            outside = (self.domain(axis) if mine is None else mine) - values
            if outside:
                pieces.append({**box, axis: outside})
        return pieces


def meet(one: Box, other: Box) -> Box | None:
    """Where both hold; None where they cannot."""
    both = dict(one)
    for axis, values in other.items():
        common = both[axis] & values if axis in both else values
        if not common:
            return None
        both[axis] = common
    return both


def absorb(region: Iterable[Box], kept: Iterable[Box] = ()) -> Region:
    """The region without boxes that lie inside others: what is kept already, then the broadest first.

    A box can only lie inside one that names no more axes, or the same with more values: in this
    order what is kept need not be looked at again.
    """
    found: Region = list(kept)
    for box in sorted(region, key=_narrowness):
        if not _covered(box, found):
            found.append(box)
    return found


def _covered(box: Box, by: Region) -> bool:
    """Whether a box lies inside one of these. Written out: it is what differences spend their time on."""
    allowed = box.get
    for other in by:
        for axis, values in other.items():
            mine = allowed(axis)
            if mine is None or not mine <= values:
                break
        else:
            return True
    return False


def _narrowness(box: Box) -> tuple[int, int]:
    return len(box), -sum(map(len, box.values()))


EVERY_CLAUSE = -1
"""All the clauses of a panel, as bits."""


def opens(
    space: Space, panel: Panel, item: Item, within: Box, speaking: int = EVERY_CLAUSE
) -> Region:
    """Where, within a box, the item is open to this panel's role: exactly, as boxes.

    ``speaking`` are the clauses that count: those that speak of some holder's records.
    """
    said = panel.sayings(item)
    granted = grants(space, panel, item, within, speaking)
    overridden = holds(space, panel, said.override_bits & speaking, within)
    return space.without([*overridden, *granted], holds(space, panel, said.bar_bits, within))


def grants(
    space: Space, panel: Panel, item: Item, within: Box, speaking: int = EVERY_CLAUSE
) -> Region:
    """Where, bars and overrides aside, a grant opens the item and no denial closes it."""
    said = panel.sayings(item)
    granted = holds(space, panel, said.grant_bits & speaking, within)
    return space.without(granted, holds(space, panel, said.deny_bits, within))


def holds(space: Space, panel: Panel, bits: int, within: Box) -> Region:
    """Where any of these clauses holds."""
    return [
        both
        for row in panel.rows_in(bits)
        for box in space.region(row.clause)
        if (both := meet(box, within)) is not None
    ]


def common(one: Iterable[Box], other: Iterable[Box]) -> Region:
    """Where both regions hold."""
    others = list(other)
    return absorb(both for box in one for o in others if (both := meet(box, o)) is not None)


def possible(space: Space, panel: Panel, situation: Situation, item: Item) -> bool:
    """Whether the item is open anywhere that agrees with what is known."""
    said = panel.sayings(item)
    if not (said.grant_bits | said.override_bits):
        return False
    return bool(opens(space, panel, item, space.known(situation)))


__all__ = [
    "Axis",
    "Box",
    "Region",
    "Space",
    "absorb",
    "common",
    "grants",
    "holds",
    "meet",
    "opens",
    "possible",
]
