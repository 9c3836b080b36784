"""The ground of a disclosure: its lawful basis, and how the duty of confidence is met.

Both come from registers that are data. A bundle whose rules open something for which a register
holds no ground is not approved; see `protocols.ungrounded`.

Source: UK GDPR, Articles 5(1)(a), 5(2), 6, 9 and 10; the common law duty of confidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from protocols.bundle import Bundle
from protocols.condition import Condition
from protocols.confidentiality import Confidentiality
from protocols.lawful_basis import GroundRow, LawfulBasis, RestsOn, Sensitivity
from protocols.rule import Effect, Rule
from protocols.vocabulary import Fact
from records.items import Item
from records.people import Kind, Purpose, Role

GIVERS: Final = frozenset(Kind) - {Kind.FAMILY, Kind.OTHER}
"""The kinds of organisation that hold records; a family is told things, and is asked by no system."""

_AGREEMENTS: Final = frozenset(
    {Fact.CHILD_SAYS, Fact.PARENT_SAYS, Fact.PHOTO_SAYS, Fact.MEDIA_SAYS}
)
_RISKS: Final = frozenset(
    {
        Fact.AT_RISK,
        Fact.CRITICAL,
        Fact.URGENT,
        Fact.IMMEDIATE_RISK,
        Fact.LIFE_AT_RISK,
        Fact.TRAFFICKING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One giver telling one caller one item: all that a ground depends on."""

    giver: Kind
    role: Role
    purpose: Purpose
    item: Item
    on: date
    rests_on: frozenset[RestsOn]


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows that are relied on when this giver tells; None where a register holds none."""

    giver: Kind
    basis: LawfulBasis | None
    confidence: Confidentiality | None

    @property
    def ids(self) -> tuple[str | None, str | None]:
        """The rows by their ids."""
        return (
            None if self.basis is None else self.basis.id,
            None if self.confidence is None else self.confidence.id,
        )


def ground_for(bundle: Bundle, telling: Telling) -> Ground:
    """The first row of each register that serves.

    Source: the rows' own provisions.
    """
    holds = sensitivities(bundle, telling.item)
    basis = next(
        (
            row
            for row in bundle.lawful_bases
            if _serves(row, telling) and all(row.carries(one) for one in holds)
        ),
        None,
    )
    confidence = next(
        (
            row
            for row in bundle.confidentiality
            if _serves(row, telling) and (not row.items or telling.item.value in row.items)
        ),
        None,
    )
    return Ground(telling.giver, basis, confidence)


def _serves(row: GroundRow, telling: Telling) -> bool:
    return row.serves(telling.giver, telling.role, telling.purpose, telling.on) and (
        telling.rests_on.issuperset(row.rests_on)
    )


@lru_cache(maxsize=16)
def _sensitive(bundle: Bundle) -> Mapping[Item, frozenset[Sensitivity]]:
    found: dict[Item, set[Sensitivity]] = {}
    for row in bundle.sensitive:
        for name in row.items:
            found.setdefault(Item(name), set()).add(row.holds)
    return {item: frozenset(kinds) for item, kinds in found.items()}


def sensitivities(bundle: Bundle, item: Item) -> frozenset[Sensitivity]:
    """What data beyond the ordinary the records behind an item may hold."""
    return _sensitive(bundle).get(item, frozenset())


def what_it_rests_on(rule: Rule) -> frozenset[RestsOn]:
    """What a rule that opens rests on: only what all of its clauses ask for."""
    found = {RestsOn.EMERGENCY} if rule.effect is Effect.OVERRIDE else set()
    if rule.own_record:
        found.add(RestsOn.OWN_RECORD)
    for rests_on, tests in ((RestsOn.AGREEMENT, _agrees), (RestsOn.RISK, _at_risk)):
        if rule.clauses and all(any(map(tests, c.conditions)) for c in rule.clauses):
            found.add(rests_on)
    return frozenset(found)


def _agrees(condition: Condition) -> bool:
    return (
        condition.fact in _AGREEMENTS
        and not condition.negated
        and condition.values == frozenset({"agrees"})
    )


def _at_risk(condition: Condition) -> bool:
    return (
        condition.fact in _RISKS and not condition.negated and condition.values == frozenset({True})
    )
