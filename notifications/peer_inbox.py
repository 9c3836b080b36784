"""What another gateway sends, kept: its event with our notices and clocks, and a signed receipt for it.

One transaction: the inbox, an event of our own, whom to tell, which clocks start. Sent again under
the same reference, it changes nothing and has the same receipt. What is refused has a reason that
its sender can act on, and is not kept: the sender still has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.chain import Plain
from linking.storage import reading
from notifications.content import TAKES_BACK, WITHHELD
from notifications.first_sight import Turns
from notifications.happening import Happening, Planning
from notifications.ledger import Also, Appended, append_all
from notifications.peer_answers import PeerAnswers
from notifications.peer_authority import may_speak
from notifications.peer_children import InDoubt, PeerChildren
from notifications.peer_events import ACKNOWLEDGED, CARRIED, Carried, Envelope, unwrapped
from notifications.peer_origin import ASIDE, Came
from notifications.peer_proof import NotProven, OwnPeerKeys, Receipt, signed_receipt
from notifications.peer_registers import PeerRegisters, Registered, stated_by
from notifications.peer_second_line import tell_besides
from notifications.peer_tables import PEER_INBOX
from notifications.peer_taking_back import (
    came_too_late,
    nothing_to_take_back,
    taken_back,
    told_again,
)
from notifications.peers import Peer, system_of
from notifications.receiving import NOBODYS, Receiving
from notifications.turns import writing_in_turn
from protocols.duties_vocabulary import Event as Known
from records.identifiers import LocalId

_ATTEMPTS: Final = 5
_CHILDHOOD: Final = timedelta(days=19 * 366)
_AHEAD: Final = timedelta(days=366)
"""Nothing of a child happened longer ago, and nothing that is planned is further ahead."""

_FROM_TIME: Final = "deadline-"
_EVENTS: Final = frozenset(
    {*TAKES_BACK, *(e.value for e in Known if not e.value.startswith(_FROM_TIME))}
)
_EARLIER: Final = sa.select(PEER_INBOX.c.receipt).where(
    PEER_INBOX.c.peer == sa.bindparam("peer"), PEER_INBOX.c.notice_ref == sa.bindparam("ref")
)
_SAME_EVENT: Final = sa.select(PEER_INBOX.c.event).where(
    PEER_INBOX.c.peer == sa.bindparam("peer"),
    PEER_INBOX.c.their_event == sa.bindparam("theirs"),
    PEER_INBOX.c.event.is_not(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one event: the receipt, or the reason why it was refused, as a slug.

    ``appended`` is for waking whoever waits. ``passing``: it may be taken if it is sent again.
    """

    id: str
    receipt: str | None = None
    reason: str | None = None
    passing: bool = False
    appended: Appended | None = None


