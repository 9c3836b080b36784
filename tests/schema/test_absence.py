"""Absent and forbidden are one answer. Source: docs/decisions/0004-absent-and-forbidden-are-one-answer.md."""

import json
import secrets

import pytest

from linking.enrolment import enrol
from records.errors import MalformedIdentifier, SourceUnavailable
from records.record import Record
from schema.ids import Ids
from tests.disclosure.casework import (
    BEFORE,
    COORDINATOR,
    NURSE,
    STRANGER,
    WORKER,
    interview,
    knows,
    nhs_number,
)
from tests.schema.questions import Questions, place_of

EVERYTHING = """__typename
  ... on NotFoundOrNotPermitted { says ask { role label why } }
  ... on Child { id identity { state } missingEpisodes { state records { id status { state } } }
    returnInterviews { state records { id account { state account } } }
    health { state records { needs { needs } } } }"""
CHILD = f"query ($child: ID!) {{ child(id: $child) {{ {EVERYTHING} }} }}"
NODE = """query ($child: ID!) { node(id: $child) { __typename id
  ... on Child { missingEpisodes { state } } ... on ReturnInterview { account { account } } } }"""
FIND = f"query ($number: String) {{ findChild(nhsNumber: $number) {{ {EVERYTHING} }} }}"


async def _unrelated(questions: Questions, serial: int, *systems: str) -> str:
    """Another child, known to these systems, with whom nobody here has standing."""
    index = questions.testshire.door.index
    people = [knows(name, f"{name}-{serial}", nhs_number(serial)) for name in systems]
    (child_ref, *_) = (await enrol(index, people, by="casework", now=BEFORE)).child_refs
    assert child_ref is not None
    return child_ref


def _interview() -> Record:
    return interview("social-care")


async def test_forbidden_unknown_forged_foreign_and_edited_ids_give_the_same_bytes(
    questions: Questions,
) -> None:
    child_ref = questions.testshire.child_ref
    real = questions.child
    ids = {
        "forbidden": real,
        "unknown": questions.ids.child(secrets.token_urlsafe(16)),
        "forged": "Q2hpbGQ6MQ",
        "foreign": Ids(secrets.token_bytes(32)).child(child_ref),
        "edited": ("A" if real[0] != "A" else "B") + real[1:],
        "of a record": questions.ids.record(child_ref, *place_of(_interview())),
        "a cursor": questions.ids.cursor(child_ref, *place_of(_interview())),
        "empty": "",
        "not text for an id": "\u0000 ' OR 1=1 --",
    }
    child = {
        kind: (await questions.ask(STRANGER, CHILD, child=each)).sent for kind, each in ids.items()
    }
    node = {
        kind: (await questions.ask(STRANGER, NODE, child=each)).sent
        for kind, each in ids.items()
        if kind != "of a record"
    }

    assert len(set(child.values())) == 1
    assert len(set(node.values())) == 1
    assert all(system.asked == [] for system in questions.testshire.systems.values())


async def test_every_one_of_them_is_decided_and_written_down_alike(questions: Questions) -> None:
    await questions.ask(STRANGER, CHILD)
    await questions.ask(STRANGER, CHILD, child="forged")
    await questions.ask(STRANGER, FIND, number=nhs_number(1).digits)
    await questions.ask(STRANGER, FIND, number=nhs_number(7).digits)

    rows = await questions.testshire.written("decision")
    assert len(rows) == 4
    decided = [json.loads(bytes(row["row"]))["body"] for row in rows]
    assert len({(*row["asked"],) for row in decided}) == 1
    assert len({(*row["withheld"],) for row in decided}) == 1
    assert all(row["open"] == {} for row in decided)


async def test_a_search_tells_a_stranger_nothing_of_who_is_known(questions: Questions) -> None:
    known = await questions.ask(STRANGER, FIND, number=nhs_number(1).digits)
    unknown = await questions.ask(STRANGER, FIND, number=nhs_number(7).digits)

    assert known.data["findChild"]["__typename"] == "NotFoundOrNotPermitted"
    assert known.sent == unknown.sent


async def test_identifiers_of_two_children_are_not_said_to_be_ambiguous(
    questions: Questions,
) -> None:
    index = questions.testshire.door.index
    number = nhs_number(40)
    for system in ("police", "health"):
        await enrol(index, [knows(system, f"{system}-40", None)], by="casework", now=BEFORE)
    pair = [knows("police", "police-41", number), knows("police", "police-42", number)]
    await enrol(index, pair, by="casework", now=BEFORE)
    ambiguous = await questions.ask(WORKER, FIND, number=number.digits)
    unknown = await questions.ask(WORKER, FIND, number=nhs_number(77).digits)

    assert ambiguous.sent == unknown.sent


