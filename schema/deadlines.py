"""Clocks of a child, or of everybody of whom the caller has a notice, a page of time at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from linking.storage import reading
from notifications.mine import recipients_of
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from notifications.tables import DEADLINE, DELIVERY, DeadlineState
from notifications.told import clocks_of
from records.errors import WrongArgument
from schema.asker import access_of, child_ref
from schema.context import Context
from schema.notified import board_of
from schema.seeing import seen_by
from schema.tellings import Lines, reasons_for
from schema.tells import Deadline

MOST_CHILDREN: Final = 50
"""So many children are decided about for one page; what is due after the last of them is on the next."""

_FIRST: Final = sa.func.min(DEADLINE.c.due_at)
_CHILDREN: Final = (
    sa.select(DEADLINE.c.child, _FIRST.label("first"))
    .where(
        DEADLINE.c.state.in_(sa.bindparam("states", expanding=True)),
        DEADLINE.c.due_at > sa.bindparam("after", type_=DEADLINE.c.due_at.type),
        DEADLINE.c.due_at <= sa.bindparam("until", type_=DEADLINE.c.due_at.type),
        DEADLINE.c.kind.not_in(sorted((ACKNOWLEDGE, UNREACHABLE))),
        sa.exists().where(
            DELIVERY.c.child == DEADLINE.c.child,
            DELIVERY.c.recipient.in_(sa.bindparam("mine", expanding=True)),
        ),
    )
    .group_by(DEADLINE.c.child)
    .order_by(_FIRST, DEADLINE.c.child)
    .limit(MOST_CHILDREN + 1)
)
_MINUTES: Final = range(60 * 24 * 366 + 1)
_EVER: Final = timedelta(days=36500)


async def deadlines(
    context: Context,
    states: list[DeadlineState] | None,
    due_within_minutes: int | None,
    child: str | None,
    due_after: datetime | None = None,
) -> list[Deadline]:
    """Clocks that the caller may know of, those due first; all there are until the last one given.

    Where there are more, they are due later: ask again with the last one's time as ``due_after``.

    Raises:
        PurposeRequired: the request does not say why.
        WrongArgument: a time that is none.
    """
    access_of(context)
    wanted = frozenset(states or (DeadlineState.PENDING, DeadlineState.FIRED))
    after = context.now - _EVER if due_after is None else due_after
    if after.tzinfo is None:
        raise WrongArgument("Give `dueAfter` with its offset, such as 2027-01-15T09:00:00Z.")
    until = context.now + _EVER
    if due_within_minutes is not None:
        if due_within_minutes not in _MINUTES:
            raise WrongArgument("Ask for what is due within 0 minutes to a year.")
        until = context.now + timedelta(minutes=due_within_minutes)
    if child:
        return await _shown(context, [child_ref(context, child)], wanted, after, until)
    while True:
        children, upto = await _children(context, wanted, after, until)
        found = await _shown(context, children, wanted, after, upto)
        if found or upto >= until:
            return found
        after = upto


async def _shown(
    context: Context,
    children: Sequence[str],
    states: frozenset[DeadlineState],
    after: datetime,
    until: datetime,
) -> list[Deadline]:
    """What the caller may know of these children's clocks, those due first."""
    found: list[Deadline] = []
    for ref in children:
        seen = await seen_by(context, ref)
        if not seen.events:
            continue
        clocks = await clocks_of(board_of(context).engine, ref)
        lines = Lines(context, seen, {}, await reasons_for(context, seen, clocks))
        found += [
            lines.deadline(one, ref)
            for one in clocks
            if one.state in states and after < one.due_at <= until and lines.shows(one)
        ]
    return sorted(found, key=lambda one: (one.due_at, one.id))


async def _children(
    context: Context, states: Iterable[DeadlineState], after: datetime, until: datetime
) -> tuple[Sequence[str], datetime]:
    """The children with such clocks of whom the caller has a notice, those due first; and how far they reach."""
    board = board_of(context)
    mine = await recipients_of(board.engine, context.viewer)
    if not mine:
        return [], until
    given = {
        "states": sorted(state.value for state in states),
        "after": after,
        "until": until,
        "mine": [r.id for r in mine],
    }
    async with reading(board.engine) as connection:
        rows = (await connection.execute(_CHILDREN, given)).all()
    if len(rows) <= MOST_CHILDREN:
        return [row.child for row in rows], until
    # The one too many is due next: what the others have after it belongs to the next page.
    last = rows[MOST_CHILDREN].first
    full = [row.child for row in rows[:MOST_CHILDREN]]
    return full, max(rows[MOST_CHILDREN - 1].first, last - timedelta(microseconds=1))
