"""The rules that can concern one role under one pair of protocols, laid out so that deciding is quick.

Each clause of a rule is one bit. For each fact there is a table from its value to the bits that
survive it, so that a situation is a handful of "and"s: what is left are the clauses that count.
A clause that opens counts only if it certainly holds, one that closes if it possibly does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Final, NamedTuple

from consent.decision import Decision, Reason
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known
from protocols.condition import Clause, Condition
from protocols.rule import Because, Effect, Rule, RuleRef
from records.items import Item, above, below
from records.people import Kind, Role

OPENING: Final = frozenset({Effect.GRANT, Effect.OVERRIDE})
NOBODY: Final[frozenset[Kind]] = frozenset()
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


class Panel:
    """Everything that can matter to one role under one pair of protocols."""

    def __init__(self, role: Role, rows: tuple[Row, ...]) -> None:
        """Lay the rows out by fact and by item."""
        self.role = role
        self.rows = rows
        tested = dict.fromkeys(c.fact for row in rows for c in row.clause.conditions)
        opening = sum(row.bit for row in rows if row.rule.effect in OPENING)
        self.tables = tuple(_table(fact, rows, opening) for fact in tested)
        self._reach = tuple((row, reaches(row.rule)) for row in rows)
        self._sayings: dict[Item, Sayings] = {}
        self._memo: dict[Item, tuple[int, dict[int, Decision]]] = {}

    def sayings(self, item: Item) -> Sayings:
        """The rules that speak of an item, worked out when first needed."""
        found = self._sayings.get(item)
        if found is None:
            found = self._sayings[item] = _sayings(item, self._reach)
        return found

    def counting(self, situation: Situation) -> int:
        """The bits of the clauses that count in this situation."""
        facts = dict(situation.every_fact())
        live = (1 << len(self.rows)) - 1
        for table in self.tables:
            live &= table.survivors(facts.get(table.fact, UNKNOWN))
        return live

    def remembered(self, item: Item, live: int) -> Decision:
        """The decision, made once for each set of counting clauses that can matter to the item."""
        kept = self._memo.get(item)
        if kept is None:
            kept = self._memo[item] = (self.sayings(item).every_bit, {})
        matters, made = kept
        found = made.get(live & matters)
        if found is None:
            if len(made) >= MEMO_LIMIT:
                made.clear()
            found = made[live & matters] = self.decide(item, live)
        return found

    def decide(self, item: Item, live: int) -> Decision:
        """Bar, override, denial, grant, silence: the first that speaks."""
        said = self.sayings(item)
        if live & said.bar_bits:
            return _withheld(item, Reason.BARRED, said.bar, said.duty, live)
        if live & said.override_bits:
            return _opened(item, Reason.OVERRIDDEN, said.override, said.deny, live)
        if live & said.deny_bits:
            reason = Reason.NO_CONSENT if _only_consent(said.deny, live) else Reason.DENIED
            return _withheld(item, reason, said.deny, said.duty, live)
        if live & said.grant_bits:
            return _opened(item, Reason.GRANTED, said.grant, (), live)
        return _silent(item, said.duty, live)

    def rows_in(self, bits: int) -> Iterator[Row]:
        """The rows whose bits are set, in the order of their files."""
        while bits:
            low = bits & -bits
            yield self.rows[low.bit_length() - 1]
            bits ^= low


def _opened(
    item: Item, reason: Reason, decided: tuple[Said, ...], set_aside: tuple[Said, ...], live: int
) -> Decision:
    """Open. Unverified unless checked words alone would open it, and from the same holders."""
    counted = [said for said in decided if said.bits & live]
    if len(counted) == 1:
        [said] = counted
        holders, unverified = said.holders, not said.verified
    else:
        holders = NOBODY.union(*[said.holders for said in counted])
        checked = [said.holders for said in counted if said.verified]
        unverified = not checked or NOBODY.union(*checked) != holders
    aside = _refs(set_aside, live) if set_aside else ()
    return Decision(
        item=item,
        open=True,
        reason=reason,
        rules=_refs(counted, live),
        set_aside=aside,
        duties=(),
        holders=holders,
        unverified=unverified,
    )


def _withheld(
    item: Item, reason: Reason, decided: tuple[Said, ...], duties: tuple[Said, ...], live: int
) -> Decision:
    """Withheld. Unverified where only unchecked words refuse it."""
    unverified = not any(said.verified for said in decided if said.bits & live)
    duty = _refs(duties, live) if duties else ()
    return Decision(
        item=item,
        open=False,
        reason=reason,
        rules=_refs(decided, live),
        set_aside=(),
        duties=duty,
        holders=NOBODY,
        unverified=unverified,
    )


def _silent(item: Item, duties: tuple[Said, ...], live: int) -> Decision:
    """Withheld, and no paragraph speaks."""
    duty = _refs(duties, live) if duties else ()
    return Decision(
        item=item,
        open=False,
        reason=Reason.SILENT,
        rules=(),
        set_aside=(),
        duties=duty,
        holders=NOBODY,
        unverified=False,
    )


def _refs(said: Iterable[Said], live: int) -> tuple[RuleRef, ...]:
    return tuple([one.ref for one in said if one.bits & live])


def _only_consent(denials: tuple[Said, ...], live: int) -> bool:
    """Lack of consent is the reason only where nothing else refuses."""
    return all(said.no_consent for said in denials if said.bits & live)


def panel_for(role: Role, rules: Iterable[Rule]) -> Panel:
    """The panel of one role, from the rules that apply under its pair of protocols."""
    rows: list[Row] = []
    for rule in rules:
        for clause in rule.clauses:
            if _settled(clause, role):
                rest = tuple(c for c in clause.conditions if c.fact is not Fact.ROLE)
                rows.append(Row(rule, Clause(rest), 1 << len(rows)))
    return Panel(role, tuple(rows))


def concerns(rule: Rule, role: Role) -> bool:
    """Whether a rule can speak to a role at all."""
    return any(_settled(clause, role) for clause in rule.clauses)


def _settled(clause: Clause, role: Role) -> bool:
    return all(c.outcome(role.value) for c in clause.conditions if c.fact is Fact.ROLE)


@cache
def _reached(effect: Effect, items: frozenset[Item]) -> frozenset[Item]:
    if effect is Effect.DUTY:
        return items
    reach = below if effect in OPENING else above
    return frozenset().union(*(reach(item) for item in items))


def reaches(rule: Rule) -> frozenset[Item]:
    """The items that a rule speaks of: what opens reaches down, what closes reaches up."""
    return _reached(rule.effect, rule.items)


def _sayings(item: Item, reach: tuple[tuple[Row, frozenset[Item]], ...]) -> Sayings:
    rows = [row for row, items in reach if item in items]
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


def _table(fact: Fact, rows: tuple[Row, ...], opening: int) -> FactTable:
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
