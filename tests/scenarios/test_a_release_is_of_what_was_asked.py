"""A decision to release names a caller in the rules; what it opens is what was asked for, and ends when it was said."""

from records.items import Item, below
from records.people import Standing
from tests.acting import does
from tests.places import HOMES
from tests.scenarios.asked import INTERVIEW
from tests.scenarios.test_asking_a_person import asks_for
from tests.world import Child, Practitioner, World

NE = "North East Lincolnshire"
BOTH = {"confirmation", "safeguarding"}
"""What "nelincs-rhi-withhold-placement/worker-releases" gives a home once a worker has decided."""


def interviewed(world: World) -> Child:
    child = world.child(lives_in=NE, looked_after_by=NE, placed_with="Elm House")
    child.file.interviewed()
    return child


def releases(world: World, child: Child, asked: dict[str, object], *, hours: int) -> str:
    told = does(
        world.social_worker(child),
        "answerDisclosureRequest",
        "__typename",
        id=asked["id"],
        answer="RELEASED",
        reason="Talked it over with the team manager first.",
        hours=hours,
    )
    return str(told["__typename"])


def given(who: Practitioner, child: Child) -> set[str]:
    return who.asks(child, f"identity {{ state }} {INTERVIEW}").given("returnInterviews")


def test_only_the_item_that_was_asked_for_is_opened_though_one_paragraph_names_two(
    world: World,
) -> None:
    child = interviewed(world)
    home = world.home_manager(child)
    before = given(home, child)

    asked = asks_for(home, child, "RHI_CONFIRMATION")
    assert releases(world, child, asked, hours=2) == "Recorded"

    assert before == set()
    assert given(home, child) == {"confirmation"}


def test_it_ends_when_it_was_said_to_end_and_a_longer_one_for_another_item_does_not_stretch_it(
    world: World,
) -> None:
    child = interviewed(world)
    home = world.home_manager(child)
    first, second = (
        asks_for(home, child, item) for item in ("RHI_CONFIRMATION", "RHI_SAFEGUARDING")
    )
    assert releases(world, child, first, hours=1) == "Recorded"
    assert releases(world, child, second, hours=48) == "Recorded"

    assert given(home, child) == BOTH
    with world.later(minutes=61):
        assert given(home, child) == {"safeguarding"}
    with world.later(hours=49):
        assert given(home, child) == set()


def test_it_opens_nothing_to_a_colleague_of_another_child_or_from_another_place(
    world: World,
) -> None:
    child, other = interviewed(world), interviewed(world)
    home = world.home_manager(child)
    asked = asks_for(home, child, "RHI_CONFIRMATION")
    assert releases(world, child, asked, hours=24) == "Recorded"

    child.registers.stands(Standing.PROVIDES_PLACEMENT, organisation=HOMES["Oak House"])
    moved = world.person(home.role, HOMES["Oak House"], purpose=home.purpose, subject=home.subject)

    assert given(home, child) == {"confirmation"}
    assert given(world.home_manager(child), child) == set()
    assert given(home, other) == set()
    assert moved.person == home.person
    assert given(moved, child) == set()


def test_a_request_for_the_whole_opens_no_more_than_the_paragraphs_give(world: World) -> None:
    child = interviewed(world)
    home = world.home_manager(child)
    asked = asks_for(home, child, "RHI_FULL")
    assert releases(world, child, asked, hours=24) == "Recorded"

    opened = given(home, child)

    assert opened <= BOTH
    assert "account" not in opened
    assert Item.RHI_CONFIRMATION in below(Item.RHI_FULL)
