"""Whoever waits is woken, here and in the other replicas; a bell that is lost costs time only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import TABLES, open_engine, writing
from notifications.channels.feed import Feed
from notifications.ledger import accept
from notifications.recipients import Way
from notifications.running import run
from notifications.waking import Bells
from tests.notifications.casework import T0, missing, rows, telling
from tests.notifications.house import COORDINATOR, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_deadlines import engine_plan
from tests.notifications.test_delivering import hook

SOON = 5.0


@pytest.fixture
async def other_replica(database_url: str, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Another process's engine on the same database."""
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()


async def test_whoever_waits_for_a_recipient_here_is_woken_and_nobody_else(
    engine: AsyncEngine,
) -> None:
    bells = Bells(engine)
    with bells.waiting_for("a") as mine, bells.waiting_for("b") as theirs:
        assert bells.awaited == ["a", "b"]
        await bells.announce(await accept(engine, missing(), telling("a"), now=T0))
        assert mine.is_set()
        assert not theirs.is_set()
    assert bells.awaited == []


async def test_a_repetition_wakes_nobody(engine: AsyncEngine) -> None:
    bells = Bells(engine)
    await accept(engine, missing(), telling("a"), now=T0)
    with bells.waiting_for("a") as mine:
        await bells.announce(await accept(engine, missing(), telling("a"), now=T0))
        assert not mine.is_set()


async def test_another_replica_is_woken_and_finds_the_notice(
    postgres_url: str,
) -> None:
    here, there = open_engine(postgres_url), open_engine(postgres_url)
    try:
        async with writing(here) as connection:
            await connection.run_sync(TABLES.create_all)
        hears, says = Bells(there), Bells(here)
        async with hears.listening():
            with hears.waiting_for("a") as bell:
                await says.announce(await accept(here, missing(), telling("a"), now=T0))
                async with asyncio.timeout(SOON):
                    await bell.wait()
    finally:
        await here.dispose()
        await there.dispose()


async def test_a_line_that_is_lost_is_taken_up_again(postgres_url: str) -> None:
    here, there = open_engine(postgres_url), open_engine(postgres_url)
    try:
        async with writing(here) as connection:
            await connection.run_sync(TABLES.create_all)
        hears, says = Bells(there), Bells(here)
        async with hears.listening():
            with hears.waiting_for("a") as bell:
                cut = (
                    "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity"
                    " WHERE query ~ '^LISTEN' AND datname = current_database()"
                )
                assert await rows(here, cut) == [{"n": 1}]
                async with asyncio.timeout(SOON):
                    await bell.wait()
                    bell.clear()
                    await says.announce(await accept(here, missing(), telling("a"), now=T0))
                    await bell.wait()
    finally:
        await here.dispose()
        await there.dispose()


async def test_a_reader_who_was_never_woken_finds_everything_all_the_same(
    house: House, other_replica: AsyncEngine
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    await accept(other_replica, missing(house.child), telling(police.id), now=house.now)
    feed = Feed(house.engine, house.telling)
    assert await feed.heads([police.id]) == {police.id: 1}
    assert [line.seq for line in await feed.page(police, after=0, now=house.now)] == [1]


async def test_the_loops_send_what_comes_and_fire_what_is_due(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver), acknowledge_within=timedelta())
    wake = asyncio.Event()
    loops = asyncio.create_task(
        run(house.engine, engine_plan, house.worker(), clock=house.clock, wake=wake)
    )
    try:
        await house.happens(police)
        wake.set()
        async with asyncio.timeout(SOON):
            while not receiver.got or len(await rows(house.engine, "SELECT id FROM event")) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        loops.cancel()
        await asyncio.gather(loops, return_exceptions=True)
    types = {row["type"] for row in await rows(house.engine, "SELECT type FROM event")}
    assert types == {"child-reported-missing", "notice-unacknowledged"}
