"""What a system sends, kept: the child found by exact identifiers, and nothing lost where that is in doubt.

A child whom nobody knew is traced, weighed and taken into the index (`notifications.newcomers`). An event whose identifiers
point to several children is kept under none of them until a person says whose it is, and so is an
interview that may be of several episodes: its sender has its answer all the same, since it is durable.
"""

from __future__ import annotations

import enum
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.audit import Ledger
from linking.index import Found, Index
from linking.storage import reading
from notifications.episode import OF_EPISODE
from notifications.facts_stated import state_facts
from notifications.happening import Happened, Happening, Plan, Planning, Reason, Tell
from notifications.ledger import (
    Appended,
    accept,
    append_all,
    history,
    sent_alike,
    worth_again,
)
from notifications.newcomers import Newcomers
from notifications.retracting import retract
from notifications.tables import EVENT, INBOX
from notifications.turns import writing_in_turn
from notifications.whose_interview import may_be_of
from records.errors import WrongArgument
from records.events import Event, InterviewEvent, codes_of
from records.identifiers import LocalId
from records.references import new_reference
from records.source import Source

IN_DOUBT: Final = "identity-in-doubt"
NOBODYS: Final = "nobody-yet"
"""Under whom events are kept until a person says whose they are."""

_ATTEMPTS: Final = 3
_NONE: Final[Mapping[str, Source]] = MappingProxyType({})
_WHOSE: Final = Reason(rule="identity-in-doubt", partnership="homeward", applies="host")
_OTHER: Final = INBOX.alias("other")
_DOUBTFUL: Final = (
    sa.select(EVENT, INBOX.c.sender_ref)
    .join(INBOX, INBOX.c.event == EVENT.c.id)
    .where(
        EVENT.c.child == NOBODYS,
        EVENT.c.type == IN_DOUBT,
        ~sa.exists().where(
            _OTHER.c.source == INBOX.c.source,
            _OTHER.c.sender_ref == INBOX.c.sender_ref,
            _OTHER.c.received_at > INBOX.c.received_at,
        ),
    )
    .order_by(EVENT.c.child_seq)
)


