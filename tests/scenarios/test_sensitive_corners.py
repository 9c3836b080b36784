"""The corners where a mistake hurts: passwords, third parties, unsafe contact, protected children.

Under every protocol, over HTTP, and counted at the systems.
"""

from collections.abc import Callable
from typing import Final

import pytest

from records.people import Purpose, Role, Standing
from tests.casefile import FRIEND, PASSWORD
from tests.casefile import INTELLIGENCE as REPORT
from tests.scenarios.asked import (
    AREAS,
    EPISODE,
    EVERYTHING,
    INTELLIGENCE,
    INTERVIEW,
    PLACEMENT,
    PLAN,
)
from tests.scenarios.ledger import row_of
from tests.world import Child, Practitioner, World

Asker = Callable[[World, Child], Practitioner]


def _foster_carer(world: World, child: Child) -> Practitioner:
    return world.knows(child, Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT, "public")


def _partner(world: World, child: Child) -> Practitioner:
    return world.partner(child, Role.PARTNER_AGENCY)


def _child_themselves(world: World, child: Child) -> Practitioner:
    return world.knows(child, Role.CHILD, Standing.IS_THE_CHILD, "public")


def _front_door(world: World, child: Child) -> Practitioner:
    return world.of_responsible(child, Role.FRONT_DOOR)


def _uncle(world: World, _child: Child) -> Practitioner:
    return world.uncle()


NOT_POLICE: Final[tuple[Asker, ...]] = (
    World.social_worker,
    World.manager,
    World.reviewing_officer,
    _front_door,
    World.nurse,
    World.head_teacher,
    World.home_manager,
    _foster_carer,
    _partner,
    World.mother,
    _child_themselves,
    _uncle,
)
UNTRUSTED_WITH_FRIENDS: Final[tuple[Asker, ...]] = (
    World.nurse,
    World.head_teacher,
    World.mother,
    _child_themselves,
    _uncle,
)


def planned(world: World, area: str, **facts: object) -> Child:
    """A looked-after child who is missing, of whom the police hold a plan and intelligence."""
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House")
    for fact, value in {"trigger_plan_exists": True, **facts}.items():
        child.registers.states(fact, value=value)
    child.goes_missing()
    child.file.placed()
    child.file.trigger_plan()
    child.file.intelligence()
    world.forgets_what_was_asked()
    return child


def police_were_asked_for(world: World, field: str) -> bool:
    """Whether the force was asked for this field of anything, by JSON:API's sparse fieldsets."""
    return any(
        field in value.split(",")
        for asked in world.police.asked
        for name, value in asked.query
        if name.startswith("fields[")
    )


# A child's passwords


@pytest.mark.parametrize("area", AREAS)
def test_a_childs_passwords_reach_nobody_outside_the_police_and_are_not_asked_for(
    world: World, area: str
) -> None:
    child = planned(world, area)

    for asker in NOT_POLICE:
        told = asker(world, child).asks(child, PLAN)
        assert PASSWORD.encode() not in told.raw
        assert "credentials" not in told.given("triggerPlans")
    assert not police_were_asked_for(world, "accounts")


@pytest.mark.parametrize("area", AREAS)
def test_police_have_the_passwords_where_the_protocol_gives_them_and_nowhere_else(
    world: World, area: str
) -> None:
    child = planned(world, area)

    told = world.officer(child).asks(child, PLAN)

    assert ("credentials" in told.given("triggerPlans")) is (area == "Lancashire")
    assert (PASSWORD.encode() in told.raw) is (area == "Lancashire")
    assert police_were_asked_for(world, "accounts") is (area == "Lancashire")


def test_a_decision_to_release_gives_no_home_and_no_partner_a_childs_passwords(
    world: World,
) -> None:
    child = planned(world, "Lancashire")
    for somebody in (world.home_manager(child), _partner(world, child), world.social_worker(child)):
        child.registers.judged("release_decided", for_person=somebody.person)
        assert PASSWORD.encode() not in somebody.asks(child, PLAN).raw


# Third parties


@pytest.mark.parametrize("area", AREAS)
def test_a_friends_name_and_address_reach_neither_health_school_family_nor_strangers(
    world: World, area: str
) -> None:
    child = planned(world, area)

    for asker in UNTRUSTED_WITH_FRIENDS:
        told = asker(world, child).asks(child, PLAN)
        assert FRIEND.encode() not in told.raw
    assert not police_were_asked_for(world, "associates")


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Lancashire"])
def test_outside_lancashire_the_polices_plan_and_the_friends_in_it_stay_with_the_police(
    world: World, area: str
) -> None:
    child = planned(world, area)

    for asker in NOT_POLICE:
        assert FRIEND.encode() not in asker(world, child).asks(child, PLAN).raw
    assert FRIEND.encode() in world.officer(child).asks(child, PLAN).raw


# Intelligence and a live investigation


@pytest.mark.parametrize("area", AREAS)
def test_intelligence_stays_with_the_police_whatever_the_plan_tells_others(
    world: World, area: str
) -> None:
    child = planned(world, area)

    for asker in NOT_POLICE:
        told = asker(world, child).asks(child, INTELLIGENCE + PLAN)
        assert REPORT.encode() not in told.raw
    assert not police_were_asked_for(world, "report")
    assert REPORT.encode() in world.officer(child).asks(child, INTELLIGENCE).raw


