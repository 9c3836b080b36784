"""The same corners by other doors: another role, another way in, another region, another age.

A parent whose contact is unsafe, a nurse who wants a password, an authority of another region, a
young person of 17 who refuses. What is closed by one way is closed by every other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from disclosure.assertion import Capacity, Says
from records.items import Category
from records.people import Purpose, Role, Standing
from schema.ids import RecordId
from tests.acting import breaks_glass
from tests.casefile import ACCOUNT, FRIEND, PASSWORD, SYNOPSIS
from tests.documents import MINUTES, STRATEGY_MINUTES
from tests.notifications_http.following import following
from tests.places import AUTHORITIES, HOMES, SERVICE
from tests.scenarios.asked import (
    AREAS,
    EPISODE,
    EVERYTHING,
    INTERVIEW,
    MEETINGS,
    PLACEMENT,
    PLAN,
    PLANS,
    SCHOOLING,
)
from tests.world import Child, Practitioner, World

POSTCODE: Final = b"LA1 1AA"
LAST_SEEN: Final = b"Bus station"
ALL: Final = EVERYTHING + PLANS + SCHOOLING + MEETINGS


def placed(world: World, area: str, *, unsafe: bool = False) -> Child:
    """A looked-after child who is missing, placed at an address, with a plan and an interview before.

    ``unsafe``: contact with whoever has parental responsibility is recorded as unsafe.
    """
    child = world.child(
        lives_in=area,
        looked_after_by=area,
        placed_with="Elm House",
        trigger_plan_exists=True,
    )
    if unsafe:
        child.registers.states("pr_contact_unsafe", value=True)
    child.goes_missing()
    if child.file.council == "liquidlogic":
        child.file.placed()
    child.file.trigger_plan()
    child.file.interviewed()
    child.file.documents.care_plan()
    child.file.documents.meeting("strategy", STRATEGY_MINUTES)
    world.forgets_what_was_asked()
    return child


def every_way(world: World, who: Practitioner, child: Child, selection: str) -> Iterator[bytes]:
    """What somebody is told of a child by every way in which they can name them or what is held of them."""
    ids = world.parts.services.ids
    on_child = f"{{ __typename ... on Child {{ {selection} }} }}"
    named: tuple[tuple[str, dict[str, object]], ...] = (
        (f"query ($v: ID!) {{ child(id: $v) {on_child} }}", {"v": child.id}),
        (f"query ($v: ID!) {{ node(id: $v) {on_child} }}", {"v": child.id}),
        (
            f"query ($v: String!) {{ findChild(nhsNumber: $v) {on_child} }}",
            {"v": child.number.digits},
        ),
        (
            f'query ($v: String!) {{ findChild(localId: $v, system: "police") {on_child} }}',
            {"v": child.file.nominal},
        ),
    )
    for document, variables in named:
        yield who.sends(document, variables).raw
    for digest in digests(world, child):
        record = ids.record(child.ref, Category.PLACEMENTS, digest)
        document = (
            "query ($v: ID!) { node(id: $v) { __typename"
            " ... on Placement { address { state postcode } detail { state placementType } } } }"
        )
        yield who.sends(document, {"v": record}).raw


def digests(world: World, child: Child) -> list[bytes]:
    """What tells the child's placements apart, as the child's own worker's ids hold it."""
    ids = world.parts.services.ids
    told = world.social_worker(child).asks(child, "placements { records { id } }")
    found = [ids.read(record["id"]) for record in told.child["placements"]["records"]]
    world.forgets_what_was_asked()
    return [each.digest for each in found if isinstance(each, RecordId)]


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Essex"])
def test_the_childs_own_worker_has_the_place_by_every_way_in(world: World, area: str) -> None:
    """What the others are kept from is really there."""
    child = placed(world, area)
    told = list(every_way(world, world.social_worker(child), child, PLACEMENT))
    assert [POSTCODE in one for one in told] == [True] * len(told)
    assert len(told) > len(digests(world, child))


# A parent whose contact is unsafe


def _estranged_mother(world: World, child: Child) -> Practitioner:
    return world.mother(child)


def _father_at_another_home(world: World, _child: Child) -> Practitioner:
    """He manages a home, and not the one where the child is."""
    return world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE)


def _father_signed_in_at_the_home(world: World, _child: Child) -> Practitioner:
    """His token says parent, and names the home where the child is as his organisation."""
    return world.person(Role.PARENT_CARER, HOMES["Elm House"], purpose=Purpose.CARE)


def _father_as_a_carer(world: World, _child: Child) -> Practitioner:
    return world.person(Role.FOSTER_CARER, "public", purpose=Purpose.CARE)


