"""What tests of the index share: a database of each kind, with the index's tables, and an index in it."""

from collections.abc import AsyncIterator

import pytest

from linking.index import Index
from linking.possible import POSSIBLE, STEP
from linking.search import MARK, RECORD
from linking.storage import TABLES, open_engine, writing
from linking.tables import CHILD, LINK, NHS_NUMBER


@pytest.fixture
async def an_index(database_url: str) -> AsyncIterator[Index]:
    """An empty index; the test runs on each kind of database."""
    engine = open_engine(database_url)
    tables = [CHILD, NHS_NUMBER, LINK, RECORD, MARK, POSSIBLE, STEP]
    async with writing(engine) as connection:
        await connection.run_sync(lambda sync: TABLES.create_all(sync, tables=tables))
    yield Index(engine, b"an invented pepper of 32 bytes..")
    await engine.dispose()
