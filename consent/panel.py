"""The rules that can concern one role under one pair of protocols, laid out so that deciding is quick.

Each clause of a rule is one bit, so that a situation is a handful of "and"s: what is left are the
clauses that count, and the strongest of them decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from consent.decision import NOBODY, Decision, Reason
from consent.rows import OPENING, Row, table_for
from consent.sayings import Said, Sayings, sayings_of, voices
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact
from protocols.condition import Clause
from protocols.rule import Rule, RuleRef
from protocols.vocabulary import ASKER
from records.items import Item
from records.people import Role

MEMO_LIMIT: Final = 4096


class Panel:
    """Everything that can matter to one role under one pair of protocols."""

    def __init__(self, role: Role, rows: tuple[Row, ...]) -> None:
        """Lay the rows out by fact and by item."""
        self.role = role
        self.rows = rows
        tested = dict.fromkeys(c.fact for row in rows for c in row.clause.conditions)
        opening = sum(row.bit for row in rows if row.rule.effect in OPENING)
        self._standing = table_for(Fact.STANDING, rows, opening)
        self._purpose = table_for(Fact.PURPOSE, rows, opening)
        self.tables = tuple(table_for(f, rows, opening) for f in tested if f not in ASKER)
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
        live = (1 << len(self.rows)) - 1
        live &= self._standing.survivors(situation.standing_words)
        live &= self._purpose.survivors(situation.purpose.value)
        known = situation.facts.get
        for table in self.tables:
            live &= table.survivors(known(table.fact, UNKNOWN))
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
        said = self._sayings.get(item) or self.sayings(item)
        speaking = live & said.every_bit
        if not speaking:
            return said.silence
        if speaking & said.bar_bits:
            return _withheld(item, said.bar, said.duty, speaking, Reason.BARRED)
        if speaking & said.override_bits:
            return _opened(item, Reason.OVERRIDDEN, said.override, said.deny, speaking)
        if speaking & said.deny_bits:
            return _withheld(item, said.deny, said.duty, speaking)
        if speaking & said.grant_bits:
            return _opened(item, Reason.GRANTED, said.grant, (), speaking)
        return _withheld(item, (), said.duty, speaking, Reason.SILENT)

    def without_opening(self, item: Item, live: int) -> Decision:
        """What is said of an item that is withheld whatever would open it: who refuses, or silence."""
        said = self.sayings(item)
        closing = said.deny_bits | said.duty_bits
        return self.decide(item, live & closing)

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
        rules, holders, own = said.alone, said.holders, said.own
        unverified = not said.verified
    else:
        rules = tuple([said.ref for said in counted])
        holders = NOBODY.union(*[said.holders for said in counted])
        checked = [said.holders for said in counted if said.verified]
        unverified = not checked or NOBODY.union(*checked) != holders
        own = holders - NOBODY.union(*[said.holders for said in counted if not said.own])
    return Decision(item, True, reason, rules, _refs(set_aside, live), (), holders, unverified, own)  # noqa: FBT003 (in the order of its fields)


def _withheld(
    item: Item,
    decided: tuple[Said, ...],
    duties: tuple[Said, ...],
    live: int,
    reason: Reason | None = None,
) -> Decision:
    """Withheld. Unverified where only unchecked words refuse it.

    Lack of consent is the reason only where nothing else refuses.
    """
    counted = [said for said in decided if said.bits & live]
    consent, unverified = True, bool(counted)
    for said in counted:
        consent &= said.no_consent
        unverified &= not said.verified
    if reason is None:
        reason = Reason.NO_CONSENT if consent else Reason.DENIED
    rules = counted[0].alone if len(counted) == 1 else tuple([said.ref for said in counted])
    return Decision(item, False, reason, rules, (), _refs(duties, live), NOBODY, unverified)  # noqa: FBT003 (in the order of its fields)


def _refs(said: tuple[Said, ...], live: int) -> tuple[RuleRef, ...]:
    return tuple([one.ref for one in said if one.bits & live]) if said else ()


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
