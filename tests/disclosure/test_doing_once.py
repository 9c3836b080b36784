"""What is put on record is written down first, takes effect once, and is nobody else's to repeat."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from disclosure.audit import Ledger
from disclosure.doing import Doing, Done, NotDone
from disclosure.fact_tables import JUDGEMENT
from disclosure.judging import Judgement
from disclosure.registrar import Judged, judge
from disclosure.reviewing import Finding, review
from records.errors import NotRecorded, WrongArgument
from records.people import Role, Viewer
from tests.disclosure.casework import COORDINATOR, NOW, STRANGER, WORKER, Testshire, access, viewer

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AT_RISK = Judged(
    judgement=Judgement.AT_RISK,
    value=True,
    lasts=timedelta(hours=4),
    reason="Seen with the man whom the notice names.",
)


def doing(testshire: Testshire, who: Viewer = WORKER, key: str = "a-message-of-mine") -> Doing:
    return Doing(viewer=who, access=access(), child_ref=testshire.child_ref, now=NOW, key=key)


async def judgements(testshire: Testshire) -> int:
    async with testshire.engine.connect() as connection:
        found = await connection.execute(sa.select(sa.func.count()).select_from(JUDGEMENT))
        return int(found.scalar_one())


async def test_the_same_message_twice_at_once_takes_effect_once(testshire: Testshire) -> None:
    told = await asyncio.gather(
        *(judge(testshire.door, doing(testshire), AT_RISK) for _ in range(5))
    )
    assert all(isinstance(one, Done) for one in told)
    assert len({one.ref for one in told if isinstance(one, Done)}) == 1
    assert await judgements(testshire) == 1


@sqlite_only
async def test_anothers_key_does_not_repeat_mine(testshire: Testshire) -> None:
    first = await judge(testshire.door, doing(testshire), AT_RISK)
    other = await judge(testshire.door, doing(testshire, COORDINATOR), AT_RISK)
    assert isinstance(first, Done)
    assert isinstance(other, Done)
    assert first.ref != other.ref
    assert await judgements(testshire) == 2
    assert await judge(testshire.door, doing(testshire, STRANGER), AT_RISK) != first


@sqlite_only
@pytest.mark.parametrize("key", ["", "short", "x" * 129, "with\nline-break"])
async def test_a_key_is_of_a_length_that_nobody_hits_upon(testshire: Testshire, key: str) -> None:
    with pytest.raises(WrongArgument, match="clientMutationId"):
        await judge(testshire.door, doing(testshire, key=key), AT_RISK)


@sqlite_only
async def test_what_cannot_be_written_down_does_not_take_effect(
    testshire: Testshire, ledger: Ledger
) -> None:
    await ledger.close()
    with pytest.raises(NotRecorded):
        await judge(testshire.door, doing(testshire), AT_RISK)
    assert await judgements(testshire) == 0


@sqlite_only
async def test_a_refused_attempt_is_written_down_and_changes_nothing(testshire: Testshire) -> None:
    told = await judge(testshire.door, doing(testshire, STRANGER), AT_RISK)
    assert isinstance(told, NotDone)
    assert await judgements(testshire) == 0
    (row,) = await testshire.written("judgement")
    assert b'"allowed":"not-this-child"' in row["row"]


@sqlite_only
async def test_a_review_of_nothing_is_refused_like_one_that_is_not_theirs(
    testshire: Testshire,
) -> None:
    supervisor = viewer(Role.POLICE_SUPERVISOR, "testshire-police", "sergeant-1")
    told = await review(
        testshire.door,
        doing(testshire, supervisor),
        "no-such-reference",
        Finding.JUSTIFIED,
        "Read the log and rang the control room.",
    )
    assert isinstance(told, NotDone)