def _father_as_a_volunteer(world: World, _child: Child) -> Practitioner:
    return world.person(Role.RETURN_INTERVIEW_SERVICE, SERVICE, purpose=Purpose.RETURN_INTERVIEW)


UNSAFE_PARENTS: Final[tuple[Callable[[World, Child], Practitioner], ...]] = (
    _estranged_mother,
    _father_at_another_home,
    _father_signed_in_at_the_home,
    _father_as_a_carer,
    _father_as_a_volunteer,
)


@pytest.mark.parametrize("parent", UNSAFE_PARENTS)
@pytest.mark.parametrize("area", AREAS)
def test_a_parent_whose_contact_is_unsafe_learns_no_place_by_any_way_in(
    world: World, area: str, parent: Callable[[World, Child], Practitioner]
) -> None:
    child = placed(world, area, unsafe=True)
    who = parent(world, child)
    asked = PLACEMENT + EPISODE + PLAN + PLANS + MEETINGS

    for told in every_way(world, who, child, asked):
        for secret in (POSTCODE, LAST_SEEN, FRIEND.encode(), STRATEGY_MINUTES.encode()):
            assert secret not in told
        assert b"unsafe" not in told


@pytest.mark.parametrize("area", ["Lancashire", "Somerset"])
def test_by_a_subscription_an_estranged_mother_learns_nothing_at_all(
    world: World, area: str
) -> None:
    child = placed(world, area, unsafe=True)
    with following(world.mother(child)) as line:
        said = line.next()
    assert said["__typename"] == "AccessEnded"
    assert said["reason"] == "NOBODY_TO_BE_TOLD"


@pytest.mark.parametrize("area", AREAS)
def test_she_is_not_helped_by_glass_by_a_request_or_by_asking_why(world: World, area: str) -> None:
    child = placed(world, area, unsafe=True)
    nobody = str(world.parts.services.ids.child("E" * len(child.ref)))
    mother = world.mother(child)
    explain = (
        "query ($v: ID!) { explainAccess(child: $v, items: [PLACEMENT_ADDRESS]) { __typename"
        " ... on AccessExplained { items { item open reason rules { id } } } ... on Refused { says } } }"
    )

    broken = breaks_glass(mother, child, "PLACEMENT_ADDRESS")
    answers = [mother.sends(explain, {"v": one}).body["data"] for one in (child.id, nobody)]

    assert broken["__typename"] == "Refused"
    assert answers[0] == answers[1]
    for told in every_way(world, mother, child, PLACEMENT):
        assert POSTCODE not in told


@pytest.mark.parametrize("area", AREAS)
def test_the_home_itself_is_not_made_to_tell_the_parent_what_the_home_does_not_have(
    world: World, area: str
) -> None:
    """The home asks for everything on the father's behalf: it has what the home may have."""
    child = placed(world, area, unsafe=True)
    told = world.home_manager(child).asks(child, ALL)
    for secret in (PASSWORD, ACCOUNT, SYNOPSIS, STRATEGY_MINUTES):
        assert secret.encode() not in told.raw
    assert LAST_SEEN not in told.raw


# A nurse who wants a password


def _nurse(world: World, child: Child) -> Practitioner:
    return world.nurse(child)


def _treating_nurse(world: World, child: Child) -> Practitioner:
    return world.knows(
        child,
        Role.HEALTH_PRACTITIONER,
        Standing.TREATS_CHILD,
        "RXX01",
        purpose=Purpose.HEALTH_SUPPORT,
    )


@pytest.mark.parametrize("asker", [_nurse, _treating_nurse])
@pytest.mark.parametrize("area", AREAS)
def test_a_nurse_has_no_password_by_any_way_in_nor_by_breaking_glass(
    world: World, area: str, asker: Callable[[World, Child], Practitioner]
) -> None:
    child = placed(world, area)
    nurse = asker(world, child)

    breaks_glass(nurse, child, "TRIGGER_PLAN_CREDENTIALS")
    child.registers.judged("release_decided", for_person=nurse.person)

    for told in every_way(world, nurse, child, PLAN):
        assert PASSWORD.encode() not in told
    assert not any("accounts" in str(asked.query) for asked in world.police.asked)


# An authority of another region

REGIONS: Final = (
    ("Lancashire", "Essex", "Somerset"),
    ("Staffordshire", "Leeds", "North East Lincolnshire"),
    ("North East Lincolnshire", "Somerset", "Stoke-on-Trent"),
    ("Essex", "Plymouth", "Lancashire"),
)
"""Where the child is placed, whose child it is, and an authority that has nothing to do with either."""


