"""Every row of every sharing file, in a situation where it decides, and in those where it must not."""

from dataclasses import replace

import pytest

from consent.bundle import Bundle, Effect
from consent.engine import decide, engine_for
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known
from protocols.condition import Condition
from protocols.load import load_bundle
from records.people import Standing
from tests.consent.casework import Case, all_cases

CASES = all_cases()


def _ids(case: Case) -> str:
    return case.rule


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_rule_decides_about_its_item(bundle: Bundle, case: Case) -> None:
    decision = decide(bundle, case.situation, [case.item])[case.item]

    deciding = decision.duties if case.duty else decision.rules

    assert decision.open is case.open
    assert case.rule in [ref.id for ref in deciding]


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_rule_falls_silent_when_any_one_of_its_conditions_fails(
    bundle: Bundle, case: Case
) -> None:
    panel = engine_for(bundle).panel(case.situation)
    live = panel.counting(case.situation)
    counted = [row for row in panel.rows_in(live) if row.rule.ref.id == case.rule]
    for row in counted:
        for condition in row.clause.conditions:
            changed = _failing(case.situation, condition)
            still = engine_for(bundle).panel(changed).counting(changed)
            assert not still & row.bit, f"{case.rule} does not mind {condition}"


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_what_opens_falls_silent_in_doubt_and_what_closes_does_not(
    bundle: Bundle, case: Case
) -> None:
    panel = engine_for(bundle).panel(case.situation)
    live = panel.counting(case.situation)
    for row in panel.rows_in(live):
        if row.rule.ref.id != case.rule:
            continue
        opens = row.rule.effect in {Effect.GRANT, Effect.OVERRIDE}
        for fact in {c.fact for c in row.clause.conditions} - {Fact.PURPOSE}:
            doubtful = _with(case.situation, fact, UNKNOWN)
            counts = bool(panel.counting(doubtful) & row.bit)
            assert counts is not opens, f"{case.rule}, {fact.value} not known"


@pytest.mark.parametrize("protocol", sorted(load_bundle().protocols))
def test_every_row_has_a_case(bundle: Bundle, protocol: str) -> None:
    rows = {rule.ref.id for rule in bundle.rules if rule.ref.protocol == protocol}

    assert rows - {case.rule for case in CASES} == set()


def test_no_case_is_about_a_rule_that_is_gone(bundle: Bundle) -> None:
    assert {case.rule for case in CASES} <= {rule.ref.id for rule in bundle.rules}


def _failing(situation: Situation, condition: Condition) -> Situation:
    """The situation with one condition made to fail."""
    fact = condition.fact
    shape = SHAPES[fact]
    value: Known
    match shape.form:
        case Form.YES_NO:
            value = (True in condition.values) is condition.negated
        case Form.SET:
            value = frozenset(map(str, condition.values)) if condition.negated else frozenset()
        case Form.NUMBER:
            value = next(
                n for n in range(shape.below) if (n in condition.values) is condition.negated
            )
        case Form.CHOICE:
            value = next(w for w in shape.values if (w in condition.values) is condition.negated)
        case Form.AUTHORITY:
            value = str(next(iter(condition.values))) if condition.negated else "E99999999"
    return _with(situation, fact, value)


def _with(situation: Situation, fact: Fact, value: Known) -> Situation:
    if fact is Fact.STANDING:
        known = value if value is UNKNOWN else frozenset(Standing(word) for word in value)  # type: ignore[union-attr]
        return replace(situation, standings=known)
    if fact is Fact.PURPOSE:
        return replace(situation, purpose=type(situation.purpose)(value))
    return replace(situation, facts={**situation.facts, fact: value})
