"""The sources that are polled, and the loops that look at them; who runs none still knows what is late."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final, cast

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.lasting import until_the_end
from gateway.polling import standing
from gateway.polling.look import Keeping, Pollable, Watch
from gateway.polling.standing import Standing
from gateway.settings import PollSettings, Settings
from gateway.sources import connect, guarded
from gateway.telemetry import Telemetry
from records.condition import SystemHealth
from records.errors import WrongSettings
from records.http import Failure, Http, HttpReply, HttpRequest, NoReplyError
from records.polling import Polls

_log = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 5.0
SHORTEST_PAUSE: Final = 0.2
_LATE_INTERVALS: Final = 3
_SOON: Final = 15 * 60.0


class Polling:
    """Every source that the deployment has polled, and how far each was when last looked at."""

    def __init__(
        self,
        watches: Mapping[str, Watch],
        engine: AsyncEngine,
        clock: Callable[[], datetime],
    ) -> None:
        self.watches = watches
        self.standings: dict[str, Standing] = {}
        self._engine = engine
        self._clock = clock

    async def refresh(self) -> None:
        """Look up how far each source is, whoever looks at it."""
        self.standings = await standing.standings(self._engine)

    def of(self, health: SystemHealth) -> SystemHealth:
        """How a system is doing, with since when what happens there is told late."""
        return dataclasses.replace(health, events_late_since=self.late_since(health.name))

    def late_since(self, source: str) -> datetime | None:
        """The minute since which nothing that happened there is told; None where nothing is late."""
        watch, there = self.watches.get(source), self.standings.get(source)
        if watch is None or there is None:
            return None
        late = there.known_to < self._clock() - late_after(watch.settings)
        return there.known_to.replace(second=0, microsecond=0) if late else None

    async def keep_looking(self) -> None:
        """Look at every source, each in a loop of its own, until cancelled."""
        looks = [self._again_and_again(watch) for watch in self.watches.values()]
        await asyncio.gather(*looks, return_exceptions=True)

    async def keep_knowing(self) -> None:
        """Know what is late, as another process tells it in the database, until cancelled."""
        while True:
            with suppress(Exception):
                await self.refresh()
            await asyncio.sleep(LONGEST_PAUSE)

    async def _again_and_again(self, watch: Watch) -> None:
        pause = min(max(watch.settings.every_seconds / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
        while True:
            try:
                await watch.look_if_due()
                await self.refresh()
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("%s could not be polled (%s).", watch.source.name, type(error).__name__)
            await asyncio.sleep(pause)


def late_after(settings: PollSettings) -> timedelta:
    """How far behind a source may be before what it tells is late."""
    said = settings.late_after_seconds
    return timedelta(
        seconds=max(_LATE_INTERVALS * settings.every_seconds, _SOON) if said is None else said
    )


@asynccontextmanager
async def polling(
    settings: Settings,
    http: Http,
    telemetry: Telemetry,
    keeping: Keeping,
    *,
    clock: Callable[[], datetime],
) -> AsyncIterator[Polling]:
    """Poll until the end of the block, where the settings say that this process works.

    Raises:
        WrongSettings: a source is to be polled of whose kind nothing can be asked.
    """
    watches = {
        name: Watch(
            _pollable(name, settings, http, telemetry), described.poll, keeping, clock=clock
        )
        for name, described in settings.sources.items()
        if described.poll is not None
    }
    parts = Polling(watches, keeping.index.engine, clock)
    if not watches:
        yield parts
        return
    await parts.refresh()
    work = parts.keep_looking() if settings.notices.works else parts.keep_knowing()
    async with until_the_end(work, "polling"):
        yield parts


def can_be_polled(name: str, settings: Settings) -> bool:
    """Whether a source that the deployment names can be asked what has changed."""
    return isinstance(connect(name, settings.sources[name], _NoHttp()), Polls)


class _NoHttp:
    """To look at an adapter without asking anything of its system."""

    async def fetch(self, request: HttpRequest) -> HttpReply:
        """Nothing is asked."""
        del request
        raise NoReplyError(Failure.UNREACHABLE)


def _pollable(name: str, settings: Settings, http: Http, telemetry: Telemetry) -> Pollable:
    """The source as it is polled: with more time, fewer calls at once, and a pace of its own.

    Apart from the one that answers questions, so that a long list makes no question wait, and a list
    that fails does not have questions held back.
    """
    described = settings.sources[name]
    poll = described.poll
    assert poll is not None  # noqa: S101 (asked of those alone that have it)
    apart = msgspec.structs.replace(
        described,
        deadline_seconds=poll.deadline_seconds,
        at_once=poll.at_once,
        calls_per_second=poll.calls_per_second or described.calls_per_second,
        config={**described.config, "deadline": poll.deadline_seconds},
    )
    source = guarded(name, apart, http, telemetry)
    if not isinstance(source, Polls):
        raise WrongSettings(
            f"sources.{name}.poll: this kind of system cannot be asked what has changed;"
            " remove the section"
        )
    return cast("Pollable", source)
