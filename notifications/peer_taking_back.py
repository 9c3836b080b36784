"""Another gateway takes back what it told us: that it was said by mistake, or was of another child.

Whoever told it may take it back, and nobody else: the word names the statement that this gateway told
us, so neither registers nor names are asked again. What is taken back stays on record; everybody here who was told of it is told
so, the facts that it stated never held, and clocks go on as if it had not been said.

Of what never came here, or waits for a person to say whose it is, nobody is told: it is kept that it was
taken back, and what comes late is not told either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.content import TAKES_BACK
from notifications.happening import Happened, Happening, Plan, Planning
from notifications.ledger import Appended, append_all, history, lock_child, sent_alike
from notifications.peer_tables import PEER_INBOX
from notifications.receiving import IN_DOUBT, NOBODYS
from notifications.retracting import telling_again, undo

_LATER_TAKEN_BACK: Final = sa.select(
    sa.exists().where(
        PEER_INBOX.c.peer == sa.bindparam("peer"),
        PEER_INBOX.c.recipient == sa.bindparam("recipient"),
        PEER_INBOX.c.their_event == sa.bindparam("statement"),
        PEER_INBOX.c.event.is_(None),
        PEER_INBOX.c.seq > sa.bindparam("seq"),
    )
)


async def taken_back(
    transaction: AsyncConnection, said: Happening, planning: Planning, *, now: datetime
) -> Appended:
    """Take back what was kept of this statement, with all that followed; once, however often it is said."""
    last = await _last(transaction, said)
    if last is None or last.type in TAKES_BACK:
        assert last is not None  # noqa: S101 (whose it is was found by this very statement)
        return Appended(event=last, new=False)
    # Which of our events is meant: without it a second word, of what was said again since, would be no news.
    wrong = replace(said, data={**said.data, "not": last.id})
    plans = telling_again(transaction, planning)
    appended, *_ = await append_all(transaction, said.child, (wrong,), plans, now=now)
    await undo(transaction, appended.event, planning, now=now)
    return appended


async def told_again(transaction: AsyncConnection, said: Happening, their_event: str) -> Happening:
    """The same, to be kept as news where the statement had been taken back meanwhile."""
    last = await _last(transaction, said)
    if last is None or last.type not in TAKES_BACK:
        return said
    return replace(said, data={**said.data, "again": their_event})


async def nothing_to_take_back(
    transaction: AsyncConnection, said: Happening, row: Mapping[str, Any], *, now: datetime
) -> Mapping[str, Any]:
    """The row by which what is taken back is known if it comes after all; it waits for nobody any more."""
    nobodys = replace(said, child=NOBODYS)
    await lock_child(transaction, NOBODYS)
    past = await sent_alike(transaction, nobodys)
    if past and past[-1].type == IN_DOUBT:
        await append_all(transaction, NOBODYS, (nobodys,), _nobody, now=now, before=sent_alike)
    return {**row, "their_event": said.sender_ref, "event": None}


async def came_too_late(
    connection: AsyncConnection, row: Mapping[str, Any], statement: str
) -> bool:
    """Whether this statement was taken back before it came: its sender numbers what it sends us."""
    given = {name: row[name] for name in ("peer", "recipient", "seq")}
    found = await connection.execute(_LATER_TAKEN_BACK, {**given, "statement": statement})
    return bool(found.scalar())


async def _last(transaction: AsyncConnection, said: Happening) -> Happened | None:
    """What was kept last of the statement, under the child whom it is of."""
    await lock_child(transaction, said.child)
    alike = {event.id for event in await sent_alike(transaction, said)}
    past = await history(transaction, said.child)
    return next((event for event in reversed(past) if event.id in alike), None)


async def _nobody(_event: Happened, _history: object) -> Plan:
    return Plan()
