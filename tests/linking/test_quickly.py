"""Statements of a near transaction, run the short way: the same rows, the same faults, one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.near import driver_of, writing_near
from linking.quickly import Given, add, run
from linking.storage import Instant, open_engine, reading, writing

META = sa.MetaData()
SIGHTING = sa.Table(
    "sighting",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("place", sa.String(20), nullable=False),
    sa.Column("at", Instant),
    sa.Column("urgent", sa.Boolean),
)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATE = datetime(2026, 6, 1, 23, 59, 59, 999999, tzinfo=UTC)
ROWS = [
    {"id": 1, "place": "Bus station", "at": NOON, "urgent": True},
    {"id": 2, "place": "The Spar's yard", "at": None, "urgent": False},
    {"id": 3, "place": "Pier", "at": LATE, "urgent": None},
]
AMONG = (
    sa.select(SIGHTING)
    .where(SIGHTING.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(SIGHTING.c.id)
)
PAIRS = sa.select(SIGHTING.c.id).where(
    sa.tuple_(SIGHTING.c.place, SIGHTING.c.id).in_(sa.bindparam("pairs", expanding=True))
)
SINCE = sa.select(SIGHTING.c.place).where(SIGHTING.c.at >= sa.bindparam("since", type_=Instant))
MOVE = (
    sa.update(SIGHTING)
    .where(SIGHTING.c.id == sa.bindparam("of"))
    .values(place=sa.bindparam("to"), urgent=None)
)
COPY = SIGHTING.insert().from_select(
    ["id", "place", "at"],
    sa.select(SIGHTING.c.id + 10, sa.bindparam("called", type_=sa.String), SIGHTING.c.at).where(
        SIGHTING.c.id == sa.bindparam("of")
    ),
)
TAKEN = sa.text(
    "INSERT INTO sighting (id, place) VALUES (:id, :place)"
    " ON CONFLICT (id) DO UPDATE SET place = :place RETURNING id, place"
)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Three sightings, on each kind of database, written the short way."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(META.create_all)
    async with writing_near(opened) as transaction:
        await add(transaction, SIGHTING, ROWS)
    yield opened
    await opened.dispose()


async def everything(engine: AsyncEngine) -> list[dict[str, Any]]:
    async with reading(engine) as connection:
        rows = await connection.execute(sa.select(SIGHTING).order_by(SIGHTING.c.id))
        return [dict(row._mapping) for row in rows]


async def test_what_is_added_the_short_way_is_read_the_ordinary_way(engine: AsyncEngine) -> None:
    assert await everything(engine) == ROWS


@pytest.mark.parametrize(
    "statement, given",
    [
        (AMONG, {"ids": [1, 3]}),
        (AMONG, {"ids": [2]}),
        (AMONG, {"ids": []}),
        (PAIRS, {"pairs": [("Pier", 3), ("Pier", 1)]}),
        (PAIRS, {"pairs": [("Pier", 3)]}),
        (SINCE, {"since": LATE}),
    ],
)
async def test_a_look_finds_what_sqlalchemy_finds(
    engine: AsyncEngine, statement: sa.Select[Any], given: dict[str, Any]
) -> None:
    async with writing_near(engine) as transaction:
        short = [tuple(row) for row in await run(transaction, statement, given)]
        ordinary = [tuple(row) for row in await transaction.execute(statement, given)]
    assert short == ordinary


@pytest.mark.parametrize(
    "statement, given",
    [
        (MOVE, {"of": 1, "to": "Library"}),
        (MOVE, [{"of": 1, "to": "Library"}, {"of": 3, "to": "Park"}]),
        (COPY, {"of": 3, "called": "seen again"}),
    ],
)
async def test_a_change_changes_what_sqlalchemy_changes(
    engine: AsyncEngine, statement: sa.Update | sa.Insert, given: Given
) -> None:
    async def changed(
        execute: Callable[[AsyncConnection], Awaitable[object]],
    ) -> list[dict[str, Any]]:
        async with writing_near(engine) as transaction:
            await execute(transaction)
            rows = await transaction.execute(sa.select(SIGHTING).order_by(SIGHTING.c.id))
            found = [dict(row._mapping) for row in rows]
            await transaction.rollback()
        return found

    short = await changed(lambda transaction: run(transaction, statement, given))
    ordinary = await changed(lambda transaction: transaction.execute(statement, given))
    assert short == ordinary != ROWS


async def test_what_a_statement_gives_back_is_given_back(engine: AsyncEngine) -> None:
    async with writing_near(engine) as transaction:
        first = (await run(transaction, TAKEN, {"id": 1, "place": "Park"})).first()
        assert first is not None
        assert (first.id, first.place) == (1, "Park")
        assert (await run(transaction, TAKEN, {"id": 9, "place": "Park"})).scalar() == 9


async def test_a_row_that_is_there_already_undoes_the_whole_transaction(
    engine: AsyncEngine,
) -> None:
    async def add_again() -> None:
        async with writing_near(engine) as transaction:
            await run(transaction, MOVE, {"of": 3, "to": "a secret place"})
            await add(transaction, SIGHTING, {"id": 1, "place": "a secret place"})

    with pytest.raises(IntegrityError) as raised:
        await add_again()
    assert "a secret place" not in str(raised.value)
    assert await everything(engine) == ROWS


async def test_an_ordinary_transaction_runs_as_it_always_does(engine: AsyncEngine) -> None:
    async with writing(engine) as transaction:
        assert driver_of(transaction) is None
        await run(transaction, MOVE, {"of": 3, "to": "Park"})
        assert (await run(transaction, SINCE, {"since": LATE})).scalar() == "Park"
