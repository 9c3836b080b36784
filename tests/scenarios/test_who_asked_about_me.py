"""A child's access report: who asked, why, what they were shown and what not, in plain English, refusals too."""

import json
from pathlib import Path
from typing import Any

from disclosure.report import access_report, as_html, as_plain
from records.people import Purpose, Role, Standing
from tests.acting import breaks_glass
from tests.casefile import ACCOUNT, SAFEGUARDING
from tests.world import Child, Practitioner, World

INTERVIEW = (
    "returnInterviews { state records { confirmation { state } account { state account } } }"
)
LOG = (
    "query Log($child: ID!, $first: Int!, $after: String) { accessLog(child: $child, first: $first, after: $after) {"
    " __typename ... on AccessLog { entries { id what role organisation purpose reason asked shown withheld refused"
    " brokeGlass plainEnglish } hasNextPage endCursor } ... on Refused { says ask { role } } } }"
)


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.interviewed()
    return child


def lead(world: World, child: Child) -> Practitioner:
    return world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )


def log_of(
    who: Practitioner, child: Child | str, first: int = 50, **more: object
) -> dict[str, Any]:
    named = child if isinstance(child, str) else child.id
    told = who.sends(LOG, {"child": named, "first": first, **more})
    assert "errors" not in told.body, told.body["errors"]
    found: dict[str, Any] = told.body["data"]["accessLog"]
    return found


def test_it_says_who_was_shown_what_and_who_was_refused(world: World) -> None:
    child = interviewed(world)
    worker, manager = world.social_worker(child), world.home_manager(child)
    worker.asks(child, INTERVIEW)
    manager.asks(child, INTERVIEW)
    world.person(Role.SOCIAL_WORKER, "E08000035").asks(child, INTERVIEW)

    by_worker, by_manager, by_stranger, reading = log_of(lead(world, child), child)["entries"]

    assert by_worker["plainEnglish"] == (
        "A social worker at Blackpool Council asked to know what you said in your talk, to keep you safe."
        " They were shown what you said in your talk."
    )
    assert by_worker["shown"] == [
        "whether somebody talked with you after you came back",
        "that somebody talked with you after you came back",
        "what you said in your talk",
    ]
    assert by_manager["withheld"] == ["what you said in your talk"]
    assert "a rule says no" in by_manager["plainEnglish"]
    assert by_stranger["refused"]
    assert by_stranger["organisation"] == "Leeds City Council"
    assert by_stranger["shown"] == []
    assert "They were shown nothing." in by_stranger["plainEnglish"]
    assert (reading["what"], reading["role"]) == ("LOOKED_AT", "INFORMATION_GOVERNANCE_LEAD")
    assert by_worker["reason"] == "Casework in a test"


def test_breaking_glass_stands_out(world: World) -> None:
    child = interviewed(world)
    officer = world.police_coordinator(child)
    breaks_glass(officer, child, "RHI_FULL")
    officer.asks(child, INTERVIEW)

    broke, saw, _ = log_of(lead(world, child), child)["entries"]

    assert broke["brokeGlass"]
    assert "in an emergency" in broke["plainEnglish"]
    assert saw["brokeGlass"]
    assert "They said that it was an emergency" in saw["plainEnglish"]


def test_the_child_reads_it_without_the_reasons_that_others_wrote(world: World) -> None:
    child = interviewed(world)
    world.social_worker(child).asks(child, INTERVIEW)
    young = world.person(Role.CHILD, "family", purpose=Purpose.CARE)
    child.registers.stands(Standing.IS_THE_CHILD, person=young.person)

    entries = log_of(young, child)["entries"]

    assert [one["reason"] for one in entries] == [None, None]
    assert entries[0]["shown"]


def test_an_inspector_reads_it_for_assurance_and_for_nothing_else(world: World) -> None:
    child = interviewed(world)
    world.social_worker(child).asks(child, INTERVIEW)
    for purpose, kind in ((Purpose.ASSURE, "AccessLog"), (Purpose.SAFEGUARD, "Refused")):
        inspector = world.person(Role.INSPECTOR, "OFSTED", purpose=purpose)
        assert log_of(inspector, child)["__typename"] == kind


def test_those_who_may_not_read_it_cannot_tell_whether_there_is_one(world: World) -> None:
    child = interviewed(world)
    elsewhere = world.person(Role.INFORMATION_GOVERNANCE_LEAD, "E10000012", purpose=Purpose.ASSURE)
    for who in (elsewhere, world.social_worker(child), world.person(Role.PARENT_CARER, "family")):
        told = [log_of(who, named) for named in (child, "no id at all", child.id[:-4] + "AAAA")]
        assert told[0]["__typename"] == "Refused"
        assert told[0] == told[1] == told[2]


def test_it_comes_in_pages(world: World) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    for _ in range(3):
        worker.asks(child, INTERVIEW)
    reader = lead(world, child)
    first = log_of(reader, child, first=2)
    second = log_of(reader, child, first=2, after=first["endCursor"])

    assert first["hasNextPage"]
    assert [one["what"] for one in second["entries"]] == ["DECISION", "LOOKED_AT"]
    assert not {one["id"] for one in first["entries"]} & {one["id"] for one in second["entries"]}


def test_it_holds_nothing_that_any_system_holds(world: World) -> None:
    child = interviewed(world)
    world.social_worker(child).asks(child, INTERVIEW)
    report = world.does(_report(world, child))
    for text in (as_html(report), json.dumps(as_plain(report), default=str)):
        assert ACCOUNT not in text
        assert SAFEGUARDING not in text
        assert child.number.digits not in text


def test_the_page_prints_and_what_people_wrote_cannot_break_it(
    world: World, tmp_path: Path
) -> None:
    child = interviewed(world)
    officer = world.police_coordinator(child)
    breaks_glass(officer, child, "RHI_FULL", reason="<script>alert(1)</script> & so on and on")
    page = as_html(world.does(_report(world, child)))

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on" in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<li>") == 1


async def _report(world: World, child: Child) -> Any:  # noqa: ANN401 (a report)
    door = world.parts.services.door
    return await access_report(door, child.ref, world.clock(), with_reasons=True)
