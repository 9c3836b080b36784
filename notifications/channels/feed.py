"""The feed: recipients come and read what is for them, from where they left off, by number.

Each notice is decided anew whenever it is read; people who read for one recipient at the same moment
share that decision while it is under way, and each of them is on record as a reader. That bytes went
down a socket proves nothing: a notice counts as delivered when its reader comes back with a later
number, or acknowledges it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.sharing import Sharing
from linking.glancing import glancing
from notifications.channels.showing import SHOWN, Showing
from notifications.content import Content
from notifications.deliver import FEED, Telling, Told
from notifications.gathering import looked_at
from notifications.ledger import lock_child
from notifications.outbox import Waiting, waiting_from
from notifications.recipients import Recipient, registered
from notifications.tables import DELIVERY, EVENT, RECIPIENT_HEAD, DeliveryState
from notifications.turns import writing_in_turn

T = TypeVar("T")

PAGE: Final = 50
_SIDE_BY_SIDE: Final = 8
_JOINED_WITHIN: Final = 5.0

_PAGE: Final = (
    sa.select(DELIVERY, EVENT.c.type.label("event_type"), EVENT.c.at.label("event_at"))
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(DELIVERY.c.recipient == sa.bindparam("of"), DELIVERY.c.seq > sa.bindparam("after"))
    .order_by(DELIVERY.c.seq)
    .limit(sa.bindparam("most"))
)
_OF_TYPES: Final = _PAGE.where(EVENT.c.type.in_(sa.bindparam("types", expanding=True)))
_IN_STATES: Final = DELIVERY.c.state.in_(sa.bindparam("states", expanding=True))
_READ: Final = (
    sa.select(DELIVERY.c.seq, DELIVERY.c.child, DELIVERY.c.decision)
    .where(
        DELIVERY.c.recipient == sa.bindparam("of"),
        DELIVERY.c.seq <= sa.bindparam("upto"),
        DELIVERY.c.channel == FEED,
        DELIVERY.c.state == DeliveryState.PENDING.value,
        DELIVERY.c.attempts > 0,
    )
    .order_by(DELIVERY.c.child, DELIVERY.c.seq)
)
_HEADS: Final = sa.select(RECIPIENT_HEAD).where(
    RECIPIENT_HEAD.c.recipient.in_(sa.bindparam("of", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One notice as its reader has it: its number and reference, and the CloudEvent they may have now.

    ``told`` is false where nothing of it may be said: the number stands, so that none is missing.
    ``child`` is whom it is about, None unless it is told.
    """

    seq: int
    notice_ref: str
    told: bool
    state: DeliveryState
    body: bytes = field(repr=False)
    child: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A page of one recipient's notices, decided once for everybody who reads it at this moment.

    ``recipient`` is as they are registered now; None where they are no more. ``kept`` is done when it
    is on record that the notices were shown, ``writing`` when the ``readers`` of the moment are. ``said``
    is for what readers make of the lines, so that those who want the same make it once.
    """

    recipient: Recipient | None
    lines: tuple[Line, ...] = ()
    told: tuple[tuple[Waiting, Told], ...] = ()
    kept: asyncio.Task[None] | None = None
    said: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    readers: list[tuple[str, str] | None] = field(default_factory=list, repr=False)
    writing: list[asyncio.Task[None]] = field(default_factory=list, repr=False)


class Feed:
    """Reads for recipients. One is enough for a replica."""

    def __init__(self, engine: AsyncEngine, telling: Telling) -> None:
        self._engine = engine
        self._telling = telling
        self._showing = Showing(engine)
        self._looks = Sharing[Look](_JOINED_WITHIN)
        self._asked_for = Sharing[Recipient | None](_JOINED_WITHIN)

    async def page(
        self,
        recipient: Recipient,
        *,
        after: int,
        now: datetime,
        most: int = PAGE,
        types: Collection[str] | None = None,
        states: Collection[DeliveryState] | None = None,
        by: tuple[str, str] | None = None,
    ) -> list[Line]:
        """The recipient's notices after a number, in order, each as it may be said now.

        ``types`` and ``states`` are those of the events and notices wanted; all where None. ``by`` is the issuer
        and subject of the person who reads, for the ledger: a role's notices are read by somebody.

        Raises:
            NotRecorded: a decision could not be written down; nothing was released.
        """
        wanted, given = _wanted(recipient.id, after, most, types, states)
        async with glancing(self._engine) as connection:
            rows = list(await connection.execute(wanted, given))
        look = await self._decided(recipient, rows, now)
        await self.read_by(look, by, now)
        return list(look.lines)

    async def look(
        self,
        recipient: str,
        *,
        after: int,
        rung: int,
        now: datetime,
        types: Collection[str] | None = None,
    ) -> Look:
        """What `page` gives, shared by all who ask for the same while it is under way.

        ``rung`` is how often the recipient's bell had rung when the caller was about to look: nobody
        joins a look that began before what they were woken for. Of what they are given nothing may go
        on before `read_by`.

        Raises:
            NotRecorded: a decision could not be written down; nothing was released.
        """
        wanted = None if types is None else frozenset(types)
        key = (recipient, after, rung, wanted)
        return await self._looks.get(key, lambda: self._look(recipient, after, wanted, now))

    async def read_by(self, look: Look, by: tuple[str, str] | None, now: datetime) -> None:
        """Put on record that somebody reads these notices; durable on return.

        Those who read the same look at the same moment stand in one row for each notice.

        Raises:
            NotRecorded: it is not known to be durable: hand over nothing.
        """
        if not look.told:
            return
        readers = look.readers
        if not readers:
            look.writing.append(asyncio.create_task(self._write_down(look, now)))
            look.writing[-1].add_done_callback(looked_at)
        task = look.writing[-1]
        readers.append(by)
        await asyncio.shield(task)
        if look.kept is not None:
            await asyncio.shield(look.kept)

    async def _write_down(self, look: Look, now: datetime) -> None:
        # Whoever was woken with the first reader has come by the next turn of the loop.
        await asyncio.sleep(0)
        readers = [by for by in look.readers if by is not None]
        look.readers.clear()
        await _all(
            self._telling.write_down(waiting, told, SHOWN, now, readers)
            for waiting, told in look.told
        )

    async def registered(self, recipient: str) -> Recipient | None:
        """A recipient as they are registered now; None where they are no more. Shared as `look` is."""

        async def ask() -> Recipient | None:
            async with glancing(self._engine) as connection:
                return (await registered(connection, {recipient})).get(recipient)

        return await self._asked_for.get(recipient, ask)

    async def _look(
        self, recipient: str, after: int, types: frozenset[str] | None, now: datetime
    ) -> Look:
        wanted, given = _wanted(recipient, after, PAGE, types)
        async with glancing(self._engine) as connection:
            known = (await registered(connection, {recipient})).get(recipient)
            if known is None:
                return Look(recipient=None)
            rows = list(await connection.execute(wanted, given))
        return await self._decided(known, rows, now)

    async def _decided(self, recipient: Recipient, rows: list[Any], now: datetime) -> Look:
        """Each of these notices as it may be said to the recipient now."""
        turns = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def decide(waiting: Waiting) -> Told:
            async with turns:
                return await self._telling.told(waiting, now)

        waiting = [waiting_from(row, recipient) for row in rows]
        told = list(zip(waiting, await _all(decide(one) for one in waiting), strict=True))
        return Look(
            recipient=recipient,
            lines=tuple(_line(row, one.content) for row, (_, one) in zip(rows, told, strict=True)),
            told=tuple(told),
            kept=self._showing.keep(told, now) if told else None,
        )

    async def confirm(self, recipient: str, *, upto: int, now: datetime) -> int:
        """The reader came back with this number: what they were shown up to it is delivered; how many."""
        async with glancing(self._engine) as connection:
            given = {"of": recipient, "upto": upto}
            rows = list(await connection.execute(_READ, given))
        for row in rows:
            async with writing_in_turn(self._engine) as transaction:
                await lock_child(transaction, row.child)
                await transaction.execute(_settled(recipient, row, now))
        return len(rows)

    async def heads(self, recipients: list[str]) -> dict[str, int]:
        """The last number of each of these: what a heartbeat says, and who has something new."""
        async with glancing(self._engine) as connection:
            rows = await connection.execute(_HEADS, {"of": recipients})
            found = {row.recipient: row.seq for row in rows}
        return {recipient: found.get(recipient, 0) for recipient in recipients}


async def _all(doing: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gives, side by side; most often there is one, which needs no task of its own."""
    these = list(doing)
    return [await these[0]] if len(these) == 1 else await asyncio.gather(*these)


