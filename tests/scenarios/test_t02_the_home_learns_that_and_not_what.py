"""T02: a looked-after child of 15 in a home; interviewed, and agrees that the listed people have it.

The home's manager asks for the interview, its synopsis, and whether it took place.
"""

import pytest

from disclosure.assertion import Says
from tests.casefile import ABOUT_THE_HOME, ACCOUNT, INTERVIEWED, SAFEGUARDING, SYNOPSIS
from tests.scenarios.asked import IDENTITY, INTERVIEW
from tests.world import Child, World

ELSEWHERE = ("Staffordshire", "Stoke-on-Trent", "Essex", "Somerset", "North East Lincolnshire")


def looked_after(world: World, lives_in: str, by: str, *, about_the_home: str | None) -> Child:
    child = world.child(lives_in=lives_in, looked_after_by=by, placed_with="Elm House")
    child.goes_missing()
    child.is_found()
    child.file.interviewed(about_the_home=about_the_home)
    child.registers.child_says(Says.AGREES)
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("by", ["Lancashire", "Blackpool"])
def test_in_pan_lancashire_the_home_is_told_that_it_took_place_and_of_safeguarding_matters(
    world: World, by: str
) -> None:
    child = looked_after(world, "Lancashire", by, about_the_home=ABOUT_THE_HOME)
    told = world.home_manager(child).asks(child, INTERVIEW)

    assert told.state("returnInterviews") == "REDUCED"
    assert told.given("returnInterviews") == {"confirmation", "safeguarding"}
    (held,) = told.shown("returnInterviews", "confirmation")
    assert held["heldAt"].startswith(f"{INTERVIEWED:%Y-%m-%dT%H:%M}")
    assert told.shown("returnInterviews", "safeguarding") == [{"matters": [SAFEGUARDING]}]
    for item in ("RHI_FULL", "RHI_SYNOPSIS"):
        assert told.reason("returnInterviews", item) == "DENIED"
        assert "panlancs-rhi-withhold-placement" in told.rules("returnInterviews", item)
    for words in (ACCOUNT, SYNOPSIS, ABOUT_THE_HOME):
        assert words.encode() not in told.raw


def test_the_home_cannot_tell_whether_anything_was_said_about_the_home(world: World) -> None:
    accused, not_accused = (
        looked_after(world, "Lancashire", "Lancashire", about_the_home=words)
        for words in (ABOUT_THE_HOME, None)
    )

    answers = [world.home_manager(child).asks(child, INTERVIEW) for child in (accused, not_accused)]

    assert len({told.without_reference for told in answers}) == 1
    assert not accused.file.was_asked_for("safeguarding_provider")


@pytest.mark.parametrize("by", ["Lancashire", "Blackpool"])
def test_what_the_home_may_not_have_is_not_even_asked_for(world: World, by: str) -> None:
    child = looked_after(world, "Lancashire", by, about_the_home=ABOUT_THE_HOME)
    told = world.home_manager(child).asks(child, INTERVIEW)

    assert told.asked == world.were_asked() == {child.file.council}
    assert child.file.was_asked_for("held")
    assert not child.file.was_asked_for("account")
    assert not child.file.was_asked_for("synopsis")


@pytest.mark.parametrize("area", ELSEWHERE)
def test_elsewhere_the_home_learns_nothing_of_it_not_even_that_it_took_place(
    world: World, area: str
) -> None:
    interviewed = looked_after(world, area, area, about_the_home=ABOUT_THE_HOME)
    never = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House")
    never.goes_missing()
    never.is_found()
    never.registers.child_says(Says.AGREES)

    answers = [
        world.home_manager(child).asks(child, IDENTITY + INTERVIEW)
        for child in (interviewed, never)
    ]

    for told in answers:
        assert told.state("returnInterviews") == "NOT_CONFIRMED"
        assert told.given("returnInterviews") == set()
        for item in ("RHI_FULL", "RHI_SYNOPSIS", "RHI_CONFIRMATION"):
            assert told.reason("returnInterviews", item) == "NOT_CONFIRMED"
            assert told.rules("returnInterviews", item) == set()
    assert len({told.without_reference for told in answers}) == 1
    assert not interviewed.file.was_asked_for("held")


@pytest.mark.parametrize("area", ELSEWHERE)
def test_a_home_that_asks_for_the_interview_alone_learns_not_even_of_the_child(
    world: World, area: str
) -> None:
    child = looked_after(world, area, area, about_the_home=None)

    told = world.home_manager(child).asks(child, INTERVIEW)

    assert not told.found
    assert world.were_asked() == frozenset()