class Refused(Exception):
    """An event that is not taken. ``reason`` is a slug."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


class PeerInbox:
    """Takes what other gateways send. ``us`` gives our own entry in the directory."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        children: PeerChildren,
        receiving: Receiving,
        registers: PeerRegisters,
        answers: PeerAnswers,
        planning: Planning,
        keys: OwnPeerKeys,
    ) -> None:
        self._engine = engine
        self._turns = Turns(engine)
        self._children = children
        self._receiving = receiving
        self._registers = registers
        self._answers = answers
        self._planning = planning
        self._keys = keys

    async def take(self, sent: object, peer: Peer, us: Peer, now: datetime) -> Taken:
        """Keep one event of a peer that has proved itself, or say why not.

        Raises:
            SQLAlchemyError: the database could not keep it; nothing is promised.
        """
        ref = _ref_of(sent)
        try:
            envelope = msgspec.convert(sent, Envelope)
            body, inside = unwrapped(envelope, self._keys)
            digest = hashlib.sha256(body).hexdigest()
            earlier = await self._earlier(peer, envelope.id)
            if earlier is not None:
                return Taken(id=ref, receipt=earlier)
            receipt = signed_receipt(
                self._keys,
                Receipt(
                    event=envelope.id,
                    seq=envelope.sequence,
                    digest=digest,
                    received_at=now,
                    by=us.name,
                    sender=peer.name,
                ),
            )
            row = _row(envelope, peer, digest, receipt, now)
            if envelope.said == ACKNOWLEDGED:
                await self._answers.take(inside.data, peer, now)
            elif row["organisation"] not in us.serves:
                return Taken(id=ref, reason="not-served-here")
            elif envelope.said != WITHHELD:
                return await self._event_once(envelope, inside.data, peer, us, row, now)
            await self._keep(row)
            return Taken(id=ref, receipt=receipt)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return Taken(id=ref, reason="malformed")
        except NotProven as error:
            return Taken(id=ref, reason=error.reason)
        except Refused as error:
            return Taken(id=ref, reason=error.reason)

    async def _event_once(
        self,
        envelope: Envelope,
        data: msgspec.Raw,
        peer: Peer,
        us: Peer,
        row: dict[str, Any],
        now: datetime,
    ) -> Taken:
        """The event kept, also where it comes twice at once and the child is new."""
        theirs = f"{peer.name} {envelope.subject or ''}"
        async with self._turns.about([theirs.encode()]):
            # While it waited, the other may have kept it.
            earlier = await self._receipt_of(row)
            if earlier is not None:
                return Taken(id=row["notice_ref"], receipt=earlier)
            return await self._event(envelope, data, peer, us, row, now)

    async def _event(
        self,
        envelope: Envelope,
        data: msgspec.Raw,
        peer: Peer,
        us: Peer,
        row: dict[str, Any],
        now: datetime,
    ) -> Taken:
        carried = msgspec.json.decode(data, type=Carried)
        if envelope.subject is None or envelope.time is None:
            raise Refused("malformed")
        if not now - _CHILDHOOD < envelope.time < now + _AHEAD:
            raise Refused("malformed")
        if us.name in carried.via:
            raise Refused("echo")
        if not carried.via or carried.via[-1] != peer.name:
            raise Refused("wrong-way")
        row["their_event"] = carried.event
        if envelope.said in TAKES_BACK:
            return await self._taken_back(envelope, carried, peer, row, now)
        async with reading(self._engine) as connection:
            late = await came_too_late(connection, row, carried.statement)
        if late:
            await self._keep({**row, "their_event": None})
            return Taken(id=envelope.id, receipt=row["receipt"])
        try:
            known = await self._children.known(
                peer.name, envelope.subject, carried.about, carried.statement
            )
            await self._may(known, envelope, carried, peer, us, now)
            child = await self._children.kept(
                known, peer.name, envelope.subject, carried.about, now
            )
        except InDoubt:
            local_id = LocalId(system_of(peer.name), envelope.subject)
            said = _happening(envelope, carried, NOBODYS, peer)
            waits = await self._receiving.doubts(said, local_id, now=now)
            return Taken(id=envelope.id, reason="identity-in-doubt", passing=True, appended=waits)
        # By what is said of them, a child who seemed new may be one whom we know.
        registered = await self._may(child, envelope, carried, peer, us, now)
        happening = _happening(envelope, carried, child, peer)
        also = self._registers.stating(carried, peer, registered.authorities)
        return await self._append(happening, row, also, now)

    async def _taken_back(
        self, envelope: Envelope, carried: Carried, peer: Peer, row: dict[str, Any], now: datetime
    ) -> Taken:
        """What its sender told us before does not hold, or never came and will not be told."""
        child = await self._children.placed(peer.name, carried.statement)
        said = _happening(envelope, carried, child or NOBODYS, peer)
        return await self._append(said, row, None, now)

    async def _may(
        self,
        child: str | None,
        envelope: Envelope,
        carried: Carried,
        peer: Peer,
        us: Peer,
        now: datetime,
    ) -> Registered:
        """What is known of the child, if their gateway may speak of them.

        Raises:
            Refused: it may not.
        """
        registered = await self._registers.of(child, now)
        if not may_speak(
            peer.serves,
            us.serves,
            registered=registered.authorities,
            stated=stated_by(carried),
            event=envelope.said,
            looked_after=registered.looked_after,
        ):
            raise Refused("authority-not-shown")
        return registered

    async def _append(
        self, happening: Happening, row: dict[str, Any], also: Also | None, now: datetime
    ) -> Taken:
        """The event, all that follows, and the inbox: all of it or nothing."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with writing_in_turn(self._engine) as transaction:
                    appended = await self._written(transaction, happening, row, also, now)
            except DBAPIError:
                # Another replica has it, or the database chose us to give way: look, and begin again.
                earlier = await self._receipt_of(row)
                if earlier is not None:
                    return Taken(id=row["notice_ref"], receipt=earlier)
                if attempt == _ATTEMPTS:
                    raise
            else:
                return Taken(id=row["notice_ref"], receipt=row["receipt"], appended=appended)
        raise AssertionError  # pragma: no cover

    async def _written(
        self,
        transaction: AsyncConnection,
        happening: Happening,
        row: dict[str, Any],
        also: Also | None,
        now: datetime,
    ) -> Appended | None:
        theirs = {"peer": row["peer"], "theirs": row["their_event"]}
        same = (await transaction.execute(_SAME_EVENT, theirs)).scalar()
        if same is not None:
            # The same event for another authority that we serve: one event, and a notice more.
            await tell_besides(transaction, happening, same, now=now)
            await transaction.execute(PEER_INBOX.insert(), {**row, "event": same})
            return None
        if happening.type in TAKES_BACK:
            if happening.child == NOBODYS:
                unheard = await nothing_to_take_back(transaction, happening, row, now=now)
                await transaction.execute(PEER_INBOX.insert(), unheard)
                return None
            appended = await taken_back(transaction, happening, self._planning, now=now)
        else:
            happening = await told_again(transaction, happening, row["their_event"])
            appended, *_ = await append_all(
                transaction, happening.child, (happening,), self._planning, now=now, also=also
            )
        if not appended.new:
            # A person said whose it is before its sender came again, or it was taken back already.
            await tell_besides(transaction, happening, appended.event.id, now=now)
        await transaction.execute(PEER_INBOX.insert(), {**row, "event": appended.event.id})
        return appended

    async def _keep(self, row: dict[str, Any]) -> None:
        """The inbox alone, of what is no event here."""
        try:
            async with writing_in_turn(self._engine) as transaction:
                await transaction.execute(PEER_INBOX.insert(), row)
        except DBAPIError:
            if await self._receipt_of(row) is None:
                raise

    async def _earlier(self, peer: Peer, ref: str) -> str | None:
        async with reading(self._engine) as connection:
            found = await connection.execute(_EARLIER, {"peer": peer.name, "ref": ref})
            receipt: str | None = found.scalar()
        return receipt

    async def _receipt_of(self, row: Mapping[str, Any]) -> str | None:
        async with reading(self._engine) as connection:
            key = {"peer": row["peer"], "ref": row["notice_ref"]}
            receipt: str | None = (await connection.execute(_EARLIER, key)).scalar()
        return receipt


def _ref_of(sent: object) -> str:
    """The reference of what was sent, to answer by; empty where there is none that could be one."""
    ref = sent.get("id") if isinstance(sent, Mapping) else None
    return ref if isinstance(ref, str) and len(ref) <= 32 else ""  # noqa: PLR2004 (the length of a reference)


def _row(
    envelope: Envelope, peer: Peer, digest: str, receipt: str, now: datetime
) -> dict[str, Any]:
    return {
        "peer": peer.name,
        "notice_ref": envelope.id,
        "their_event": None,
        "recipient": envelope.recipient,
        "organisation": envelope.recipient.partition("/")[0],
        "seq": envelope.sequence,
        "digest": digest,
        "event": None,
        "receipt": receipt,
        "received_at": now,
    }


def _happening(envelope: Envelope, carried: Carried, child: str, peer: Peer) -> Happening:
    assert envelope.time is not None  # noqa: S101 (looked at before)
    stated = stated_by(carried)
    also: dict[str, Plain] = {
        "responsible_authority": stated.responsible,
        "host_authority": stated.host,
        "looked_after": carried.looked_after,
    }
    # No code that is not among those that cross: some names mean something to the engine itself.
    codes = {name: said for name, said in carried.codes.items() if name in CARRIED}
    data = {**codes, **{name: said for name, said in also.items() if said is not None}}
    origin = Came(
        peer=peer.name,
        via=carried.via,
        recipient=envelope.recipient,
        because=tuple(paragraph.reason for paragraph in carried.because),
        items=carried.items,
        urgent=carried.urgent,
    )
    return Happening(
        # What another gateway's clocks and ladders did is told, and starts none of ours.
        type=envelope.said if envelope.said in _EVENTS else f"peer-{envelope.said}"[:64],
        child=child,
        at=envelope.time,
        source=system_of(peer.name),
        sender_ref=carried.statement,
        data=data,
        aside={ASIDE: origin.plain()},
    )
