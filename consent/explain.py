"""Why an item is open or withheld, what was tried, and what would change it.

The auditor is told everything. The caller is told only what may be spoken of: a condition about the
child shows that it exists and never how it stands, and a refusal that rests on one is not told to
the family at all, because the reason can endanger the child. Bars are told to nobody. So that it
shows nowhere whether such a rule counted, what is told is what would be told if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from consent.bundle import Bundle, Effect, RuleRef
from consent.decision import Decision, Reason
from consent.engine import could_open, decide, engine_for
from consent.panel import Panel
from consent.rows import OPENING, Row
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Known
from protocols.condition import Condition
from records.items import Item
from records.people import KIND_OF, Kind

ABOUT_THE_CHILD: Final = "what is recorded about the child"
_NOT_TOLD_WHY: Final = frozenset({Kind.FAMILY, Kind.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One condition and how it stands: True, False, or None where not known or not told."""

    fact: Fact
    says: str
    outcome: bool | None
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule that speaks of the item to this role, and whether it counted; None where not told."""

    rule: RuleRef
    effect: Effect
    counted: bool | None
    conditions: tuple[Tested, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule that would open the item, and what it lacks."""

    rule: RuleRef
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The decision and everything behind it, as far as the reader may know.

    ``near_misses`` are the rules that would open the item, those that lack least first and overrides last.
    ``could_open`` is whether anything that is not yet known could open it; None where not told.
    """

    decision: Decision
    tried: tuple[Tried, ...]
    near_misses: tuple[NearMiss, ...]
    could_open: bool | None


def explain(bundle: Bundle, situation: Situation, item: Item, *, to_auditor: bool) -> Explanation:
    """Why, in the rules' own words.

    Source: each rule's paragraph.
    """
    decision = decide(bundle, situation, [item])[item]
    panel = engine_for(bundle).panel(situation)
    facts = dict(situation.every_fact())
    live = panel.counting(situation)
    rows = [
        row
        for row in panel.rows_in(panel.sayings(item).every_bit)
        if to_auditor or _may_be_told(panel, row)
    ]
    return Explanation(
        decision=decision if to_auditor else told(bundle, situation, decision),
        tried=tuple(_tried(row, facts, live, to_auditor=to_auditor) for row in rows),
        near_misses=() if decision.open else _near_misses(rows, facts, live, to_auditor=to_auditor),
        could_open=could_open(bundle, situation, item) if to_auditor else None,
    )


def told(bundle: Bundle, situation: Situation, decision: Decision) -> Decision:
    """The decision as it may be told to this caller.

    Nobody is told of a bar. A refusal that rests on the child or the family is told to professionals,
    who need to know whom to ask, and to nobody else. Where nothing is left to tell, it reads as
    silence: the same as where no paragraph speaks.
    """
    if decision.open or (decision.reason is Reason.SILENT and not decision.duties):
        return decision
    panel = engine_for(bundle).panel(situation)
    if decision.reason is not Reason.BARRED and not _family(panel):
        return decision
    speaking = panel.counting(situation)
    for row in panel.rows_in(speaking & panel.sayings(decision.item).every_bit):
        if row.rule.effect not in OPENING and not _may_be_told(panel, row):
            speaking ^= row.bit
    return panel.without_opening(decision.item, speaking)


def _family(panel: Panel) -> bool:
    """The family, and those who come from outside the agencies."""
    return KIND_OF[panel.role] in _NOT_TOLD_WHY


def _may_be_told(panel: Panel, row: Row) -> bool:
    """Whether this caller may know that there is such a rule: by their role and its words alone."""
    if row.rule.effect is Effect.BAR:
        return False
    return row.rule.effect in OPENING or not (_family(panel) and _secret(row))


def _secret(row: Row) -> bool:
    return any(not SHAPES[c.fact].tell for c in row.clause.conditions)


def _tried(row: Row, facts: dict[Fact, Known], live: int, *, to_auditor: bool) -> Tried:
    return Tried(
        rule=row.rule.ref,
        effect=row.rule.effect,
        counted=bool(row.bit & live) if to_auditor or not _secret(row) else None,
        conditions=tuple(
            _tested(condition, facts, to_auditor=to_auditor) for condition in row.clause.conditions
        ),
    )


def _tested(condition: Condition, facts: dict[Fact, Known], *, to_auditor: bool) -> Tested:
    tell = to_auditor or SHAPES[condition.fact].tell
    return Tested(
        fact=condition.fact,
        says=str(condition),
        outcome=condition.outcome(facts.get(condition.fact, UNKNOWN)) if tell else None,
        told=tell,
    )


def _near_misses(
    rows: list[Row], facts: dict[Fact, Known], live: int, *, to_auditor: bool
) -> tuple[NearMiss, ...]:
    """An override comes last: it is for when nothing else will do, not the next thing to try."""
    found: list[tuple[bool, NearMiss]] = []
    for row in rows:
        if row.rule.effect not in OPENING or (to_auditor and row.bit & live):
            continue
        lacks: list[str] = []
        for condition in row.clause.conditions:
            if not to_auditor and not SHAPES[condition.fact].tell:
                lacks.append(ABOUT_THE_CHILD)
            elif condition.outcome(facts.get(condition.fact, UNKNOWN)) is not True:
                lacks.append(str(condition))
        if lacks:
            miss = NearMiss(rule=row.rule.ref, lacks=tuple(dict.fromkeys(lacks)))
            found.append((row.rule.effect is Effect.OVERRIDE, miss))
    return tuple(miss for _, miss in sorted(found, key=lambda one: (one[0], len(one[1].lacks))))
