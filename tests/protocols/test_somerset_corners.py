"""Sensitive corners of the Somerset protocol: absent or missing, unsafe parents, publicity."""

from collections.abc import Iterable

import pytest

from consent.bundle import Bundle
from consent.decision import Decision
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Known
from protocols.protocol import Protocol
from protocols.status import (
    Verdict,
    admit_term,
    terms,
    who_decides,
)
from records.items import Item
from records.people import Kind, Role, Standing
from tests.consent.cases.somerset import (
    AT,
    CHIEF_INSPECTOR,
    CHILDRENS_SOCIAL_CARE,
    HOME,
    LINE_MANAGER,
    OFFICER,
    OPERATIONS_MANAGER,
    PARENT,
    at_home,
    placed_by_leeds,
)
from tests.consent.casework import person
from tests.protocols.casework import facts


def _of(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _opened(bundle: Bundle, situation: Situation, items: Iterable[Item]) -> set[Item]:
    return {item for item, told in decide(bundle, situation, list(items)).items() if told.open}


def _names(decision: Decision) -> list[str]:
    return [ref.id for ref in decision.rules]


@pytest.fixture
def protocol(bundle: Bundle) -> Protocol:
    return bundle.protocols[AT]


# Absent and missing


def test_absent_is_a_word_in_use_and_is_not_missing(protocol: Protocol) -> None:
    known = facts(whereabouts_known=True, where_expected=False, at_risk=False)

    assert admit_term(protocol, "absent").verdict is Verdict.ADMITTED
    assert [(t.status, t.missing) for t in terms(protocol, known)] == [("absent", False)]


@pytest.mark.parametrize(
    "out_of_character, at_risk, status",
    [
        (True, False, {"missing"}),
        (False, True, {"missing"}),
        (True, True, {"missing"}),
        (False, False, {"absent"}),
        (UNKNOWN, False, set()),
        (False, UNKNOWN, set()),
    ],
)
def test_where_nobody_knows_where_the_child_is_character_and_risk_decide(
    protocol: Protocol, out_of_character: Known, at_risk: Known, status: set[str]
) -> None:
    known = facts(
        whereabouts_known=False,
        where_expected=False,
        out_of_character=out_of_character,
        at_risk=at_risk,
        crime_suspected=False,
    )

    assert {term.status for term in terms(protocol, known)} == status


def test_the_duty_inspector_decides_which_it_is(protocol: Protocol) -> None:
    [(who, rule)] = who_decides(protocol, facts(reported_missing=True))

    assert who == ("police_duty_inspector",)
    assert rule.heading == "TIMESCALES"


# What the police are told, parents, publicity, and managers


def test_a_council_tells_police_of_needs_and_risk_as_a_parent_only_of_a_child_it_looks_after(
    bundle: Bundle,
) -> None:
    in_care = _of(bundle, OFFICER.asks(reported_missing=True), Item.HEALTH_NEEDS)
    home = _of(bundle, at_home(OFFICER, reported_missing=True), Item.HEALTH_NEEDS)

    assert Kind.SOCIAL_CARE in in_care.holders
    assert Kind.SOCIAL_CARE not in home.holders
    for situation in (OFFICER.asks(reported_missing=True), OFFICER.asks(reported_missing=False)):
        assert not _of(bundle, situation, Item.HEALTH_RECORD).open


def test_nothing_is_told_before_the_child_is_reported(bundle: Bundle) -> None:
    asked = [Item.HEALTH_NEEDS, Item.PHILOMENA_FORM, Item.EDUCATION_SCHOOL, Item.PLACEMENT_ADDRESS]

    for reported in (False, UNKNOWN):
        assert not _opened(bundle, OFFICER.asks(reported_missing=reported), asked)
    assert _opened(bundle, OFFICER.asks(reported_missing=True), asked) == set(asked)


@pytest.mark.parametrize("unsafe, open_", [(False, True), (True, False), (UNKNOWN, False)])
def test_a_parent_learns_where_the_child_is_only_where_contact_is_known_to_be_safe(
    bundle: Bundle, unsafe: Known, *, open_: bool
) -> None:
    situation = at_home(PARENT, located=True, collection_appropriate=True, pr_contact_unsafe=unsafe)

    assert _of(bundle, situation, Item.WHEREABOUTS_LOCATION).open is open_


def test_where_return_is_not_safe_the_home_is_not_told_where_and_social_care_is(
    bundle: Bundle,
) -> None:
    assert not _of(
        bundle, HOME.asks(located=True, collection_appropriate=False), Item.WHEREABOUTS_SAFE
    ).open
    social_care = CHILDRENS_SOCIAL_CARE.asks(located=True, collection_appropriate=False)
    told = decide(bundle, social_care, [Item.WHEREABOUTS_LOCATION, Item.SAW_RECORD])
    assert all(Kind.POLICE in decision.holders for decision in told.values())


@pytest.mark.parametrize(
    "grade, says, authorised, open_",
    [
        ("high", "agrees", False, True),
        ("high", "refuses", False, True),
        ("high", "not-asked", False, False),
        ("high", "not-asked", True, False),
        ("medium", "agrees", False, False),
        ("medium", "agrees", True, True),
        (UNKNOWN, "agrees", False, False),
        ("high", UNKNOWN, False, False),
    ],
)
def test_publicity_needs_parents_heard_and_at_medium_risk_a_chief_inspector(
    bundle: Bundle, grade: Known, says: Known, *, authorised: bool, open_: bool
) -> None:
    situation = OFFICER.asks(risk_grade=grade, media_says=says, release_decided=authorised)

    assert _of(bundle, situation, Item.MEDIA_MATERIAL).open is open_


def test_chief_inspector_and_parent_see_what_is_proposed_before_it_is_published(
    bundle: Bundle,
) -> None:
    assert _of(bundle, CHIEF_INSPECTOR.asks(), Item.MEDIA_MATERIAL).open
    assert _of(bundle, PARENT.asks(), Item.MEDIA_MATERIAL).open
    assert not _of(bundle, PARENT.asks(pr_contact_unsafe=UNKNOWN), Item.MEDIA_MATERIAL).open


def test_managers_hear_of_somersets_own_children_in_care_and_not_of_leeds(bundle: Bundle) -> None:
    for asker in (LINE_MANAGER, OPERATIONS_MANAGER):
        assert _of(bundle, asker.asks(), Item.EPISODE_STATUS).open
    assert "somerset-cla-24h-operations-manager" not in _names(
        _of(bundle, placed_by_leeds(OPERATIONS_MANAGER), Item.EPISODE_STATUS)
    )


def test_nobody_has_a_childs_passwords_under_this_protocol(bundle: Bundle) -> None:
    for role in Role:
        everything = person(role, *Standing, at=AT).asks(
            reported_missing=True, release_decided=True, life_at_risk=True, child_says="agrees"
        )
        assert not _of(bundle, everything, Item.TRIGGER_PLAN_CREDENTIALS).open
