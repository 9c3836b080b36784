"""Workers may run beside the gateways, in a process of their own; a command runs none by the way."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.cli.deployment import opened_for
from gateway.settings import Keys, Settings
from linking.storage import open_engine, reading
from notifications.happening import Happened, Happening, Plan, Reason, Tell
from notifications.ledger import accept
from records.items import Item

SECONDS = 30
NOBODY = "E10000017/nobody-registered"


async def tells_nobody(_event: Happened, _history: Sequence[Happened]) -> Plan:
    because = (Reason(rule="a-rule", partnership="pan-lancashire", applies="host"),)
    items = frozenset({Item.EPISODE_STATUS})
    return Plan(tell=(Tell(recipient=NOBODY, items=items, reasons=because),))


async def types(engine: AsyncEngine) -> list[str]:
    """The events that there are."""
    async with reading(engine) as connection:
        found = await connection.execute(sa.text("SELECT type FROM event ORDER BY child_seq"))
        return list(found.scalars())


async def seen_by_a_command(settings: Settings) -> list[str]:
    """The events that there are, looked at by a command that takes a while."""
    async with opened_for(settings) as parts:
        await asyncio.sleep(0.3)
        return await types(parts.engine)


async def until(settings: Settings, expected: list[str]) -> None:
    """Look until there is what is expected."""
    engine = open_engine(settings.database)
    try:
        async with asyncio.timeout(SECONDS):
            while await types(engine) != expected:  # noqa: ASYNC110 (another process rings no bell)
                await asyncio.sleep(0.05)
    finally:
        await engine.dispose()


async def happens(settings: Settings) -> None:
    async with opened_for(settings) as parts:
        now = datetime.now(UTC)
        what = Happening(
            type="child-reported-missing", child="a", at=now, source="police", sender_ref="1"
        )
        await accept(parts.engine, what, tells_nobody, now=now)


def test_a_worker_alone_fires_what_no_command_fires(tmp_path: Path) -> None:
    settings = Settings(
        database=f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}",
        keys=Keys(folder=tmp_path / "keys"),
    )
    asyncio.run(happens(settings))
    assert asyncio.run(seen_by_a_command(settings)) == ["child-reported-missing"]
    worker = subprocess.Popen(
        [str(Path(sys.executable).parent / "homeward"), "work", "--quiet"],
        env={
            **os.environ,
            "HOMEWARD_DATABASE": settings.database,
            "HOMEWARD_KEYS__FOLDER": str(settings.keys.folder),
        },
        stderr=subprocess.PIPE,
    )
    try:
        asyncio.run(until(settings, ["child-reported-missing", "notice-undeliverable"]))
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=SECONDS)
    assert worker.returncode == 0, said
