"""Why: everything to the auditor, and to the caller only what may be spoken of."""

import json
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.bundle import Bundle, Effect
from consent.decision import Reason
from consent.engine import decide
from consent.explain import ABOUT_THE_CHILD, explain, told
from consent.vocabulary import SHAPES, UNKNOWN, Fact, Known
from protocols.condition import Clause, Condition
from records.items import Item
from records.people import KIND_OF, Kind, Purpose, Role
from tests.consent.anybody import anybody, chance
from tests.consent.casework import COORDINATOR, HOME, NURSE, PARENT, SCHOOL, SOCIAL_WORKER


def test_the_auditor_sees_every_rule_tried_with_every_condition_and_how_it_stood(
    bundle: Bundle,
) -> None:
    explained = explain(
        bundle, COORDINATOR.asks(child_says="not-asked"), Item.RHI_FULL, to_auditor=True
    )

    tried = {t.rule.id: t for t in explained.tried}
    lacking = tried["panlancs-rhi-share-police-health"]
    assert lacking.counted is False
    assert {c.fact: c.outcome for c in lacking.conditions} == {
        Fact.STANDING: True,
        Fact.CHILD_SAYS: False,
    }
    assert tried["panlancs-rhi-share-police-health/no-consent"].counted is True


def test_the_nearest_miss_comes_first_and_names_what_it_lacks(bundle: Bundle) -> None:
    explained = explain(
        bundle, COORDINATOR.asks(child_says="not-asked"), Item.RHI_FULL, to_auditor=True
    )

    nearest = explained.near_misses[0]
    assert nearest.lacks == ("child_says is agrees",)
    vital = next(m for m in explained.near_misses if m.rule.id == "england-vital-interest")
    assert vital.lacks == ("override is yes",)


def test_the_caller_is_not_told_what_the_child_said(bundle: Bundle) -> None:
    for says in ("refuses", "withdrew", "not-asked"):
        explained = explain(
            bundle, COORDINATOR.asks(child_says=says), Item.RHI_FULL, to_auditor=False
        )
        for tried in explained.tried:
            for condition in tried.conditions:
                if condition.fact is Fact.CHILD_SAYS:
                    assert condition.outcome is None
                    assert not condition.told
        assert explained.near_misses[0].lacks == (ABOUT_THE_CHILD,)
        assert explained.could_open is None


def test_a_professional_is_told_that_consent_is_lacking_and_by_which_words(bundle: Bundle) -> None:
    situation = NURSE.asks(child_says="refuses")
    decision = decide(bundle, situation, [Item.RHI_FULL])[Item.RHI_FULL]

    assert told(bundle, situation, decision).reason is Reason.NO_CONSENT


def test_a_parent_is_never_told_that_their_contact_is_recorded_as_unsafe(bundle: Bundle) -> None:
    unsafe = PARENT.asks(
        located=True, release_decided=True, collection_appropriate=True, pr_contact_unsafe=True
    )
    decision = decide(bundle, unsafe, [Item.WHEREABOUTS_LOCATION])[Item.WHEREABOUTS_LOCATION]

    spoken = told(bundle, unsafe, decision)

    assert decision.reason is Reason.DENIED
    assert spoken.reason is Reason.SILENT
    assert spoken.rules == ()


def test_what_a_parent_reads_is_the_same_whether_contact_is_unsafe_or_nothing_is_released(
    bundle: Bundle,
) -> None:
    unsafe = PARENT.asks(located=True, collection_appropriate=True, pr_contact_unsafe=True)
    unreleased = PARENT.asks(located=True, collection_appropriate=True, pr_contact_unsafe=False)

    one, other = (
        told(bundle, s, decide(bundle, s, [Item.WHEREABOUTS_LOCATION])[Item.WHEREABOUTS_LOCATION])
        for s in (unsafe, unreleased)
    )

    assert one == other


def test_nobody_is_told_which_bar_it_was(bundle: Bundle) -> None:
    adopted = SOCIAL_WORKER.asks(adoption_sealed=True)
    decision = decide(bundle, adopted, [Item.IDENTITY_CORE])[Item.IDENTITY_CORE]

    assert decision.reason is Reason.BARRED
    assert told(bundle, adopted, decision).reason is Reason.SILENT
    explained = explain(bundle, adopted, Item.IDENTITY_CORE, to_auditor=False)
    assert "adoption" not in json.dumps([t.rule.id for t in explained.tried])


