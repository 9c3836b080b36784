"""On what ground in law each thing was told: recorded with the decision, explained to the auditor, plain to the child."""

import dataclasses
import json

import msgspec

from disclosure.assertion import Says
from disclosure.entries import EntryKind, Written
from disclosure.replaying import differences, other_grounds, past_of, taken_again
from disclosure.report import AccessReport, access_report, as_html, as_plain
from disclosure.trail import entries
from records.people import Purpose, Role
from tests.acting import breaks_glass
from tests.world import Child, World

INTERVIEW = (
    "returnInterviews { state records { confirmation { state } account { state account } } }"
)
EXPLAIN = (
    "query Why($child: ID!, $role: Role) { explainAccess(child: $child, items: [RHI_FULL], asRole: $role) { __typename"
    " ... on AccessExplained { items { open grounds { toldBy ownRecord lawfulBasis law confidentiality metBy source"
    " plainEnglish verified } } } ... on Refused { says } } }"
)


LOG = (
    "query Log($child: ID!) { accessLog(child: $child, first: 5) { ... on AccessLog { entries"
    " { grounds { lawfulBasis confidentiality metBy law plainEnglish verified } } } } }"
)


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.interviewed()
    return child


def grounds_of(world: World, child: Child) -> list[dict[str, str]]:
    """What stands in the last decision about the interview itself, by who tells it."""
    [*_, last] = world.does(_written(world, child))
    body = msgspec.json.decode(last.row)["body"]
    return [
        told for each in body["grounds"] if "rhi.full" in each["items"] for told in each["told_by"]
    ]


def test_a_social_worker_reads_their_own_authority_s_interview_as_its_own_record(
    world: World,
) -> None:
    child = interviewed(world)
    world.social_worker(child).asks(child, INTERVIEW)
    [council] = [one for one in grounds_of(world, child) if one["from"] == "social-care"]

    assert council["basis"] == "own-authority"
    assert council["confidence"] == "own-record"


def test_the_police_are_told_on_the_duty_to_share_where_the_child_agrees(world: World) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.AGREES)
    world.police_coordinator(child).asks(child, INTERVIEW)
    [council] = [one for one in grounds_of(world, child) if one["from"] == "social-care"]

    assert council["basis"] == "relevant-person-to-relevant-person"
    assert council["confidence"] == "agreement"


def test_glass_broken_to_save_a_life_rests_on_vital_interest(world: World) -> None:
    child = interviewed(world)
    officer = world.police_coordinator(child)
    breaks_glass(officer, child, "RHI_FULL")
    officer.asks(child, INTERVIEW)
    [council] = [one for one in grounds_of(world, child) if one["from"] == "social-care"]

    assert (council["basis"], council["confidence"]) == ("vital-interest", "an-emergency")


def test_what_is_withheld_has_no_ground(world: World) -> None:
    child = interviewed(world)
    world.home_manager(child).asks(child, INTERVIEW)

    assert grounds_of(world, child) == []


def test_the_auditor_is_told_the_grounds_and_nobody_else_is(world: World) -> None:
    child = interviewed(world)
    auditor = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    worker = world.social_worker(child)
    child.registers.child_says(Says.AGREES)
    asked: dict[str, object] = {"child": child.id, "role": "MISSING_COORDINATOR"}
    told = auditor.sends(EXPLAIN, asked).body["data"]["explainAccess"]
    [own] = worker.sends(EXPLAIN, {"child": child.id}).body["data"]["explainAccess"]["items"]

    [full] = told["items"]
    [council] = [one for one in full["grounds"] if one["toldBy"] == "SOCIAL_CARE"]
    assert (council["lawfulBasis"], council["confidentiality"]) == ("own-authority", "own-record")
    assert council["metBy"] == "not-broken"
    assert council["law"].startswith("6(1)(e)")
    assert not council["verified"]
    assert own["open"]
    assert own["grounds"] == []


def test_the_child_s_report_says_in_plain_words_why_it_could_be_told(world: World) -> None:
    child = interviewed(world)
    officer = world.police_coordinator(child)
    child.registers.child_says(Says.AGREES)
    officer.asks(child, INTERVIEW)
    auditor = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    log = auditor.sends(LOG, {"child": child.id}).body["data"]["accessLog"]["entries"]
    report = world.does(_report(world, child))
    page, plain = as_html(report), json.loads(json.dumps(as_plain(report), default=str))

    assert "Lancashire Constabulary" in page
    assert "E23000003" not in page
    assert "the person in the police who leads the search for missing children" in page.lower()
    assert "said that it may be shared" in page
    assert "A lawyer still has to check these reasons." in page
    assert {one["metBy"] for one in log[0]["grounds"]} >= {"consent"}
    assert not any(one["verified"] for one in log[0]["grounds"])
    grounds = plain["lines"][0]["grounds"]
    assert {one["met_by"] for one in grounds} >= {"consent"}
    assert all(one["law"].startswith("6(1)(c)") for one in grounds)


async def _report(world: World, child: Child) -> AccessReport:
    door = world.parts.services.door
    return await access_report(door, child.ref, world.clock(), with_reasons=False)


def test_a_decision_is_taken_again_with_its_grounds(world: World) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.AGREES)
    world.police_coordinator(child).asks(child, INTERVIEW)
    [*_, written] = world.does(_written(world, child))

    past = past_of(written)
    assert past.grounds
    assert other_grounds(world.parts.bundle.bundle, past) == ()


def test_grounds_that_were_written_otherwise_are_noticed(world: World) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.AGREES)
    world.police_coordinator(child).asks(child, INTERVIEW)
    [*_, written] = world.does(_written(world, child))
    row = msgspec.json.decode(written.row)
    for each in row["body"]["grounds"]:
        for told in each["told_by"]:
            told["basis"] = "to-the-family"
    otherwise = dataclasses.replace(written, row=msgspec.json.encode(row))

    found = other_grounds(world.parts.bundle.bundle, past_of(otherwise))
    assert {one.then.basis for one in found if one.then} == {"to-the-family"}
    assert "to-the-family" not in {one.now.basis for one in found if one.now}


def test_a_decision_from_before_grounds_were_kept_is_taken_again_as_it_was(world: World) -> None:
    child = interviewed(world)
    world.social_worker(child).asks(child, INTERVIEW)
    [*_, written] = world.does(_written(world, child))
    row = msgspec.json.decode(written.row)
    del row["body"]["grounds"]
    older = past_of(dataclasses.replace(written, row=msgspec.json.encode(row)))
    bundle = world.parts.bundle.bundle

    assert older.grounds is None
    assert other_grounds(bundle, older) == ()
    assert differences(older, taken_again(bundle, older)) == ()


async def _written(world: World, child: Child) -> list[Written]:
    mark = world.parts.ledger.pseudonyms.child(child.ref)
    kinds = (EntryKind.DECISION,)
    return [one async for one in entries(world.parts.engine, child=mark, kinds=kinds)]
