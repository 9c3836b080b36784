"""What keeping one event costs: the child found, all that follows planned and written, durable.

In CPU time and one event at a time, without sockets and without anybody who follows. What the gateway
does beside it is counted in.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from adapters.police import connect
from bench.processes import running
from bench.town import QUIET, force, town
from gateway.cli.demo.running import POLICE
from gateway.http import PooledHttp
from records.inbound import Receives
from tests.postgres import running as postgres_running

EVENTS: Final = 200
WARM_UP: Final = 50


async def _keep(
    name: str, config: dict[str, Any], pushes: Sequence[bytes], database: str | None
) -> dict[str, Any]:
    took: list[float] = []
    async with PooledHttp() as http, town(config, len(pushes), database=database) as there:
        reads = cast("Receives", connect(POLICE, http, config))
        receiving = there.open.notices.receiving
        await asyncio.sleep(QUIET)
        notices = 0
        for push in pushes:
            now = datetime.now(UTC)
            began = time.process_time()
            for event in reads.event(push, received_at=now).events:
                notices += len((await receiving.receive(event, now=now)).recipients)
            took.append((time.process_time() - began) * 1000)
    kept = sorted(took[WARM_UP:])
    return {
        "database": name,
        "events": len(kept),
        "notices an event": round(notices / len(pushes), 1),
        "CPU ms an event, p10": round(kept[len(kept) // 10], 2),
        "CPU ms an event, p50": round(statistics.median(kept), 2),
    }


def main() -> dict[str, Any]:
    """On SQLite, then on PostgreSQL."""
    rows = []
    with running(force, WARM_UP + EVENTS) as agency:
        config, pushes = agency.told["config"], agency.told["pushes"]
        rows.append(asyncio.run(_keep("SQLite", config, pushes, None)))
        with postgres_running() as server, server.database() as url:
            rows.append(asyncio.run(_keep("PostgreSQL", config, pushes, url)))
    return {"one event after another": rows}
