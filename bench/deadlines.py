"""A million clocks that run: how long a poll takes when nothing is due, and while some are.

A poll is what each replica does again and again: look for what is due, fire it with its event and its
notices in one transaction, and look when the next is due.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import TABLES, open_engine, reading, writing
from notifications import deadlines
from notifications.happening import Happened, Plan
from notifications.ledger import accept
from notifications.tables import DEADLINE
from tests.notifications.casework import missing
from tests.postgres import running as postgres_running

CLOCKS: Final = 1_000_000
CHILDREN: Final = 50_000
QUIET_POLLS: Final = 500
DUE: Final = 300
AT_ONCE: Final = 1
"""How many fall due between two polls of the busy part: each fires in a transaction of its own."""

_SERIES: Final = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :many)",
    "postgresql": "WITH series AS (SELECT n FROM generate_series(0, CAST(:many AS integer) - 1) AS n)",
}
_LATER: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', :at, '+' || (n % 7776000) || ' seconds')",
    "postgresql": "CAST(:at AS timestamptz) + (n % 7776000) * interval '1 second'",
}


async def nothing(_event: Happened, _history: Sequence[Happened]) -> Plan:
    """Nothing follows."""
    return Plan()


async def _fill(engine: AsyncEngine, now: datetime) -> None:
    """The clocks, due over three months from tomorrow, and the children whose they are."""
    async with writing(engine) as connection:
        await connection.run_sync(TABLES.create_all)
    basis = await accept(engine, missing("child-0", "report"), nothing, now=now)
    kind = engine.dialect.name
    start = now + timedelta(days=1)
    at: Any = start if kind == "postgresql" else start.strftime("%Y-%m-%d %H:%M:%S")
    due = _LATER[kind]
    clocks = f"""
        INSERT INTO deadline (id, kind, subject, occurrence, child, basis_event, basis_at, due_at,
                              wake_at, state, failures, terms)
        {_SERIES[kind]} SELECT 'bench/' || n, 'bench', 'subject', 0, 'child-' || (n % {CHILDREN}), :basis,
               {due}, {due}, {due}, 'pending', 0, '{{}}' FROM series
    """  # noqa: S608 (words of ours alone)
    children = f"""
        INSERT INTO child_head (child, seq) {_SERIES[kind]} SELECT 'child-' || n, 0 FROM series WHERE n > 0
    """  # noqa: S608 (words of ours alone)
    async with writing(engine) as connection:
        if kind == "postgresql":
            await connection.execute(sa.text("SET statement_timeout = 0"))
        await connection.execute(sa.text(children), {"many": CHILDREN})
        await connection.execute(
            sa.text(clocks), {"many": CLOCKS, "at": at, "basis": basis.event.id}
        )
        await connection.execute(sa.text("ANALYZE"))


async def _poll(engine: AsyncEngine, now: datetime) -> tuple[float, int]:
    """One poll: milliseconds, and how many clocks it fired."""
    began = time.perf_counter()
    fired = await deadlines.fire_due(engine, nothing, now=now)
    await deadlines.next_due(engine)
    return (time.perf_counter() - began) * 1000, fired


async def _measure(name: str, url: str) -> dict[str, Any]:
    now = datetime.now(UTC).replace(microsecond=0)
    engine = open_engine(url)
    try:
        await _fill(engine, now)
        for _ in range(20):
            await _poll(engine, now)
        before = time.process_time()
        quiet = sorted([(await _poll(engine, now))[0] for _ in range(QUIET_POLLS)])
        cpu = (time.process_time() - before) / QUIET_POLLS * 1000
        busy, fired = [], 0
        for at in range(DUE // AT_ONCE):
            took, these = await _poll(
                engine, now + timedelta(days=1, seconds=(at + 1) * AT_ONCE - 1)
            )
            busy.append(took)
            fired += these
        busy.sort()
        async with reading(engine) as connection:
            pending = sa.select(sa.func.count()).where(DEADLINE.c.state == "pending")
            left = (await connection.execute(pending.select_from(DEADLINE))).scalar_one()
    finally:
        await engine.dispose()
    return {
        "database": name,
        "clocks that run": left + fired,
        "nothing due: p50 ms": round(quiet[len(quiet) // 2], 2),
        "nothing due: slowest ms": round(quiet[-1], 1),
        "nothing due: CPU ms": round(cpu, 2),
        f"{AT_ONCE} due and fired: p50 ms": round(busy[len(busy) // 2], 1),
        f"{AT_ONCE} due and fired: slowest ms": round(busy[-1], 1),
        "fired": fired,
    }


def main() -> dict[str, Any]:
    """On SQLite, then on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            asyncio.run(
                _measure("SQLite", f"sqlite+aiosqlite:///{Path(folder) / 'homeward.sqlite'}")
            )
        ]
    with postgres_running() as server, server.database() as url:
        rows.append(asyncio.run(_measure("PostgreSQL", url)))
    return {"a million clocks": rows}