def test_a_bar_leaves_what_is_told_as_it_was_before(bundle: Bundle) -> None:
    """Otherwise a refusal that turns to silence would tell that there is a bar."""
    for item in (Item.RHI_FULL, Item.TRIGGER_PLAN_CREDENTIALS):
        sealed, ordinary = (
            NURSE.asks(court_forbids=f, child_says="refuses") for f in (True, False)
        )
        one, other = (decide(bundle, s, [item])[item] for s in (sealed, ordinary))

        assert one.reason is Reason.BARRED
        assert other.reason in {Reason.DENIED, Reason.NO_CONSENT}
        assert told(bundle, sealed, one) == told(bundle, ordinary, other)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_what_the_family_is_told_depends_on_nothing_that_may_not_be_spoken_of(
    bundle: Bundle, seed: int
) -> None:
    """Two situations that differ in facts about the child alone: closed in both, told alike."""
    rng = chance(seed)
    roles = [role for role in Role if KIND_OF[role] in {Kind.FAMILY, Kind.OTHER}]
    one = replace(anybody(rng, bundle, doubt=0.1), role=rng.choice(roles))
    other = anybody(rng, bundle, doubt=0.1)
    spoken = {fact: value for fact, value in one.facts.items() if SHAPES[fact].tell}
    secret = {fact: value for fact, value in other.facts.items() if not SHAPES[fact].tell}
    other = replace(one, facts={**spoken, **secret})
    for item in Item:
        first, second = (decide(bundle, s, [item])[item] for s in (one, other))
        if first.open or second.open:
            continue
        assert told(bundle, one, first) == told(bundle, other, second)
        explained = (explain(bundle, s, item, to_auditor=False) for s in (one, other))
        assert len(set(explained)) == 1


def test_an_open_answer_needs_no_near_misses(bundle: Bundle) -> None:
    explained = explain(bundle, HOME.asks(), Item.RHI_CONFIRMATION, to_auditor=True)

    assert explained.decision.open
    assert explained.near_misses == ()


def test_silence_says_which_rule_would_come_nearest_if_any_does(bundle: Bundle) -> None:
    interview = explain(bundle, SCHOOL.asks(), Item.RHI_FULL, to_auditor=True)
    episode = explain(
        bundle, SCHOOL.asks(purpose=Purpose.SAFEGUARD), Item.EPISODE_DETAIL, to_auditor=True
    )

    assert interview.could_open is False or interview.near_misses
    assert episode.decision.reason is Reason.SILENT
    assert any("named-partner" in lack for miss in episode.near_misses for lack in miss.lacks)


def test_each_condition_is_told_in_the_words_of_its_rule(bundle: Bundle) -> None:
    explained = explain(bundle, HOME.asks(), Item.RHI_CONFIRMATION, to_auditor=True)

    [confirms] = [t for t in explained.tried if t.rule.id == "panlancs-rhi-confirm-placement"]
    assert {(c.fact, c.says, c.outcome) for c in confirms.conditions} == {
        (Fact.STANDING, "standing is provides-placement", True),
        (Fact.LOOKED_AFTER, "looked_after is yes", True),
    }


def test_a_fact_that_nobody_knows_is_lacking_whichever_way_it_is_asked(bundle: Bundle) -> None:
    """That it is none of these is not met by what nobody knows."""
    asks = Condition(Fact.RISK_GRADE, frozenset({"low"}), negated=True)
    stricter = replace(
        bundle,
        rules=tuple(
            replace(rule, clauses=tuple(Clause((*c.conditions, asks)) for c in rule.clauses))
            if rule.effect is Effect.GRANT
            else rule
            for rule in bundle.rules
        ),
    )
    unknown = COORDINATOR.asks(child_says="agrees", risk_grade=UNKNOWN)
    not_given: dict[Fact, Known] = {
        fact: v for fact, v in unknown.facts.items() if fact is not Fact.RISK_GRADE
    }

    for situation, to_auditor in product(
        (unknown, replace(unknown, facts=not_given)), (True, False)
    ):
        explained = explain(stricter, situation, Item.RHI_FULL, to_auditor=to_auditor)
        missed = {miss.rule.id: miss.lacks for miss in explained.near_misses}
        lacks = "risk_grade is not low" if to_auditor else ABOUT_THE_CHILD
        assert missed["panlancs-rhi-share-police-health"] == (lacks,)
