"""One operation, one look at each child, with a purpose, and a receipt."""

import pytest

from disclosure.disclose import Door
from disclosure.recording import record_area
from records.errors import NotRecorded, PurposeRequired
from records.people import Purpose
from schema import schema
from tests.disclosure.casework import MANAGER, STRANGER, WORKER
from tests.schema.questions import Questions

STATES = "__typename ... on Child { missingEpisodes { state } }"


@pytest.mark.parametrize(
    "field",
    [
        f'child(id: "1") {{ {STATES} }}',
        f'findChild(nhsNumber: "1") {{ {STATES} }}',
        f"findChild {{ {STATES} }}",
        'node(id: "1") { id }',
    ],
)
async def test_nothing_is_read_of_a_child_without_a_purpose(
    questions: Questions, field: str
) -> None:
    told = await questions.ask(WORKER, f"{{ {field} }}", why=None)

    assert isinstance(told.error, PurposeRequired)
    for purpose in Purpose:
        assert purpose.value in str(told.error)
    assert await questions.testshire.written("decision") == []


async def test_what_is_not_about_a_child_needs_no_purpose(questions: Questions) -> None:
    told = await questions.ask(
        MANAGER,
        "{ version viewer { role agency organisation purpose purposes } about { name policy protocols { id verified } } }",
        why=None,
    )
    assert told.data["viewer"]["role"] == "REGISTERED_MANAGER"
    assert told.data["viewer"]["agency"] == "PLACEMENT"
    assert told.data["viewer"]["purpose"] is None
    assert told.data["viewer"]["purposes"] == [purpose.name for purpose in Purpose]
    assert told.data["about"]["policy"] == questions.testshire.door.bundle.digest
    assert {"id": "testshire", "verified": False} in told.data["about"]["protocols"]
    assert told.extensions == {}


async def test_two_fields_about_one_child_are_one_decision_and_one_round_to_the_systems(
    questions: Questions,
) -> None:
    told = await questions.ask(
        WORKER,
        """query ($child: ID!) {
          a: child(id: $child) { ... on Child { missingEpisodes { state records { status { state } } } } }
          b: child(id: $child) { ... on Child { missingEpisodes { records { detail { circumstances } } }
             returnInterviews { records { account { account } } } } }
          d: node(id: $child) { ... on Child { health { records { needs { needs } } } } } }""",
    )

    assert told.data["a"]["missingEpisodes"]["state"] == "DISCLOSED"
    (receipt,) = told.extensions["disclosure"]
    assert receipt["paths"] == ["a", "b", "d"]
    assert len(await questions.testshire.written("decision")) == 1
    assert {n: len(s.asked) for n, s in questions.testshire.systems.items()} == {
        "police": 1,
        "social-care": 1,
        "health": 1,
    }


async def test_a_child_named_in_two_ways_is_two_decisions_for_every_caller(
    questions: Questions,
) -> None:
    told = await questions.ask(
        WORKER,
        """query ($child: ID!) {
          a: child(id: $child) { ... on Child { health { state } } }
          b: findChild(localId: "police-1", system: "police") { ... on Child { health { state } } } }""",
    )
    assert [receipt["paths"] for receipt in told.extensions["disclosure"]] == [["a"], ["b"]]


async def test_two_children_are_two_decisions(questions: Questions) -> None:
    told = await questions.ask(
        WORKER,
        f"""query ($child: ID!) {{ a: child(id: $child) {{ {STATES} }}
          b: child(id: "nobody") {{ {STATES} }} }}""",
    )
    assert told.data["a"]["__typename"] == "Child"
    assert told.data["b"] == {"__typename": "NotFoundOrNotPermitted"}
    assert [receipt["paths"] for receipt in told.extensions["disclosure"]] == [["a"], ["b"]]
    assert len(await questions.testshire.written("decision")) == 2


async def test_the_receipt_says_who_was_asked_and_who_was_not_and_why(
    questions: Questions,
) -> None:
    told = await questions.ask(
        MANAGER,
        """query ($child: ID!) { child(id: $child) { ... on Child {
          missingEpisodes { state } returnInterviews { state records { confirmation { heldBy } } } } } }""",
    )
    (receipt,) = told.extensions["disclosure"]
    (row,) = await questions.testshire.written("decision")
    assert receipt == {
        "paths": ["child"],
        "ref": row["ref"],
        "asked": ["social-care"],
        "notAsked": [{"source": "police", "because": "WITHHELD"}],
        "policy": questions.testshire.door.bundle.digest,
    }


async def test_what_a_stranger_reads_in_the_receipt_does_not_depend_on_the_child(
    questions: Questions,
) -> None:
    text = f"query ($child: ID!) {{ child(id: $child) {{ {STATES} }} }}"
    told = await questions.ask(STRANGER, text)
    (receipt,) = told.extensions["disclosure"]
    assert receipt["asked"] == []
    assert receipt["notAsked"] == [
        {"source": "police", "because": "WITHHELD"},
        {"source": "social-care", "because": "WITHHELD"},
    ]


async def test_what_is_switched_off_is_neither_decided_nor_asked(questions: Questions) -> None:
    text = """query ($child: ID!, $talk: Boolean!) { child(id: $child) { ... on Child {
      missingEpisodes { state } returnInterviews @include(if: $talk) { records { account { account } } } } } }"""
    told = await questions.ask(WORKER, text, talk=False)

    assert told.data["child"] == {"missingEpisodes": {"state": "DISCLOSED"}}
    (row,) = await questions.testshire.written("decision")
    assert b"rhi." not in bytes(row["row"])


async def test_nothing_is_shown_when_the_decision_cannot_be_written_down(
    questions: Questions,
) -> None:
    await questions.testshire.door.ledger.close()
    told = await questions.ask(
        WORKER, f"query ($child: ID!) {{ a: child(id: $child) {{ {STATES} }} }}"
    )
    assert isinstance(told.error, NotRecorded)
    assert told.result.data is None
    assert all(system.asked == [] for system in questions.testshire.systems.values())


async def test_a_missing_variable_is_the_fault_of_its_own_field(questions: Questions) -> None:
    told = await questions.ask(
        WORKER,
        """query ($which: ID = "x") { node(id: $which) { id } version }""",
    )
    assert told.data["node"] is None
    refused = await questions.ask(
        WORKER,
        """query ($which: ID = "x", $child: ID!) {
          a: node(id: $which) { id } b: node(id: $child) { ... on Child { health { state } } } }""",
        which=None,
    )
    assert refused.result.data == {
        "a": None,
        "b": {"health": {"state": "DISCLOSED"}},
    }


def test_the_door_and_the_area_are_the_real_ones() -> None:
    """These tests stand on disclosure itself; were it replaced by something else, they prove nothing."""
    assert Door.__module__ == "disclosure.disclose"
    assert record_area.__module__ == "disclosure.recording"
    assert schema.execute_sync is not None
