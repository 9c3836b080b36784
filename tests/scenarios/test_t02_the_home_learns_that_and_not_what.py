"""T02: a looked-after child of 15 in a home; interviewed, and agrees that the listed people have it.

The home's manager asks for the interview, its synopsis, and whether it took place.
"""

from disclosure.assertion import Says
from tests.casefile import ABOUT_THE_HOME, ACCOUNT, INTERVIEWED, SAFEGUARDING, SYNOPSIS
from tests.world import Child, World

ASKED = """
returnInterviews {
  state
  withheld { item reason says rules { id paragraph quote } ask { label } }
  records {
    confirmation { state heldAt }
    safeguarding { state matters }
    safeguardingProvider { state matters }
    synopsis { state synopsis }
    account { state account }
  }
}
"""


def interviewed(world: World, **where: str) -> Child:
    child = world.child(placed_with="Elm House", **where)  # type: ignore[arg-type] # by name
    child.file.reported_missing()
    child.file.found()
    child.file.interviewed(about_the_home=ABOUT_THE_HOME)
    child.registers.child_says(Says.AGREES)
    world.forgets_what_was_asked()
    return child


def test_in_pan_lancashire_the_home_is_told_that_it_took_place_and_of_safeguarding_matters(
    world: World,
) -> None:
    child = interviewed(world, lives_in="Lancashire", looked_after_by="Blackpool")
    told = world.home_manager(child).asks(child, ASKED)

    assert told.state("returnInterviews") == "REDUCED"
    (held,) = told.shown("returnInterviews", "confirmation")
    assert held["heldAt"].startswith(f"{INTERVIEWED:%Y-%m-%dT%H:%M}")
    assert told.shown("returnInterviews", "safeguarding") == [{"matters": [SAFEGUARDING]}]
    assert told.states("returnInterviews", "account") == {"WITHHELD"}
    assert told.states("returnInterviews", "synopsis") == {"WITHHELD"}
    assert told.states("returnInterviews", "safeguardingProvider") == {"WITHHELD"}
    assert "panlancs-rhi-withhold-placement" in told.rules("returnInterviews", "RHI_FULL")
    for words in (ACCOUNT, SYNOPSIS, ABOUT_THE_HOME):
        assert words.encode() not in told.raw


def test_what_the_home_may_not_have_is_not_even_asked_for(world: World) -> None:
    child = interviewed(world, lives_in="Lancashire", looked_after_by="Blackpool")
    told = world.home_manager(child).asks(child, ASKED)

    assert told.asked == world.were_asked() == {"mosaic"}
    for asked in world.mosaic.asked:
        assert "ReturnInterviewAccount" not in str(asked.query)
        assert "ReturnInterviewSummary" not in str(asked.query)
