"""Two hundred kills at random moments under load, on SQLite and on PostgreSQL: what was lost, what twice.

``python -m bench kills``. The parts are those of tests/notifications/storm.py.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from tests.notifications.storm import Killer, Storm, check, find, prepare, settled
from tests.postgres import running

KILLS: Final = 200
REPORTS: Final = 2_000
LONGEST: Final = 0.4
PATIENCE: Final = 600.0


def main() -> dict[str, Any]:
    """Both databases, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite+aiosqlite:///{home / 'homeward.sqlite'}"
        rows = [_storm("SQLite, one process", Storm(url=url, folder=home, reports=REPORTS))]
    with running() as server, server.database() as url, tempfile.TemporaryDirectory() as folder:
        storm = Storm(url=url, folder=Path(folder), processes=2, reports=REPORTS)
        rows.append(_storm("PostgreSQL, two processes", storm))
    return {"killed with SIGKILL under load": rows}


def _storm(name: str, storm: Storm) -> dict[str, Any]:
    asyncio.run(prepare(storm))
    killer = Killer(storm)
    began = time.monotonic()
    try:
        killer.rage(KILLS, longest=LONGEST)
        asyncio.run(settled(storm, PATIENCE))
    finally:
        killer.stop()
    found = asyncio.run(find(storm))
    check(storm, found)
    twice = sum(times - 1 for times in found.received.values())
    return {
        "database": name,
        "kills": killer.kills,
        "reports accepted": len(found.reports),
        "notices owed": len(found.sent),
        "never received": len(found.sent - set(found.received)),
        "sent again under the same reference": twice,
        "clocks fired": sum(found.breaches_per_clock.values()),
        "fired twice": sum(n - 1 for n in found.breaches_per_clock.values()),
        "numbers whole": found.child_numbers_whole and found.recipient_numbers_whole,
        "ledger verifies": found.ledger_ok,
        "seconds": round(time.monotonic() - began),
    }
