"""Reading the ledger in a test: what stands in the row of one decision."""

from datetime import UTC, datetime
from typing import Final

import pytest

from disclosure.trail import entries
from tests.world import World

BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


def row_of(world: World, ref: str) -> str:
    """The row of the decision with this reference, as it is written."""
    return world.does(_row(world, ref))


async def _row(world: World, ref: str) -> str:
    async for written in entries(world.parts.engine, since=BEGINNING):
        if written.ref == ref:
            return written.row.decode()
    pytest.fail("The decision is not in the ledger.")
