"""Where polling stands, on both databases: nobody who has changed is forgotten, and nobody is read for nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.polling import standing
from gateway.polling.standing import Standing, Waiting
from linking.migration import migrate
from linking.sealing import Seal
from linking.storage import open_engine
from records.identifiers import LocalId
from records.polling import Changed

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
THEN = NOW - timedelta(hours=72)
SEAL = Seal(b"a pepper of thirty-two bytes, or more")
ROBIN, JO = LocalId("council", "17"), LocalId("council", "18")


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    opened = open_engine(database_url)
    await migrate(opened)
    await standing.begin(opened, "council", since=THEN, now=NOW)
    yield opened
    await opened.dispose()


async def lists(engine: AsyncEngine, *, as_of: datetime = NOW, **people: str) -> int:
    named = {"robin": ROBIN, "jo": JO}
    changed = Changed(people={named[who]: version for who, version in people.items()}, as_of=as_of)
    return await standing.listed(
        engine, SEAL, "council", changed, now=NOW, next_at=NOW + timedelta(minutes=5)
    )


async def waits(engine: AsyncEngine, at: datetime = NOW) -> list[Waiting]:
    found = await standing.waiting(engine, SEAL, "council", now=at, most=10)
    return sorted(found, key=lambda one: one.local_id.value)


async def stands(engine: AsyncEngine) -> Standing:
    return (await standing.standings(engine))["council"]


async def test_whoever_is_listed_waits_until_they_are_read(engine: AsyncEngine) -> None:
    assert await lists(engine, robin="1", jo="1") == 2
    there = await stands(engine)
    assert (there.as_of, there.waiting, there.known_to) == (NOW, 2, THEN)
    robin, jo = await waits(engine)
    assert (robin.local_id, jo.local_id) == (ROBIN, JO)
    await standing.read(engine, SEAL, robin, now=NOW)
    await standing.read(engine, SEAL, jo, now=NOW)
    assert await waits(engine) == []
    assert (await stands(engine)).known_to == NOW


async def test_whoever_is_listed_again_unchanged_is_not_read_again(engine: AsyncEngine) -> None:
    await lists(engine, robin="1")
    (robin,) = await waits(engine)
    await standing.read(engine, SEAL, robin, now=NOW)
    assert await lists(engine, robin="1") == 0
    assert await lists(engine, robin="2") == 1


async def test_whoever_changes_while_they_are_read_is_read_once_more(engine: AsyncEngine) -> None:
    await lists(engine, robin="1")
    (robin,) = await waits(engine)
    await lists(engine, robin="2")
    await standing.read(engine, SEAL, robin, now=NOW)
    (again,) = await waits(engine)
    assert again.version == "2"


async def test_whoever_cannot_be_read_waits_longer_and_holds_up_nobody(engine: AsyncEngine) -> None:
    await lists(engine, robin="1", jo="1")
    robin, _ = await waits(engine)
    later = NOW + timedelta(minutes=1)
    await standing.put_off(engine, SEAL, robin, until=later)
    assert [one.local_id for one in await waits(engine)] == [JO]
    assert [one.failures for one in await waits(engine, later)] == [1, 0]


async def test_a_look_that_was_overtaken_moves_nothing_back(engine: AsyncEngine) -> None:
    await lists(engine)
    await lists(engine, as_of=THEN)
    assert (await stands(engine)).as_of == NOW


async def test_a_source_fails_since_the_first_time_and_is_well_when_it_is_listed(
    engine: AsyncEngine,
) -> None:
    wait = timedelta(minutes=1)
    await standing.failed(engine, "council", "SourceUnavailable", now=NOW, wait=wait)
    later = NOW + timedelta(minutes=2)
    await standing.failed(engine, "council", "SourceRefused", now=later, wait=wait)
    there = await stands(engine)
    assert (there.failing_since, there.failures, there.failure) == (NOW, 2, "SourceRefused")
    assert there.next_at == later + wait
    await lists(engine)
    there = await stands(engine)
    assert (there.failing_since, there.failures, there.failure) == (None, 0, None)


async def test_what_began_once_does_not_begin_again(engine: AsyncEngine) -> None:
    await lists(engine)
    await standing.begin(engine, "council", since=NOW, now=NOW)
    assert (await stands(engine)).began_at == THEN
