"""A database of either kind with its tables, and recipients on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import notifications.ledger  # noqa: F401 (each import brings its tables)
from linking.storage import TABLES, open_engine, writing
from notifications.recipients import register
from tests.notifications.casework import RECIPIENTS, T0
from tests.notifications.house import House, a_house
from tests.notifications.receiver import Receiver, receiving


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a database with every table, and the recipients of casework in it."""
    opened = open_engine(database_url)
    async with writing(opened) as connection:
        await connection.run_sync(TABLES.create_all)
        for recipient in RECIPIENTS:
            await register(connection, recipient, now=T0)
    yield opened
    await opened.dispose()


@pytest.fixture
async def house(engine: AsyncEngine) -> AsyncIterator[House]:
    """Testshire, with a door and a worker."""
    async with a_house(engine) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A recipient's own machine."""
    async with receiving() as opened:
        yield opened
