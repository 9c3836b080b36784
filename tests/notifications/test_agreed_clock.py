"""Replicas with wrong clocks agree on when a clock is due: by the database's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.agreed_clock import AgreedClock
from notifications.deadlines import fire_due
from notifications.ledger import accept
from tests.notifications.casework import missing, rows, telling

HOUR = timedelta(hours=1)
NEAR = timedelta(seconds=5)


def wrong(by: timedelta) -> AgreedClock:
    """The clock of a machine that is wrong by so much."""

    def ours() -> datetime:
        return datetime.now(UTC) + by

    return AgreedClock(ours, ours=ours)


async def test_machines_an_hour_apart_have_one_time_where_the_database_has_its_own(
    engine: AsyncEngine,
) -> None:
    fast, slow = wrong(HOUR), wrong(-HOUR)
    for clock in (fast, slow):
        await clock.agree(engine)

    apart = abs(fast() - slow())
    if engine.dialect.name == "postgresql":
        assert apart < NEAR
        assert abs(fast() - datetime.now(UTC)) < NEAR
    else:
        assert apart > HOUR, "one machine has nobody to agree with"


async def test_a_replica_whose_clock_is_fast_fires_nothing_before_its_time(
    engine: AsyncEngine,
) -> None:
    if engine.dialect.name != "postgresql":
        return
    fast = wrong(HOUR)
    await fast.agree(engine)
    now = datetime.now(UTC)
    plan = telling(clock=HOUR / 2)
    await accept(engine, missing(at=now), plan, now=now)

    assert await fire_due(engine, plan, now=fast()) == 0
    (clock,) = await rows(engine, "SELECT state FROM deadline WHERE kind = 'test-clock'")
    assert clock["state"] == "pending"
