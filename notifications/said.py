"""An event is made of what a person says has happened, and of what they judge or record of consent.

Whoever said it is never waited for: what is in the table and has no event yet gets one, by
whichever process looks first. What fails is looked at again, and holds up nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.happenings import SAID_AT, SAID_BY, SAID_BY_MISTAKE
from disclosure.proceeding_tables import SAID_TO_HAPPEN
from disclosure.sayable import SaidToHappen
from linking.storage import reading
from notifications.facts_stated import state_facts
from notifications.happening import OURSELVES, Happening, Planning
from notifications.ledger import Appended, accept
from notifications.retracting import retract
from notifications.tables import INBOX
from notifications.turns import writing_in_turn
from notifications.waking import Bells

_log = logging.getLogger(__name__)

_KIND: Final = "said"
_MOST: Final = 100
_STATES: Final = frozenset(what.value for what in SaidToHappen)
LATELY: Final = timedelta(days=30)
"""How long what could not be made an event of is tried again. Older rows are not looked at each time."""

_REF: Final = sa.literal(f"{_KIND}/").concat(SAID_TO_HAPPEN.c.ref)
_UNTOLD: Final = (
    sa.select(SAID_TO_HAPPEN)
    .where(
        SAID_TO_HAPPEN.c.said_at >= sa.bindparam("since"),
        ~sa.exists().where(INBOX.c.source == OURSELVES, INBOX.c.sender_ref == _REF),
    )
    .order_by(SAID_TO_HAPPEN.c.said_at)
    .limit(_MOST)
)


class Said:
    """Looks for what people have said of which there is no event."""

    def __init__(
        self,
        engine: AsyncEngine,
        planning: Planning,
        bells: Bells,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._planning = planning
        self._bells = bells
        self._clock = clock

    async def keep_looking(self, every: timedelta) -> None:
        """Look again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            await self.look_safely()
            await asyncio.sleep(every.total_seconds())

    async def look_safely(self) -> None:
        """Look once; what goes wrong is logged, and looked at again the next time."""
        try:
            await self.look()
        except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
            _log.error("What people said could not be looked at (%s).", type(error).__name__)

    async def look(self) -> int:
        """Look once; how many events were made. Looking twice changes nothing."""
        since = self._clock() - LATELY
        async with reading(self._engine) as connection:
            said = (await connection.execute(_UNTOLD, {"since": since})).mappings().all()
        made = 0
        for row in said:
            now = self._clock()
            try:
                appended = await self._kept(row, now)
            except Exception as error:  # noqa: BLE001 (it is looked at again the next time)
                _log.error("No event could be made of what was said (%s).", type(error).__name__)
                continue
            if appended is None:
                continue
            made += 1
            await self._bells.announce(appended)
        return made

    async def _kept(self, row: sa.RowMapping, now: datetime) -> Appended | None:
        if row["type"] == SAID_BY_MISTAKE:
            async with writing_in_turn(self._engine) as transaction:
                return await retract(
                    transaction,
                    row["child_ref"],
                    f"{_KIND}/{msgspec.json.decode(row['data'])['not']}",
                    self._planning,
                    taken_back_as=f"{_KIND}/{row['ref']}",
                    now=now,
                )
        # What somebody judges is a fact already, for as long as they said.
        also = state_facts if row["type"] in _STATES else None
        return await accept(self._engine, _happening(row), self._planning, now=now, also=also)


def _happening(row: sa.RowMapping) -> Happening:
    kept = msgspec.json.decode(row["data"])
    word = {name: kept.pop(name) for name in (SAID_BY, SAID_AT) if name in kept}
    return Happening(
        type=row["type"],
        child=row["child_ref"],
        at=row["at"],
        source=OURSELVES,
        sender_ref=f"{_KIND}/{row['ref']}",
        data=kept,
        aside=word,
    )
