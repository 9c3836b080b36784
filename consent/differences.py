"""Who would newly see what, and who no longer, if one bundle took another's place: exact, over everything.

Whose records are told apart as finely as rules can: by the kind of organisation, and whether it is
the caller's own.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from consent.boxes import Box, Space
from consent.bundle import Bundle, Effect, Rule
from consent.cells import Place, Reader, Speaks, Spoken, pairs
from consent.engine import engine_for
from consent.panel import Panel, concerns
from consent.rows import OPENING
from consent.sayings import reaches
from protocols.condition import Clause
from records.items import Item
from records.people import Kind, Role


class Whose(enum.Enum):
    """Of the organisations of a kind: all of them, the caller's own, or all but that."""

    ANY = "any"
    OWN = "own"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change of rules does to one cell: where it newly opens, and where it newly closes.

    ``holders`` are the kinds of organisation whose records this is about, and ``whose`` which of
    those organisations.
    """

    host: Place
    responsible: Place
    role: Role
    item: Item
    holders: frozenset[Kind]
    whose: Whose
    opened: tuple[Box, ...]
    closed: tuple[Box, ...]

    @property
    def widens(self) -> bool:
        """Whether anybody would newly see something."""
        return bool(self.opened)


class _Holder(NamedTuple):
    """Whose records: an organisation of a kind, which is the caller's own or is not."""

    kind: Kind
    own: bool


_HOLDERS: Final = tuple(_Holder(kind, own) for kind in Kind for own in (True, False))
_EVERY_KIND: Final = frozenset(Kind)
_Regions: TypeAlias = tuple[tuple[Box, ...], tuple[Box, ...]]


@dataclass(frozen=True, slots=True)
class _Moved:
    """One item that moves for one role, wherever the same rules concern it."""

    item: Item
    holders: frozenset[Kind]
    whose: Whose
    opened: tuple[Box, ...]
    closed: tuple[Box, ...]


def diff(before: Bundle, after: Bundle, on: date) -> tuple[Change, ...]:
    """Who would newly see what, and who no longer, if one bundle took the other's place that day.

    Exact over every pair of protocols, role and item, and over whose records are meant.
    """
    comparing = _Comparing(before, after, on)
    return tuple(
        Change(
            host=host,
            responsible=responsible,
            role=role,
            item=moved.item,
            holders=moved.holders,
            whose=moved.whose,
            opened=moved.opened,
            closed=moved.closed,
        )
        for host, responsible in sorted({*pairs(before), *pairs(after)}, key=str)
        for role in comparing.concerned
        for moved in comparing.moved(host, responsible, role)
    )


