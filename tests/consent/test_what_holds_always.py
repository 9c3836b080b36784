"""What has to hold in every situation, whatever the rules say."""

from dataclasses import replace
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.boxes import Axis, Box, opens
from consent.bundle import Bundle, Effect
from consent.decision import Reason
from consent.engine import could_open, decide, decide_afresh, engine_for
from consent.situation import Situation
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, Known
from records.items import Item, above, below
from records.people import Standing
from tests.consent.anybody import anybody, chance
from tests.consent.casework import HOME

ITEMS: Final = list(Item)
MANY: Final = settings(max_examples=150, deadline=None)

seeds = st.integers(min_value=0, max_value=10**9)


def _opened(bundle: Bundle, situation: Situation) -> set[Item]:
    return {item for item, decision in decide(bundle, situation, ITEMS).items() if decision.open}


@MANY
@given(seed=seeds)
def test_remembering_never_changes_an_answer(bundle: Bundle, seed: int) -> None:
    situation = anybody(chance(seed), bundle)

    assert decide(bundle, situation, ITEMS) == decide_afresh(bundle, situation, ITEMS)


@MANY
@given(seed=seeds)
def test_knowing_less_never_opens_anything(bundle: Bundle, seed: int) -> None:
    rng = chance(seed)
    knows = anybody(rng, bundle, doubt=0.1)
    dropped = set(rng.sample(list(Fact), 20))
    doubts = replace(
        knows,
        facts={f: v for f, v in knows.facts.items() if f not in dropped},
        host=UNKNOWN if rng.random() < 0.3 else knows.host,
    )

    assert _opened(bundle, doubts) <= _opened(bundle, knows)


@MANY
@given(seed=seeds)
def test_losing_a_standing_never_opens_what_a_grant_would(bundle: Bundle, seed: int) -> None:
    """Denials may ask that a standing is there, so what is compared is what grants alone open."""
    rng = chance(seed)
    holds = replace(anybody(rng, bundle), standings=frozenset(rng.sample(list(Standing), 3)))
    loses = replace(holds, standings=frozenset(rng.sample(sorted(holds.standings, key=str), 2)))  # type: ignore[arg-type]

    assert _granted(bundle, loses) <= _granted(bundle, holds)


def _granted(bundle: Bundle, situation: Situation) -> set[str]:
    panel = engine_for(bundle).panel(situation)
    live = panel.counting(situation)
    return {
        row.rule.ref.id
        for row in panel.rows_in(live)
        if row.rule.effect is Effect.GRANT
        and not any(c.negated and c.fact is Fact.STANDING for c in row.clause.conditions)
    }


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_taking_a_denial_away_never_closes_and_adding_one_never_opens(
    bundle: Bundle, seed: int
) -> None:
    rng = chance(seed)
    denials = [rule for rule in bundle.rules if rule.effect in {Effect.DENY, Effect.BAR}]
    gone = rng.choice(denials)
    without = replace(bundle, rules=tuple(rule for rule in bundle.rules if rule is not gone))
    situation = anybody(rng, bundle)

    assert _opened(bundle, situation) <= _opened(without, situation)


@MANY
@given(seed=seeds)
def test_what_is_granted_opens_all_it_includes_unless_that_is_refused(
    bundle: Bundle, seed: int
) -> None:
    decisions = decide(bundle, anybody(chance(seed), bundle), ITEMS)
    for item, decision in decisions.items():
        if decision.open:
            for lower in below(item):
                assert decisions[lower].reason is not Reason.SILENT
        elif decision.reason is Reason.BARRED:
            assert not any(decisions[upper].open for upper in above(item))


@MANY
@given(seed=seeds)
def test_every_withheld_item_has_somebody_to_ask(bundle: Bundle, seed: int) -> None:
    situation = anybody(chance(seed), bundle)

    for item in ITEMS:
        asked = bundle.ask(situation, item)
        assert asked.label
        assert asked.why


