"""What the rules say of one item: by effect, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from consent.decision import NOBODY, Decision, Reason
from consent.rows import OPENING, Row
from protocols.rule import Because, Effect, Rule, RuleRef
from records.items import Item, above, below
from records.people import Kind


class Said(NamedTuple):
    """One rule as it speaks of one item: the bits of its clauses, and what is told of it."""

    bits: int
    ref: RuleRef
    alone: tuple[RuleRef, ...]
    holders: frozenset[Kind]
    verified: bool
    no_consent: bool
    own: frozenset[Kind]


class Sayings(NamedTuple):
    """The rules that speak of one item, by effect, in the order they are told; and their bits.

    Rules that name the item come before rules that reach it, checked words before unchecked.
    ``silence`` is the decision where none of them counts.
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
    every_bit: int
    silence: Decision

    @property
    def deciding_bits(self) -> int:
        """The bits that open or close the item."""
        return self.bar_bits | self.override_bits | self.deny_bits | self.grant_bits


@cache
def _reached(effect: Effect, items: frozenset[Item]) -> frozenset[Item]:
    if effect is Effect.DUTY:
        return items
    reach = below if effect in OPENING else above
    return frozenset().union(*(reach(item) for item in items))


def reaches(rule: Rule) -> frozenset[Item]:
    """The items that a rule speaks of: what opens reaches down, what closes reaches up."""
    return _reached(rule.effect, rule.items)


class Voice(NamedTuple):
    """One rule of a panel: what is told of it, and which items it reaches."""

    rule: Rule
    said: Said
    reach: frozenset[Item]


def voices(rows: Iterable[Row]) -> tuple[Voice, ...]:
    """The rules behind these rows, each once, in the order of their files."""
    bits: dict[int, int] = {}
    rules: dict[int, Rule] = {}
    for row in rows:
        name = id(row.rule)
        rules[name] = row.rule
        bits[name] = bits.get(name, 0) | row.bit
    return tuple(
        Voice(rule, _said(rule, bits[name]), reaches(rule)) for name, rule in rules.items()
    )


def sayings_of(item: Item, every: Iterable[Voice]) -> Sayings:
    """What these rules say of an item."""
    speaking = [voice for voice in every if item in voice.reach]
    speaking.sort(key=lambda voice: (item not in voice.rule.items, not voice.said.verified))

    def of(effect: Effect) -> tuple[Said, ...]:
        return tuple(voice.said for voice in speaking if voice.rule.effect is effect)

    bar, override, deny = of(Effect.BAR), of(Effect.OVERRIDE), of(Effect.DENY)
    grant, duty = of(Effect.GRANT), of(Effect.DUTY)
    return Sayings(
        bar=bar,
        override=override,
        deny=deny,
        grant=grant,
        duty=duty,
        bar_bits=_bits(bar),
        override_bits=_bits(override),
        deny_bits=_bits(deny),
        grant_bits=_bits(grant),
        duty_bits=_bits(duty),
        every_bit=_bits((*bar, *override, *deny, *grant, *duty)),
        silence=Decision(item, False, Reason.SILENT, (), (), (), NOBODY, False),  # noqa: FBT003 (in the order of its fields)
    )


def _bits(said: Iterable[Said]) -> int:
    return sum(one.bits for one in said)


def _said(rule: Rule, bits: int) -> Said:
    return Said(
        bits=bits,
        ref=rule.ref,
        alone=(rule.ref,),
        holders=rule.holders,
        verified=rule.ref.verified,
        no_consent=rule.because is Because.NO_CONSENT,
        own=rule.holders if rule.own_record else NOBODY,
    )
