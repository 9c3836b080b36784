"""The databases that tests are given."""

import asyncio
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import Postgres


async def _tables(url: str) -> list[str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    await engine.dispose()
    return names


async def test_a_test_is_given_an_empty_database_of_either_kind(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE seen (at TEXT)"))
    await engine.dispose()

    assert await _tables(database_url) == ["seen"]


async def test_two_databases_do_not_see_each_other(postgres: Postgres) -> None:
    with postgres.database() as one, postgres.database() as other:
        engine = create_async_engine(one)
        async with engine.begin() as connection:
            await connection.execute(sa.text("CREATE TABLE seen (at TEXT)"))
        await engine.dispose()

        assert await _tables(one) == ["seen"]
        assert await _tables(other) == []


def test_the_password_is_not_printed(postgres: Postgres) -> None:
    assert postgres.password not in repr(postgres)


HELD = """
from tests.postgres import running
with running() as server:
    print(server.port, flush=True)
    input()
"""


async def test_a_run_that_is_killed_leaves_no_server_behind() -> None:
    run = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HELD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    assert run.stdout is not None
    port = int(await run.stdout.readline())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    run.kill()
    async with asyncio.timeout(10):
        assert await reader.read() == b""  # the server hung up
    writer.close()
    await run.wait()
