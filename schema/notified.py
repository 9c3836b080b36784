"""Notices as their recipients read them: each decided anew whenever it is read, through the one door."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import strawberry

from notifications.channels.feed import Line
from notifications.content import SAYS
from notifications.deadlines import BREACHED, REACHED
from notifications.escalation import EFFECT_OF
from notifications.mine import recipients_of
from notifications.recipients import Recipient
from notifications.tables import DeliveryState
from records.errors import WrongArgument
from schema.context import Context, NoticeBoard
from schema.ids import Ids
from schema.pages import LARGEST_PAGE
from schema.scalars import CloudEvent
from schema.words import as_enum

PLACEMENTS: Final = frozenset(kind for kind in SAYS if kind.startswith("placement-"))
DEADLINES: Final = frozenset({BREACHED, REACHED, *EFFECT_OF.values()})
_NOT_A_CURSOR: Final = "This is no cursor of these notices. Begin without one."

as_enum(DeliveryState, "NoticeState")


@strawberry.type(
    description=(
        "One notice that is for you. It keeps its id and its number for life; what it says is decided whenever it "
        "is read, so what was opened yesterday may be withheld today."
    )
)
class Notification:
    """`notifications.channels.feed.Line` as the schema says it."""

    id: strawberry.ID = strawberry.field(
        description="Its id for life: what you acknowledge, and by which you know it again."
    )
    cursor: str = strawberry.field(description="Where to go on after it.")
    sequence: int = strawberry.field(
        description="Its number among the notices of this recipient: from 1, without a gap."
    )
    recipient: str = strawberry.field(description="As whom you are told: you, or your role here.")
    told: bool = strawberry.field(
        description="Whether anything of it may be said. If not, its number alone stands."
    )
    state: DeliveryState = strawberry.field(description="Where it stands.")
    child: strawberry.ID | None = strawberry.field(
        description="The child's id, to ask on with; null where nothing of it may be said."
    )
    event: CloudEvent = strawberry.field(
        description="The notice as it is sent by every channel: a CloudEvent with no personal data in its attributes."
    )
    written: strawberry.Private[dict[Hashable, bytes]] = dataclasses.field(
        default_factory=dict, repr=False
    )
    """The same in bytes, by the document that asks: for those who are told the same at one moment."""


@strawberry.type(
    description="A page of notices, each recipient's own in the order of their numbers."
)
class NotificationPage:
    """A page without a total."""

    notifications: list[Notification] = strawberry.field(description="The notices.")
    end_cursor: str | None = strawberry.field(
        description="Where to go on. Giving it back says that you have had what came before it."
    )
    has_next_page: bool = strawberry.field(description="Whether there may be more.")


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody is in the notices of each recipient that they are."""

    upto: Mapping[str, int]

    def moved(self, recipient: str, seq: int) -> Place:
        """The same, further on."""
        return Place({**self.upto, recipient: seq})

    def written(self, ids: Ids) -> str:
        """As a cursor."""
        marks = {_mark(recipient): seq for recipient, seq in self.upto.items()}
        return ids.place(msgspec.json.encode(marks, order="deterministic").decode())


def place_from(ids: Ids, text: str, mine: Collection[Recipient]) -> Place:
    """Where a cursor stands among these recipients' notices: one who has come since begins at the beginning.

    Raises:
        WrongArgument: it is none of ours, or of nobody among these.
    """
    said = ids.read_place(text)
    marks = {} if said is None else msgspec.json.decode(said, type=dict[str, int])
    found = {r.id: marks[_mark(r.id)] for r in mine if _mark(r.id) in marks}
    if not found:
        raise WrongArgument(_NOT_A_CURSOR)
    return Place({r.id: found.get(r.id, 0) for r in mine})


def _mark(recipient: str) -> str:
    return hashlib.blake2b(recipient.encode(), digest_size=8).hexdigest()


def board_of(context: Context) -> NoticeBoard:
    """Where notices are read.

    Raises:
        WrongArgument: this deployment keeps none.
    """
    if context.services.notices is None:
        raise WrongArgument("No notices are kept here.")
    return context.services.notices


def shown(
    line: Line, recipient: str, place: Place, ids: Ids, said: dict[Hashable, Any] | None = None
) -> Notification:
    """A notice, as its reader has it. ``said`` is shared by readers of the same line, who may be told the very same."""
    key = (line.seq, tuple(place.upto.items()))
    if said is not None and key in said:
        there: Notification = said[key]
        return there
    notification = Notification(
        id=strawberry.ID(line.notice_ref),
        cursor=place.written(ids),
        sequence=line.seq,
        recipient=recipient,
        told=line.told,
        state=line.state,
        child=None if line.child is None else strawberry.ID(ids.child(line.child)),
        event=CloudEvent(msgspec.Raw(line.body)),
    )
    if said is not None:
        said[key] = notification
    return notification


async def my_notifications(
    context: Context,
    first: int,
    after: str | None,
    *,
    states: list[DeliveryState] | None = None,
    types: Collection[str] | None = None,
) -> NotificationPage:
    """A page of the caller's own notices. With a cursor, what came before it counts as delivered.

    Raises:
        WrongArgument: a page of no rows or of too many, or a cursor that is none of theirs.
        NotRecorded: a decision could not be written down; nothing was released.
    """
    if not 1 <= first <= LARGEST_PAGE:
        raise WrongArgument(f"Ask for a page of 1 to {LARGEST_PAGE}.")
    board, ids = board_of(context), context.services.ids
    mine = await recipients_of(board.engine, context.viewer)
    if not mine:
        return NotificationPage(notifications=[], end_cursor=None, has_next_page=False)
    place = Place({r.id: 0 for r in mine}) if after is None else place_from(ids, after, mine)
    if after is not None:
        for recipient in mine:
            upto = place.upto[recipient.id]
            await board.feed.confirm(recipient.id, upto=upto, now=context.now)
    found: list[Notification] = []
    for recipient in mine:
        if len(found) == first:
            break
        lines = await board.feed.page(
            recipient,
            after=place.upto[recipient.id],
            now=context.now,
            most=first - len(found),
            types=types,
            states=states,
            by=(context.viewer.issuer, context.viewer.subject),
        )
        for line in lines:
            place = place.moved(recipient.id, line.seq)
            found.append(shown(line, recipient.id, place, ids))
    return NotificationPage(
        notifications=found, end_cursor=place.written(ids), has_next_page=len(found) == first
    )


def placements_for(context: Context, host_authority: str) -> frozenset[str]:
    """The types of event that a host authority hears of placements; none for those of another's area."""
    return PLACEMENTS if host_authority == context.viewer.organisation else frozenset()
