"""Whether the registers hold a ground for everything that the rules open: a bundle is not approved otherwise.

Each rule is judged by its own words alone, for every role, purpose and day that they allow. So a
bundle that passes never opens anything to anybody for which the ledger would have no ground to record.

Source: docs/decisions/0025-every-disclosure-records-its-ground.md
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from protocols.bundle import Bundle
from protocols.condition import Clause
from protocols.grounds import GIVERS, Telling, ground_for, sensitivities, what_it_rests_on
from protocols.lawful_basis import GroundRow
from protocols.rule import Effect, Rule
from protocols.vocabulary import Fact
from records.errors import IncompleteProtocol
from records.items import Item, below
from records.people import KIND_OF, Kind, Purpose, Role

_OPENS: Final = frozenset({Effect.GRANT, Effect.OVERRIDE})
_BEFORE_ALL: Final = date.min


def without_ground(bundle: Bundle) -> tuple[IncompleteProtocol, ...]:
    """Every rule that opens an item for which a register holds no ground, with what to do."""
    alike = _alike(bundle)
    return tuple(
        fault
        for rule in bundle.rules
        if rule.effect in _OPENS and (fault := _lacking(bundle, rule, alike)) is not None
    )


def tellings(bundle: Bundle, rule: Rule, on: date | None = None) -> Iterator[Telling]:
    """Everything that a rule lets somebody be told, by its own words alone; none where it opens nothing.

    One of all that the registers cannot tell apart; on one day, or on all that they tell apart.
    """
    if rule.effect not in _OPENS:
        return iter(())
    found = _tellings(rule, _alike(bundle))
    return found if on is None else (one for one in found if one.on == _day(rule, bundle, on))


def opens_to(rule: Rule, role: Role, item: Item, on: date) -> Iterator[Telling]:
    """Everything that a rule lets one role be told of one item on a day: by each giver, for each purpose."""
    if rule.effect not in _OPENS:
        return
    rests_on = what_it_rests_on(rule)
    for purpose in _purposes(rule, role):
        for giver in _givers(rule, role):
            yield Telling(
                giver=giver, role=role, purpose=purpose, item=item, on=on, rests_on=rests_on
            )


def _day(rule: Rule, bundle: Bundle, on: date) -> date:
    """The day that stands for another: the last on which the rule or a register changed before it."""
    days = [rule.starts or _BEFORE_ALL, *_alike(bundle).days]
    return max((day for day in days if day <= on), default=_BEFORE_ALL)


class _Alike:
    """What the registers of a bundle tell apart: the roles, items and days of which one stands for many."""

    def __init__(self, bundle: Bundle) -> None:
        rows: tuple[GroundRow, ...] = (*bundle.lawful_bases, *bundle.confidentiality)
        self.days = sorted({day for row in rows for day in (row.starts, row.ends) if day})
        named = {role for row in rows for role in row.roles}
        items = {name for row in bundle.confidentiality for name in row.items}
        self._roles = {role: (KIND_OF[role], role if role in named else None) for role in Role}
        self._items = {
            item: (sensitivities(bundle, item), item if item.value in items else None)
            for item in Item
        }

    def items(self, rule: Rule) -> list[Item]:
        """One of each that the rule opens."""
        opened = frozenset().union(*map(below, rule.items))
        return list({self._items[item]: item for item in Item if item in opened}.values())

    def askers(self, rule: Rule) -> list[tuple[Role, Purpose]]:
        """One of each role and purpose to which a clause of the rule could open something."""
        found = {
            (self._roles[role], purpose): (role, purpose)
            for role in Role
            for purpose in _purposes(rule, role)
        }
        return list(found.values())


@lru_cache(maxsize=4)
def _alike(bundle: Bundle) -> _Alike:
    return _Alike(bundle)


def _tellings(rule: Rule, alike: _Alike) -> Iterator[Telling]:
    rests_on = what_it_rests_on(rule)
    items = alike.items(rule)
    first = rule.starts or _BEFORE_ALL
    days = sorted({first, *(day for day in alike.days if rule.in_force(day))})
    for role, purpose in alike.askers(rule):
        for giver in _givers(rule, role):
            for item in items:
                for on in days:
                    yield Telling(
                        giver=giver,
                        role=role,
                        purpose=purpose,
                        item=item,
                        on=on,
                        rests_on=rests_on,
                    )


def _purposes(rule: Rule, role: Role) -> list[Purpose]:
    """Every purpose for which a clause of the rule could open something to this role."""
    return [
        purpose
        for purpose in Purpose
        if any(_could(clause, role, purpose) for clause in rule.clauses)
    ]


def _could(clause: Clause, role: Role, purpose: Purpose) -> bool:
    values = {Fact.ROLE: role.value, Fact.PURPOSE: purpose.value}
    return all(c.outcome(values[c.fact]) for c in clause.conditions if c.fact in values)


def _givers(rule: Rule, role: Role) -> list[Kind]:
    kinds = rule.holders & GIVERS
    if rule.own_record:
        kinds &= {KIND_OF[role]}
    return sorted(kinds, key=lambda kind: kind.value)


def _lacking(bundle: Bundle, rule: Rule, alike: _Alike) -> IncompleteProtocol | None:
    for telling in _tellings(rule, alike):
        ground = ground_for(bundle, telling)
        if ground.basis is None or ground.confidence is None:
            register = "lawful basis" if ground.basis is None else "ground in confidence"
            return IncompleteProtocol(
                f"{rule.file}, line {rule.line}: {rule.ref.id}: it opens what no register holds a"
                f" {register} for: {telling.giver.value} telling {telling.role.value} about"
                f" {telling.item.value}, to {telling.purpose.value}. Narrow `when` or `from`, or have"
                " whoever answers for the registers of protocols/national add a row."
            )
    return None
