"""A notice in front of a nurse team as a task in their own system, and what they do with it there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.health.simulator import ProviderSimulator
from consent.vocabulary import SHAPES, Fact
from gateway.errands import errands
from gateway.noticing import Noticing, noticing
from gateway.settings import Notices, Settings, SourceSettings
from gateway.settings_mistakes import mistakes
from notifications.channels.fhir import Fhir
from notifications.deadlines import fire_due
from notifications.following import Following
from notifications.recipients import Recipient, Way
from records.errands import Errand, Stands, TakesErrands
from records.errors import WrongSettings
from records.items import Item
from tests.disclosure.casework import PEPPER, SENTINEL
from tests.notifications.casework import DESK, rows
from tests.notifications.house import COORDINATOR, NURSE, STRANGER, House
from tests.notifications.test_delivering import states

TEAM = "CareTeam/cla-nurses"


@pytest.fixture(scope="module")
def provider() -> Iterator[ProviderSimulator]:
    with ProviderSimulator() as simulator:
        yield simulator


@pytest.fixture
def trust(provider: ProviderSimulator) -> ProviderSimulator:
    provider.begins_anew()
    return provider


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, but for the tests that ask for the other kind too."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def settings_with(trust: ProviderSimulator, **other: object) -> Settings:
    described = SourceSettings(adapter="health", config=trust.config())
    notices = Notices(**{"fhir": ("nurses",), "works": False, **other})  # type: ignore[arg-type]
    return Settings(sources={"nurses": described}, notices=notices)


@asynccontextmanager
async def opened(
    house: House, trust: ProviderSimulator, **other: object
) -> AsyncIterator[Noticing]:
    settings = settings_with(trust, **other)
    async with noticing(settings, house.telling.door, key=PEPPER, clock=house.clock) as parts:
        yield parts


@asynccontextmanager
async def followed(
    house: House, trust: ProviderSimulator, most: int = 100
) -> AsyncIterator[Following]:
    async with errands(settings_with(trust)) as systems:
        yield Following(house.engine, house.ledger, systems, clock=house.clock, most=most)


def way(team: str = TEAM, *, content: bool = True) -> Way:
    return Way("fhir", f"nurses/{team}", content=content)


def tasks(trust: ProviderSimulator) -> list[dict[str, object]]:
    return [dict(one) for one in trust.written("Task")]


async def put_in(house: House, trust: ProviderSimulator, *told: Recipient) -> None:
    await house.happens(*told, items=(Item.EPISODE_DETAIL,))
    # The database's clock decides, and is not quite ours.
    house.later(timedelta(seconds=1))
    async with opened(house, trust) as parts:
        assert await parts.worker.deliver_due() == len(told)


def test_the_channel_is_called_what_the_rules_call_it() -> None:
    assert Fhir.name in SHAPES[Fact.CHANNEL].values


async def test_a_team_has_in_its_system_what_it_may_know_and_no_more(
    house: House, trust: ProviderSimulator
) -> None:
    police = await house.registers(COORDINATOR, way("Organization/police"))
    nurse = await house.registers(NURSE, way())
    await put_in(house, trust, police, nurse)
    said = {
        one["recipient"][0]["reference"]: one["payload"][0]["contentString"]
        for one in trust.written("Communication")
    }
    assert SENTINEL in said["Organization/police"]
    assert SENTINEL not in said[TEAM]
    assert SENTINEL not in json.dumps(tasks(trust))
    assert house.child not in json.dumps([*trust.written("Communication"), *tasks(trust)])
    assert await states(house.engine) == {police.id: "delivered", nurse.id: "delivered"}


async def test_a_team_whose_way_is_a_bell_is_told_to_sign_in(
    house: House, trust: ProviderSimulator
) -> None:
    police = await house.registers(COORDINATOR, way(content=False))
    await put_in(house, trust, police)
    (said,) = trust.written("Communication")
    assert "Sign in" in said["payload"][0]["contentString"]
    assert SENTINEL not in json.dumps(said)


async def test_of_which_nothing_may_be_said_nothing_is_put_in(
    house: House, trust: ProviderSimulator
) -> None:
    stranger = await house.registers(STRANGER, way())
    await put_in(house, trust, stranger)
    assert tasks(trust) == []
    assert await states(house.engine) == {stranger.id: "withheld"}


async def test_the_task_says_by_when_somebody_has_to_have_it(
    house: House, trust: ProviderSimulator
) -> None:
    nurse = await house.registers(NURSE, way(), acknowledge_within=timedelta(minutes=30))
    happened = house.now
    await put_in(house, trust, nurse)
    (task,) = trust.written("Task")
    due = (happened + timedelta(minutes=30)).isoformat(timespec="seconds")
    assert task["restriction"]["period"]["end"] == due


async def test_a_lost_answer_makes_no_second_task(house: House, trust: ProviderSimulator) -> None:
    nurse = await house.registers(NURSE, way())
    trust.loses_replies = 1
    await put_in(house, trust, nurse)
    assert await states(house.engine) == {nurse.id: "pending"}
    house.later(timedelta(minutes=1))
    async with opened(house, trust) as parts:
        assert await parts.worker.deliver_due() == 1
    assert len(trust.written("Communication")) == len(trust.written("Task")) == 1
    assert await states(house.engine) == {nurse.id: "delivered"}


@BOTH
@pytest.mark.parametrize("status", ["accepted", "completed"])
async def test_a_task_that_is_taken_up_acknowledges_the_notice(
    house: House, trust: ProviderSimulator, status: str
) -> None:
    nurse = await house.registers(NURSE, way(), escalates_to=(DESK.id,))
    await put_in(house, trust, nurse)
    (task,) = trust.written("Task")
    async with followed(house, trust) as following:
        assert await following.look() == 0
        assert await states(house.engine) == {nurse.id: "delivered"}
        trust.turns(str(task["id"]), status)
        assert await following.look() == 1
        assert await following.look() == 0
    assert await states(house.engine) == {nurse.id: "acknowledged"}
    clocks = await rows(house.engine, "SELECT state FROM deadline")
    assert [one["state"] for one in clocks] == ["met"]


@BOTH
@pytest.mark.parametrize("status", ["rejected", None])
async def test_a_task_that_nobody_will_have_fails_the_notice_and_the_next_is_told(
    house: House, trust: ProviderSimulator, status: str | None
) -> None:
    nurse = await house.registers(NURSE, way(), escalates_to=(DESK.id,))
    await put_in(house, trust, nurse)
    (task,) = trust.written("Task")
    if status is None:
        trust.resources = []
    else:
        trust.turns(str(task["id"]), status)
    async with followed(house, trust) as following:
        assert await following.look() == 1
    house.later(timedelta(seconds=1))
    async with opened(house, trust) as parts:
        await fire_due(house.engine, parts.planning, now=house.now)
    told = await states(house.engine)
    assert told[nurse.id] == "failed"
    assert DESK.id in told


async def test_a_system_that_is_down_changes_nothing_and_nobody_is_taken_to_have_it(
    house: House, trust: ProviderSimulator
) -> None:
    nurse = await house.registers(NURSE, way())
    await put_in(house, trust, nurse)
    (task,) = trust.written("Task")
    trust.turns(str(task["id"]), "accepted")
    trust.is_down()
    async with followed(house, trust) as following:
        assert await following.look() == 0
        assert await states(house.engine) == {nurse.id: "delivered"}
        trust.recovers()
        assert await following.look() == 1


async def test_every_open_notice_has_its_turn(house: House, trust: ProviderSimulator) -> None:
    nurse = await house.registers(NURSE, way())
    for number in range(5):
        await house.happens(nurse, ref=f"incident-{number}")
        house.later(timedelta(seconds=1))
        async with opened(house, trust) as parts:
            assert await parts.worker.deliver_due() == 1
    for task in trust.written("Task"):
        trust.turns(str(task["id"]), "accepted")
    done = 0
    async with followed(house, trust, most=2) as following:
        for _ in range(3):
            done += await following.look()
    assert done == 5


async def test_a_task_that_cannot_be_followed_holds_up_no_other(
    house: House, trust: ProviderSimulator
) -> None:
    class Faulty:
        """A provider's system of which one answer breaks something here."""

        def __init__(self, system: TakesErrands) -> None:
            self._system = system
            self._asked = 0

        async def give(self, errand: Errand) -> str:
            return await self._system.give(errand)

        async def stands(self, there: str) -> Stands:
            self._asked += 1
            if self._asked == 1:
                raise KeyError(there)
            return await self._system.stands(there)

    nurse = await house.registers(NURSE, way())
    for number in range(3):
        await house.happens(nurse, ref=f"incident-{number}")
        async with opened(house, trust) as parts:
            assert await parts.worker.deliver_due() == 1
    for task in trust.written("Task"):
        trust.turns(str(task["id"]), "accepted")
    async with errands(settings_with(trust)) as systems:
        faulty = {name: Faulty(system) for name, system in systems.items()}
        following = Following(house.engine, house.ledger, faulty, clock=house.clock)
        assert await following.look() == 2
        assert await following.look() == 1


