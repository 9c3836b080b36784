"""A situation holds only what rules can ask about, and never prints what is known of the child."""

from dataclasses import replace
from datetime import date

import pytest

from consent.bundle import Bundle
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Fact, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent.casework import HOME, SOCIAL_WORKER, TODAY


@pytest.mark.parametrize(
    "fact, value",
    [
        (Fact.AGE, 99),
        (Fact.CHILD_SAYS, "perhaps"),
        (Fact.LOOKED_AFTER, "true"),
        (Fact.ROLE, "social-worker"),
        (Fact.STANDING, frozenset({"allocated-worker"})),
    ],
)
def test_what_no_rule_could_have_been_written_for_is_refused_without_its_value(
    fact: Fact, value: Known
) -> None:
    with pytest.raises(ValueError, match=f"`{fact.value}` cannot have the value given") as refused:
        replace(SOCIAL_WORKER.asks(), facts={fact: value})

    assert str(value) not in str(refused.value).replace("value", "")


def test_a_situation_prints_who_asks_and_nothing_about_the_child() -> None:
    situation = SOCIAL_WORKER.asks(legal_status="remand", child_says="refuses")

    assert repr(situation).startswith("Situation(social-worker, safeguard, ")
    assert "remand" not in repr(situation)
    assert "refuses" not in repr(situation)


def test_equal_situations_are_one_situation() -> None:
    assert {HOME.asks(), HOME.asks()} == {HOME.asks()}
    assert HOME.asks() != HOME.asks(located=True)


def test_facts_that_are_not_given_are_unknown(bundle: Bundle) -> None:
    bare = Situation(
        role=Role.REGISTERED_MANAGER,
        standings=frozenset({Standing.PROVIDES_PLACEMENT}),
        purpose=Purpose.CARE,
        host="pan-lancashire",
        responsible="pan-lancashire",
        on=TODAY,
    )
    said = replace(bare, facts={Fact.LOOKED_AFTER: UNKNOWN})

    assert decide(bundle, bare, list(Item)) == decide(bundle, said, list(Item))
    assert not decide(bundle, bare, [Item.RHI_CONFIRMATION])[Item.RHI_CONFIRMATION].open


def test_decisions_come_in_the_order_asked_and_only_what_was_asked(bundle: Bundle) -> None:
    asked = [Item.RHI_FULL, Item.EPISODE_EXISTS, Item.CASE_WORKER]

    assert list(decide(bundle, HOME.asks(), asked)) == asked


def test_a_bundle_as_of_a_day_holds_the_rules_of_that_day(bundle: Bundle) -> None:
    before = bundle.as_of(date(2026, 9, 29))
    after = bundle.as_of(date(2026, 9, 30))

    assert {r.ref.id for r in after.rules} - {r.ref.id for r in before.rules} == {
        "england-information-sharing-duty"
    }
    assert before.digest == bundle.digest
    assert date(2026, 9, 30) in bundle.turning_days()