class Doubt(enum.Enum):
    """What a person has to say of an event that waits."""

    WHOSE = "whose"
    WHICH_EPISODE = "which-episode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """An event of which nobody can tell by what it says whose it is, or of which episode."""

    event: str
    type: str
    at: datetime
    source: str
    sender_ref: str = field(repr=False)
    said: dict[str, str | bool] = field(repr=False)
    local_id: LocalId | None
    doubt: Doubt = Doubt.WHOSE


class Receiving:
    """Keeps what systems send. ``planning`` works out what follows; see `notifications.dispatch`.

    ``desk`` are the recipients who are told, without a word of whom, that an event waits for
    somebody to say whose it is. ``sources`` are asked who a child is that nobody here has seen before,
    and ``match_told`` plans who is told that somebody has to decide it.
    """

    def __init__(
        self,
        index: Index,
        ledger: Ledger,
        planning: Planning,
        *,
        desk: Sequence[str] = (),
        sources: Mapping[str, Source] = _NONE,
        match_told: Planning | None = None,
    ) -> None:
        self.newcomers: Final = Newcomers(index, ledger, sources, told=match_told)
        self.index: Final = index
        self._planning = planning
        self.desk: Final = tuple(desk)

    async def receive(
        self, event: Event, *, now: datetime, restores: str | None = None
    ) -> Appended:
        """Keep an event and all that follows from it; durable on return, and the same if sent again.

        ``restores`` is the event by which the same was taken back before: it stands again.

        What the database refused for the moment is tried again: from the start, since whose event it is
        may have been found out meanwhile.

        Raises:
            WrongArgument: it names nobody at all.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._receive(event, now, restores)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not worth_again(error):
                    raise
        raise AssertionError  # pragma: no cover

    async def take_back(
        self, source: str, sender_ref: str, child: str, *, now: datetime
    ) -> Appended | None:
        """What a system told of a child under this reference stands no more: its record is gone, or says otherwise.

        None where it was taken back already, or is not kept as this child's.
        """
        async with writing_in_turn(self.index.engine) as transaction:
            return await retract(
                transaction,
                child,
                sender_ref,
                self._planning,
                taken_back_as=f"gone/{new_reference()}",
                now=now,
                source=source,
            )

    async def _receive(self, event: Event, now: datetime, restores: str | None) -> Appended:
        child = await self._child(event, now)
        if child is None:
            return await self.doubts(happening_of(event, NOBODYS), event.about.local_id, now=now)
        said = await self._of_episode(event, happening_of(event, child))
        if said is None:
            nobodys = happening_of(event, NOBODYS)
            return await self.doubts(
                nobodys, event.about.local_id, doubt=Doubt.WHICH_EPISODE, now=now
            )
        kept = await self._keep(restoring(said, restores), now)
        # While it was being kept, a person may have found that this child is another.
        about = event.about
        if about.local_id is not None:
            found = await self.index.find(local_id=about.local_id)
            if isinstance(found, Found) and found.child_ref != child:
                moved = restoring(happening_of(event, found.child_ref), restores)
                kept = await self._keep(moved, now)
        return kept

    async def _of_episode(self, event: Event, said: Happening) -> Happening | None:
        """What is said of an interview, with the episode that it is of; None where that may be one of several."""
        if not isinstance(event, InterviewEvent):
            return said
        async with reading(self.index.engine) as connection:
            past = await history(connection, said.child)
            chosen = await _chosen(connection, said)
        if chosen is None:
            found = may_be_of(said, past)
            if len(found) > 1:
                return None
            if not found or (said.source, event.episode_ref) in found[0].refs:
                return said
            chosen = found[0].key
        return of_episode(said, chosen)

    async def doubts(
        self,
        said: Happening,
        local_id: LocalId | None,
        *,
        doubt: Doubt = Doubt.WHOSE,
        now: datetime,
    ) -> Appended:
        """Keep what somebody says under nobody, until a person says whose it is; the desk is told."""
        what = self._doubtful(said, local_id, doubt)
        return await accept(self.index.engine, what, self._desk_is_told, now=now, before=sent_alike)

    async def in_doubt(self) -> list[Doubtful]:
        """The events that wait for a person to say whose they are, in the order in which they came."""
        async with reading(self.index.engine) as connection:
            rows = list(await connection.execute(_DOUBTFUL))
        return [self._read(row.id, row.at, row.source, row.sender_ref, row.data) for row in rows]

    async def waits(self, event: str) -> Doubtful | None:
        """The one of this id, if it waits."""
        async with reading(self.index.engine) as connection:
            found = await connection.execute(_DOUBTFUL.where(EVENT.c.id == event))
            row = found.first()
        if row is None:
            return None
        return self._read(row.id, row.at, row.source, row.sender_ref, row.data)

    async def place(
        self, doubtful: Doubtful, child: str, *, episode: str | None = None, now: datetime
    ) -> Appended:
        """A person says whose it is, and of which episode: it is kept as that child's, with all that follows."""
        return await self._keep(_placed(doubtful, child, episode), now)

    async def place_in(
        self,
        transaction: AsyncConnection,
        doubtful: Doubtful,
        child: str,
        *,
        episode: str | None = None,
        now: datetime,
    ) -> Appended:
        """The same within a transaction of the caller's."""
        what = _placed(doubtful, child, episode)
        done = await append_all(
            transaction, child, (what,), self._planning, now=now, also=state_facts
        )
        return done[0]

    async def _keep(self, what: Happening, now: datetime) -> Appended:
        engine: AsyncEngine = self.index.engine
        return await accept(engine, what, self._planning, now=now, also=state_facts)

    async def _child(self, event: Event, now: datetime) -> str | None:
        """Whose event it is; None where its identifiers point to several children.

        Raises:
            WrongArgument: it names nobody at all.
        """
        about = event.about
        if about.local_id is None and about.nhs_number is None:
            raise WrongArgument(
                "The event names nobody: it needs the sender's own id of the child."
            )
        found = await self.index.find(nhs_number=about.nhs_number, local_id=about.local_id)
        if isinstance(found, Found):
            return found.child_ref
        return await self.newcomers.take_in(about, by=event.provenance.source, now=now)

    async def _desk_is_told(self, _event: Happened, _history: Sequence[Happened]) -> Plan:
        return Plan(
            tell=tuple(
                Tell(recipient=one, items=frozenset(), reasons=(_WHOSE,)) for one in self.desk
            )
        )

    def _doubtful(self, said: Happening, local_id: LocalId | None, doubt: Doubt) -> Happening:
        sealed = None if local_id is None else self.index.seal.seal(local_id)
        mark = None if local_id is None else self.index.seal.local_mark(local_id).hex()
        return Happening(
            type=IN_DOUBT,
            child=NOBODYS,
            at=said.at,
            source=said.source,
            sender_ref=said.sender_ref,
            data={
                "says": said.type,
                "said": dict(said.data),
                "mark": mark,
                "system": None if local_id is None else local_id.source,
                **({} if doubt is Doubt.WHOSE else {"doubt": doubt.value}),
            },
            # Sealed anew each time: the mark tells whether it is the same.
            aside={"sealed": None if sealed is None else b64encode(sealed).decode()},
        )

    def _read(
        self, event: str, at: datetime, source: str, sender_ref: str, written: str
    ) -> Doubtful:
        data = msgspec.json.decode(written)
        sealed = data["sealed"]
        local_id = (
            None if sealed is None else self.index.seal.open(data["system"], b64decode(sealed))
        )
        return Doubtful(
            event=event,
            type=data["says"],
            at=at,
            source=source,
            sender_ref=sender_ref,
            said=data["said"],
            local_id=local_id,
            doubt=Doubt(data.get("doubt", Doubt.WHOSE.value)),
        )


