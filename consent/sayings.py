"""What the rules say of one item: by effect, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from consent.rows import OPENING, Row
from protocols.rule import Because, Effect, Rule, RuleRef
from records.items import Item, above, below
from records.people import Kind


class Said(NamedTuple):
    """One rule as it speaks of one item: the bits of its clauses, and what is told of it."""

    bits: int
    ref: RuleRef
    holders: frozenset[Kind]
    verified: bool
    no_consent: bool


class Sayings(NamedTuple):
    """The rules that speak of one item, by effect, in the order they are told; and their bits.

    Rules that name the item come before rules that reach it, checked words before unchecked.
    """

    bar: tuple[Said, ...]
    override: tuple[Said, ...]
    deny: tuple[Said, ...]
    grant: tuple[Said, ...]
    duty: tuple[Said, ...]
    bar_bits: int
    override_bits: int
    deny_bits: int
    grant_bits: int
    duty_bits: int

    @property
    def deciding_bits(self) -> int:
        """The bits that open or close the item."""
        return self.bar_bits | self.override_bits | self.deny_bits | self.grant_bits

    @property
    def every_bit(self) -> int:
        """All bits that can matter to this item, its duties among them."""
        return self.deciding_bits | self.duty_bits


@cache
def _reached(effect: Effect, items: frozenset[Item]) -> frozenset[Item]:
    if effect is Effect.DUTY:
        return items
    reach = below if effect in OPENING else above
    return frozenset().union(*(reach(item) for item in items))


def reaches(rule: Rule) -> frozenset[Item]:
    """The items that a rule speaks of: what opens reaches down, what closes reaches up."""
    return _reached(rule.effect, rule.items)


def sayings_of(item: Item, every: Iterable[Row]) -> Sayings:
    """What these rows say of an item."""
    rows = [row for row in every if item in reaches(row.rule)]
    rules = {id(row.rule): row.rule for row in rows}.values()
    told = sorted(rules, key=lambda r: (item not in r.items, not r.ref.verified))

    def of(effect: Effect) -> tuple[Said, ...]:
        return tuple(_said(rule, rows) for rule in told if rule.effect is effect)

    def bits(effect: Effect) -> int:
        return sum(row.bit for row in rows if row.rule.effect is effect)

    return Sayings(
        bar=of(Effect.BAR),
        override=of(Effect.OVERRIDE),
        deny=of(Effect.DENY),
        grant=of(Effect.GRANT),
        duty=of(Effect.DUTY),
        bar_bits=bits(Effect.BAR),
        override_bits=bits(Effect.OVERRIDE),
        deny_bits=bits(Effect.DENY),
        grant_bits=bits(Effect.GRANT),
        duty_bits=bits(Effect.DUTY),
    )


def _said(rule: Rule, rows: list[Row]) -> Said:
    return Said(
        bits=sum(row.bit for row in rows if row.rule is rule),
        ref=rule.ref,
        holders=rule.holders,
        verified=rule.ref.verified,
        no_consent=rule.because is Because.NO_CONSENT,
    )
