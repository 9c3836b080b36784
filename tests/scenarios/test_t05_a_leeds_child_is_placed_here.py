"""T05: a child of 14 whom Leeds looks after lives in a home here; missing, found, interviewed with consent.

Leeds has no protocol loaded: the host's grants speak, and Leeds's own workers read Leeds's own record.
"""

import pytest

from disclosure.assertion import Says
from records.people import Role
from tests.casefile import ACCOUNT
from tests.scenarios.asked import AREAS, EPISODE, IDENTITY, INTERVIEW
from tests.world import Child, World

NE = "North East Lincolnshire"


def placed_by_leeds(
    world: World, area: str, says: Says = Says.AGREES, *, by: str = "responsible-authority"
) -> Child:
    child = world.child(
        lives_in=area, looked_after_by="Leeds", placed_with="Elm House", aged=14, rhi_by=by
    )
    child.goes_missing()
    child.is_found()
    child.file.interviewed(safeguarding=None)
    child.registers.child_says(says)
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("area", AREAS)
def test_leeds_learns_that_its_child_is_missing_from_the_police_here(
    world: World, area: str
) -> None:
    child = placed_by_leeds(world, area)

    for asker in (world.of_responsible(child, Role.FRONT_DOOR), world.social_worker(child)):
        told = asker.asks(child, EPISODE)
        assert "status" in told.given("missingEpisodes")
        assert "police" in told.asked


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent"])
def test_staffordshire_and_stoke_forward_leeds_the_police_reports(world: World, area: str) -> None:
    child = placed_by_leeds(world, area)
    told = world.of_responsible(child, Role.FRONT_DOOR).asks(child, EPISODE)
    assert {"status", "detail", "assessment"} <= told.given("missingEpisodes")


@pytest.mark.parametrize("area", AREAS)
def test_leeds_reads_the_interview_of_its_own_child(world: World, area: str) -> None:
    child = placed_by_leeds(world, area)
    told = world.of_responsible(child, Role.FRONT_DOOR).asks(child, INTERVIEW)
    assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent"])
def test_leeds_has_the_interview_only_as_far_as_the_child_agrees(world: World, area: str) -> None:
    child = placed_by_leeds(world, area, Says.REFUSES, by="service")

    told = world.of_responsible(child, Role.FRONT_DOOR).asks(child, INTERVIEW)

    assert told.given("returnInterviews") >= {"confirmation"}
    assert ACCOUNT.encode() not in told.raw


def test_in_staffordshire_the_host_knows_that_it_took_place_and_not_what_was_said(
    world: World,
) -> None:
    child = placed_by_leeds(world, "Staffordshire", by="service")
    child.registers.was_told()

    for role in (Role.CHILDRENS_SERVICES, Role.FRONT_DOOR, Role.MISSING_OFFICER):
        told = world.of_host(child, role).asks(child, INTERVIEW)
        assert told.given("returnInterviews") == {"confirmation"}


@pytest.mark.parametrize("child_was_told", [True, False])
def test_in_stoke_the_front_door_has_the_interview_too_if_the_child_was_told(
    world: World, *, child_was_told: bool
) -> None:
    child = placed_by_leeds(world, "Stoke-on-Trent", by="service")
    if child_was_told:
        child.registers.was_told()

    told = world.of_host(child, Role.FRONT_DOOR).asks(child, INTERVIEW)

    assert "confirmation" in told.given("returnInterviews")
    assert ("account" in told.given("returnInterviews")) is child_was_told


@pytest.mark.parametrize("says", [Says.AGREES, Says.REFUSES])
def test_in_essex_nobody_here_has_anything_of_leeds_interview(world: World, says: Says) -> None:
    child = placed_by_leeds(world, "Essex", says)

    for asker in (
        world.host_coordinator(child),
        world.of_host(child, Role.FRONT_DOOR),
        world.police_coordinator(child),
        world.home_manager(child),
    ):
        told = asker.asks(child, IDENTITY + INTERVIEW)
        assert told.state("returnInterviews") == "NOT_CONFIRMED"
    assert not child.file.was_asked_for("held")


def test_in_somerset_the_front_door_knows_of_the_episode_and_not_of_the_interview(
    world: World,
) -> None:
    child = placed_by_leeds(world, "Somerset")

    told = world.of_host(child, Role.FRONT_DOOR).asks(child, EPISODE + INTERVIEW)

    assert "status" in told.given("missingEpisodes")
    assert told.given("returnInterviews") == set()


def test_in_lancashire_co_ordinator_and_the_hosts_lead_have_the_copy(world: World) -> None:
    child = placed_by_leeds(world, "Lancashire")

    for asker in (world.police_coordinator(child), world.host_coordinator(child)):
        told = asker.asks(child, INTERVIEW)
        assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]


def test_in_lancashire_a_leeds_child_who_refuses_keeps_it_in_leeds(world: World) -> None:
    child = placed_by_leeds(world, "Lancashire", Says.REFUSES)

    for asker in (world.police_coordinator(child), world.host_coordinator(child)):
        told = asker.asks(child, INTERVIEW)
        assert told.given("returnInterviews") == {"confirmation"}
        assert told.reason("returnInterviews", "RHI_FULL") == "NO_CONSENT"


def test_in_lancashire_the_home_has_leeds_word_that_it_took_place(world: World) -> None:
    child = placed_by_leeds(world, "Lancashire")

    told = world.home_manager(child).asks(child, INTERVIEW)

    assert told.given("returnInterviews") == {"confirmation"}
    assert told.asked == {child.file.council}


def test_in_north_east_lincolnshire_what_leeds_held_is_forwarded_to_the_co_ordinator(
    world: World,
) -> None:
    agreed = placed_by_leeds(world, NE)
    refused = placed_by_leeds(world, NE, Says.REFUSES)

    told = world.host_coordinator(agreed).asks(agreed, INTERVIEW)
    kept = world.host_coordinator(refused).asks(refused, INTERVIEW)

    assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
    assert ACCOUNT.encode() not in kept.raw
    assert kept.reason("returnInterviews", "RHI_FULL") == "NO_CONSENT"


def test_in_north_east_lincolnshire_the_officer_has_details_and_youth_justice_a_view(
    world: World,
) -> None:
    child = placed_by_leeds(world, NE)

    officer = world.of_host(child, Role.MISSING_OFFICER).asks(child, EPISODE)
    justice = world.of_host(child, Role.YOUTH_JUSTICE_WORKER).asks(child, EPISODE)

    assert {"status", "detail"} <= officer.given("missingEpisodes")
    assert justice.given("missingEpisodes") == {"status"}


@pytest.mark.parametrize("area", AREAS)
def test_another_authority_that_is_neither_host_nor_responsible_learns_nothing(
    world: World, area: str
) -> None:
    child = placed_by_leeds(world, area)
    plymouth = world.person(Role.FRONT_DOOR, "E06000026")

    assert not plymouth.asks(child, IDENTITY + EPISODE + INTERVIEW).found
    assert world.were_asked() == frozenset()
