"""The end of a period, raised by the gateway itself: once for each authority, whoever runs and whatever stops.

Nobody sends it. Every replica looks; whoever holds the area's lock raises what has ended since the
last time, and the others find it raised. After an outage it is one late event of each kind, for the
period that ended last, which says which ones were missed. Where nothing was ever raised, counting
begins: what ended before anybody here was to be told is nobody's to catch up on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.disclose import Current
from linking.storage import reading
from notifications.areas import WHOLE, name_of
from notifications.happening import OURSELVES, Happened, Happening, Planning
from notifications.ledger import append_all, history, lock_child
from notifications.periods import last_day, turns
from notifications.recipients import registered
from notifications.turns import writing_in_turn
from notifications.waking import Bells
from protocols.bundle import Bundle
from protocols.duties import Duty
from protocols.duties_vocabulary import PERIODS, Circumstance, Event
from protocols.protocol import Protocol

_log = logging.getLogger(__name__)

BEGUN: Final = "periods-begun"
"""The first event of an area: from then on its periods are counted. It asks for nothing."""

NEWLY_THERE: Final = timedelta(minutes=15)
"""How soon the periods of an authority are counted after somebody was first registered there."""

_ENDED: Final = Event.PERIOD_ENDED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One authority for which somebody here is told, and what its protocol waits for.

    ``whole``: it stands for its partnership in what is asked of that but once.
    """

    authority: str
    periods: tuple[str, ...]
    whole: bool


class PeriodEnds:
    """Raises the end of each period that a protocol here waits for."""

    def __init__(
        self,
        engine: AsyncEngine,
        planning: Planning,
        current: Current,
        bells: Bells,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._planning = planning
        self._current = current
        self._bells = bells
        self._clock = clock
        self._looked: dict[Area, datetime] = {}
        self._last: datetime | None = None

    async def keep_looking(self, every: timedelta) -> None:
        """Look again and again, until cancelled. Nothing that goes wrong ends it."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("The end of a period could not be raised (%s).", type(error).__name__)
            await asyncio.sleep(every.total_seconds())

    async def look(self) -> int:
        """Raise what has ended since the last look; how many events were new. One area at a time."""
        now = self._clock()
        if self._last is not None and not _worth_a_look(self._last, now):
            return 0
        async with reading(self._engine) as connection:
            there = (await registered(connection)).values()
        served = frozenset(code for one in there for code in (one.organisation, *one.serves))
        due = [area for area in areas(self._current.bundle, served) if self._may_have(area, now)]
        raised = sum([await self._area(area, now) for area in due])
        self._last = now
        return raised

    def _may_have(self, area: Area, now: datetime) -> bool:
        """Whether a period may have ended that this process has not looked at: most looks end here."""
        looked = self._looked.get(area)
        return looked is None or any(turns(period, looked, now) for period in area.periods)

    async def _area(self, area: Area, now: datetime) -> int:
        child = name_of(area.authority)
        async with writing_in_turn(self._engine) as transaction:
            await lock_child(transaction, child)
            past = await history(transaction, child)
            new = list(_ended(area, past, now)) if past else [_begun(child, now)]
            done = await append_all(transaction, child, new, self._planning, now=now)
        self._looked[area] = now
        for one in done:
            await self._bells.announce(one)
        return sum(one.new and one.event.type == _ENDED for one in done)


def _worth_a_look(last: datetime, now: datetime) -> bool:
    """Whether a day has ended in London since, or it is time to see who is there."""
    return last_day(now) != last_day(last) or now - last >= NEWLY_THERE


def areas(bundle: Bundle, served: Collection[str]) -> list[Area]:
    """The authorities with a protocol that waits for a period, and for which somebody is told here."""
    found: list[Area] = []
    for protocol in bundle.protocols.values():
        periods = periods_of(protocol)
        codes = [one.code.code for one in protocol.authorities if one.code.code in served]
        if periods:
            found += [
                Area(authority=code, periods=periods, whole=place == 0)
                for place, code in enumerate(codes)
            ]
    return found


def periods_of(protocol: Protocol) -> tuple[str, ...]:
    """The kinds of period that some duty of a protocol waits for; every kind, where one names none."""
    waiting = [duty for duty in protocol.duties if Event.PERIOD_ENDED in duty.events]
    named = [_named(duty) for duty in waiting]
    wanted = frozenset[str]().union(*(one or frozenset(PERIODS) for one in named))
    return tuple(period for period in PERIODS if period in wanted)


def _named(duty: Duty) -> frozenset[str]:
    return frozenset(
        str(value)
        for condition in duty.conditions
        if condition.key is Circumstance.PERIOD and not condition.negated
        for value in condition.values
    )


def _begun(child: str, now: datetime) -> Happening:
    return Happening(
        type=BEGUN, child=child, at=now, source=OURSELVES, sender_ref=f"{BEGUN}/{child}"
    )


def _ended(area: Area, past: Sequence[Happened], now: datetime) -> Iterator[Happening]:
    """Of each kind the period that ended last since the one that was raised last, and those before it."""
    child = name_of(area.authority)
    for period in area.periods:
        raised = [one.at for one in past if one.data.get("period") == period]
        since = max(raised, default=past[0].at)
        ends = turns(period, since, now)
        if not ends:
            continue
        *missed, last = ends
        yield Happening(
            type=_ENDED,
            child=child,
            at=last,
            source=OURSELVES,
            sender_ref=f"{_ENDED}/{child}/{period}/{last_day(last)}",
            data={
                "period": period,
                "ended_on": last_day(last).isoformat(),
                "missed": [last_day(one).isoformat() for one in missed],
                "authority": area.authority,
                WHOLE: area.whole,
            },
        )