def _wanted(
    recipient: str,
    after: int,
    most: int,
    types: Collection[str] | None,
    states: Collection[DeliveryState] | None = None,
) -> tuple[sa.Select[Any], dict[str, Any]]:
    """The statement for a page, and what it is given."""
    given: dict[str, Any] = {"of": recipient, "after": after, "most": most}
    wanted = _PAGE
    if types is not None:
        wanted, given["types"] = _OF_TYPES, sorted(types)
    if states is not None:
        wanted = wanted.where(_IN_STATES)
        given["states"] = sorted(state.value for state in states)
    return wanted, given


def _line(row: Any, content: Content) -> Line:  # noqa: ANN401 (a database row)
    return Line(
        seq=row.seq,
        notice_ref=row.notice_ref,
        told=content.told,
        state=DeliveryState(row.state),
        body=content.body,
        child=row.child if content.told else None,
    )


def _settled(recipient: str, row: Any, now: datetime) -> sa.Update:  # noqa: ANN401 (a database row)
    told = bool(msgspec.json.decode(row.decision)["told"])
    state = DeliveryState.DELIVERED if told else DeliveryState.WITHHELD
    return (
        sa.update(DELIVERY)
        .where(
            DELIVERY.c.recipient == recipient,
            DELIVERY.c.seq == row.seq,
            DELIVERY.c.state == DeliveryState.PENDING.value,
        )
        .values(state=state.value, delivered_at=now if told else None, settled_at=now)
    )
