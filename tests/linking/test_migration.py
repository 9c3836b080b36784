"""One tree of migrations for both databases, forwards and back, and equal to the tables in the code."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import disclosure.approvals
import disclosure.entries
import disclosure.fact_tables
import disclosure.proceeding_tables  # noqa: F401 (each import brings its tables)
import gateway.polling.tables  # noqa: F401
import linking.possible
import linking.search
import linking.tables
import linking.unweighed  # noqa: F401
import notifications.carried_table
import notifications.mailbox_tables
import notifications.peer_tables
import notifications.reconsidering_tables
import notifications.tables  # noqa: F401
from linking.migration import NEWEST, NOTHING, migrate, migrate_back, newest, revision_of
from linking.storage import TABLES, open_engine, writing


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An empty database."""
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()


async def _tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    return set(names) - {"alembic_version"}


async def test_a_migrated_database_has_exactly_the_tables_of_the_code(engine: AsyncEngine) -> None:
    await migrate(engine)

    def differences(sync: sa.Connection) -> object:
        context = MigrationContext.configure(sync, opts={"compare_type": True})
        return compare_metadata(context, TABLES)

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await revision_of(engine) == newest()


async def test_migrating_goes_back_and_forwards_again(engine: AsyncEngine) -> None:
    await migrate(engine)
    there = await _tables(engine)
    await migrate_back(engine, NOTHING)
    assert await _tables(engine) == set()
    assert await revision_of(engine) is None

    await migrate(engine, NEWEST)
    assert await _tables(engine) == there == set(TABLES.tables)


async def test_migrating_twice_changes_nothing(engine: AsyncEngine) -> None:
    await migrate(engine)
    await migrate(engine)
    assert await _tables(engine) == set(TABLES.tables)


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET asserted_by = 'x'", "DELETE FROM {}"], ids=["change", "delete"]
)
@pytest.mark.parametrize("made_by", ["migration", "tables"])
async def test_no_row_of_a_register_can_be_changed_or_deleted(
    engine: AsyncEngine, statement: str, made_by: str
) -> None:
    if made_by == "migration":
        await migrate(engine)
    else:
        async with writing(engine) as connection:
            await connection.run_sync(TABLES.create_all)
    async with writing(engine) as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO notice_given (child_ref, told, why, valid_from, source, asserted_by, recorded_at)"
                " VALUES ('c', true, '', '2026-01-01', 's', 'b', '2026-01-01')"
            )
        )
    with pytest.raises(DBAPIError, match="notice_given is append-only"):
        async with writing(engine) as connection:
            await connection.execute(sa.text(statement.format("notice_given")))
