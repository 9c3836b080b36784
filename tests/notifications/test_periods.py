"""A week, a quarter, a year ends: whose duty begins then is told once, whoever runs and whatever stopped."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.disclose import Current
from disclosure.facts import Facts
from linking.storage import writing
from notifications.areas import name_of
from notifications.channels.feed import Feed
from notifications.deadlines import fire_due
from notifications.directory import Directory
from notifications.dispatch import Dispatch
from notifications.period_ends import PeriodEnds, areas
from notifications.periods import BEGINS, turns
from notifications.recipients import register
from notifications.reconsider import NOTHING, reconsider
from notifications.tables import DeadlineState
from notifications.told import Told, clocks_of, follow_ups, who_has_been_told
from notifications.waking import Bells
from protocols.duties_vocabulary import PERIODS
from records.people import Role
from tests.notifications.casework import rows
from tests.notifications.house import House
from tests.notifications.lancashire import service, the_protocols

STAFFORDSHIRE, STOKE, SOMERSET, NE_LINCS = "E10000028", "E06000021", "E06000066", "E06000012"
BOTH = frozenset({STAFFORDSHIRE, STOKE})
WEEK = timedelta(days=7)
BEFORE = datetime(2026, 3, 20, 12, tzinfo=UTC)
"""A Friday, before the clocks go forward."""

SERVICES = (
    service(STAFFORDSHIRE, Role.CHILDRENS_SERVICES),
    service(STOKE, Role.CHILDRENS_SERVICES),
    service("staffordshire-police", Role.POLICE_MISSING_COORDINATOR, serves=BOTH),
    service("catch22", Role.RETURN_INTERVIEW_SERVICE, serves=BOTH),
    service(SOMERSET, Role.DIRECTOR_OF_CHILDRENS_SERVICES),
    service(SOMERSET, Role.CHILDRENS_SERVICES),
    service(NE_LINCS, Role.MISSING_COORDINATOR),
    service(NE_LINCS, Role.SERVICE_MANAGER),
    service("nel-voice", Role.PARTNER_AGENCY, serves=frozenset({NE_LINCS})),
)


@dataclass
class Country:
    """Several authorities and a clock that the test moves."""

    engine: AsyncEngine
    dispatch: Dispatch
    current: Current
    now: datetime = BEFORE

    def replica(self) -> PeriodEnds:
        """Another process that looks, knowing nothing of the others."""
        return PeriodEnds(
            self.engine, self.dispatch, self.current, Bells(self.engine), clock=lambda: self.now
        )

    async def told(self, authority: str) -> list[Told]:
        return await who_has_been_told(self.engine, name_of(authority))

    async def ended(self, authority: str) -> list[dict[str, Any]]:
        """The ends of periods that were raised, in order."""
        found = await rows(
            self.engine,
            "SELECT data FROM event WHERE child = :of AND type = 'period-ended' ORDER BY child_seq",
            of=name_of(authority),
        )
        return [json.loads(one["data"]) for one in found]


@pytest.fixture
async def country(engine: AsyncEngine) -> Country:
    """Three partnerships under their real protocols, looked at once before anything ends."""
    async with writing(engine) as connection:
        for recipient in SERVICES:
            await register(connection, recipient, now=BEFORE)
    current = Current(the_protocols())
    dispatch = Dispatch(bundle=current, facts=Facts(engine), directory=Directory(engine))
    found = Country(engine, dispatch, current)
    assert await found.replica().look() == 0
    return found


def rules(told: list[Told], recipient: str) -> set[str]:
    return {why.rule for one in told if one.recipient == recipient for why in one.because}


@pytest.mark.parametrize(
    "period, ends",
    [
        ("week", ["2026-03-23T00:00", "2026-03-29T23:00", "2026-04-05T23:00"]),
        ("month", ["2026-03-31T23:00"]),
        ("two-months", []),
        ("quarter", ["2026-03-31T23:00"]),
        ("year", ["2026-03-31T23:00"]),
    ],
)
def test_periods_end_at_midnight_in_london_on_either_side_of_the_change_of_clocks(
    period: str, ends: list[str]
) -> None:
    expected = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in ends]
    assert turns(period, BEFORE, datetime(2026, 4, 10, tzinfo=UTC)) == expected


def test_a_period_that_ends_this_instant_has_ended_once() -> None:
    (end,) = turns("quarter", BEFORE, datetime(2026, 4, 10, tzinfo=UTC))
    assert turns("quarter", BEFORE, end) == [end]
    assert turns("quarter", end, end + WEEK) == []


def test_every_kind_of_period_has_an_end() -> None:
    assert BEGINS.keys() == set(PERIODS)


def test_every_partnership_has_its_periods_and_one_authority_that_stands_for_it() -> None:
    bundle = the_protocols()
    local = [p for p in bundle.protocols.values() if p.authorities]
    found = areas(bundle, [one.code.code for p in local for one in p.authorities])
    assert len(local) == 5
    assert [one.authority for one in found if one.whole] == [
        p.authorities[0].code.code for p in local
    ]
    assert len(found) == sum(len(p.authorities) for p in local)
    assert areas(bundle, []) == []


async def test_the_quarterly_report_of_ne_lincs_reaches_the_meeting_that_owes_it(
    country: Country,
) -> None:
    country.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    await country.replica().look()
    told = await country.told(NE_LINCS)
    assert "nelincs-quarterly-report" in rules(told, "nel-voice/partner-agency")
    assert "nelincs-monthly-tracking" in rules(told, f"{NE_LINCS}/missing-coordinator")
    (clock,) = [
        c
        for c in await clocks_of(country.engine, name_of(NE_LINCS))
        if "quarterly-report" in c.kind
    ]
    assert clock.due_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    tasks = [
        task["because"]["rule"]
        for _, body in await follow_ups(country.engine, name_of(NE_LINCS))
        for task in body["tasks"]
    ]
    assert {"nelincs-quarterly-report", "nelincs-data-framework"} <= set(tasks)


async def test_each_authority_is_told_of_its_own_duty_and_the_police_of_theirs_once(
    country: Country,
) -> None:
    country.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    await country.replica().look()
    for authority in (STAFFORDSHIRE, STOKE):
        own = rules(await country.told(authority), f"{authority}/childrens-services")
        assert {"staffs-weekly-subgroup", "staffs-governance-operational"} <= own
    force = "staffordshire-police/police-missing-coordinator"
    everywhere = [*await country.told(STAFFORDSHIRE), *await country.told(STOKE)]
    of_quarter = [
        one
        for one in everywhere
        if one.recipient == force
        and "staffs-governance-operational" in {why.rule for why in one.because}
    ]
    assert len(of_quarter) == 1


async def test_the_director_of_somerset_is_told_once_a_year_and_in_no_other_quarter(
    country: Country,
) -> None:
    director = f"{SOMERSET}/director-of-childrens-services"
    for month, expected in ((4, 1), (7, 1), (10, 1)):
        country.now = datetime(2026, month, 1, 6, tzinfo=UTC)
        await country.replica().look()
        told = [one for one in await country.told(SOMERSET) if one.recipient == director]
        assert len(told) == expected


async def test_replicas_that_look_at_once_and_again_raise_each_end_once(country: Country) -> None:
    country.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    await asyncio.gather(*(country.replica().look() for _ in range(4)))
    again = country.replica()
    assert await again.look() == 0
    assert await again.look() == 0
    raised = [one["period"] for one in await country.ended(STAFFORDSHIRE)]
    assert sorted(raised) == ["quarter", "week", "year"]
    every = await country.told(STAFFORDSHIRE)
    assert len(every) == len({(one.event, one.recipient) for one in every})


async def test_whoever_is_registered_later_is_told_and_the_others_not_again(
    country: Country,
) -> None:
    country.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    await country.replica().look()
    area = name_of(SOMERSET)
    assert await reconsider(country.engine, country.dispatch, area, now=country.now) == NOTHING
    nurse = service("somerset-icb", Role.ICB_CHIEF_NURSE, serves=frozenset({SOMERSET}))
    async with writing(country.engine) as connection:
        await register(connection, nurse, now=country.now)
    country.now += timedelta(hours=1)
    done = await reconsider(country.engine, country.dispatch, area, now=country.now)
    assert done.recipients == (nurse.id,)
    assert await reconsider(country.engine, country.dispatch, area, now=country.now) == NOTHING


async def test_after_an_outage_one_late_event_says_which_were_missed(country: Country) -> None:
    country.now = BEFORE + WEEK
    await country.replica().look()
    country.now = datetime(2026, 4, 22, 9, tzinfo=UTC)
    await country.replica().look()
    weeks = [one for one in await country.ended(STOKE) if one["period"] == "week"]
    assert [(one["ended_on"], one["missed"]) for one in weeks] == [
        ("2026-03-22", []),
        ("2026-04-19", ["2026-03-29", "2026-04-05", "2026-04-12"]),
    ]


async def test_a_worker_raises_it_by_itself_and_goes_on_after_a_look_that_failed(
    country: Country, caplog: pytest.LogCaptureFixture
) -> None:
    times = iter([ValueError("the clock stands")])

    def clock() -> datetime:
        for failure in times:
            raise failure
        return country.now

    bells = Bells(country.engine)
    country.now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    ends = PeriodEnds(country.engine, country.dispatch, country.current, bells, clock=clock)
    bells.anything.clear()
    worker = asyncio.create_task(ends.keep_looking(timedelta(milliseconds=10)))
    await asyncio.wait_for(bells.anything.wait(), timeout=20)
    worker.cancel()
    assert "could not be raised (ValueError)" in caplog.text
    assert await rows(country.engine, "SELECT id FROM event WHERE type = 'period-ended'")


async def test_a_look_between_two_ends_asks_nothing_of_the_database_but_who_is_there(
    country: Country,
) -> None:
    looking = country.replica()
    country.now = BEFORE + WEEK
    await looking.look()
    before = await rows(country.engine, "SELECT count(*) AS n FROM event")
    country.now += timedelta(hours=1)
    assert await looking.look() == 0
    assert await rows(country.engine, "SELECT count(*) AS n FROM event") == before


async def test_counting_begins_when_somebody_is_there_to_be_told(country: Country) -> None:
    """Nobody of Essex is registered; who comes later is not asked for what ended before."""
    country.now = datetime(2026, 4, 2, tzinfo=UTC)
    await country.replica().look()
    assert await country.ended("E10000012") == []
    async with writing(country.engine) as connection:
        await register(connection, service("E10000012", Role.CHILDRENS_SERVICES), now=country.now)
    await country.replica().look()
    assert await country.ended("E10000012") == []
    country.now = datetime(2026, 5, 1, tzinfo=UTC)
    await country.replica().look()
    assert [one["period"] for one in await country.ended("E10000012")] == ["month"]


async def test_a_meeting_that_was_not_held_is_overdue_with_whoever_owed_it(
    country: Country,
) -> None:
    country.now = datetime(2026, 3, 23, 6, tzinfo=UTC)
    await country.replica().look()
    await fire_due(country.engine, country.dispatch, now=country.now + WEEK)
    (clock,) = [
        c
        for c in await clocks_of(country.engine, name_of(STOKE))
        if "weekly-subgroup" in c.kind and c.state is DeadlineState.FIRED
    ]
    assert clock.due_at == datetime(2026, 3, 30, 0, tzinfo=UTC) - timedelta(hours=1)
    overdue = [one for one in await country.told(STOKE) if one.event_type == "deadline-breached"]
    assert [one.recipient for one in overdue] == [f"{STOKE}/childrens-services"]


async def test_the_notice_of_an_end_says_the_paragraph_and_nothing_of_anybody(
    house: House,
) -> None:
    current = Current(the_protocols())
    dispatch = Dispatch(
        bundle=current, facts=Facts(house.engine), directory=Directory(house.engine)
    )
    owner = service(STAFFORDSHIRE, Role.CHILDRENS_SERVICES)
    async with writing(house.engine) as connection:
        await register(connection, owner, now=BEFORE)
    now = [BEFORE]
    ends = PeriodEnds(house.engine, dispatch, current, Bells(house.engine), clock=lambda: now[0])
    await ends.look()
    now[0] = BEFORE + WEEK
    assert await ends.look() == 1
    (line,) = await Feed(house.engine, house.telling).page(owner, after=0, now=now[0])
    said = json.loads(line.body)
    assert said["type"] == "uk.homeward.period-ended"
    assert said["data"]["records"] == []
    assert "staffs-weekly-subgroup" in {one["rule"] for one in said["data"]["because"]}