async def test_who_works_with_the_child_finds_them_by_number_or_by_local_id(
    questions: Questions,
) -> None:
    digits = nhs_number(1).digits
    spaced = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    by_number = await questions.ask(WORKER, FIND, number=spaced)
    by_local = await questions.ask(
        WORKER,
        f'{{ findChild(localId: "police-1", system: "police") {{ {EVERYTHING} }} }}',
    )
    by_id = await questions.ask(WORKER, CHILD)

    assert by_number.data["findChild"]["id"] == questions.child
    assert by_number.data["findChild"] == by_local.data["findChild"] == by_id.data["child"]


async def test_a_number_and_a_local_id_that_disagree_find_nobody(questions: Questions) -> None:
    await _unrelated(questions, 5, "police")
    told = await questions.ask(
        WORKER,
        f"""query ($number: String) {{ findChild(nhsNumber: $number, localId: "police-5",
          system: "police") {{ {EVERYTHING} }} }}""",
        number=nhs_number(1).digits,
    )
    assert told.data["findChild"]["__typename"] == "NotFoundOrNotPermitted"


@pytest.mark.parametrize(
    "arguments", ["", '(localId: "police-1")', '(system: "police")', "(nhsNumber: null)"]
)
async def test_a_question_that_is_not_complete_says_what_it_lacks(
    questions: Questions, arguments: str
) -> None:
    told = await questions.ask(
        WORKER, f"{{ findChild{arguments} {{ __typename ... on MatchNeeded {{ supply }} }} }}"
    )
    assert told.data["findChild"] == {
        "__typename": "MatchNeeded",
        "supply": ["nhsNumber", "localId and system"],
    }
    assert told.extensions == {"disclosure": []}


async def test_a_number_that_cannot_be_one_is_refused_without_repeating_it(
    questions: Questions,
) -> None:
    told = await questions.ask(WORKER, FIND, number="1234567890")
    assert isinstance(told.error, MalformedIdentifier)
    assert "1234567890" not in str(told.result.errors)


async def test_one_agencys_own_record_does_not_tell_it_that_another_knows_the_child(
    questions: Questions,
) -> None:
    """A grant of one's own records holds for anybody: it must not become a list of who is known."""
    elsewhere = questions.ids.child(await _unrelated(questions, 9, "police"))
    nowhere = questions.ids.child(secrets.token_urlsafe(16))
    text = """query ($child: ID!) { child(id: $child) { __typename
      ... on Child { health { state } } ... on NotFoundOrNotPermitted { says } } }"""

    assert (await questions.ask(NURSE, text, child=elsewhere)).sent == (
        await questions.ask(NURSE, text, child=nowhere)
    ).sent


async def test_a_record_is_found_again_by_its_id_under_the_same_rules(
    questions: Questions,
) -> None:
    listed = await questions.of_child(WORKER, "returnInterviews { records { id } }")
    (record,) = listed["returnInterviews"]["records"]
    text = """query ($id: ID!) { node(id: $id) { __typename id
      ... on ReturnInterview { confirmation { state heldBy } account { state account } } } }"""
    worker = await questions.ask(WORKER, text, id=record["id"])
    stranger = await questions.ask(STRANGER, text, id=record["id"])

    assert worker.data["node"]["id"] == record["id"]
    assert worker.data["node"]["confirmation"]["heldBy"] == "the interviewing service"
    assert stranger.data["node"] is None

    police = await questions.ask(COORDINATOR, text, id=record["id"])
    assert police.data["node"]["account"] == {"state": "WITHHELD", "account": None}


async def test_a_record_that_is_gone_is_null_and_one_that_cannot_be_asked_for_is_a_fault(
    questions: Questions,
) -> None:
    gone = questions.ids.record(questions.testshire.child_ref, *place_of(_interview()))
    text = "query ($id: ID!) { node(id: $id) { id } }"
    care = questions.testshire.systems["social-care"]
    care.held.clear()
    assert (await questions.ask(WORKER, text, id=gone)).data["node"] is None

    care.fault = SourceUnavailable("social-care", "is down.")
    assert isinstance((await questions.ask(WORKER, text, id=gone)).error, SourceUnavailable)


async def test_a_child_is_a_node(questions: Questions) -> None:
    told = await questions.ask(WORKER, NODE)
    assert told.data["node"]["id"] == questions.child
    assert told.data["node"]["missingEpisodes"] == {"state": "DISCLOSED"}
