"""What five people are told of one child, in the shape the schema promises."""

from dataclasses import replace

import disclosure.answers as given
from records.errors import SourceUnavailable
from records.interview import ReturnInterview
from records.people import Kind
from records.record import DataNote
from schema.telling import reported
from tests.disclosure.casework import (
    COORDINATOR,
    MANAGER,
    SENTINEL,
    STRANGER,
    WORKER,
    episode,
    interview,
)
from tests.schema.questions import Questions

INTERVIEWS = """returnInterviews { state asOf withheld { item reason says rules { id paragraph } ask { role label } }
  sources { name state } records { source { name recordedAt }
    confirmation { state heldBy withheld { item } sources { name } asOf }
    account { state account withheld { item reason } sources { name } asOf } } }"""


async def test_the_allocated_worker_reads_the_interview_and_where_it_is_held(
    questions: Questions,
) -> None:
    told = (await questions.of_child(WORKER, INTERVIEWS))["returnInterviews"]

    assert told["state"] == "DISCLOSED"
    assert told["withheld"] == []
    assert told["sources"] == [{"name": "social-care", "state": "ANSWERED"}]
    (record,) = told["records"]
    assert record["confirmation"] == {
        "state": "DISCLOSED",
        "heldBy": "the interviewing service",
        "withheld": [],
        "sources": [{"name": "social-care"}],
        "asOf": "2026-11-24T03:00:00Z",
    }
    assert record["account"]["account"] == SENTINEL


async def test_the_home_is_told_that_an_interview_was_held_and_not_a_word_of_it(
    questions: Questions,
) -> None:
    told = (await questions.of_child(MANAGER, INTERVIEWS))["returnInterviews"]

    assert told["state"] == "REDUCED"
    assert told["withheld"] == [
        {
            "item": "RHI_FULL",
            "reason": "DENIED",
            "says": "A paragraph says that you are not given this.",
            "rules": [{"id": "testshire-home-not", "paragraph": "4"}],
            "ask": {"role": "ALLOCATED_WORKER", "label": "the Testshire social worker"},
        }
    ]
    (record,) = told["records"]
    assert record["confirmation"]["heldBy"] == "the interviewing service"
    assert record["account"] == {
        "state": "WITHHELD",
        "account": None,
        "withheld": [{"item": "RHI_FULL", "reason": "DENIED"}],
        "sources": [],
        "asOf": None,
    }


async def test_a_withheld_part_is_the_same_bytes_whether_or_not_the_record_has_it(
    questions: Questions,
) -> None:
    care = questions.testshire.systems["social-care"]
    text = f"query ($child: ID!) {{ child(id: $child) {{ ... on Child {{ {INTERVIEWS} }} }} }}"
    held = await questions.ask(MANAGER, text)
    care.held[:] = [replace(interview("social-care"), account=None)]
    not_held = await questions.ask(MANAGER, text)

    assert held.sent == not_held.sent


async def test_an_open_part_that_is_not_recorded_says_that_nothing_is_held(
    questions: Questions,
) -> None:
    care = questions.testshire.systems["social-care"]
    care.held[:] = [replace(interview("social-care"), account=None)]
    told = (await questions.of_child(WORKER, INTERVIEWS))["returnInterviews"]

    assert told["records"][0]["account"]["state"] == "NOTHING_HELD"
    assert told["records"][0]["account"]["sources"] == [{"name": "social-care"}]


async def test_a_silent_police_system_is_named_and_the_rest_still_answers(
    questions: Questions,
) -> None:
    questions.testshire.systems["police"].fault = SourceUnavailable("police", "is down.")
    told = await questions.of_child(
        WORKER, "missingEpisodes { state sources { name state says asOf } records { id } }"
    )

    episodes = told["missingEpisodes"]
    assert episodes["state"] == "DISCLOSED"
    assert len(episodes["records"]) == 1
    assert [(s["name"], s["state"], s["asOf"]) for s in episodes["sources"]] == [
        ("police", "UNAVAILABLE", None),
        ("social-care", "ANSWERED", "2026-11-24T03:00:00Z"),
    ]


def test_what_could_not_be_read_is_said_without_counting() -> None:
    report = given.SourceReport(
        source="police",
        system="a system",
        kind=Kind.POLICE,
        state=given.ReportState.ANSWERED,
        says="Answered.",
        notes=(DataNote(code="row-skipped", says="A report could not be read."),),
        skipped=2,
    )
    told = reported(report)
    assert told.incomplete
    assert [(note.code, note.says) for note in told.notes] == [
        ("row-skipped", "A report could not be read.")
    ]
    assert not reported(replace(report, skipped=0)).incomplete


