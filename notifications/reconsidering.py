"""The look for whoever was overlooked: soon after a fact has changed, and at everybody once an hour.

One replica looks at a time. Killed half-way, what it had not come to is looked at again by the next:
how far it has come is kept only once what followed is durable, and looking twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.changed import (
    EVERYBODY,
    Changes,
    changed,
    everybody_since,
    keep,
    with_clocks,
    with_news,
)
from notifications.happening import Planning
from notifications.holidays import Days
from notifications.leasing import let_go, take
from notifications.reconsider import Reconsidered, reconsider
from notifications.rejudging import LATELY

_log = logging.getLogger(__name__)

HOURLY: Final = timedelta(hours=1)
LEASE: Final = timedelta(minutes=2)
PAGE: Final = 200
_RESTS: Final = 3
_LONGEST_REST: Final = 0.05
_WORK: Final = "reconsidering"


class Reconsidering:
    """Looks again at children whose facts have changed, and hourly at everybody of whom there is news.

    ``found`` hears what came of each child: how many were told late, and how many clocks changed.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        planning: Planning,
        days: Days,
        *,
        clock: Callable[[], datetime],
        found: Callable[[Reconsidered], None],
    ) -> None:
        self._engine = engine
        self._planning = planning
        self._days = days
        self._clock = clock
        self._found = found
        self._seen = Changes()
        self._holder = secrets.token_urlsafe(16)

    async def keep_looking(self, every: timedelta) -> None:
        """Look again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("Who was overlooked could not be looked up (%s).", type(error).__name__)
            await asyncio.sleep(every.total_seconds())

    async def look(self) -> int:
        """Look once: at changed facts, and at everybody if that is due. How many children were looked at."""
        await self._days.read(self._engine)
        if not await self.takes_in_hand():
            return 0
        try:
            looked = await self._changed()
            last = await everybody_since(self._engine)
            if last is None or self._clock() - last >= HOURLY:
                looked += await self._everybody()
            return looked
        finally:
            await let_go(self._engine, _WORK, self._holder)

    async def _changed(self) -> int:
        news = await changed(self._engine, self._seen, now=self._clock(), most=PAGE)
        for child in news.children:
            await self._child(child)
        looked = len(news.children)
        if news.days:
            looked += await self._all_with_clocks()
        await keep(self._engine, news.upto, now=self._clock())
        return looked

    async def _everybody(self) -> int:
        began = self._clock()
        after, looked = "", 0
        while page := await with_news(self._engine, after, since=began - LATELY, most=PAGE):
            for child in page:
                await self._child(child)
            after, looked = page[-1], looked + len(page)
            if not await self.takes_in_hand():
                return looked
        await keep(self._engine, {EVERYBODY: looked}, now=began)
        return looked

    async def _all_with_clocks(self) -> int:
        after, looked = "", 0
        while page := await with_clocks(self._engine, after, most=PAGE):
            for child in page:
                await self._child(child)
            after, looked = page[-1], looked + len(page)
            await self.takes_in_hand()
        return looked

    async def _child(self, child: str) -> None:
        """One that cannot be judged must not hold up the others: it comes again within the hour.

        Afterwards a rest, three times as long: on SQLite nothing of this waits for anything, and a
        page of children would hold up what agencies send for half a second.
        """
        time = asyncio.get_running_loop().time
        began = time()
        try:
            done = await reconsider(self._engine, self._planning, child, now=self._clock())
        except Exception as error:  # noqa: BLE001
            _log.error("A child could not be looked at again (%s).", type(error).__name__)
            return
        await asyncio.sleep(min(_RESTS * (time() - began), _LONGEST_REST))
        if done.told:
            _log.warning("%d who should know had been overlooked, and are told now.", done.told)
        if done.told or done.clocks:
            self._found(done)

    async def takes_in_hand(self) -> bool:
        """Whether it is ours to look, or still is: nobody else does until the lease ends."""
        now = self._clock()
        return await take(self._engine, _WORK, self._holder, now=now, lasts=LEASE)
