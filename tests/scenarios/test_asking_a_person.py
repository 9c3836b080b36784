"""What was withheld is asked of the person whom the refusal names, and answered by them."""

from typing import Any

from records.people import Purpose, Role
from tests.acting import does, records
from tests.world import Child, Practitioner, World

WHY = "The home asks what to look out for tonight."
ANSWERED = "__typename ... on Recorded { id } ... on Refused { says }"


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.interviewed()
    return child


def asks_for(who: Practitioner, child: Child | str, *items: str) -> dict[str, Any]:
    return does(
        who,
        "requestDisclosure",
        "__typename ... on Requested { id asked { role label } }",
        child=child if isinstance(child, str) else child.id,
        items=list(items),
        reason=WHY,
    )


def queue(who: Practitioner, *, mine: bool = False) -> dict[str, dict[str, Any]]:
    told = who.sends(
        f"{{ disclosureRequests(mine: {str(mine).lower()})"
        " { id child role organisation items reason answer answerReason } }"
    )
    assert "errors" not in told.body, told.body["errors"]
    return {one["id"]: one for one in told.body["data"]["disclosureRequests"]}


def answers(who: Practitioner, request: dict[str, Any], answer: str) -> str:
    told = does(
        who,
        "answerDisclosureRequest",
        ANSWERED,
        id=request["id"],
        answer=answer,
        reason="Talked it over with the team manager first.",
    )
    return str(told["__typename"])


def test_it_reaches_the_role_that_is_named_and_only_those_with_the_child(world: World) -> None:
    child = interviewed(world)
    asked = asks_for(world.home_manager(child), child, "RHI_FULL")
    (whom,) = asked["asked"]
    role = Role[whom["role"]]
    assert child.responsible is not None
    there = world.social_worker(child)
    elsewhere = world.person(there.role, "E08000035")

    assert role is Role.ALLOCATED_WORKER
    waiting = queue(there)[asked["id"]]
    assert (waiting["child"], waiting["items"], waiting["reason"]) == (child.id, ["RHI_FULL"], WHY)
    assert asked["id"] not in queue(elsewhere)
    assert answers(elsewhere, asked, "RELEASED") == "Refused"
    assert answers(there, asked, "NOT_SHARED") == "Recorded"
    assert asked["id"] not in queue(there)
    assert answers(there, asked, "RELEASED") == "Refused"


def test_whoever_asked_sees_the_answer_and_nobody_else_does(world: World) -> None:
    child = interviewed(world)
    manager, colleague = world.home_manager(child), world.home_manager(child)
    asked = asks_for(manager, child, "RHI_FULL")
    assert queue(manager, mine=True)[asked["id"]]["answer"] is None
    answers(world.social_worker(child), asked, "SHARED_OTHERWISE")

    assert queue(manager, mine=True)[asked["id"]]["answer"] == "SHARED_OTHERWISE"
    assert asked["id"] not in queue(colleague, mine=True)


def test_a_request_about_a_child_whom_nobody_knows_is_taken_alike(world: World) -> None:
    child = interviewed(world)
    stranger = world.person(Role.HEALTH_PRACTITIONER, "RXX01")
    told = [asks_for(stranger, named, "RHI_FULL") for named in (child, "no id at all")]
    assert told[0]["asked"] == told[1]["asked"]
    assert {one["__typename"] for one in told} == {"Requested"}


def test_a_release_opens_what_waits_for_a_persons_decision_to_the_one_who_asked(
    world: World,
) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.goes_missing()
    child.is_found()
    child.registers.states("collection_appropriate", value=True)
    manager, colleague = world.home_manager(child), world.home_manager(child)
    where = "missingEpisodes { state records { lastSeen { state place } safety { state } } }"
    before = manager.asks(child, where).states("missingEpisodes", "lastSeen")
    asked = asks_for(manager, child, "WHEREABOUTS_LOCATION")
    assert [one["role"] for one in asked["asked"]] == ["POLICE_MISSING_COORDINATOR"]
    answering = world.police_coordinator(child)
    assert answers(answering, asked, "RELEASED") == "Recorded"

    assert before == {"WITHHELD"}
    assert manager.asks(child, where).states("missingEpisodes", "lastSeen") == {"DISCLOSED"}
    assert colleague.asks(child, where).states("missingEpisodes", "lastSeen") == {"WITHHELD"}
    with world.later(hours=25):
        assert manager.asks(child, where).states("missingEpisodes", "lastSeen") == {"WITHHELD"}


def test_whoever_holds_back_says_why_and_whom_they_told(world: World) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    told = records(
        worker,
        "recordNotShared",
        child,
        items=["RHI_FULL"],
        withRole="POLICE_MISSING_COORDINATOR",
        told=["TEAM_MANAGER", "POLICE_MISSING_COORDINATOR"],
        because="The child would not speak to anybody again if this were passed on.",
    )
    assert told["__typename"] == "Recorded"
    assert child.responsible is not None
    lead = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    log = lead.sends(
        f'{{ accessLog(child: "{child.id}") {{ ... on AccessLog {{ entries {{ what reason asked }} }} }} }}'
    )
    entry = next(
        one for one in log.body["data"]["accessLog"]["entries"] if one["what"] == "NOT_SHARED"
    )
    assert entry["asked"] == ["what you said in your talk"]
    assert entry["reason"].startswith("The child would not speak")
