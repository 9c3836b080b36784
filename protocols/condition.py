"""When a rule applies: conditions on facts, each true, false or not known.

A clause is a list of conditions that must all hold. There are no other connectives: "or" is a second
rule, or a list of values in one condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from protocols.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known, Value

Word: TypeAlias = str | int
"""One value in a condition: a slug, a yes or no, or a number."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact is one of these values; for a set, the set holds one of them.

    ``negated`` turns it round: the fact is none of these values, the set holds none of them.
    """

    fact: Fact
    values: frozenset[Word]
    negated: bool = False

    def outcome(self, value: Known) -> bool | None:
        """True, false, or None where the value is not known and could be either."""
        if value is UNKNOWN:
            return self.whatever
        found = (
            not self.values.isdisjoint(value)
            if isinstance(value, frozenset)
            else value in self.values
        )
        return found is not self.negated

    @property
    def whatever(self) -> bool | None:
        """What holds of every value the fact can have; None where it depends on the value."""
        shape = SHAPES[self.fact]
        every: frozenset[Word]
        match shape.form:
            case Form.YES_NO:
                every = frozenset({True, False})
            case Form.CHOICE:
                every = frozenset(shape.values)
            case Form.NUMBER:
                every = frozenset(range(shape.below))
            case _:
                return None
        return not self.negated if every <= self.values else None

    def __str__(self) -> str:
        """The condition as a rule file would say it."""
        words = ", ".join(
            ("yes" if w else "no") if isinstance(w, bool) else str(w)
            for w in sorted(self.values, key=lambda w: (isinstance(w, str), w))
        )
        return f"{self.fact.value} {'is not' if self.negated else 'is'} {words}"


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions that must all hold, at most two to a fact (one each way)."""

    conditions: tuple[Condition, ...]

    def outcome(self, facts: Mapping[Fact, Known]) -> bool | None:
        """True when every condition holds, false when one fails, None when that is not known."""
        certain = True
        for condition in self.conditions:
            match condition.outcome(facts.get(condition.fact, UNKNOWN)):
                case False:
                    return False
                case None:
                    certain = False
                case True:
                    pass
        return True if certain else None


def together(clauses: tuple[Clause, ...], facts: Mapping[Fact, Known]) -> bool | None:
    """Whether any clause holds; None when none surely does and one may."""
    best: bool | None = False
    for clause in clauses:
        outcome = clause.outcome(facts)
        if outcome is True:
            return True
        if outcome is None:
            best = None
    return best


def value_words(value: Value) -> str:
    """A fact's value in plain words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return str(value)
