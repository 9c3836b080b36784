"""Clauses as bits: for each fact a table from its value to the clauses that survive it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known
from protocols.condition import Clause, Condition
from protocols.rule import Effect, Rule

OPENING: Final = frozenset({Effect.GRANT, Effect.OVERRIDE})
"""What opens counts only where it certainly holds; everything else where it possibly does."""


@dataclass(frozen=True, slots=True)
class Row:
    """One clause of one rule, without its conditions on the role: those are settled."""

    rule: Rule
    clause: Clause
    bit: int


@dataclass(frozen=True, slots=True)
class FactTable:
    """Which bits survive each value of one fact."""

    fact: Fact
    of_value: Mapping[str | int, int]
    otherwise: int
    unknown: int
    wanted_hits: Mapping[str, int]
    unwanted_hits: Mapping[str, int]
    wanting: int

    def survivors(self, value: Known) -> int:
        """The bits whose conditions on this fact hold, or count as holding."""
        if value is UNKNOWN:
            return self.unknown
        if isinstance(value, frozenset):
            met = spoilt = 0
            for member in value:
                met |= self.wanted_hits.get(member, 0)
                spoilt |= self.unwanted_hits.get(member, 0)
            return self.otherwise & (~self.wanting | met) & ~spoilt
        return self.of_value.get(value, self.otherwise)


def table_for(fact: Fact, rows: tuple[Row, ...], opening: int) -> FactTable:
    """The table of one fact; ``opening`` are the bits of the rows that open."""
    every = (1 << len(rows)) - 1
    on_it = [(row, c) for row in rows for c in row.clause.conditions if c.fact is fact]
    unknown = every
    for row, condition in on_it:
        outcome = condition.whatever
        counts = outcome is True or (outcome is None and not row.bit & opening)
        if not counts:
            unknown &= ~row.bit
    if SHAPES[fact].form is Form.SET:
        return FactTable(
            fact=fact,
            of_value={},
            otherwise=every,
            unknown=unknown,
            wanted_hits=_hits(c for c in on_it if not c[1].negated),
            unwanted_hits=_hits(c for c in on_it if c[1].negated),
            wanting=sum(row.bit for row, c in on_it if not c.negated),
        )
    named = {word for _, condition in on_it for word in condition.values}
    return FactTable(
        fact=fact,
        of_value={word: every & ~_failing(on_it, word) for word in named},
        otherwise=every & ~sum({row.bit for row, c in on_it if not c.negated}),
        unknown=unknown,
        wanted_hits={},
        unwanted_hits={},
        wanting=0,
    )


def _failing(on_it: Iterable[tuple[Row, Condition]], word: str | int) -> int:
    return reduce(or_, (row.bit for row, c in on_it if (word in c.values) is c.negated), 0)


def _hits(on_it: Iterable[tuple[Row, Condition]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row, condition in on_it:
        for word in condition.values:
            found[str(word)] = found.get(str(word), 0) | row.bit
    return found
