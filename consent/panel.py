"""The rules that can concern one role under one pair of protocols, laid out so that deciding is quick.

Each clause of a rule is one bit. For each fact there is a table from its value to the bits that
survive it, so that a situation is a handful of "and"s: what is left are the clauses that count.
A clause that opens counts only if it certainly holds, one that closes if it possibly does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final

from consent.decision import Decision, Reason
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known
from protocols.condition import Clause, Condition
from protocols.rule import Because, Effect, Rule, RuleRef
from records.items import Item, above, below
from records.people import Kind, Role

OPENING: Final = frozenset({Effect.GRANT, Effect.OVERRIDE})
EVERYBODY: Final = frozenset(Kind)
MEMO_LIMIT: Final = 4096


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


@dataclass(frozen=True, slots=True)
class Masks:
    """The bits that speak of one item, by effect."""

    bar: int
    override: int
    deny: int
    grant: int
    duty: int


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that can matter to one role under one pair of protocols."""

    role: Role
    rows: tuple[Row, ...]
    tables: tuple[FactTable, ...]
    masks: Mapping[Item, Masks]
    memo: dict[int, dict[Item, Decision]] = field(default_factory=dict, compare=False)

    def counting(self, situation: Situation) -> int:
        """The bits of the clauses that count in this situation."""
        facts = dict(situation.every_fact())
        live = -1
        for table in self.tables:
            live &= table.survivors(facts.get(table.fact, UNKNOWN))
        return live & ((1 << len(self.rows)) - 1)

    def remembered(self, live: int) -> dict[Item, Decision]:
        """The decisions already made where exactly these clauses counted."""
        found = self.memo.get(live)
        if found is None:
            if len(self.memo) >= MEMO_LIMIT:
                self.memo.clear()
            found = self.memo[live] = {}
        return found

    def decide(self, item: Item, live: int) -> Decision:
        """Bar, override, denial, grant, silence: the first that speaks."""
        masks = self.masks[item]
        set_aside: tuple[RuleRef, ...] = ()
        holders = EVERYBODY
        if decided := live & masks.bar:
            reason = Reason.BARRED
        elif decided := live & masks.override:
            reason = Reason.OVERRIDDEN
            set_aside = self._refs(live & masks.deny)
            holders = self._holders(decided)
        elif decided := live & masks.deny:
            reason = self._denial(decided)
        elif decided := live & masks.grant:
            reason = Reason.GRANTED
            holders = self._holders(decided)
        else:
            reason = Reason.SILENT
        opened = reason is Reason.GRANTED or reason is Reason.OVERRIDDEN
        refs = self._refs(decided)
        return Decision(
            item=item,
            open=opened,
            reason=reason,
            rules=refs,
            set_aside=set_aside,
            duties=() if opened else self._refs(live & masks.duty),
            holders=holders if opened else frozenset(),
            unverified=any(not ref.verified for ref in refs),
        )

    def rows_in(self, bits: int) -> Iterator[Row]:
        """The rows whose bits are set, in the order of their files."""
        while bits:
            low = bits & -bits
            yield self.rows[low.bit_length() - 1]
            bits ^= low

    def _refs(self, bits: int) -> tuple[RuleRef, ...]:
        return tuple(dict.fromkeys(row.rule.ref for row in self.rows_in(bits))) if bits else ()

    def _holders(self, bits: int) -> frozenset[Kind]:
        return reduce(or_, (row.rule.holders for row in self.rows_in(bits)))

    def _denial(self, bits: int) -> Reason:
        """Lack of consent is the reason only where nothing else refuses."""
        consent = all(row.rule.because is Because.NO_CONSENT for row in self.rows_in(bits))
        return Reason.NO_CONSENT if consent else Reason.DENIED


def panel_for(role: Role, rules: Iterable[Rule]) -> Panel:
    """The panel of one role, from the rules that apply under its pair of protocols."""
    rows: list[Row] = []
    for rule in rules:
        for clause in rule.clauses:
            settled = [c.outcome(role.value) for c in clause.conditions if c.fact is Fact.ROLE]
            if all(settled):
                rest = tuple(c for c in clause.conditions if c.fact is not Fact.ROLE)
                rows.append(Row(rule, Clause(rest), 1 << len(rows)))
    tested = dict.fromkeys(c.fact for row in rows for c in row.clause.conditions)
    opening = sum(row.bit for row in rows if row.rule.effect in OPENING)
    return Panel(
        role=role,
        rows=tuple(rows),
        tables=tuple(_table(fact, rows, opening) for fact in tested),
        masks={item: _masks(item, rows) for item in Item},
    )


def reaches(rule: Rule) -> frozenset[Item]:
    """The items that a rule speaks of: what opens reaches down, what closes reaches up."""
    reach = below if rule.effect in OPENING else above
    if rule.effect is Effect.DUTY:
        return rule.items
    return frozenset().union(*(reach(item) for item in rule.items))


def _masks(item: Item, rows: Iterable[Row]) -> Masks:
    found = dict.fromkeys(Effect, 0)
    for row in rows:
        if item in reaches(row.rule):
            found[row.rule.effect] |= row.bit
    return Masks(
        bar=found[Effect.BAR],
        override=found[Effect.OVERRIDE],
        deny=found[Effect.DENY],
        grant=found[Effect.GRANT],
        duty=found[Effect.DUTY],
    )


def _table(fact: Fact, rows: list[Row], opening: int) -> FactTable:
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
