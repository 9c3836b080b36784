"""Clocks fire once, whoever is running, are answered, set anew, repeated, and put off alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import open_engine
from notifications import escalation
from notifications.deadlines import fire_due, next_due
from notifications.happening import Happened, Plan, Planning, Settle, Start
from notifications.ledger import accept
from tests.notifications.casework import (
    DESK,
    HOUR,
    NOBODY,
    POLICE,
    T0,
    WORKER,
    missing,
    numbers,
    rows,
    telling,
)


async def events(engine: AsyncEngine) -> list[str]:
    """The types of all events, as they were learnt."""
    return [row["type"] for row in await rows(engine, "SELECT type FROM event ORDER BY child_seq")]


def starting(after: timedelta, repeats: timedelta | None = None) -> Planning:
    """A plan with one clock from the report; found settles it."""

    async def plan(event: Happened, history: Sequence[Happened]) -> Plan:
        if event.type == "child-found":
            return Plan(settle=(Settle(kind="strategy"),))
        if event.type != "child-reported-missing":
            return Plan()
        return Plan(
            start=(
                Start(
                    kind="strategy",
                    subject=history[0].root,
                    basis_at=event.at,
                    due_at=event.at + after,
                    repeats=repeats,
                ),
            )
        )

    return plan


async def test_a_clock_fires_when_it_is_due_and_not_before(engine: AsyncEngine) -> None:
    plan = starting(24 * HOUR)
    await accept(engine, missing(), plan, now=T0)
    assert await next_due(engine) == T0 + 24 * HOUR
    assert await fire_due(engine, plan, now=T0 + 23 * HOUR) == 0
    assert await fire_due(engine, plan, now=T0 + 24 * HOUR) == 1
    assert await events(engine) == ["child-reported-missing", "deadline-breached"]
    assert await next_due(engine) is None


async def test_three_replicas_at_once_fire_each_clock_once(
    engine: AsyncEngine, database_url: str
) -> None:
    plan = starting(HOUR)
    for n in range(12):
        await accept(engine, missing(f"child-{n}", f"i-{n}"), plan, now=T0)
    replicas = [open_engine(database_url) for _ in range(3)]
    try:
        fired = await asyncio.gather(*(fire_due(r, plan, now=T0 + 2 * HOUR) for r in replicas))
        left = await fire_due(engine, plan, now=T0 + 2 * HOUR)
    finally:
        for replica in replicas:
            await replica.dispose()
    assert sum(fired) + left == 12
    breached = await rows(engine, "SELECT child FROM event WHERE type = 'deadline-breached'")
    assert len(breached) == len({row["child"] for row in breached}) == 12


async def test_what_was_done_in_time_never_fires(engine: AsyncEngine) -> None:
    plan = starting(HOUR)
    await accept(engine, missing(), plan, now=T0)
    found = missing(ref="2", at=T0 + HOUR / 2, event="child-found")
    await accept(engine, found, plan, now=T0 + HOUR / 2)
    assert await fire_due(engine, plan, now=T0 + 2 * HOUR) == 0
    (clock,) = await rows(engine, "SELECT state FROM deadline")
    assert clock["state"] == "met"


async def test_what_was_done_in_time_and_learnt_late_stays_fired_and_shows_it(
    engine: AsyncEngine,
) -> None:
    plan = starting(HOUR)
    await accept(engine, missing(), plan, now=T0)
    await fire_due(engine, plan, now=T0 + 2 * HOUR)
    found = missing(ref="2", at=T0 + HOUR / 2, event="child-found")
    done = await accept(engine, found, plan, now=T0 + 3 * HOUR)
    (clock,) = await rows(engine, "SELECT state, settled_by, fired_event FROM deadline")
    assert (clock["state"], clock["settled_by"]) == ("fired", done.event.id)
    assert clock["fired_event"] is not None


async def test_a_corrected_time_sets_the_clock_anew(engine: AsyncEngine) -> None:
    plan = starting(24 * HOUR)
    await accept(engine, missing(at=T0), plan, now=T0)
    await accept(engine, missing(at=T0 - 5 * HOUR), plan, now=T0 + HOUR)
    assert await next_due(engine) == T0 + 19 * HOUR
    assert len(await rows(engine, "SELECT id FROM deadline")) == 1


async def test_a_repeated_clock_is_counted_from_its_basis(engine: AsyncEngine) -> None:
    plan = starting(24 * HOUR, repeats=24 * HOUR)
    await accept(engine, missing(), plan, now=T0)
    await fire_due(engine, plan, now=T0 + 25 * HOUR)
    assert await next_due(engine) == T0 + 48 * HOUR


async def test_after_an_outage_what_was_missed_is_one_event_that_says_how_many(
    engine: AsyncEngine,
) -> None:
    plan = starting(24 * HOUR, repeats=24 * HOUR)
    await accept(engine, missing(), plan, now=T0)
    assert await fire_due(engine, plan, now=T0 + 24 * 6 * HOUR + HOUR) == 1
    assert await next_due(engine) == T0 + 24 * 7 * HOUR
    (event,) = await rows(engine, "SELECT data FROM event WHERE type = 'deadline-breached'")
    assert '"missed":5' in event["data"]


async def test_a_clock_whose_effect_fails_is_put_off_alone(
    engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async def two(event: Happened, _history: Sequence[Happened]) -> Plan:
        kinds = ("good", "poison")
        return Plan(
            start=tuple(
                Start(kind=k, subject=event.root, basis_at=event.at, due_at=event.at) for k in kinds
            )
        )

    async def fails(event: Happened, _history: Sequence[Happened]) -> Plan:
        if event.data["kind"] == "poison":
            raise LookupError("Zebulon-Quill")
        return Plan()

    await accept(engine, missing(), two, now=T0)
    with caplog.at_level(logging.ERROR):
        assert await fire_due(engine, fails, now=T0) == 1
    states = await rows(engine, "SELECT kind, state, failures FROM deadline ORDER BY kind")
    assert [(s["kind"], s["state"], s["failures"]) for s in states] == [
        ("good", "fired", 0),
        ("poison", "pending", 1),
    ]
    assert "Zebulon" not in caplog.text
    assert await fire_due(engine, starting(HOUR), now=T0 + HOUR) == 1, "it is tried again"


async def engine_plan(event: Happened, history: Sequence[Happened]) -> Plan:
    """Escalations by the engine; a report tells the worker."""
    if escalation.escalates(event):
        return escalation.plan_of(event)
    return await telling(WORKER.id)(event, history)


async def test_a_notice_that_nobody_acknowledges_goes_to_the_next_on_the_ladder(
    engine: AsyncEngine,
) -> None:
    await accept(engine, missing(), engine_plan, now=T0)
    assert await fire_due(engine, engine_plan, now=T0 + HOUR) == 1
    assert await events(engine) == ["child-reported-missing", "notice-unacknowledged"]
    assert await numbers(engine) == {WORKER.id: [1], DESK.id: [1]}

    assert await fire_due(engine, engine_plan, now=T0 + 2 * HOUR) == 1, "the desk is silent too"
    assert await numbers(engine) == {WORKER.id: [1], DESK.id: [1]}, "the ladder has ended"
    assert await next_due(engine) is None


async def test_somebody_who_cannot_be_reached_is_an_event_at_once(engine: AsyncEngine) -> None:
    async def plan(event: Happened, history: Sequence[Happened]) -> Plan:
        if escalation.escalates(event):
            return escalation.plan_of(event)
        told = (await telling(NOBODY)(event, history)).tell
        return Plan(tell=tuple(replace(t, ladder=(POLICE.id,)) for t in told))

    await accept(engine, missing(), plan, now=T0)
    assert await fire_due(engine, plan, now=T0) == 1
    assert await events(engine) == ["child-reported-missing", "notice-undeliverable"]
    assert await numbers(engine) == {NOBODY: [1], POLICE.id: [1]}
