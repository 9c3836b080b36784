"""The hourly look, the look at changed facts, and a day that is proclaimed a holiday: on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact
from disclosure.assertion import Said
from disclosure.fact_tables import ATTRIBUTE
from disclosure.recording import record_standing
from linking.storage import reading, writing
from notifications.holidays import Days, enter, entered
from notifications.recipients import register
from notifications.reconsider import Reconsidered
from notifications.reconsidering import Reconsidering
from notifications.reconsidering_tables import RECONSIDERED
from notifications.told import clocks_of
from records.errors import WrongArgument
from records.people import Role, Standing
from tests.notifications.casework import T0
from tests.notifications.lancashire import Lancashire, lancashire_on, service

HOUR = timedelta(hours=1)
LATE = service("RXX02", Role.CLA_NURSE)


@dataclass
class Looking:
    """Lancashire, with somebody who looks for whoever was overlooked, and a clock that the test moves."""

    lancashire: Lancashire
    now: datetime = T0
    days: Days = field(default_factory=Days)
    found: list[Reconsidered] = field(default_factory=list)

    def looks(self) -> Reconsidering:
        """Another process that looks."""
        return Reconsidering(
            self.lancashire.engine,
            self.lancashire.dispatch,
            self.days,
            clock=lambda: self.now,
            found=self.found.append,
        )

    async def nurse_joins(self) -> None:
        async with writing(self.lancashire.engine) as connection:
            await register(connection, LATE, now=self.now)
        said = Said(source="care", by="test", valid_from=self.now, recorded_at=self.now)
        await record_standing(
            self.lancashire.engine,
            self.lancashire.child,
            Standing.NURSE_TEAM,
            said,
            organisation="RXX02",
        )


@pytest.fixture
async def looking(engine: AsyncEngine) -> Looking:
    days = Days()
    lancashire = await lancashire_on(engine, days)
    await lancashire.knows(facts={Fact.LOOKED_AFTER: True, Fact.OPEN_TO_SOCIAL_CARE: True})
    return Looking(lancashire, days=days)


async def test_a_changed_fact_is_acted_on_at_the_next_look_and_once_whoever_looks(
    looking: Looking,
) -> None:
    await looking.lancashire.goes_missing()
    first, second = looking.looks(), looking.looks()
    assert await first.look() > 0, "at the first look of all, everybody of whom there is news"
    assert looking.found == []

    looking.now = T0 + timedelta(minutes=10)
    await looking.nurse_joins()
    await first.look()
    await second.look()

    assert [done.recipients for done in looking.found] == [(LATE.id,)]
    assert set(await looking.lancashire.told("state-of-play")) == {LATE.id}


async def test_what_events_state_of_themselves_is_left_behind_and_not_read_again(
    looking: Looking,
) -> None:
    look = looking.looks()
    await look.look()
    await looking.lancashire.goes_missing()
    looking.now = T0 + timedelta(minutes=2)
    await look.look()

    async with reading(looking.lancashire.engine) as connection:
        upto = sa.select(RECONSIDERED.c.upto).where(RECONSIDERED.c.what == ATTRIBUTE.name)
        stands = (await connection.execute(upto)).scalar_one()
        newest = (await connection.execute(sa.select(sa.func.max(ATTRIBUTE.c.id)))).scalar_one()
    assert stands == newest


async def test_whoever_was_lost_to_a_fault_is_found_within_the_hour(looking: Looking) -> None:
    await looking.lancashire.goes_missing()
    look = looking.looks()
    await look.look()
    async with writing(looking.lancashire.engine) as connection:
        await connection.exec_driver_sql("DELETE FROM delivery WHERE recipient = 'RXX01/cla-nurse'")
    looking.now = T0 + 30 * timedelta(minutes=1)
    await look.look()
    assert looking.found == [], "no fact has changed, and the hour is not over"

    looking.now = T0 + HOUR
    await look.look()
    assert [done.recipients for done in looking.found] == [("RXX01/cla-nurse",)]


async def test_while_one_looks_no_other_does(looking: Looking) -> None:
    await looking.lancashire.goes_missing()
    one, other = looking.looks(), looking.looks()
    assert await one.takes_in_hand()

    assert await other.look() == 0
    looking.now += timedelta(minutes=3)
    assert await other.look() > 0, "whoever died half-way is not waited for"


async def test_a_proclaimed_holiday_moves_what_is_due_in_working_days_and_taking_it_back_moves_it_back(
    looking: Looking,
) -> None:
    lancashire = looking.lancashire
    for number, days in enumerate((40, 20, 0)):
        at = T0 - timedelta(days=days)
        await lancashire.happens(
            "child-reported-missing",
            at=at,
            ref=f"inc-{number}",
            state="missing",
            episode_ref=f"inc-{number}",
        )
        if days:
            await lancashire.happens(
                "child-found", at=at + HOUR, ref=f"back-{number}", episode_ref=f"inc-{number}"
            )
    meeting = "pan-lancashire:panlancs-three-in-90-meeting"

    async def due() -> datetime:
        (clock,) = [
            c for c in await clocks_of(lancashire.engine, lancashire.child) if c.kind == meeting
        ]
        return clock.due_at

    look = looking.looks()
    await look.look()
    assert await due() == datetime(2026, 1, 19, 23, 59, tzinfo=UTC)

    looking.now = T0 + HOUR
    async with writing(lancashire.engine) as connection:
        assert await enter(
            connection, date(2026, 1, 16), holiday=True, reason="By proclamation", now=looking.now
        )
    await look.look()
    assert await due() == datetime(2026, 1, 20, 23, 59, tzinfo=UTC)

    looking.now = T0 + 2 * HOUR
    async with writing(lancashire.engine) as connection:
        assert await enter(
            connection,
            date(2026, 1, 16),
            holiday=False,
            reason="Entered by mistake",
            now=looking.now,
        )
    await look.look()
    assert await due() == datetime(2026, 1, 19, 23, 59, tzinfo=UTC)
    assert [one.holiday for one in await entered(lancashire.engine)] == [False]


async def test_a_day_that_is_a_holiday_anyway_changes_nothing_and_a_reason_is_asked_for(
    looking: Looking,
) -> None:
    async with writing(looking.lancashire.engine) as connection:
        christmas = date(2026, 12, 25)
        assert not await enter(connection, christmas, holiday=True, reason="x", now=T0)
        with pytest.raises(WrongArgument, match="reason"):
            await enter(connection, date(2026, 1, 16), holiday=True, reason=" ", now=T0)
