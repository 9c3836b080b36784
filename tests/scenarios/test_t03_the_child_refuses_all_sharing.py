"""T03: as T02, but the child agreed to talk and refuses all sharing; nothing harmful disclosed.

Police, the child's social worker and the nurse for children looked after ask.
"""

import pytest

from disclosure.assertion import Says
from tests.casefile import ACCOUNT, SYNOPSIS
from tests.world import Child, Practitioner, World

ASKED = """
returnInterviews {
  state
  withheld { item reason rules { id } }
  records { confirmation { state heldAt } synopsis { state synopsis } account { state account } }
}
"""


@pytest.fixture
def child(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.found()
    child.file.interviewed()
    child.registers.child_says(Says.REFUSES)
    world.forgets_what_was_asked()
    return child


def no_copy(asker: Practitioner, child: Child) -> None:
    told = asker.asks(child, ASKED)
    assert told.states("returnInterviews", "account") == {"WITHHELD"}
    assert told.states("returnInterviews", "synopsis") == {"WITHHELD"}
    assert told.states("returnInterviews", "confirmation") == {"DISCLOSED"}
    assert told.withheld("returnInterviews")["RHI_FULL"]["reason"] == "NO_CONSENT"
    assert "panlancs-rhi-share-police-health" in {
        rule.split("/")[0] for rule in told.rules("returnInterviews", "RHI_FULL")
    }
    for words in (ACCOUNT, SYNOPSIS):
        assert words.encode() not in told.raw


def test_the_police_learn_that_it_took_place_and_get_no_copy(world: World, child: Child) -> None:
    no_copy(world.police_coordinator(child), child)


def test_the_nurse_learns_that_it_took_place_and_gets_no_copy(world: World, child: Child) -> None:
    no_copy(world.nurse(child), child)


def test_the_authority_that_held_it_keeps_its_own_record(world: World, child: Child) -> None:
    told = world.social_worker(child).asks(child, ASKED)
    assert told.shown("returnInterviews", "account") == [{"account": ACCOUNT}]


def test_the_home_is_told_what_it_would_be_told_anyway(world: World, child: Child) -> None:
    told = world.home_manager(child).asks(child, ASKED)
    assert told.states("returnInterviews", "confirmation") == {"DISCLOSED"}
    assert told.states("returnInterviews", "account") == {"WITHHELD"}
    assert ACCOUNT.encode() not in told.raw


def test_health_is_never_asked_and_nobody_is_asked_for_the_account(
    world: World, child: Child
) -> None:
    for asker in (world.police_coordinator(child), world.nurse(child)):
        asker.asks(child, ASKED)
    assert world.were_asked() == {"mosaic"}
    assert not any("ReturnInterviewAccount" in str(asked.query) for asked in world.mosaic.asked)
