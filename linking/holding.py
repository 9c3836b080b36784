"""Holding what is written about for one transaction: replicas that hear of the same child at once make one of them.

What is not there yet has no row to lock, and a unique key only says afterwards that another was
first. SQLite has one writer at a time, who reads what the last one wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_THESE: Final = 0x484F4D45
"""What tells these turns from other advisory locks."""
_TURNS: Final = 1024
"""Into so many turns all marks fall: a list of thousands holds no more, which PostgreSQL has room for."""
_HOLD: Final = sa.text(
    "SELECT pg_advisory_xact_lock(:these, turn) FROM unnest(CAST(:turns AS int[])) AS held(turn)"
)


async def hold(connection: AsyncConnection, marks: Iterable[bytes]) -> None:
    """Have these to ourselves until the transaction ends. Once in a transaction, before its first look."""
    if connection.dialect.name == "postgresql":
        # Everybody takes them in the same order, so that no two wait for each other.
        turns = sorted({int.from_bytes(mark[:8]) % _TURNS for mark in marks})
        await connection.execute(_HOLD, {"these": _THESE, "turns": turns})
