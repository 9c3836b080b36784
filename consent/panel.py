"""The rules that can concern one role under one pair of protocols, laid out so that deciding is quick.

Each clause of a rule is one bit, so that a situation is a handful of "and"s: what is left are the
clauses that count, and the strongest of them decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from consent.decision import Decision, Reason
from consent.rows import OPENING, Row, table_for
from consent.sayings import Said, Sayings, sayings_of, voices
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact
from protocols.condition import Clause
from protocols.rule import Rule, RuleRef
from records.items import Item
from records.people import Kind, Role

NOBODY: Final[frozenset[Kind]] = frozenset()
MEMO_LIMIT: Final = 4096


class Panel:
    """Everything that can matter to one role under one pair of protocols."""

    def __init__(self, role: Role, rows: tuple[Row, ...]) -> None:
        """Lay the rows out by fact and by item."""
        self.role = role
        self.rows = rows
        tested = dict.fromkeys(c.fact for row in rows for c in row.clause.conditions)
        opening = sum(row.bit for row in rows if row.rule.effect in OPENING)
        self.tables = tuple(table_for(fact, rows, opening) for fact in tested)
        self._voices = voices(rows)
        self._sayings: dict[Item, Sayings] = {}
        self._memo: dict[Item, tuple[int, dict[int, Decision]]] = {}

    def sayings(self, item: Item) -> Sayings:
        """The rules that speak of an item, worked out when first needed."""
        found = self._sayings.get(item)
        if found is None:
            found = self._sayings[item] = sayings_of(item, self._voices)
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
        if live & said.grant_bits and not live & said.deny_bits:
            return _opened(item, Reason.GRANTED, said.grant, (), live)
        return self.without_opening(item, live)

    def without_opening(self, item: Item, live: int) -> Decision:
        """What is said of an item that is withheld whatever would open it: who refuses, or silence."""
        said = self.sayings(item)
        if live & said.deny_bits:
            reason = Reason.NO_CONSENT if _only_consent(said.deny, live) else Reason.DENIED
            return _withheld(item, reason, said.deny, said.duty, live)
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