async def test_a_worker_follows_by_itself(house: House, trust: ProviderSimulator) -> None:
    nurse = await house.registers(NURSE, way())
    await put_in(house, trust, nurse)
    (task,) = trust.written("Task")
    trust.turns(str(task["id"]), "accepted")
    async with opened(house, trust, works=True, follow_seconds=0.05), asyncio.timeout(20):
        while (await states(house.engine))[nurse.id] != "acknowledged":  # noqa: ASYNC110 (the database is asked)
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nurses",
        "nurses/Patient/p1",
        "elsewhere/CareTeam/c1",
        "nurses/CareTeam/../Patient",
        "nurses/CareTeam/c1?x=y",
    ],
)
async def test_an_address_that_is_no_team_of_a_known_system_is_for_a_person_at_once(
    house: House, trust: ProviderSimulator, address: str
) -> None:
    nurse = await house.registers(NURSE, Way("fhir", address))
    await put_in(house, trust, nurse)
    tries = await rows(house.engine, "SELECT outcome FROM attempt")
    assert [one["outcome"] for one in tries] == ["bad-address"]
    assert {one["kind"] for one in await rows(house.engine, "SELECT kind FROM deadline")} == {
        "acknowledge",
        "unreachable",
    }
    assert tasks(trust) == []


async def test_a_system_that_refuses_us_is_for_a_person_at_once(
    house: House, trust: ProviderSimulator
) -> None:
    nurse = await house.registers(NURSE, way())
    trust.refuses()
    await put_in(house, trust, nurse)
    tries = await rows(house.engine, "SELECT outcome FROM attempt")
    assert [one["outcome"] for one in tries] == ["system-refused-us"]


async def test_systems_that_are_not_there_or_take_nothing_stop_the_start(
    trust: ProviderSimulator,
) -> None:
    assert any("notices.fhir" in one for one in mistakes(settings_with(trust, fhir=("nobody",))))
    council = SourceSettings(
        adapter="health", config={**trust.config(), "interface": "pds", "ods_code": "Y12345"}
    )
    for name in ("system", "review_codes", "sdq_codes"):
        council.config.pop(name)
    settings = Settings(sources={"nurses": council}, notices=Notices(fhir=("nurses",)))
    with pytest.raises(WrongSettings, match="no notice can be put"):
        async with errands(settings):
            pass
