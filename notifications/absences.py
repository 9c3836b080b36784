"""The end of an absence that only the carers stated: whoever was told of it hears that it is over, and nothing else follows.

A child who was away and never missing is not found: no police check, no return interview, no report
to the police, who were not to be told of the absence. Its clocks stop.

Source: North East Lincolnshire, Away from placement without authorisation: such absences "should not be
reported to Humberside Police unless there are concerns". That whoever was told hears of the end is our
reading, for the partnerships to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.happenings import SAID_BY
from linking.storage import reading
from notifications.episode import Episode, episode_of, steps_of
from notifications.episode_table import Step
from notifications.happening import Happened, Plan, Planning, Reason, Tell
from notifications.tables import DELIVERY
from records.items import Item
from records.people import Kind

_ENDS: Final = frozenset({Step.LOCATED, Step.FOUND})
_TOLD: Final = (
    sa.select(DELIVERY.c.recipient, DELIVERY.c.reasons)
    .where(DELIVERY.c.event.in_(sa.bindparam("events", expanding=True)))
    .order_by(DELIVERY.c.recipient, DELIVERY.c.seq)
)


class Absences:
    """A planning that knows what the end of an absence is; of everything else, the planning that it is given."""

    def __init__(self, planning: Planning, engine: AsyncEngine) -> None:
        self._planning = planning
        self._engine = engine

    async def __call__(self, event: Happened, history: Sequence[Happened]) -> Plan:
        """What follows from an event."""
        plan = await self._planning(event, history)
        episode = ended(event, history)
        if episode is None:
            return plan
        return Plan(tell=await self._told(event, episode, history), settle=plan.settle)

    async def _told(
        self, event: Happened, episode: Episode, history: Sequence[Happened]
    ) -> tuple[Tell, ...]:
        """Whoever has a notice of the absence, by the paragraphs of that notice."""
        earlier = [
            one.id
            for one in history
            if one.root in episode.events and one.seq < event.seq and Step.AWAY in steps_of(one)
        ]
        async with reading(self._engine) as connection:
            rows = (await connection.execute(_TOLD, {"events": earlier})).all()
        found: dict[str, dict[Reason, None]] = {}
        for row in rows:
            reasons = (Reason(**one) for one in msgspec.json.decode(row.reasons))
            found.setdefault(row.recipient, {}).update(dict.fromkeys(reasons))
        items = frozenset({Item.EPISODE_STATUS})
        return tuple(
            Tell(recipient=who, items=items, reasons=tuple(reasons), urgent=False)
            for who, reasons in found.items()
        )


def ended(event: Happened, history: Sequence[Happened]) -> Episode | None:
    """The absence that this says is over, or whose whereabouts it says are known; None for any other event."""
    if event.data.get(SAID_BY) in {None, Kind.POLICE.value} or _ENDS.isdisjoint(steps_of(event)):
        return None
    episode = episode_of(event, history)
    return episode if episode is not None and episode.began_at is None else None