class _Comparing:
    """Two bundles side by side. What is worked out for one pair of panels serves wherever they apply."""

    def __init__(self, before: Bundle, after: Bundle, on: date) -> None:
        self._space = Space(before, after)
        self._spoken = Spoken()
        self._old, self._new = (
            Reader(engine_for(bundle), on, self._space, self._spoken) for bundle in (before, after)
        )
        # A rule that moved to another protocol, or applies elsewhere, is another rule.
        old, new = (
            {_placed(rule): rule for rule in bundle.rules if rule.in_force(on)}
            for bundle in (before, after)
        )
        moved = [(old | new)[key] for key in old.keys() ^ new.keys()]
        self.concerned = [role for role in Role if any(concerns(rule, role) for rule in moved)]
        self._known: dict[tuple[Panel, Panel], tuple[_Moved, ...]] = {}
        self._of_rule: dict[int, Collection[_Holder]] = {}
        self._masks: dict[Panel, tuple[int, ...]] = {}
        self._regions: dict[tuple[Speaks, Speaks], _Regions] = {}

    def moved(self, host: Place, responsible: Place, role: Role) -> tuple[_Moved, ...]:
        """Every item that moves for a role under a pair of protocols."""
        was, now = (reader.panel(host, responsible, role) for reader in (self._old, self._new))
        known = self._known.get((was, now))
        if known is None:
            known = self._known[was, now] = tuple(self._moved(was, now))
        return known

    def _moved(self, was: Panel, now: Panel) -> Iterator[_Moved]:
        changed = _changed(_rules(was), _rules(now))
        reached = frozenset[Item]().union(*map(reaches, changed))
        for item in (one for one in Item if one in reached):
            for (before, after), holders in self._alike(was, now, item).items():
                opened, closed = self._difference(was, now, item, before, after)
                if opened or closed:
                    for whose, kinds in _by_whose(holders):
                        yield _Moved(item, kinds, whose, opened, closed)

    def _alike(self, was: Panel, now: Panel, item: Item) -> dict[tuple[int, int], list[_Holder]]:
        """Holders of whose records the same clauses speak, before and after."""
        old, new = was.sayings(item).deciding_bits, now.sayings(item).deciding_bits
        found: dict[tuple[int, int], list[_Holder]] = {}
        for holder, mask, other in zip(_HOLDERS, self._mask(was), self._mask(now), strict=True):
            found.setdefault((mask & old, other & new), []).append(holder)
        return found

    def _mask(self, panel: Panel) -> tuple[int, ...]:
        """For each holder the clauses that speak of their records, and all that close."""
        known = self._masks.get(panel)
        if known is None:
            of_all, of_some = 0, dict.fromkeys(_HOLDERS, 0)
            for row in panel.rows:
                holders = self._holders(row.rule)
                if holders is _HOLDERS:
                    of_all |= row.bit
                    continue
                for holder in holders:
                    of_some[holder] |= row.bit
            known = self._masks[panel] = tuple(of_all | bits for bits in of_some.values())
        return known

    def _holders(self, rule: Rule) -> Collection[_Holder]:
        known = self._of_rule.get(id(rule))
        if known is None:
            known = self._of_rule[id(rule)] = _holders_of(rule)
        return known

    def _difference(self, was: Panel, now: Panel, item: Item, before: int, after: int) -> _Regions:
        key = (self._spoken.of_bits(was, before), self._spoken.of_bits(now, after))
        if key[0] == key[1]:
            return (), ()
        known = self._regions.get(key)
        if known is None:
            saw, sees = self._old.region(was, item, before), self._new.region(now, item, after)
            space = self._space
            known = tuple(space.without(sees, saw)), tuple(space.without(saw, sees))
            self._regions[key] = known
        return known


def _holders_of(rule: Rule) -> Collection[_Holder]:
    """Of whose records a rule speaks; what closes speaks of all."""
    if rule.effect not in OPENING or (rule.holders >= _EVERY_KIND and not rule.own_record):
        return _HOLDERS
    flags = (True,) if rule.own_record else (True, False)
    return frozenset(_Holder(kind, own) for kind in rule.holders for own in flags)


def _by_whose(holders: Iterable[_Holder]) -> Iterator[tuple[Whose, frozenset[Kind]]]:
    """The kinds of which all, only the caller's own, or all but that are among the holders."""
    own, others = (
        frozenset(holder.kind for holder in listed if holder.own is flag)
        for listed, flag in product([list(holders)], (True, False))
    )
    for whose, kinds in (
        (Whose.ANY, own & others),
        (Whose.OWN, own - others),
        (Whose.OTHERS, others - own),
    ):
        if kinds:
            yield whose, kinds


def _rules(panel: Panel) -> Iterable[Rule]:
    return {id(row.rule): row.rule for row in panel.rows}.values()


def _changed(before: Iterable[Rule], after: Iterable[Rule]) -> list[Rule]:
    """The rules of either that the other has no like of; what they say in words does not matter."""
    old, new = ({_deciding(rule): rule for rule in rules} for rules in (before, after))
    return [rule for key, rule in (old | new).items() if (key in old) is not (key in new)]


def _placed(rule: Rule) -> tuple[object, ...]:
    return rule.ref.protocol, rule.national, rule.applies, *_deciding(rule)


def _deciding(
    rule: Rule,
) -> tuple[Effect, frozenset[Item], tuple[Clause, ...], frozenset[Kind], bool]:
    return rule.effect, rule.items, rule.clauses, rule.holders, rule.own_record