async def how_many_in_doubt(engine: AsyncEngine) -> tuple[int, datetime | None]:
    """How many events wait for a person to say whose they are, and since when the oldest of them does."""
    waits = _DOUBTFUL.order_by(None).subquery()
    query = sa.select(sa.func.count(), sa.func.min(waits.c.recorded_at))
    async with reading(engine) as connection:
        count, oldest = (await connection.execute(query)).one()
    return count, oldest


def happening_of(event: Event, child: str) -> Happening:
    """What a system sent, as it is kept: references, codes and times, and nothing that was written."""
    return Happening(
        type=event.type,
        child=child,
        at=event.at,
        source=event.provenance.source,
        sender_ref=event.sender_ref,
        data=codes_of(event),
        dated=event.happened_at is not None or event.recorded_at is not None,
    )


def restoring(said: Happening, restores: str | None) -> Happening:
    """The same, said again after it was taken back by an event: no repetition of what was said before that."""
    if restores is None:
        return said
    return replace(said, data={**said.data, "restores": restores})


def of_episode(said: Happening, episode: str) -> Happening:
    """The same, kept with the episode that it was found, or said, to be of."""
    return replace(said, data={**said.data, OF_EPISODE: episode})


async def _chosen(connection: AsyncConnection, said: Happening) -> str | None:
    """The episode under which what came under this reference is kept already: what says otherwise corrects that."""
    query = (
        sa.select(EVENT.c.data)
        .join(INBOX, INBOX.c.event == EVENT.c.id)
        .where(
            INBOX.c.source == said.source,
            INBOX.c.sender_ref == said.sender_ref,
            EVENT.c.child == said.child,
        )
        .order_by(EVENT.c.child_seq.desc())
    )
    for row in await connection.execute(query):
        chosen = msgspec.json.decode(row.data).get(OF_EPISODE)
        if chosen is not None:
            return str(chosen)
    return None


def _placed(doubtful: Doubtful, child: str, episode: str | None) -> Happening:
    placed = Happening(
        type=doubtful.type,
        child=child,
        at=doubtful.at,
        source=doubtful.source,
        sender_ref=doubtful.sender_ref,
        data=doubtful.said,
    )
    return placed if episode is None else of_episode(placed, episode)


def is_in_doubt(event: Happened) -> bool:
    """Whether an event waits for a person to say whose it is."""
    return event.type == IN_DOUBT
