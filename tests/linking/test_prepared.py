"""The short way into SQLite gives what the ordinary way gives, and waits for nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.prepared import Conflict, Prepared, insert_all
from linking.storage import Instant, open_engine, reading, writing

SEEN = sa.Table(
    "seen",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("mark", sa.LargeBinary),
    sa.Column("row", sa.Text),
)
NOTED = sa.Table("noted", SEEN.metadata, sa.Column("id", sa.Integer, primary_key=True))
SINCE = Prepared(
    sa.select(SEEN.c.id, SEEN.c.at, SEEN.c.mark, SEEN.c.row, sa.literal("constant"))
    .where(SEEN.c.at >= sa.bindparam("since", type_=Instant))
    .order_by(SEEN.c.id)
)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROWS = [
    {"id": 1, "at": NOON, "mark": b"\x00\xff", "row": "é"},
    {"id": 2, "at": NOON.astimezone(timezone(timedelta(hours=1))), "mark": None, "row": None},
    {"id": 3, "at": NOON - timedelta(microseconds=1), "mark": b"", "row": ""},
]


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """A database with two small tables."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(SEEN.metadata.create_all)
    yield opened
    await opened.dispose()


async def test_rows_are_those_of_the_ordinary_way(engine: AsyncEngine) -> None:
    await insert_all(engine, [(SEEN, ROWS), (NOTED, [])])

    found = await SINCE.rows(engine, {"since": NOON})

    async with reading(engine) as connection:
        ordinary = await connection.execute(SINCE.statement, {"since": NOON})
        assert found == [tuple(row) for row in ordinary]
    assert found == [(1, NOON, b"\x00\xff", "é", "constant"), (2, NOON, None, None, "constant")]


async def test_what_is_there_already_conflicts_and_nothing_of_the_transaction_stays(
    engine: AsyncEngine,
) -> None:
    await insert_all(engine, [(SEEN, ROWS[:1])])
    with pytest.raises(Conflict):
        await insert_all(engine, [(NOTED, [{"id": 7}]), (SEEN, ROWS)])
    await insert_all(engine, [(NOTED, [{"id": 8}])])

    async with reading(engine) as connection:
        assert (await connection.execute(sa.select(NOTED.c.id))).scalars().all() == [8]
        assert (await connection.execute(sa.select(SEEN.c.id))).scalars().all() == [1]


async def test_a_reader_does_not_wait_for_a_writer_and_sees_only_what_is_committed(
    engine: AsyncEngine,
) -> None:
    await insert_all(engine, [(SEEN, ROWS[:1])])
    async with writing(engine) as held:
        await held.execute(SEEN.insert(), ROWS[1:2])
        assert [row[0] for row in await SINCE.rows(engine, {"since": NOON})] == [1]
    assert [row[0] for row in await SINCE.rows(engine, {"since": NOON})] == [1, 2]


async def test_what_was_committed_survives_a_power_cut(engine: AsyncEngine) -> None:
    """Every commit waits for the disk on the ordinary way; of the near one see test_near."""
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            waits = await connection.execute(sa.text("SHOW synchronous_commit"))
            assert waits.scalar_one() == "on"
        return
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    async with engine.connect() as connection:
        for name, value in expected.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() == value


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_engine_that_was_disposed_of_opens_again(engine: AsyncEngine) -> None:
    await insert_all(engine, [(SEEN, ROWS[:1])])
    await SINCE.rows(engine, {"since": NOON})
    await engine.dispose()

    await insert_all(engine, [(SEEN, ROWS[1:2])])
    assert len(await SINCE.rows(engine, {"since": NOON})) == 2


async def test_an_instant_without_a_zone_is_not_stored(engine: AsyncEngine) -> None:
    with pytest.raises(Exception, match="An instant needs its zone"):
        async with writing(engine) as connection:
            await connection.execute(
                SEEN.insert().values(id=9, at=datetime(2026, 1, 1))  # noqa: DTZ001 (the point)
            )
