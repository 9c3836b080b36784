"""``homeward link waiting``: how much waits for people and for silent systems. For whoever runs the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, print_json
from gateway.opening import database_of
from gateway.settings import Settings
from linking.possible import how_many_wait
from linking.unweighed import how_many
from notifications.receiving import how_many_in_doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many wait, and since when the oldest does."""

    possible_matches: int
    oldest_match: datetime | None
    doubtful_events: int
    oldest_event: datetime | None
    unweighed_records: int


def waiting(config: Config = None, *, as_json: AsJson = False) -> None:
    """Say how much waits: matches and events for people, records for systems that were silent. Numbers alone."""
    found = asyncio.run(_waiting(settings_of(config)))
    if as_json:
        print_json(asdict(found))
        return
    STDOUT.print(
        f"possible matches: {found.possible_matches:,}{_since(found.oldest_match)}\n"
        f"events in doubt: {found.doubtful_events:,}{_since(found.oldest_event)}\n"
        f"records not weighed yet: {found.unweighed_records:,}",
        highlight=False,
    )


async def _waiting(settings: Settings) -> Waiting:
    async with database_of(settings) as engine:
        return await _counted(engine)


async def _counted(engine: AsyncEngine) -> Waiting:
    matches, oldest_match = await how_many_wait(engine)
    events, oldest_event = await how_many_in_doubt(engine)
    return Waiting(
        possible_matches=matches,
        oldest_match=oldest_match,
        doubtful_events=events,
        oldest_event=oldest_event,
        unweighed_records=await how_many(engine),
    )


def _since(oldest: datetime | None) -> str:
    return "" if oldest is None else f", the oldest since {oldest:%d %B %Y %H:%M} UTC"
