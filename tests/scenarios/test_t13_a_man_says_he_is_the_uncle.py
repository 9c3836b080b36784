"""T13: an unaccompanied boy of 17, trafficking suspected, is missing; a man says that he is an uncle.

He asks where the boy was placed. Nobody knows who he is.
"""

from collections.abc import Callable

import pytest

from records.people import Purpose, Role
from tests.casefile import INTELLIGENCE
from tests.scenarios.asked import AREAS, EVERYTHING, IDENTITY, PLACEMENT
from tests.scenarios.asked import INTELLIGENCE as REPORTS
from tests.scenarios.ledger import row_of
from tests.world import Child, Practitioner, World

NE = "North East Lincolnshire"
ROLES_HE_MIGHT_CLAIM = (
    Role.ENQUIRER,
    Role.PARENT_CARER,
    Role.PARENTAL_RESPONSIBILITY_HOLDER,
    Role.REPORTING_PERSON,
    Role.TRUSTED_ADULT,
    Role.ADULT_IN_COMPANY,
    Role.MEDIA_AND_PUBLIC,
)


def unaccompanied(world: World, area: str) -> Child:
    child = world.child(
        lives_in=area, looked_after_by=area, placed_with="Elm House", aged=17, uasc=True
    )
    child.goes_missing()
    child.registers.judged("trafficking")
    child.file.placed()
    child.file.trigger_plan()
    child.file.intelligence()
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("area", AREAS)
def test_he_learns_nothing_at_all_and_no_system_hears_of_him(world: World, area: str) -> None:
    child = unaccompanied(world, area)
    nobody = str(world.parts.services.ids.child("B" * len(child.ref)))
    uncle = world.uncle()

    answers = [uncle.asks(one, EVERYTHING) for one in (child, nobody)]

    assert [told.found for told in answers] == [False, False]
    assert len({told.without_reference for told in answers}) == 1
    assert world.were_asked() == frozenset()


@pytest.mark.parametrize("area", AREAS)
def test_no_role_that_he_might_claim_helps_him(world: World, area: str) -> None:
    child = unaccompanied(world, area)

    for role in ROLES_HE_MIGHT_CLAIM:
        man = world.person(role, "public", purpose=Purpose.LOCATE)
        assert not man.asks(child, EVERYTHING).found
    assert world.were_asked() == frozenset()


def _released(child: Child, man: Practitioner) -> None:
    child.registers.judged("release_decided", for_person=man.person)


def _verified(child: Child, man: Practitioner) -> None:
    child.registers.judged("relationship_verified", for_person=man.person)


@pytest.mark.parametrize("by", [_released, _verified])
@pytest.mark.parametrize("area", AREAS)
def test_neither_a_decision_to_release_nor_a_verified_kinship_tells_him_anything(
    world: World, area: str, by: Callable[[Child, Practitioner], None]
) -> None:
    child = unaccompanied(world, area)
    uncle = world.uncle()
    by(child, uncle)

    assert not uncle.asks(child, EVERYTHING).found


def test_in_north_east_lincolnshire_the_ledger_has_the_paragraph_that_he_is_not_told(
    world: World,
) -> None:
    child = unaccompanied(world, NE)

    told = world.uncle().asks(child, PLACEMENT)

    (ref,) = told.refs
    assert b"nelincs-uasc-location-withheld" not in told.raw
    assert "nelincs-uasc-location-withheld" in row_of(world, ref)


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Somerset", "Lancashire", NE])
def test_the_boys_own_worker_knows_where_he_was_placed(world: World, area: str) -> None:
    child = unaccompanied(world, area)

    told = world.social_worker(child).asks(child, PLACEMENT)

    assert told.shown("placements", "address") == [{"postcode": "LA1 1AA"}]


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", NE])
def test_police_who_look_for_him_are_told_where_he_was_placed(world: World, area: str) -> None:
    child = unaccompanied(world, area)

    told = world.officer(child).asks(child, IDENTITY + PLACEMENT)

    assert told.shown("placements", "address") == [{"postcode": "LA1 1AA"}]


def test_in_north_east_lincolnshire_a_decision_to_tell_the_home_office_opens_no_police_intelligence(
    world: World,
) -> None:
    """What the council decided to tell speaks of the council's own records."""
    child = unaccompanied(world, NE)
    official = world.partner(child, Role.HOME_OFFICE, "home-office")

    before = official.asks(child, REPORTS)
    child.registers.judged("release_decided", for_person=official.person)
    after = official.asks(child, REPORTS)

    for told in (before, after):
        assert told.given("intelligence") == set()
        assert INTELLIGENCE.encode() not in told.raw
    assert not any("intelligenceReport" in str(asked.query) for asked in world.police.asked)
