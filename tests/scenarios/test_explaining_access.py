"""Why something is shown or withheld: as far as the caller may know, and wholly to those who check."""

from typing import Any

import pytest

from disclosure.assertion import Says
from records.people import Purpose, Role
from tests.world import Child, Practitioner, World

EXPLAIN = (
    "query Explain($child: ID!, $items: [Item!], $paths: [String!], $role: Role) {"
    " explainAccess(child: $child, items: $items, paths: $paths, asRole: $role) { __typename"
    " ... on AccessExplained { items { item open reason rules { id } ask { role label }"
    " tried { rule { id } effect counted conditions { says holds told } } nearMisses { rule { id } lacks } } }"
    " ... on Refused { says } } }"
)


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.interviewed()
    return child


def explains(who: Practitioner, child: Child | str, **given: object) -> dict[str, Any]:
    named = child if isinstance(child, str) else child.id
    told = who.sends(EXPLAIN, {"child": named, **given})
    assert "errors" not in told.body, told.body["errors"]
    found: dict[str, Any] = told.body["data"]["explainAccess"]
    return found


def conditions(explained: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for tried in explained["tried"] for one in tried["conditions"]]


def test_the_caller_is_told_the_paragraph_and_not_how_the_child_stands(world: World) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.REFUSES)
    (told,) = explains(world.police_coordinator(child), child, items=["RHI_FULL"])["items"]

    assert not told["open"]
    assert told["reason"] == "NO_CONSENT"
    assert "panlancs-rhi-share-police-health/no-consent" in {one["id"] for one in told["rules"]}
    about_the_child = [one for one in conditions(told) if "child says" in one["says"].lower()]
    assert all(not one["told"] and one["holds"] is None for one in about_the_child)
    miss = next(
        one for one in told["nearMisses"] if one["rule"]["id"] == "panlancs-rhi-share-police-health"
    )
    assert miss["lacks"] == ["what is recorded about the child"]


def test_the_lead_who_answers_for_the_record_is_told_everything_for_any_role(
    world: World,
) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.REFUSES)
    lead = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    found = explains(lead, child, items=["RHI_FULL"], role="CLA_NURSE")
    (told,) = found["items"]
    assert conditions(told)
    assert all(one["told"] for one in conditions(told))


@pytest.mark.parametrize("purpose", [Purpose.ASSURE, Purpose.SAFEGUARD])
def test_nobody_else_asks_as_another_role(world: World, purpose: Purpose) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    asking = world.person(worker.role, worker.organisation, purpose=purpose, subject=worker.subject)
    assert explains(asking, child, items=["RHI_FULL"], role="POLICE_OFFICER")["__typename"] == (
        "Refused"
    )


def test_what_is_not_confirmed_is_explained_as_for_a_child_of_whom_nothing_is_recorded(
    world: World,
) -> None:
    here, elsewhere = interviewed(world), world.child(lives_in="Essex", looked_after_by="Essex")
    here.registers.child_says(Says.AGREES)
    stranger = world.person(Role.CLA_NURSE, "RXX01")
    asked = {"items": ["RHI_FULL", "HEALTH_RECORD"]}
    told = [explains(stranger, named, **asked) for named in (here, elsewhere, "no id at all")]

    assert {one["reason"] for one in told[0]["items"]} == {"NOT_CONFIRMED"}
    assert told[0] == told[1] == told[2]


def test_paths_of_the_schema_will_do(world: World) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    by_path = explains(worker, child, paths=["returnInterviews.account", "missingEpisodes"])
    by_item = explains(worker, child, items=["RHI_FULL", "EPISODE_EXISTS"])
    assert by_path == by_item
    told = worker.sends(EXPLAIN, {"child": child.id, "paths": ["returnInterviews.nonsense"]})
    assert told.body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_that_somebody_asked_why_is_on_record(world: World) -> None:
    child = interviewed(world)
    explains(world.home_manager(child), child, items=["RHI_FULL"])
    lead = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    log = lead.sends(
        f'{{ accessLog(child: "{child.id}") {{ ... on AccessLog {{ entries {{ what role asked }} }} }} }}'
    )
    assert log.body["data"]["accessLog"]["entries"][0] == {
        "what": "EXPLAINED",
        "role": "REGISTERED_MANAGER",
        "asked": ["what you said in your talk"],
    }
