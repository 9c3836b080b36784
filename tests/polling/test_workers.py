"""Workers in processes of their own: one look at a time among them, and none lost when one is killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from adapters.liquidlogic.simulator import LiquidlogicSimulator
from linking.migration import migrate
from linking.storage import open_engine, reading

SECONDS = 40
TABLES = 5
"""The lists of one look: placements, missing episodes, people, interview forms."""


def deployment(folder: Path, database: str, council: LiquidlogicSimulator, every: float) -> Path:
    path = folder / "deployment.toml"
    path.write_text(
        f"""
database = "{database}"

[keys]
folder = "{folder / "keys"}"

[sources.leeds]
adapter = "liquidlogic"
url = "{council.url}"
token_url = "{council.url}/oauth2/token"
client_id = "homeward"
client_secret = "an-invented-secret"
supplier_key = "an-invented-supplier-key"
authority = "E08000035"

[sources.leeds.interview_form]
template = "Return Home Interview"
held = "RHIDate"

[sources.leeds.poll]
every_seconds = {every}
deadline_seconds = 1.0
"""
    )
    return path


def places(council: LiquidlogicSimulator, children: int) -> None:
    began = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT00:00:00")
    for serial in range(children):
        council.holds("DIM_PERSON", DIM_PERSON_ID=9000 + serial)
        council.holds("FACT_CLA_PLACEMENT", DIM_PERSON_ID=9000 + serial, START_DTTM=began)


@contextmanager
def worker(config: Path) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen(
        [str(Path(sys.executable).parent / "homeward"), "work", "--quiet"],
        env={**os.environ, "HOMEWARD_CONFIG": str(config)},
        stderr=subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.send_signal(signal.SIGTERM)
        running.communicate(timeout=SECONDS)


async def told(database: str) -> list[str]:
    """Every child of whom a placement was told, once for each event."""
    engine = open_engine(database)
    try:
        async with reading(engine) as connection:
            query = sa.text("SELECT child FROM event WHERE type = 'placement-made'")
            return list((await connection.execute(query)).scalars())
    finally:
        await engine.dispose()


async def prepared(database: str) -> None:
    engine = open_engine(database)
    await migrate(engine)
    await engine.dispose()


def until_told(database: str, children: int) -> list[str]:
    found: list[str] = []
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        found = asyncio.run(told(database))
        if len(found) >= children:
            return found
        time.sleep(0.1)
    raise AssertionError(f"Told of {len(found)} of {children}.")


def looks(council: LiquidlogicSimulator) -> int:
    """How often the whole council was asked who has changed."""
    queries = [{name for name, _ in one.query} for one in council.asked]
    lists = [names for names in queries if "modifiedSince" in names and "cursor" not in names]
    assert len(lists) % TABLES == 0
    return len(lists) // TABLES


def test_two_workers_on_one_postgresql_look_once(postgres_url: str, tmp_path: Path) -> None:
    asyncio.run(prepared(postgres_url))
    with LiquidlogicSimulator(lag=timedelta(0)) as council:
        places(council, 5)
        config = deployment(tmp_path, postgres_url, council, every=3600)
        with worker(config), worker(config):
            found = until_told(postgres_url, 5)
            # Both have been up, and found the other's look done.
            time.sleep(1.0)
        assert looks(council) == 1
    assert len(found) == len(set(found)) == 5


def test_a_worker_that_is_killed_in_the_middle_loses_and_repeats_nothing(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    asyncio.run(prepared(database))
    with LiquidlogicSimulator(lag=timedelta(0)) as council:
        places(council, 15)
        config = deployment(tmp_path, database, council, every=3600)
        with worker(config) as first:
            until_told(database, 1)
            first.kill()
        assert len(asyncio.run(told(database))) < 15
        with worker(config):
            found = until_told(database, 15)
        assert looks(council) == 1, "who had changed was known already"
    assert len(found) == len(set(found)) == 15
