"""What a caller may know of the events of one child: decided as at the door, and on record first.

Nothing is read for whoever may know nothing, so that neither the answer nor the time it takes tells
whether there is such a child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from disclosure.acts import FORCE, HOST_ON_DUTY, ON_DUTY, WORKERS, May, may
from disclosure.answers import EXISTS, Enquiry, confirmed_by
from disclosure.deciding import Decided, decide
from disclosure.disclose import Door
from linking.storage import reading
from notifications.areas import area_of, name_of
from notifications.content import SAYS
from notifications.happening import OURSELVES, Happened
from notifications.known_by import KNOWN_BY, of_which, whose_word
from notifications.ledger import history
from notifications.mine import recipients_of
from notifications.tables import DELIVERY
from records.items import ITEM_CATEGORY
from records.people import Kind
from records.source import Source
from schema.asker import access_of, door_of
from schema.context import Context
from schema.notified import board_of

_ITEMS: Final = frozenset(SAYS.values()) | frozenset(
    EXISTS[ITEM_CATEGORY[item]] for item in SAYS.values() if ITEM_CATEGORY[item] in EXISTS
)
_ASKED: Final = _ITEMS | frozenset(KNOWN_BY.values())
_EVERYBODY: Final = frozenset(Kind)

UNDERTAKERS: Final = (WORKERS, ON_DUTY, HOST_ON_DUTY, FORCE)
"""Who may write down that somebody is not told, or that something due is not done."""

_TOLD: Final = (
    sa.select(DELIVERY.c.event)
    .where(
        DELIVERY.c.child == sa.bindparam("of"),
        DELIVERY.c.recipient.in_(sa.bindparam("mine", expanding=True)),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller may know of one child's events. ``organisation`` is the caller's own."""

    door: Door
    decided: Decided
    events: Mapping[str, Happened] = field(repr=False)
    organisation: str = ""

    def may_know(self, event_id: str) -> bool:
        """Whether they may know that this happened."""
        event = self.events.get(event_id)
        if event is None:
            return False
        if area_of(event.child) is not None:
            return True
        says = KNOWN_BY.get(event.type)
        if says is None:
            rests_on = of_which(event)
            return rests_on is not None and self.may_know(rests_on)
        decision = self.decided.decisions.get(says)
        if decision is None or not decision.open:
            return False
        if not confirmed_by(self.decided.decisions, ITEM_CATEGORY[says]):
            return False
        if decision.holders - decision.own >= _EVERYBODY:
            return True
        if (word := whose_word(event)) is not None:
            kind, organisation = word
            return decision.opens_from(kind, own=organisation == self.organisation)
        source = self._system(event)
        return source is not None and decision.opens_from(
            source.kind, own=source.name in self.decided.own
        )

    def _system(self, event: Happened) -> Source | None:
        """Whose word it is that this happened; of what we worked out, of what we worked it out from."""
        if event.source == OURSELVES and event.caused_by is not None:
            cause = self.events.get(event.caused_by)
            return None if cause is None else self._system(cause)
        return self.door.sources.get(event.source)

    @property
    def answers_for_child(self) -> bool:
        """Whether they may write down that something is not done, and see what was kept back."""
        return may(UNDERTAKERS, self.decided.situation) is May.YES

    @property
    def confirmed(self) -> bool:
        """Whether they may be told that there is such a child, whatever has happened to them."""
        return any(
            decision.open
            and decision.holders >= _EVERYBODY
            and confirmed_by(self.decided.decisions, ITEM_CATEGORY[item])
            for item, decision in self.decided.decisions.items()
            if item in _ITEMS
        )


async def seen_by(context: Context, child: str) -> Seen:
    """What the caller may know of what happened to a child; decided and on record.

    Raises:
        PurposeRequired: the request does not say why.
        NotRecorded: the decision could not be written down; nothing is shown.
    """
    board, door = board_of(context), door_of(context)
    enquiry = Enquiry(
        viewer=context.viewer,
        access=access_of(context),
        child_ref=child,
        items=_ASKED,
        now=context.now,
        document_hash=context.document_hash,
    )
    decided = await decide(door, enquiry)
    if (authority := area_of(child)) is not None:
        return Seen(door, decided, await _of_area(context, authority))
    if not any(one.open for item, one in decided.decisions.items() if item in _ITEMS):
        # Nothing is read for whoever may know nothing: the time taken would tell that there is something.
        return Seen(door, decided, {})
    async with reading(board.engine) as connection:
        events = await history(connection, child)
    there = {event.id: event for event in events}
    return Seen(door, decided, there, context.viewer.organisation)


async def _of_area(context: Context, authority: str) -> Mapping[str, Happened]:
    """What ended in an authority's area, for that authority and whoever has a notice of it; it is of no child."""
    board, child = board_of(context), name_of(authority)
    mine = [one.id for one in await recipients_of(board.engine, context.viewer)]
    async with reading(board.engine) as connection:
        if context.viewer.organisation != authority:
            told = await connection.execute(_TOLD, {"of": child, "mine": mine})
            if told.first() is None:
                return {}
        events = await history(connection, child)
    return {event.id: event for event in events}
