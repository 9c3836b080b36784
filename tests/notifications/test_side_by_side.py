"""Whoever is slow to answer holds up nobody else, and ending gives up what is under way without losing it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from notifications.channels.channel import Parcel, Sent
from notifications.deliver import Worker
from notifications.recipients import Way
from notifications.running import run
from tests.notifications.casework import rows, telling
from tests.notifications.house import COORDINATOR, House

PATIENCE = 5.0


@dataclass
class Pigeons:
    """A channel whose every bird waits until it is let go."""

    name: str = "webhook"
    counts: bool = True
    sent: list[str] = field(default_factory=list)
    begun: int = 0
    at_once: int = 0
    most: int = 0
    holds: Callable[[Parcel], bool] = lambda _parcel: False
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, parcel: Parcel, now: datetime) -> Sent:  # noqa: ARG002 (the interface's own)
        self.begun += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if self.holds(parcel):
                await self.let_go.wait()
            else:
                await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        self.sent.append(parcel.notice_ref)
        return Sent(arrived=True)


@asynccontextmanager
async def working(house: House, worker: Worker) -> AsyncIterator[asyncio.Event]:
    """The loop of a replica; its bell."""
    wake = asyncio.Event()
    loop = asyncio.create_task(run(house.engine, telling(), worker, clock=house.clock, wake=wake))
    wake.set()
    try:
        yield wake
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def until(comes: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not comes():  # noqa: ASYNC110 (what was sent rings no bell)
            await asyncio.sleep(0.005)


async def test_one_who_does_not_answer_holds_up_nobody_else(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("webhook", "coop"))
    for n in range(60):
        await house.happens(police, ref=f"{n}", child=f"child-{n}")
    pigeons = Pigeons()
    slow = await rows(house.engine, "SELECT notice_ref FROM delivery WHERE child = 'child-0'")
    pigeons.holds = lambda parcel: parcel.notice_ref == slow[0]["notice_ref"]
    async with working(house, house.worker(pigeons)) as wake:
        await until(lambda: len(pigeons.sent) == 59 and pigeons.at_once == 1)
        await house.happens(police, ref="late", child="child-late")
        wake.set()
        await until(lambda: len(pigeons.sent) == 60)
        pigeons.let_go.set()
        await until(lambda: len(pigeons.sent) == 61)
    assert pigeons.begun == 61, "each was sent once"


async def test_a_childs_next_notice_goes_when_the_one_before_it_has_gone(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("webhook", "coop"))
    for n in range(3):
        await house.happens(police, ref=f"{n}", event="child-located")
    pigeons = Pigeons()
    async with working(house, house.worker(pigeons)):
        await until(lambda: len(pigeons.sent) == 3)
    kept = await rows(house.engine, "SELECT notice_ref FROM delivery ORDER BY seq")
    assert pigeons.sent == [row["notice_ref"] for row in kept]
    assert pigeons.most == 1


async def test_what_is_under_way_when_a_worker_ends_is_sent_by_the_next(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("webhook", "coop"))
    await house.happens(police)
    pigeons = Pigeons(holds=lambda _parcel: True)
    async with working(house, house.worker(pigeons)):
        await until(lambda: pigeons.at_once == 1)
    assert pigeons.at_once == 0
    assert pigeons.sent == []

    house.later(house.worker(pigeons)._lease)
    pigeons.holds = lambda _parcel: False
    async with working(house, house.worker(pigeons)):
        await until(lambda: len(pigeons.sent) == 1)
