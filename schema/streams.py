"""Streams of notices: from where the reader left off, each decided when it is sent, until access ends.

Nothing waits in memory for a slow reader: the next page is read from the table when the last has
been taken. What ends a stream is said in it, and why; silence is filled with a heartbeat.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Annotated, Final

import strawberry

from notifications.channels.feed import PAGE, Line
from notifications.mine import before_unread, is_whole, recipients_of
from notifications.recipients import Recipient
from records.errors import NotAuthenticated
from schema.context import Context, NoticeBoard
from schema.ids import Ids
from schema.notified import Notification, Place, board_of, place_from, shown
from schema.words import as_enum


class AccessEndedReason(enum.Enum):
    """Why a stream ended."""

    SIGNED_OUT = "signed-out"
    NOBODY_TO_BE_TOLD = "nobody-to-be-told"


as_enum(AccessEndedReason)


@strawberry.type(description="Nothing new. The line is alive, and this is how far it has come.")
class Heartbeat:
    """A sign of life."""

    cursor: str = strawberry.field(description="Where to go on after this.")
    sequence: int = strawberry.field(
        description="The highest number that there is: with a lower one in hand, something is missing."
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
    with ExitStack() as listening:
        bells = [listening.enter_context(board.bells.waiting_for(r.id)) for r in mine]
        while True:
            for bell in bells:
                bell.clear()
            full = False
            for one in mine:
                lines: list[Line] = []
                async for line in _lines(context, one, place.upto[one.id], types):
                    if isinstance(line, AccessEndedReason):
                        yield _ended(line, place.written(ids))
                        return
                    lines.append(line)
                    place = place.moved(one.id, line.seq)
                    yield shown(line, one.id, place, ids)
                full = full or len(lines) == PAGE
            if not full and not await _rings(bells, board, context):
                heads = await board.feed.heads([r.id for r in mine])
                yield Heartbeat(
                    cursor=place.written(ids), sequence=max(heads.values()), at=board.clock()
                )


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


async def _lines(
    context: Context, one: Recipient, after: int, types: Collection[str] | None
) -> AsyncIterator[Line | AccessEndedReason]:
    """A page of one recipient's notices, and why it ends where access does.

    Whoever reads slowly may lose the right to the next while they read: it is asked before each.
    """
    if (why := await _no_longer(context, one)) is not None:
        yield why
        return
    board = board_of(context)
    page = await board.feed.page(
        one,
        after=after,
        now=board.clock(),
        most=PAGE,
        types=types,
        by=(context.viewer.issuer, context.viewer.subject),
    )
    for number, line in enumerate(page):
        if number and (why := await _no_longer(context, one)) is not None:
            yield why
            return
        yield line


async def _no_longer(context: Context, recipient: Recipient) -> AccessEndedReason | None:
    """Why this recipient is told no more; None while they are. Asked before each notice."""
    board = board_of(context)
    viewer = context.viewer
    if context.still is not None:
        try:
            viewer = await context.still()
        except NotAuthenticated:
            return AccessEndedReason.SIGNED_OUT
    if board.clock() >= viewer.expires_at:
        return AccessEndedReason.SIGNED_OUT
    now_mine = await recipients_of(board.engine, viewer)
    if recipient.id not in {r.id for r in now_mine}:
        return AccessEndedReason.NOBODY_TO_BE_TOLD
    return None


async def _rings(bells: Sequence[asyncio.Event], board: NoticeBoard, context: Context) -> bool:
    """Whether a bell rings before it is time for a heartbeat, or for the token to end."""
    left = (context.viewer.expires_at - board.clock()).total_seconds()
    waiting = [asyncio.ensure_future(bell.wait()) for bell in bells]
    try:
        patience = max(0.01, min(board.heartbeat.total_seconds(), left))
        done, _ = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
    finally:
        for one in waiting:
            one.cancel()


def _ended(why: AccessEndedReason, cursor: str | None) -> AccessEnded:
    return AccessEnded(reason=why, says=_SAYS[why], resume_from=cursor)