def placed_across(world: World, host: str, responsible: str) -> Child:
    child = world.child(lives_in=host, looked_after_by=responsible, placed_with="Elm House")
    child.goes_missing()
    child.file.trigger_plan()
    child.file.interviewed()
    child.file.documents.meeting("strategy", STRATEGY_MINUTES)
    world.forgets_what_was_asked()
    return child


def _of(area: str, role: Role) -> Callable[[World], Practitioner]:
    return lambda world: world.person(role, AUTHORITIES[area].code)


@pytest.mark.parametrize("host, responsible, other", REGIONS)
@pytest.mark.parametrize(
    "role", [Role.MISSING_COORDINATOR, Role.FRONT_DOOR, Role.EMERGENCY_DUTY_TEAM]
)
def test_an_authority_that_has_nothing_to_do_with_the_child_cannot_tell_that_there_is_one(
    world: World, host: str, responsible: str, other: str, role: Role
) -> None:
    child = placed_across(world, host, responsible)
    nobody = str(world.parts.services.ids.child("F" * len(child.ref)))
    stranger = _of(other, role)(world)

    answers = [stranger.asks(one, ALL) for one in (child, nobody)]

    assert not answers[0].found
    assert len({told.without_reference for told in answers}) == 1
    assert world.were_asked() == frozenset()


@pytest.mark.parametrize("host, responsible, other", REGIONS)
def test_the_host_authority_has_neither_the_minutes_nor_the_passwords_of_another_regions_child(
    world: World, host: str, responsible: str, other: str
) -> None:
    child = placed_across(world, host, responsible)
    told = world.host_coordinator(child).asks(child, ALL)
    for secret in (STRATEGY_MINUTES, MINUTES, PASSWORD):
        assert secret.encode() not in told.raw
    assert other != host


@pytest.mark.parametrize("host, responsible", [("Essex", "Leeds"), ("Somerset", "Essex")])
def test_the_host_authority_has_no_words_of_an_interview_that_its_protocol_does_not_give_it(
    world: World, host: str, responsible: str
) -> None:
    """T05: Essex and Somerset give the host nothing of the other authority's interview."""
    child = placed_across(world, host, responsible)
    told = world.host_coordinator(child).asks(child, f"identity {{ state }} {INTERVIEW}")
    assert ACCOUNT.encode() not in told.raw
    assert SYNOPSIS.encode() not in told.raw


# A young person of 17 who refuses

POLICE_HAVE_THE_INTERVIEW: Final = frozenset({"Staffordshire", "Stoke-on-Trent", "Lancashire"})
"""Where the interview itself goes to the police once the child agrees: 13.14; 5.7.4."""


@pytest.mark.parametrize("area", AREAS)
def test_at_17_their_refusal_stands_whatever_a_parent_agrees_to(world: World, area: str) -> None:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House", aged=17)
    child.file.interviewed(safeguarding=None)
    _refuses_at_17(world, child)
    child.registers.parent_says(Says.AGREES)

    askers: list[Any] = [
        world.officer(child),
        world.police_coordinator(child),
        world.nurse(child),
        world.home_manager(child),
        world.head_teacher(child),
    ]
    for somebody in askers:
        told = somebody.asks(child, f"identity {{ state }} {INTERVIEW}")
        for words in (ACCOUNT, SYNOPSIS):
            assert words.encode() not in told.raw, somebody.role


@pytest.mark.parametrize("area", AREAS)
def test_at_17_a_later_yes_of_a_parent_does_not_undo_their_no(world: World, area: str) -> None:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House", aged=17)
    child.file.interviewed(safeguarding=None)
    child.registers.child_says(Says.AGREES)
    child.registers.was_told()
    child.registers.judged("critical")
    coordinator = world.police_coordinator(child)
    agreed = coordinator.asks(child, f"identity {{ state }} {INTERVIEW}")
    _refuses_at_17(world, child)
    child.registers.parent_says(Says.AGREES)
    refused = coordinator.asks(child, f"identity {{ state }} {INTERVIEW}")

    assert (ACCOUNT.encode() in agreed.raw) is (area in POLICE_HAVE_THE_INTERVIEW)
    assert ACCOUNT.encode() not in refused.raw
    assert SYNOPSIS.encode() not in refused.raw


def _refuses_at_17(world: World, child: Child) -> None:
    """What a young person of 17 says themselves, recorded as theirs."""
    child.registers.child_says(Says.REFUSES, capacity=Capacity.SIXTEEN_OR_OVER)
    world.forgets_what_was_asked()
