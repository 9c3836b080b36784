"""One question through the one door: who is asked, who is not, and what comes back."""

from __future__ import annotations

import dataclasses
import json
import logging

import pytest
import sqlalchemy as sa

from disclosure.answers import AnswerState, NotAsked, Refusal, ReportState, state_of
from disclosure.assertion import Says
from linking.enrolment import unlink
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from records.identifiers import LocalId
from records.items import Category, Item
from records.people import Kind
from tests.disclosure.casework import (
    COORDINATOR,
    EPISODE_ITEMS,
    INTERVIEW_ITEMS,
    MANAGER,
    NURSE,
    SENTINEL,
    WORKER,
    Testshire,
)

# What does not touch the database need not be tried on both.
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_allocated_worker_is_given_what_each_system_holds(testshire: Testshire) -> None:
    told = await testshire.asks(WORKER, EPISODE_ITEMS | INTERVIEW_ITEMS)

    assert state_of(told, Category.EPISODES) is AnswerState.DISCLOSED
    sources = [record.provenance.source for record in told.records[Category.EPISODES]]
    assert sources == ["police", "social-care"]
    assert told.asked == ("police", "social-care")
    assert told.withheld == ()


@sqlite_only
async def test_the_home_learns_that_the_interview_took_place_and_not_what_was_said(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(MANAGER, INTERVIEW_ITEMS)

    (interview,) = told.records[Category.INTERVIEWS]
    assert state_of(told, Category.INTERVIEWS) is AnswerState.REDUCED
    assert SENTINEL not in str(interview)
    assert [(w.item, w.reason) for w in told.withheld] == [
        (Item.RHI_SYNOPSIS, Refusal.DENIED),
        (Item.RHI_FULL, Refusal.DENIED),
    ]
    (refusal, _) = told.withheld
    assert [rule.id for rule in refusal.rules] == ["testshire-home-not"]
    assert refusal.ask.label == "the Testshire social worker"
    assert not refusal.can_break_glass


@sqlite_only
async def test_a_system_is_never_asked_for_what_the_caller_may_not_see(
    testshire: Testshire,
) -> None:
    await testshire.asks(MANAGER, INTERVIEW_ITEMS | EPISODE_ITEMS | {Item.HEALTH_NEEDS})

    assert testshire.systems["police"].asked == []
    assert testshire.systems["health"].asked == []
    (question,) = testshire.systems["social-care"].asked
    assert question.items == {Item.RHI_EXISTS, Item.RHI_CONFIRMATION}
    assert question.subject == LocalId("social-care", "social-care-1")


@sqlite_only
async def test_the_systems_that_were_not_asked_are_named_with_the_reason(
    testshire: Testshire,
) -> None:
    told = await testshire.asks(MANAGER, INTERVIEW_ITEMS | EPISODE_ITEMS)

    assert told.asked == ("social-care",)
    assert told.not_asked == {"police": NotAsked.WITHHELD}


@sqlite_only
async def test_a_grant_to_read_ones_own_record_asks_nobody_else(testshire: Testshire) -> None:
    told = await testshire.asks(NURSE, frozenset({Item.HEALTH_NEEDS}))

    assert told.asked == ("health",)
    assert told.not_asked == {"social-care": NotAsked.WITHHELD}
    assert state_of(told, Category.HEALTH) is AnswerState.REDUCED
    (kept,) = told.withheld
    assert (kept.item, kept.held_by) == (Item.HEALTH_NEEDS, frozenset({Kind.SOCIAL_CARE}))
    states = {report.source: report.state for report in told.reports[Category.HEALTH]}
    assert states == {"social-care": ReportState.NOT_ASKED, "health": ReportState.ANSWERED}


@sqlite_only
async def test_what_a_system_gives_beyond_the_question_is_not_handed_over(
    testshire: Testshire,
) -> None:
    testshire.systems["social-care"].leaks = True

    told = await testshire.asks(MANAGER, INTERVIEW_ITEMS)

    assert SENTINEL not in str(told.records)
    assert set(told.records) == {Category.INTERVIEWS}


async def test_the_decision_is_durable_before_any_system_is_asked(testshire: Testshire) -> None:
    rows_seen: list[int] = []

    async def look() -> None:
        # Another connection, so that only what is committed counts.
        async with testshire.engine.connect() as connection:
            count = sa.text("SELECT count(*) FROM ledger WHERE kind = 'decision'")
            rows_seen.append((await connection.execute(count)).scalar_one())

    for system in testshire.systems.values():
        system.before_answering = look

    await testshire.asks(WORKER, EPISODE_ITEMS | {Item.HEALTH_NEEDS})

    assert rows_seen == [1, 1, 1]


@sqlite_only
@pytest.mark.parametrize(
    "fault,state",
    [
        (SourceUnavailable("police", "down"), ReportState.UNAVAILABLE),
        (SourceRefused("police", "no"), ReportState.REFUSED),
        (SourceContractBroken("police", "odd"), ReportState.CONTRACT_BROKEN),
        (KeyError(SENTINEL), ReportState.CONTRACT_BROKEN),
        (None, ReportState.TIMED_OUT),
    ],
    ids=["down", "refuses", "breaks its contract", "has a fault in its adapter", "hangs"],
)
async def test_a_silent_system_is_named_and_the_rest_still_answers(
    testshire: Testshire,
    fault: Exception | None,
    state: ReportState,
    caplog: pytest.LogCaptureFixture,
) -> None:
    testshire.systems["police"].fault = fault
    testshire.systems["police"].hangs = fault is None

    with caplog.at_level(logging.DEBUG):
        told = await testshire.asks(WORKER, EPISODE_ITEMS)

    assert [r.provenance.source for r in told.records[Category.EPISODES]] == ["social-care"]
    reports = {report.source: report for report in told.reports[Category.EPISODES]}
    assert reports["police"].state is state
    assert reports["social-care"].state is ReportState.ANSWERED
    assert "police" in told.asked
    assert SENTINEL not in caplog.text


@sqlite_only
async def test_silence_is_never_nothing_held(testshire: Testshire) -> None:
    testshire.systems["police"].fault = SourceUnavailable("police", "down")
    testshire.systems["social-care"].held.clear()

    told = await testshire.asks(WORKER, EPISODE_ITEMS)

    assert state_of(told, Category.EPISODES) is AnswerState.UNAVAILABLE


@sqlite_only
async def test_nothing_held_is_said_when_those_who_may_be_asked_have_answered(
    testshire: Testshire,
) -> None:
    for system in testshire.systems.values():
        system.held.clear()

    told = await testshire.asks(WORKER, EPISODE_ITEMS | INTERVIEW_ITEMS)

    assert state_of(told, Category.EPISODES) is AnswerState.NOTHING_HELD
    assert state_of(told, Category.INTERVIEWS) is AnswerState.NOTHING_HELD


@sqlite_only
async def test_a_withheld_interview_is_told_from_no_interview_only_to_those_who_may_know(
    testshire: Testshire,
) -> None:
    items = frozenset({Item.RHI_FULL})
    held = await testshire.asks(COORDINATOR, items)
    testshire.systems["social-care"].held.clear()
    not_held = await testshire.asks(COORDINATOR, items)

    assert state_of(held, Category.INTERVIEWS) is AnswerState.WITHHELD
    assert state_of(not_held, Category.INTERVIEWS) is AnswerState.NOTHING_HELD
    assert [question.items for question in testshire.systems["social-care"].asked] == [
        {Item.RHI_EXISTS},
        {Item.RHI_EXISTS},
    ]


async def test_the_child_s_agreement_opens_the_interview_to_the_police_and_withdrawal_closes_it(
    testshire: Testshire,
) -> None:
    items = frozenset({Item.RHI_FULL})
    await testshire.child_says(Says.AGREES)
    agreed = await testshire.asks(COORDINATOR, items)
    await testshire.child_says(Says.WITHDREW)
    withdrawn = await testshire.asks(COORDINATOR, items)

    assert agreed.is_open(Item.RHI_FULL)
    assert not withdrawn.is_open(Item.RHI_FULL)
    (refusal,) = withdrawn.withheld
    assert [duty.id for duty in refusal.duties] == ["england-duty"]
    assert refusal.can_break_glass


async def test_a_system_that_does_not_know_the_child_is_not_asked_and_said_so(
    testshire: Testshire,
) -> None:
    police_id = LocalId("police", "police-1")
    await unlink(
        testshire.door.index, testshire.child_ref, police_id, by="someone", now=WORKER.expires_at
    )
    testshire.systems["social-care"].held.clear()

    told = await testshire.asks(WORKER, EPISODE_ITEMS)

    assert testshire.systems["police"].asked == []
    assert told.not_asked == {"police": NotAsked.NOT_LINKED}
    states = {report.source: report.state for report in told.reports[Category.EPISODES]}
    assert states == {"police": ReportState.NOT_LINKED, "social-care": ReportState.NOTHING_HELD}


async def test_a_new_bundle_takes_effect_with_the_next_question(testshire: Testshire) -> None:
    before = await testshire.asks(WORKER, EPISODE_ITEMS)
    floor = tuple(rule for rule in testshire.door.bundle.rules if rule.national)
    testshire.door.current.bundle = dataclasses.replace(
        testshire.door.bundle, rules=floor, digest="the floor alone"
    )
    after = await testshire.asks(WORKER, EPISODE_ITEMS)

    assert before.is_open(Item.EPISODE_STATUS)
    assert not after.is_open(Item.EPISODE_STATUS)
    assert after.policy == "the floor alone" != before.policy


async def test_a_changed_id_is_followed_and_written_down(testshire: Testshire) -> None:
    system = testshire.systems["police"]
    system.superseded_by = LocalId("police", "police-1b")

    await testshire.asks(WORKER, EPISODE_ITEMS)
    await testshire.asks(WORKER, EPISODE_ITEMS)

    assert [q.subject.value for q in system.asked] == ["police-1", "police-1b"]
    await testshire.door.ledger.close()
    changes = [
        json.loads(row["row"])["body"]["happened"] for row in await testshire.written("index")
    ]
    assert changes == ["superseded", "linked"]