async def test_when_everybody_is_silent_it_is_never_called_nothing_held(
    questions: Questions,
) -> None:
    for system in questions.testshire.systems.values():
        system.fault = SourceUnavailable(system.name, "is down.")
    told = await questions.of_child(WORKER, "missingEpisodes { state records { id } }")

    assert told["missingEpisodes"] == {"state": "UNAVAILABLE", "records": []}


async def test_a_category_that_is_not_confirmed_is_the_same_whatever_lies_behind(
    questions: Questions,
) -> None:
    text = """query ($child: ID!) { child(id: $child) { ... on Child {
      returnInterviews { state } health { state asOf withheld { item reason says rules { id } ask { label } }
        sources { name state says } records { id needs { needs } } } } } }"""
    held = await questions.ask(MANAGER, text)
    questions.testshire.systems["health"].held.clear()
    nothing = await questions.ask(MANAGER, text)
    questions.testshire.systems["health"].fault = SourceUnavailable("health", "is down.")
    silent = await questions.ask(MANAGER, text)

    assert held.data["child"]["health"]["state"] == "NOT_CONFIRMED"
    assert held.data["child"]["health"]["records"] == []
    assert held.sent == nothing.sent == silent.sent
    assert questions.testshire.systems["health"].asked == []


async def test_one_category_under_two_names_is_two_answers(questions: Questions) -> None:
    told = await questions.of_child(
        MANAGER,
        """held: returnInterviews { state withheld { item } records { confirmation { state } } }
           said: returnInterviews { state withheld { item } records { account { state } } }""",
    )

    assert told["held"]["state"] == "DISCLOSED"
    assert told["held"]["withheld"] == []
    assert told["said"]["state"] == "WITHHELD"
    assert told["said"]["withheld"] == [{"item": "RHI_FULL"}]


async def test_when_a_record_changed_is_told_with_the_whole_record_alone(
    questions: Questions,
) -> None:
    care = questions.testshire.systems["social-care"]
    (held,) = (record for record in care.held if isinstance(record, ReturnInterview))
    changed = replace(held, provenance=replace(held.provenance, recorded_at=held.provenance.as_of))
    care.held[:] = [changed]
    every_part = " ".join(
        f"{name} {{ state }}"
        for name in (
            "offer",
            "confirmation",
            "safeguarding",
            "safeguardingProvider",
            "needs",
            "synopsis",
            "account",
        )
    )
    some = await questions.of_child(
        WORKER, f"returnInterviews {{ records {{ source {{ recordedAt }} {every_part} }} }}"
    )
    assert some["returnInterviews"]["records"][0]["source"]["recordedAt"] is None

    questions.testshire.systems["police"].held[:] = [
        replace(
            episode("police"),
            provenance=replace(held.provenance, source="police", recorded_at=held.provenance.as_of),
        )
    ]
    whole = await questions.of_child(
        WORKER,
        """missingEpisodes { records { source { name recordedAt } status { state } detail { state }
             risk { state } assessment { state } lastSeen { state } safety { state } } }""",
    )
    assert [each["source"] for each in whole["missingEpisodes"]["records"]] == [
        {"name": "police", "recordedAt": "2026-11-24T03:00:00Z"}
    ]


async def test_the_police_learn_that_there_was_an_interview_and_that_it_is_kept_from_them(
    questions: Questions,
) -> None:
    told = (await questions.of_child(COORDINATOR, INTERVIEWS))["returnInterviews"]
    assert told["state"] == "WITHHELD"
    assert [each["reason"] for each in told["withheld"]] == ["SILENT", "SILENT"]


async def test_a_stranger_is_told_of_no_child(questions: Questions) -> None:
    told = await questions.of_child(STRANGER, INTERVIEWS)
    assert told == {"__typename": "NotFoundOrNotPermitted"}


async def test_a_refusal_in_an_emergency_says_that_glass_may_be_broken(
    questions: Questions,
) -> None:
    told = await questions.of_child(
        COORDINATOR,
        "returnInterviews { withheld { item canBreakGlass duties { id says } } records { account { state } } }",
    )
    assert told["returnInterviews"]["withheld"] == [
        {
            "item": "RHI_FULL",
            "canBreakGlass": True,
            "duties": [{"id": "england-duty", "says": "Record why not sharing is right."}],
        }
    ]
