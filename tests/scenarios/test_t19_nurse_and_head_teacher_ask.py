"""T19: a looked-after child of 12 in foster care, found and interviewed; police and council may know.

The child's review health assessment is overdue. The nurse and the head teacher each ask about the
episode and the interview.
"""

from collections.abc import Callable

import pytest

from disclosure.assertion import Says
from records.people import Kind, Role
from tests.casefile import ACCOUNT, SYNOPSIS
from tests.scenarios.asked import AREAS, EPISODE, HEALTH, IDENTITY, INTERVIEW
from tests.world import Child, Practitioner, World

Asker = Callable[[World, Child], Practitioner]
NE = "North East Lincolnshire"
NOT_TOLD = ("Staffordshire", "Stoke-on-Trent", NE)


def fostered(world: World, area: str) -> Child:
    child = world.child(lives_in=area, looked_after_by=area, aged=12, placement_type="foster")
    child.goes_missing()
    child.is_found()
    child.file.interviewed(safeguarding=None)
    child.file.health_assessed()
    child.registers.was_told()
    for audience in (Kind.POLICE, Kind.SOCIAL_CARE):
        child.registers.child_says(Says.AGREES, audience)
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("asker", [World.nurse, World.head_teacher])
@pytest.mark.parametrize("area", NOT_TOLD)
def test_neither_of_them_learns_of_episode_or_interview(
    world: World, area: str, asker: Asker
) -> None:
    child = fostered(world, area)

    told = asker(world, child).asks(child, IDENTITY + EPISODE + INTERVIEW)

    assert told.state("missingEpisodes") == told.state("returnInterviews") == "NOT_CONFIRMED"
    assert not child.file.was_asked_for("held")


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("asker", [World.nurse, World.head_teacher])
def test_what_the_child_said_to_police_and_council_alone_reaches_neither_of_them(
    world: World, area: str, asker: Asker
) -> None:
    child = fostered(world, area)

    told = asker(world, child).asks(child, IDENTITY + EPISODE + INTERVIEW)

    assert not told.given("returnInterviews") & {"account", "synopsis", "needs", "sensitive"}
    for words in (ACCOUNT, SYNOPSIS):
        assert words.encode() not in told.raw
    assert not child.file.was_asked_for("account")


def test_in_essex_the_head_teacher_learns_that_the_child_is_found_and_nothing_more(
    world: World,
) -> None:
    child = fostered(world, "Essex")

    told = world.head_teacher(child).asks(child, EPISODE + INTERVIEW)

    told_by_each = told.shown("missingEpisodes", "status")
    assert {status["episodeState"] for status in told_by_each} == {"FOUND"}
    assert {record["source"]["name"] for record in told.child["missingEpisodes"]["records"]} == {
        "police",
        "mosaic-essex",
    }
    assert told.given("missingEpisodes") == {"status"}
    assert told.state("returnInterviews") == "NOT_CONFIRMED"


def test_in_essex_the_head_teacher_is_told_nothing_while_the_child_is_still_missing(
    world: World,
) -> None:
    child = world.child(lives_in="Essex", looked_after_by="Essex", aged=12)
    child.goes_missing()
    assert not world.head_teacher(child).asks(child, EPISODE).found


def test_in_essex_the_nurse_is_told_of_neither(world: World) -> None:
    child = fostered(world, "Essex")
    told = world.nurse(child).asks(child, IDENTITY + EPISODE + INTERVIEW)
    assert told.state("missingEpisodes") == told.state("returnInterviews") == "NOT_CONFIRMED"


def test_in_somerset_the_nurse_knows_missing_and_found_and_the_head_teacher_nothing(
    world: World,
) -> None:
    child = fostered(world, "Somerset")

    nurse = world.nurse(child).asks(child, IDENTITY + EPISODE + INTERVIEW)
    head = world.head_teacher(child).asks(child, IDENTITY + EPISODE + INTERVIEW)

    assert nurse.given("missingEpisodes") == {"status"}
    assert nurse.state("returnInterviews") == "NOT_CONFIRMED"
    assert head.state("missingEpisodes") == head.state("returnInterviews") == "NOT_CONFIRMED"


def test_in_lancashire_the_nurse_knows_of_the_episode_and_that_there_was_an_interview(
    world: World,
) -> None:
    child = fostered(world, "Lancashire")

    told = world.nurse(child).asks(child, EPISODE + INTERVIEW)

    assert "status" in told.given("missingEpisodes")
    assert told.given("returnInterviews") == {"confirmation"}
    assert told.reason("returnInterviews", "RHI_FULL") == "NO_CONSENT"
    assert "panlancs-rhi-share-police-health/no-consent" in told.rules(
        "returnInterviews", "RHI_FULL"
    )


def test_in_lancashire_the_nurse_sees_that_the_councils_health_assessment_is_overdue(
    world: World,
) -> None:
    child = fostered(world, "Lancashire")

    told = world.nurse(child).asks(child, HEALTH)

    assert child.file.council in told.asked
    assert "2024-03-01" in {one.get("assessedOn") for one in told.shown("health", "assessment")}


def test_in_lancashire_the_head_teacher_knows_that_there_was_an_episode_and_nothing_more(
    world: World,
) -> None:
    child = fostered(world, "Lancashire")

    told = world.head_teacher(child).asks(child, EPISODE + INTERVIEW)

    assert told.given("missingEpisodes") == {"status"}
    assert told.state("returnInterviews") == "NOT_CONFIRMED"


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Lancashire"])
def test_council_and_police_have_what_the_child_agreed_to(world: World, area: str) -> None:
    child = fostered(world, area)
    child.registers.states("critical", value=True)

    for asker in (
        world.social_worker(child),
        world.officer(child, Role.POLICE_MISSING_COORDINATOR),
    ):
        told = asker.asks(child, INTERVIEW)
        assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