@pytest.mark.parametrize("area", AREAS)
def test_that_an_investigation_is_live_opens_nothing_to_anybody(world: World, area: str) -> None:
    calm, live = planned(world, area), planned(world, area)
    live.registers.judged("live_investigation")

    for asker in (World.social_worker, World.home_manager, World.mother, World.officer):
        before, during = (asker(world, child).asks(child, EVERYTHING) for child in (calm, live))
        for category in ("missingEpisodes", "triggerPlans", "intelligence", "returnInterviews"):
            assert during.given(category) <= before.given(category)
        assert b"live" not in during.raw.lower()


@pytest.mark.parametrize("live", [True, False])
def test_who_reported_a_wanted_child_is_told_no_reasons_while_the_police_investigate(
    world: World, *, live: bool
) -> None:
    child = planned(world, "Lancashire", wanted=True)
    reporter = world.knows(
        child, Role.REPORTING_PERSON, Standing.REPORTED_MISSING, "public", purpose=Purpose.LOCATE
    )
    why = "query Why($child: ID!) { explainAccess(child: $child, items: [DECISION_RATIONALE]) { ... on AccessExplained { items { open reason rules { id } } } } }"
    if live:
        child.registers.judged("live_investigation")
    [item] = reporter.sends(why, {"child": child.id}).body["data"]["explainAccess"]["items"]

    assert item["open"] is not live
    # That there is an investigation is told to nobody outside the agencies.
    assert "england-live-investigation" not in str(item)
    assert b"live" not in reporter.asks(child, EVERYTHING).raw.lower()


# A mother with parental responsibility whose contact is unsafe


def mother_asks(world: World, area: str, *, unsafe: bool | None) -> tuple[Child, Practitioner]:
    """Found, fit to be collected, and somebody decided that she may be told; unknown is None."""
    facts: dict[str, object] = {} if unsafe is None else {"pr_contact_unsafe": unsafe}
    child = planned(world, area, collection_appropriate=True, **facts)
    child.is_found()
    mother = world.mother(child)
    child.registers.judged("release_decided", for_person=mother.person)
    return child, mother


@pytest.mark.parametrize("unsafe", [True, None])
@pytest.mark.parametrize("area", AREAS)
def test_a_mother_who_is_or_may_be_unsafe_learns_no_place_and_no_reason(
    world: World, area: str, *, unsafe: bool | None
) -> None:
    child, mother = mother_asks(world, area, unsafe=unsafe)

    told = mother.asks(child, EPISODE + PLACEMENT)

    assert not told.given("placements")
    assert "lastSeen" not in told.given("missingEpisodes")
    assert b"Bus station" not in told.raw
    assert b"LA1 1AA" not in told.raw
    assert b"unsafe" not in told.raw
    assert not police_were_asked_for(world, "lastSeenPlace")
    if told.found:
        for category in ("missingEpisodes", "placements"):
            for kept in told.withheld(category).values():
                assert kept["reason"] in {"SILENT", "NOT_CONFIRMED"}
                assert kept["rules"] == []


@pytest.mark.parametrize("area", ["Essex", "Somerset", "North East Lincolnshire"])
def test_where_parents_are_told_of_episodes_an_unsafe_mother_is_answered_as_a_stranger(
    world: World, area: str
) -> None:
    unsafe, mother = mother_asks(world, area, unsafe=True)
    safe, other_mother = mother_asks(world, area, unsafe=False)
    nobody = str(world.parts.services.ids.child("C" * len(unsafe.ref)))

    assert "status" in other_mother.asks(safe, EPISODE).given("missingEpisodes")
    answers = [mother.asks(one, EPISODE + PLACEMENT) for one in (unsafe, nobody)]
    assert len({told.without_reference for told in answers}) == 1
    assert not answers[0].found


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Somerset", "Lancashire"])
def test_a_mother_who_is_safe_learns_where_the_child_is_once_that_is_decided(
    world: World, area: str
) -> None:
    child, mother = mother_asks(world, area, unsafe=False)
    told = mother.asks(child, EPISODE)
    assert told.shown("missingEpisodes", "lastSeen") == [{"place": "Bus station"}]


# Children whom the law has closed


@pytest.mark.parametrize(
    "area, sealed",
    [
        *((area, "identity_sealed") for area in AREAS),
        ("Lancashire", "adoption_sealed"),
        ("Essex", "court_forbids"),
    ],
)
def test_of_a_child_whom_the_law_protects_nobody_learns_anything_and_nothing_is_asked(
    world: World, area: str, sealed: str
) -> None:
    child = planned(world, area)
    child.registers.judged(sealed)
    nobody = str(world.parts.services.ids.child("D" * len(child.ref)))
    askers = [asker(world, child) for asker in (*NOT_POLICE, World.officer)]
    world.forgets_what_was_asked()

    for somebody in askers:
        protected, unknown = (somebody.asks(one, EVERYTHING) for one in (child, nobody))
        assert not protected.found
        assert protected.without_reference == unknown.without_reference
    assert world.were_asked() == frozenset()


def test_the_ledger_has_the_law_by_which_a_protected_child_was_kept_from_the_worker(
    world: World,
) -> None:
    child = planned(world, "Lancashire")
    worker = world.social_worker(child)
    child.registers.judged("identity_sealed")

    told = worker.asks(child, INTERVIEW)

    (ref,) = told.refs
    assert "england-protected-person" in row_of(world, ref)
    assert b"protected" not in told.raw
