"""T08: a child in need of 15 at home, missing for the third time in 90 days; then the school asks for any plan."""

from datetime import UTC, datetime, timedelta

import pytest

from records.people import Role, Standing
from tests.casefile import FRIEND, PASSWORD
from tests.places import SCHOOL
from tests.scenarios.asked import AREAS, EPISODE, IDENTITY, INTERVIEW, PLAN
from tests.world import Child, World

EPISODES = (
    datetime(2026, 1, 5, 18, tzinfo=UTC),
    datetime(2026, 2, 14, 18, tzinfo=UTC),
    datetime(2026, 3, 27, 12, tzinfo=UTC),
)


def in_need(world: World, area: str, *, planned: bool = True) -> Child:
    child = world.child(
        lives_in=area, open_to_social_care=True, on_plan=frozenset({"child-in-need"})
    )
    for at in EPISODES:
        child.file.found(at + timedelta(hours=9), reported=at)
    for fact in ("reported_missing", "recorded_missing", "located"):
        child.registers.states(fact, value=True)
    child.registers.states("trigger_plan_exists", value=planned)
    if planned:
        child.file.trigger_plan()
    child.file.interviewed(safeguarding=None)
    world.forgets_what_was_asked()
    return child


@pytest.mark.parametrize("area", AREAS)
def test_the_school_sees_no_plan_and_cannot_tell_whether_there_is_one(
    world: World, area: str
) -> None:
    planned, not_planned = in_need(world, area), in_need(world, area, planned=False)

    answers = [
        world.head_teacher(child).asks(child, IDENTITY + PLAN + INTERVIEW)
        for child in (planned, not_planned)
    ]

    for told in answers:
        assert told.state("triggerPlans") == told.state("returnInterviews") == "NOT_CONFIRMED"
    assert len({told.without_reference for told in answers}) == 1
    assert not any("triggerPlan" in str(asked.query) for asked in world.police.asked)


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Lancashire"])
def test_outside_lancashire_the_school_is_not_told_of_the_episodes(world: World, area: str) -> None:
    child = in_need(world, area)
    told = world.head_teacher(child).asks(child, IDENTITY + EPISODE)
    assert told.state("missingEpisodes") == "NOT_CONFIRMED"


def test_in_lancashire_the_school_knows_of_the_last_episode_and_not_how_many_there_were(
    world: World,
) -> None:
    child = in_need(world, "Lancashire")

    told = world.head_teacher(child).asks(child, EPISODE)

    (status,) = told.shown("missingEpisodes", "status")
    assert status["foundAt"] == f"{EPISODES[-1] + timedelta(hours=9):%Y-%m-%dT%H:%M:%SZ}"
    assert told.given("missingEpisodes") == {"status"}


def test_in_lancashire_a_school_that_was_named_as_a_partner_has_the_plan_without_passwords(
    world: World,
) -> None:
    child = in_need(world, "Lancashire")
    head = world.head_teacher(child)
    child.registers.stands(Standing.NAMED_PARTNER, organisation=SCHOOL)

    told = head.asks(child, PLAN)

    assert "plan" in told.given("triggerPlans")
    assert "credentials" not in told.given("triggerPlans")
    assert PASSWORD.encode() not in told.raw


def test_in_lancashire_worker_and_police_have_the_plan_and_the_police_alone_the_passwords(
    world: World,
) -> None:
    child = in_need(world, "Lancashire")
    worker, police = world.social_worker(child), world.officer(child)

    of_worker, of_police = worker.asks(child, PLAN), police.asks(child, PLAN)

    assert {"plan", "associates"} <= of_worker.given("triggerPlans")
    assert of_worker.reason("triggerPlans", "TRIGGER_PLAN_CREDENTIALS") == "DENIED"
    assert PASSWORD.encode() not in of_worker.raw
    assert {"plan", "associates", "credentials"} <= of_police.given("triggerPlans")
    assert PASSWORD.encode() in of_police.raw


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Essex", "Somerset"])
def test_the_school_is_not_helped_by_calling_itself_a_partner(world: World, area: str) -> None:
    child = in_need(world, area)
    partner = world.person(Role.PARTNER_AGENCY, SCHOOL)

    told = partner.asks(child, PLAN + EPISODE)

    assert not told.found
    assert FRIEND.encode() not in told.raw
