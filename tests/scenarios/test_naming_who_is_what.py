"""Who is what to a child, said by those who answer for that, where no system tells it."""

from records.people import Purpose, Role
from tests.acting import records
from tests.places import HOMES, NURSE_TEAM, SCHOOL
from tests.world import Child, Practitioner, World

EPISODES = "missingEpisodes { records { status { state } } }"


def missing(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.goes_missing()
    return child


def sees(who: Practitioner, child: Child) -> bool:
    told = who.asks(child, EPISODES)
    return told.found and bool(told.given("missingEpisodes"))


def test_a_team_manager_on_duty_allocates_a_worker_who_sees_the_child_until_it_is_ended(
    world: World,
) -> None:
    child = missing(world)
    manager = child.world.of_responsible(child, Role.TEAM_MANAGER)
    worker = world.person(Role.SOCIAL_WORKER, child.responsible.code)
    named = {"standing": "ALLOCATED_WORKER", "subject": worker.subject}
    assert not sees(worker, child)
    done = records(manager, "recordStanding", child, days=30, **named)
    assert done["__typename"] == "Recorded"
    assert done["until"]
    assert sees(worker, child)
    records(manager, "endStanding", child, **named)
    assert not sees(worker, child)


def test_what_is_named_ends_by_itself(world: World) -> None:
    child = missing(world)
    manager = child.world.of_responsible(child, Role.TEAM_MANAGER)
    school = world.person(Role.SCHOOL, SCHOOL, purpose=Purpose.EDUCATION)
    records(manager, "recordStanding", child, days=1, standing="CHILDS_SCHOOL", organisation=SCHOOL)
    assert sees(school, child)
    with world.later(hours=25):
        assert not sees(school, child)


def test_a_host_authority_names_its_own_people_and_nobody_elses(world: World) -> None:
    child = missing(world)
    host = world.of_host(child, Role.MISSING_COORDINATOR)
    own = records(
        host, "recordStanding", child, days=30, standing="INTERVIEWS_CHILD", subject="interviewer"
    )
    assert own["__typename"] == "Recorded"
    others = records(
        host, "recordStanding", child, days=30, standing="CHILDS_SCHOOL", organisation=SCHOOL
    )
    assert others["__typename"] == "Refused"


def test_whoever_is_nothing_to_the_child_names_nobody_and_is_told_what_a_stranger_is(
    world: World,
) -> None:
    child = missing(world)
    given = {"days": 30, "standing": "NAMED_PARTNER", "organisation": "SERVICE-7"}
    stranger = world.person(Role.TEAM_MANAGER, "E08000035")
    real = records(stranger, "recordStanding", child, **given)
    nobody = records(stranger, "recordStanding", world.parts.services.ids.invent("x"), **given)
    assert real["__typename"] == "Refused"
    assert {**real, "id": None} == {**nobody, "id": None}


def test_a_worker_an_officer_or_another_home_cannot_name_anybody(world: World) -> None:
    child = missing(world)
    for who in (
        world.social_worker(child),
        world.officer(child),
        world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE),
        world.person(Role.CLA_NURSE, "Y99999", purpose=Purpose.HEALTH_SUPPORT),
    ):
        refused = records(
            who, "recordStanding", child, days=30, standing="NURSE_TEAM", organisation=NURSE_TEAM
        )
        assert refused["__typename"] == "Refused", who.role


def test_nobody_names_themselves_or_an_authority(world: World) -> None:
    child = missing(world)
    manager = child.world.of_responsible(child, Role.TEAM_MANAGER)
    for given, says in (
        ({"standing": "ALLOCATED_WORKER", "subject": manager.subject}, "themselves"),
        ({"standing": "HOST_AUTHORITY", "organisation": "E10000017"}, "where the child is placed"),
        ({"standing": "ALLOCATED_WORKER"}, "Only a person"),
    ):
        told = manager.sends(
            "mutation Do($input: RecordStandingInput!) { recordStanding(input: $input) { __typename } }",
            {"input": {"child": child.id, "days": 30, "clientMutationId": "message-x1", **given}},
        )
        assert says in told.body["errors"][0]["message"]