@settings(max_examples=50, deadline=None)
@given(seed=seeds)
def test_what_could_not_open_stays_closed_however_it_turns_out(bundle: Bundle, seed: int) -> None:
    rng = chance(seed)
    situation = anybody(rng, bundle, doubt=0.5)
    for item in rng.sample(ITEMS, 12):
        if could_open(bundle, situation, item):
            continue
        for _ in range(6):
            turned_out = _learned(rng, situation, anybody(rng, bundle, doubt=0.0))
            assert not decide(bundle, turned_out, [item])[item].open


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_what_could_open_does_open_in_some_case(bundle: Bundle, seed: int) -> None:
    """The boxes that say it could are turned into a situation, and decided."""
    rng = chance(seed)
    situation = anybody(rng, bundle, doubt=0.4)
    situation = replace(
        situation,
        host=None if situation.host is UNKNOWN else situation.host,
        responsible=None if situation.responsible is UNKNOWN else situation.responsible,
    )
    engine = engine_for(bundle)
    for item in rng.sample(ITEMS, 12):
        panel = engine.panel(situation)
        region = opens(engine.space, panel, item, engine.space.known(situation))
        assert bool(region) is could_open(bundle, situation, item)
        for box in region[:3]:
            assert decide(bundle, _at(situation, box), [item])[item].open


def _learned(rng: Random, situation: Situation, other: Situation) -> Situation:
    """The situation with everything that was not known taken from another."""
    known = {f: v for f, v in situation.facts.items() if v is not UNKNOWN}
    return replace(
        situation,
        facts={**other.facts, **known},
        standings=other.standings if situation.standings is UNKNOWN else situation.standings,
        host=other.host if situation.host is UNKNOWN else situation.host,
        responsible=other.responsible
        if situation.responsible is UNKNOWN
        else situation.responsible,
    )


def _at(situation: Situation, box: Box) -> Situation:
    """A situation in a box: what it leaves open is settled one way or the other."""
    facts: dict[Fact, Known] = dict(situation.facts)
    standings = situation.standings
    for fact, shape in SHAPES.items():
        if shape.form is Form.SET:
            members = frozenset(m for m in shape.values if True in box.get(Axis(fact, m), ()))
            if fact is Fact.STANDING:
                standings = frozenset(Standing(m) for m in members)
            elif fact not in facts:
                facts[fact] = members
        elif Axis(fact) in box and fact not in {Fact.ROLE, Fact.PURPOSE} and fact not in facts:
            facts[fact] = min(box[Axis(fact)], key=str)
    return replace(situation, facts=facts, standings=standings)


@MANY
@given(seed=seeds)
def test_whose_records_are_open_and_on_checked_words_or_not_is_told_of_all_that_open_it(
    bundle: Bundle, seed: int
) -> None:
    """Unverified unless the checked rules alone would open it, from the same holders."""
    rules = {(rule.ref.protocol, rule.ref.id): rule for rule in bundle.rules}
    for decision in decide(bundle, anybody(chance(seed), bundle), ITEMS).values():
        deciding = [rules[ref.protocol, ref.id] for ref in decision.rules]
        if decision.open:
            holders = {kind for rule in deciding for kind in rule.holders}
            on_checked_words = {k for rule in deciding if rule.ref.verified for k in rule.holders}
            assert decision.holders == holders
            assert decision.unverified is (on_checked_words != holders)
        else:
            assert decision.holders == frozenset()
            assert decision.unverified is (
                bool(deciding) and not any(rule.ref.verified for rule in deciding)
            )


def test_an_area_that_nobody_knows_could_be_any_of_the_partnerships(bundle: Bundle) -> None:
    """A bundle of its own, so that nothing is remembered of another test."""
    fresh = replace(bundle)
    home = HOME.asks(host=UNKNOWN, responsible=None)

    assert not decide(fresh, home, [Item.RHI_CONFIRMATION])[Item.RHI_CONFIRMATION].open
    assert could_open(fresh, home, Item.RHI_CONFIRMATION)
    assert not could_open(fresh, home, Item.TRIGGER_PLAN_CREDENTIALS)
    assert not could_open(
        fresh, replace(home, facts={**home.facts, Fact.COURT_FORBIDS: True}), Item.RHI_CONFIRMATION
    )
