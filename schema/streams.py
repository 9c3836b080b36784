"""Streams of notices: from where the reader left off, each decided when it is sent, until access ends.

Nothing waits in memory for a slow reader: the next page is read from the table when the last has
been taken. People who follow for one recipient share what is decided and put into words at the same
moment; whether each of them still may is asked of each. What ends a stream is said in it, and why; silence is filled with a heartbeat.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Annotated, Final

import strawberry

from notifications.channels.feed import PAGE, Look
from notifications.mine import before_unread, is_theirs, is_whole, recipients_of
from notifications.recipients import Recipient
from records.errors import NotAuthenticated, SignInUnchecked
from records.people import Viewer
from schema.context import Context, NoticeBoard
from schema.ids import Ids
from schema.notified import Notification, Place, board_of, place_from, shown
from schema.words import as_enum


class AccessEndedReason(enum.Enum):
    """Why a stream ended."""

    SIGNED_OUT = "signed-out"
    SIGN_IN_UNCHECKED = "sign-in-unchecked"
    NOBODY_TO_BE_TOLD = "nobody-to-be-told"


as_enum(AccessEndedReason)


@strawberry.type(description="Nothing new. The line is alive, and this is how far it has come.")
class Heartbeat:
    """A sign of life."""

    cursor: str = strawberry.field(description="Where to go on after this.")
    sequence: int = strawberry.field(
        description=(
            "The highest number that there is for this stream: with a lower one in hand, something is missing."
        )
    )
    at: datetime = strawberry.field(description="Now, by the gateway's clock.")


@strawberry.type(description="You are told no more here. The stream ends with this.")
class AccessEnded:
    """The end, and why."""

    reason: AccessEndedReason = strawberry.field(description="Why.")
    says: str = strawberry.field(description="The same in a sentence.")
    resume_from: str | None = strawberry.field(
        description="The cursor to go on from, once you may."
    )


@strawberry.type(
    description="Notices after your cursor are no longer all here, so going on would hide a gap. The stream ends."
)
class HistoryTruncated:
    """A gap, said openly."""

    says: str = strawberry.field(description="What to do.")


NotificationEvent = Annotated[
    Notification | Heartbeat | AccessEnded | HistoryTruncated,
    strawberry.union("NotificationEvent", description="What a stream of notices says."),
]

_SAYS: Final = {
    AccessEndedReason.SIGNED_OUT: "Your access token is no longer good. Sign in again and go on from the cursor.",
    AccessEndedReason.SIGN_IN_UNCHECKED: "Whether your sign-in is still good cannot be checked at the moment. Go on from the cursor in a while.",
    AccessEndedReason.NOBODY_TO_BE_TOLD: "Nobody in your role at your organisation is registered to be told.",
}
_GAP: Final = (
    "Some notices after your cursor are no longer here. Begin without a cursor, and ask whoHasBeenTold about "
    "the children whom you answer for."
)


async def stream(
    context: Context, after: str | None, types: Collection[str] | None = None
) -> AsyncIterator[Notification | Heartbeat | AccessEnded | HistoryTruncated]:
    """The caller's notices after a cursor, and each new one; without one, from the first that waits.

    ``types`` are those of the events wanted; all where None.

    Raises:
        WrongArgument: a cursor that is none of theirs.
        NotRecorded: a decision could not be written down; nothing was released.
    """
    board, ids = board_of(context), context.services.ids
    mine = await recipients_of(board.engine, context.viewer)
    if not mine:
        yield _ended(AccessEndedReason.NOBODY_TO_BE_TOLD, None)
        return
    place = await _begin(board, ids, mine, after)
    if place is None:
        yield HistoryTruncated(says=_GAP)
        return
    with board.bells.waiting_for(*(r.id for r in mine)) as bell:
        while True:
            bell.clear()
            full = False
            for one in mine:
                look = await _look(context, one, place.upto[one.id], types)
                if isinstance(look, AccessEndedReason):
                    yield _ended(look, place.written(ids))
                    return
                for number, line in enumerate(look.lines):
                    # Whoever reads slowly may lose the right to the next while they read.
                    if number and (why := await _no_longer(context, one)) is not None:
                        yield _ended(why, place.written(ids))
                        return
                    place = place.moved(one.id, line.seq)
                    yield shown(line, one.id, place, ids, look.said)
                full = full or len(look.lines) == PAGE
            if not full and not await _rings(bell, board, context):
                # From the last look for everybody: thousands of quiet streams ask nothing of the database.
                heads = {who: board.bells.head_of(who) or 0 for who in place.upto}
                # Of some types alone, numbers between are others' and missing from no stream.
                seen = place.upto.items()
                known = [seq if types is not None else max(seq, heads[who]) for who, seq in seen]
                yield Heartbeat(cursor=place.written(ids), sequence=max(known), at=board.clock())


async def _begin(
    board: NoticeBoard, ids: Ids, mine: Sequence[Recipient], after: str | None
) -> Place | None:
    """Where to begin, with what came before it confirmed; None where going on would hide a gap."""
    heads = await board.feed.heads([r.id for r in mine])
    if after is None:
        return Place(
            {r.id: await before_unread(board.engine, r.id, head=heads[r.id]) for r in mine}
        )
    place = place_from(ids, after, mine)
    for one in mine:
        upto = place.upto[one.id]
        if not await is_whole(board.engine, one.id, after=upto, head=heads[one.id]):
            return None
        await board.feed.confirm(one.id, upto=upto, now=board.clock())
    return place


async def _look(
    context: Context, one: Recipient, after: int, types: Collection[str] | None
) -> Look | AccessEndedReason:
    """What there is for one recipient, put on record as read by this caller; or why access ends."""
    board = board_of(context)
    rung = board.bells.rung(one.id)
    if board.clock() >= context.viewer.expires_at:
        return AccessEndedReason.SIGNED_OUT
    look = await board.feed.look(one.id, after=after, rung=rung, now=board.clock(), types=types)
    # The look may have taken a while: asked of this caller alone, and of the recipient as it is now.
    viewer = await _signed_in(context)
    if isinstance(viewer, AccessEndedReason):
        return viewer
    if not _is_for(look.recipient, viewer):
        return AccessEndedReason.NOBODY_TO_BE_TOLD
    if look.lines:
        await board.feed.read_by(look, (viewer.issuer, viewer.subject), board.clock())
    return look


async def _signed_in(context: Context) -> Viewer | AccessEndedReason:
    """Who the caller is now; why not, once their token is no longer good or cannot be checked."""
    viewer = context.viewer
    if context.still is not None:
        try:
            viewer = await context.still()
        except SignInUnchecked:
            return AccessEndedReason.SIGN_IN_UNCHECKED
        except NotAuthenticated:
            return AccessEndedReason.SIGNED_OUT
    late = board_of(context).clock() >= viewer.expires_at
    return AccessEndedReason.SIGNED_OUT if late else viewer


async def _no_longer(context: Context, recipient: Recipient) -> AccessEndedReason | None:
    """Why this recipient is told no more; None while they are. Asked before each notice."""
    viewer = await _signed_in(context)
    if isinstance(viewer, AccessEndedReason):
        return viewer
    now = await board_of(context).feed.registered(recipient.id)
    return None if _is_for(now, viewer) else AccessEndedReason.NOBODY_TO_BE_TOLD


def _is_for(recipient: Recipient | None, viewer: Viewer) -> bool:
    return recipient is not None and is_theirs(recipient, viewer)


async def _rings(bell: asyncio.Event, board: NoticeBoard, context: Context) -> bool:
    """Whether the bell rings before it is time for a heartbeat, or for the token to end."""
    left = (context.viewer.expires_at - board.clock()).total_seconds()
    try:
        async with asyncio.timeout(max(0.01, min(board.heartbeat.total_seconds(), left))):
            await bell.wait()
    except TimeoutError:
        return False
    return True


def _ended(why: AccessEndedReason, cursor: str | None) -> AccessEnded:
    return AccessEnded(reason=why, says=_SAYS[why], resume_from=cursor)
