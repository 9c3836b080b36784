"""An event, its notices and its clocks are written together, once, and without gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading, writing
from notifications.happening import Happened, Plan
from notifications.ledger import accept, history, sent_alike
from tests.notifications.casework import (
    HOUR,
    NOBODY,
    NURSE,
    POLICE,
    T0,
    WORKER,
    missing,
    numbers,
    rows,
    telling,
)


async def test_an_event_comes_with_a_notice_for_each_and_with_its_clocks(
    engine: AsyncEngine,
) -> None:
    plan = telling(WORKER.id, POLICE.id, clock=72 * HOUR)
    done = await accept(engine, missing(), plan, now=T0)

    assert done.new
    assert done.recipients == (WORKER.id, POLICE.id)
    told = await rows(engine, "SELECT recipient, state, event FROM delivery ORDER BY recipient")
    assert [(t["recipient"], t["state"]) for t in told] == [
        (WORKER.id, "pending"),
        (POLICE.id, "pending"),
    ]
    assert {t["event"] for t in told} == {done.event.id}
    clocks = await rows(engine, "SELECT kind FROM deadline ORDER BY kind")
    assert [c["kind"] for c in clocks] == ["acknowledge", "acknowledge", "test-clock"]


async def test_the_same_message_again_changes_nothing_and_is_answered_as_before(
    engine: AsyncEngine,
) -> None:
    plan = telling(WORKER.id, clock=HOUR)
    first = await accept(engine, missing(), plan, now=T0)
    again = await accept(engine, missing(), plan, now=T0 + HOUR)

    assert again.event == first.event
    assert (first.new, again.new) == (True, False)
    assert await numbers(engine) == {WORKER.id: [1]}


async def test_the_same_reference_with_other_words_is_kept_as_a_correction(
    engine: AsyncEngine,
) -> None:
    plan = telling(WORKER.id, clock=HOUR)
    first = await accept(engine, missing(at=T0), plan, now=T0)
    corrected = await accept(engine, missing(at=T0 - HOUR), plan, now=T0)

    assert corrected.new
    assert corrected.event.corrects == first.event.id
    assert corrected.event.root == first.event.id
    (clock,) = await rows(engine, "SELECT * FROM deadline WHERE kind = 'test-clock'")
    assert clock["basis_event"] == corrected.event.id, "the one clock is set anew"

    late = await accept(engine, missing(at=T0), plan, now=T0 + HOUR)
    assert late.event.id == first.event.id, "a late copy of the first does not undo the correction"


async def test_a_failure_while_writing_leaves_no_event_and_no_gap(engine: AsyncEngine) -> None:
    async def fails(_event: Happened, _history: Sequence[Happened]) -> Plan:
        raise LookupError("no protocol")

    await accept(engine, missing(ref="1"), telling(WORKER.id), now=T0)
    with pytest.raises(LookupError):
        await accept(engine, missing(ref="2"), fails, now=T0)
    await accept(engine, missing(ref="3"), telling(WORKER.id), now=T0)

    assert await numbers(engine) == {WORKER.id: [1, 2]}
    async with reading(engine) as connection:
        assert [event.seq for event in await history(connection, "child-a")] == [1, 2]


async def test_eight_writers_at_once_leave_no_gap_and_never_wait_for_each_other_for_ever(
    engine: AsyncEngine,
) -> None:
    async def writer(who: int) -> None:
        for n in range(6):
            order = (WORKER.id, POLICE.id, NURSE.id) if n % 2 else (NURSE.id, WORKER.id)
            child = f"child-{(who + n) % 3}"
            await accept(engine, missing(child, f"{who}-{n}"), telling(*order), now=T0)

    async with asyncio.timeout(30), asyncio.TaskGroup() as writing_all:
        for who in range(8):
            writing_all.create_task(writer(who))

    assert await numbers(engine) == {
        WORKER.id: list(range(1, 49)),
        NURSE.id: list(range(1, 49)),
        POLICE.id: list(range(1, 25)),
    }
    events = await rows(engine, "SELECT child, child_seq FROM event ORDER BY child, child_seq")
    by_child: dict[str, list[int]] = {}
    for event in events:
        by_child.setdefault(event["child"], []).append(event["child_seq"])
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_child.values())
    assert sum(map(len, by_child.values())) == 48


async def test_one_message_that_arrives_twice_at_once_is_one_event(engine: AsyncEngine) -> None:
    plan = telling(WORKER.id)
    done = await asyncio.gather(*(accept(engine, missing(), plan, now=T0) for _ in range(4)))
    assert len({d.event.id for d in done}) == 1
    assert sum(d.new for d in done) == 1


async def test_somebody_whom_nobody_registered_is_counted_and_escalates_at_once(
    engine: AsyncEngine,
) -> None:
    await accept(engine, missing(), telling(NOBODY), now=T0)
    (told,) = await rows(engine, "SELECT state, channel FROM delivery")
    assert (told["state"], told["channel"]) == ("failed", None)
    (clock,) = await rows(engine, "SELECT kind, due_at, basis_at FROM deadline")
    assert clock["kind"] == "unreachable"
    assert clock["due_at"] == clock["basis_at"]


async def test_a_recipient_named_by_two_paragraphs_is_told_once_for_both(
    engine: AsyncEngine,
) -> None:
    await accept(engine, missing(), telling(WORKER.id, WORKER.id), now=T0)
    assert await numbers(engine) == {WORKER.id: [1]}


async def test_no_event_can_be_changed_or_deleted(engine: AsyncEngine) -> None:
    await accept(engine, missing(), telling(WORKER.id), now=T0)
    for statement in ("UPDATE event SET type = 'x'", "DELETE FROM inbox"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with writing(engine) as connection:
                await connection.exec_driver_sql(statement)


async def test_under_a_name_that_is_no_childs_only_what_was_sent_alike_is_looked_at(
    engine: AsyncEngine,
) -> None:
    seen: list[list[str]] = []

    async def planning(_event: Happened, past: Sequence[Happened]) -> Plan:
        seen.append([one.id for one in past])
        return Plan()

    kept = [
        await accept(engine, missing("nobody-yet", ref, at=at), planning, now=T0, before=sent_alike)
        for ref, at in (("1", T0), ("2", T0), ("1", T0), ("1", T0 + HOUR))
    ]
    first, other, again, corrected = (one.event for one in kept)
    assert [one.new for one in kept] == [True, True, False, True]
    assert (again.id, corrected.corrects) == (first.id, first.id)
    assert (other.seq, corrected.seq) == (2, 3)
    assert seen == [[first.id], [other.id], [first.id, corrected.id]]
