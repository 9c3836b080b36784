"""A notice in a provider's system is there once, says what it may, and tells how it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.health.errands import STANDS
from records.errands import Errand, Stands, TakesErrands
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from tests.adapters.health.conftest import Trust

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
FHIR_STATUSES = {
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "cancelled",
    "in-progress",
    "on-hold",
    "failed",
    "completed",
    "entered-in-error",
}
"""Source: HL7 FHIR R4, TaskStatus."""


def errand(ref: str = "a-notice-reference-22c", *, answer_by: datetime | None = None) -> Errand:
    return Errand(
        ref=ref,
        origin="urn:homeward",
        team="CareTeam/cla-nurses",
        urgent=True,
        sent_at=NOW,
        answer_by=answer_by,
        says="Child reported missing.",
    )


def test_every_status_of_a_task_says_how_a_notice_stands() -> None:
    assert STANDS.keys() == FHIR_STATUSES


async def test_a_notice_is_a_communication_that_says_it_and_a_task_that_waits(trust: Trust) -> None:
    due = NOW + timedelta(hours=1)
    there = await trust.connected().give(errand(answer_by=due))
    (said,) = trust.simulator.written("Communication")
    (task,) = trust.simulator.written("Task")
    assert there == f"Task/{task['id']}"
    assert said["payload"] == [{"contentString": "Child reported missing."}]
    assert said["recipient"] == [{"reference": "CareTeam/cla-nurses"}]
    assert (task["status"], task["intent"], task["priority"]) == ("requested", "order", "urgent")
    assert task["focus"] == {"reference": f"Communication/{said['id']}"}
    assert task["owner"] == {"reference": "CareTeam/cla-nurses"}
    assert datetime.fromisoformat(task["restriction"]["period"]["end"]) == due


async def test_a_notice_is_filed_under_no_patient_and_marked_restricted(trust: Trust) -> None:
    await trust.connected().give(errand())
    for one in (*trust.simulator.written("Communication"), *trust.simulator.written("Task")):
        assert not {"subject", "for", "about", "encounter"} & one.keys()
        assert [label["code"] for label in one["meta"]["security"]] == ["R"]


@pytest.mark.parametrize("heeds", [True, False])
@pytest.mark.parametrize("lost", [0, 1, 2])
async def test_sent_again_it_is_there_once_even_where_conditions_are_passed_over(
    trust: Trust, lost: int, *, heeds: bool
) -> None:
    trust.simulator.heeds_conditions = heeds
    trust.simulator.loses_replies = lost
    provider = trust.connected()
    for _ in range(lost):
        with pytest.raises(SourceUnavailable):
            await provider.give(errand())
    first = await provider.give(errand())
    assert await provider.give(errand()) == first
    assert len(trust.simulator.written("Communication")) == 1
    assert len(trust.simulator.written("Task")) == 1


async def test_two_notices_are_two_tasks(trust: Trust) -> None:
    provider = trust.connected()
    assert await provider.give(errand("one")) != await provider.give(errand("two"))
    assert len(trust.simulator.written("Task")) == 2


@pytest.mark.parametrize("status", sorted(FHIR_STATUSES))
async def test_the_progress_of_a_task_is_read(trust: Trust, status: str) -> None:
    provider = trust.connected()
    there = await provider.give(errand())
    assert await provider.stands(there) is Stands.WAITING
    trust.simulator.turns(there.partition("/")[2], status)
    assert await provider.stands(there) is STANDS[status]


async def test_a_task_that_is_there_no_more_is_gone_and_one_of_an_unknown_status_waits(
    trust: Trust,
) -> None:
    provider = trust.connected()
    there = await provider.give(errand())
    trust.simulator.turns(there.partition("/")[2], "a-status-of-tomorrow")
    assert await provider.stands(there) is Stands.WAITING
    trust.simulator.resources = []
    assert await provider.stands(there) is Stands.GONE


async def test_a_server_that_will_not_have_it_says_so_without_its_words(trust: Trust) -> None:
    provider = trust.connected()
    trust.simulator.refuses()
    with pytest.raises(SourceRefused):
        await provider.give(errand())
    trust.simulator.recovers()
    trust.simulator.answers_a_web_page()
    with pytest.raises(SourceContractBroken) as broken:
        await provider.give(errand())
    assert "Child reported missing" not in str(broken.value)
    assert trust.simulator.written("Task") == []


def test_a_provider_takes_errands(trust: Trust) -> None:
    assert isinstance(trust.connected(), TakesErrands)
