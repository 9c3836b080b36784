"""What a notice to another gateway says: the event by the codes that its authority may have now, and nothing else.

Decided when it is sent or read, like every notice. No system is asked for records, because none
cross with it: what they say is asked for when somebody there reads the notice. Only what the door
opens of who the child is goes along, so that the other gateway can tell whether it knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from consent.vocabulary import Fact
from disclosure.answers import Disclosure, Withheld
from disclosure.chain import Plain
from disclosure.chain import instant as written_instant
from disclosure.disclose import Door, Enquiry
from disclosure.happenings import SAID_BY
from linking.storage import reading
from notifications.content import (
    PREFIX,
    TAKES_BACK,
    WITHHELD,
    Content,
    Notice,
    asked_of,
    said_of,
)
from notifications.deliver import PURPOSE_OF, Telling, Told
from notifications.episode import steps_of
from notifications.happening import Happened
from notifications.ledger import history
from notifications.outbox import Waiting
from notifications.peer_contents import PeerContents
from notifications.peer_events import About, Carried, Paragraph, codes_to_carry, items_of
from notifications.peer_origin import came
from notifications.peer_tables import PEER_SUBJECT
from notifications.peers import PEER, Peers, system_of
from notifications.tables import DELIVERY
from notifications.turns import writing_in_turn
from records.child import Identity
from records.identifiers import LocalId
from records.items import Category, Item
from records.people import Access, Purpose

_WHO: Final = frozenset({Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
_THERE: Final = sa.select(PEER_SUBJECT.c.subject, PEER_SUBJECT.c.child).where(
    PEER_SUBJECT.c.peer == sa.bindparam("peer"),
    PEER_SUBJECT.c.child.in_(sa.bindparam("children", expanding=True)),
)
_DECISIONS: Final = sa.select(DELIVERY.c.notice_ref, DELIVERY.c.decision).where(
    DELIVERY.c.notice_ref.in_(sa.bindparam("refs", expanding=True))
)
_GIVEN: Final = sa.text(
    "INSERT INTO peer_subject (subject, peer, child) VALUES (:s, :p, :c)"
    " ON CONFLICT (subject) DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the child and the event, besides what the door says."""

    event: Happened
    situation: Mapping[Any, Any] = field(repr=False)
    about: About

    def authority(self, fact: Fact) -> str | None:
        """The code of one of the two authorities, where it is known."""
        code = self.situation.get(fact)
        return code if isinstance(code, str) else None


class PeerTelling(Telling):
    """Says what any recipient may know; and to a gateway, in the form that gateways read.

    ``peers`` gives the gateways that there are, or None where this deployment has none.
    """

    def __init__(
        self,
        door: Door,
        *,
        origin: str,
        key: bytes,
        peers: Callable[[], Peers | None],
        contents: PeerContents,
    ) -> None:
        super().__init__(door, origin=origin, key=key)
        self._peers = peers
        self.contents: Final = contents

    async def told(self, waiting: Waiting, now: datetime) -> Told:
        """Decide, write it down, and put into words or codes.

        Raises:
            NotRecorded: the decision could not be written down; nothing was released.
        """
        peers, way = self._peers(), waiting.recipient.way(PEER)
        if waiting.channel not in {PEER, None} or peers is None or way is None:
            told = await super().told(waiting, now)
            return replace(told, content=await self.contents.added(told.content, waiting))
        waiting = replace(waiting, channel=PEER)
        event = await self._event(waiting)
        items = asked_of(waiting.event_type, waiting.items | items_of(_crossing(event))) | _WHO
        enquiry = self._enquiry(waiting, items, now)
        disclosure = await self.door.disclose(enquiry)
        known = _Known(event=event, situation={}, about=About())
        if waiting.event_type not in TAKES_BACK:
            situation = await self.door.situation(
                enquiry.viewer, enquiry.access, waiting.child, now
            )
            about = await self._about(waiting, way.address, disclosure, now)
            known = replace(known, situation=situation.facts, about=about)
        subject = await self.called(way.address, waiting.child)
        notice = Notice(
            ref=waiting.notice_ref,
            recipient=waiting.recipient.id,
            seq=waiting.seq,
            event_type=waiting.event_type,
            at=waiting.event_at,
            subject=subject,
            origin=f"{self._origin}:{peers.own}",
            items=waiting.items,
            takes_back=await self._told_before(waiting),
        )
        return Told(
            content=_content(notice, waiting, known, disclosure, peers.own),
            decision_ref=disclosure.ref,
            policy=disclosure.policy,
        )

    async def content(self, waiting: Waiting, now: datetime) -> Told:
        """All that the other gateway's authority may have of a notice now: asked for when somebody there reads it.

        Raises:
            NotRecorded: the decision could not be written down; nothing was released.
        """
        return await super().told(replace(waiting, channel=PEER), now)

    def subject_for(self, peer: str, child: str) -> str:
        """What our notices to a peer call a child: the same for every authority that it serves."""
        return self.subject(system_of(peer), child)

    def _enquiry(
        self, waiting: Waiting, items: frozenset[Item], now: datetime, *, asks: bool = False
    ) -> Enquiry:
        recipient = waiting.recipient
        return Enquiry(
            viewer=recipient.viewer(now),
            access=Access(
                purpose=PURPOSE_OF.get(recipient.role, Purpose.SAFEGUARD),
                reason=f"Notice {waiting.notice_ref} is due",
            ),
            child_ref=waiting.child,
            items=items,
            now=now,
            document_hash=waiting.notice_ref,
            given=self._given(waiting),
            asks=asks,
        )

    async def _event(self, waiting: Waiting) -> Happened:
        async with reading(self.door.facts.engine) as connection:
            past = await history(connection, waiting.child)
        return next(event for event in past if event.id == waiting.event)

    async def _told_before(self, waiting: Waiting) -> tuple[str, ...]:
        """The notices that this one takes back, as far as anything was said in them."""
        refs = await self._takes_back(waiting)
        if not refs:
            return ()
        async with reading(self.door.facts.engine) as connection:
            found = (await connection.execute(_DECISIONS, {"refs": refs})).all()
        return tuple(
            row.notice_ref
            for row in found
            if row.decision is not None and msgspec.json.decode(row.decision)["told"]
        )

    async def _about(
        self, waiting: Waiting, peer: str, disclosure: Disclosure, now: datetime
    ) -> About:
        """Whom it is about, as far as the other gateway may know."""
        subjects = await self.door.index.subjects(waiting.child)
        theirs = subjects.of(system_of(peer))
        yours = theirs.value if isinstance(theirs, LocalId) else None
        if not any(disclosure.is_open(item) for item in _WHO):
            return About(yours=yours)
        asked = await self.door.disclose(self._enquiry(waiting, _WHO, now, asks=True))
        return _identity(asked.records.get(Category.IDENTITY, ()), yours)

    async def called(self, peer: str, child: str) -> str:
        """The pseudonym, kept before it leaves: the peer will speak of the child by it.

        A child whom a person has made one with another goes on under what the peer knows already.
        """
        engine, subject = self.door.facts.engine, self.subject_for(peer, child)
        given = {"peer": peer, "children": [child, *self.door.index.kept.others(child)]}
        async with reading(engine) as connection:
            found = {row.child: row.subject for row in await connection.execute(_THERE, given)}
        if found:
            known: str = found.get(child) or found[min(found)]
            return known
        async with writing_in_turn(engine) as transaction:
            await transaction.execute(_GIVEN, {"s": subject, "p": peer, "c": child})
        return subject


def _crossing(event: Happened) -> Mapping[str, Plain]:
    """What an event says that may cross: whose kind of word it is only where it says where an episode stands."""
    return {name: said for name, said in event.data.items() if name != SAID_BY or steps_of(event)}


def _content(
    notice: Notice, waiting: Waiting, known: _Known, disclosure: Disclosure, own: str
) -> Content:
    said = said_of(notice, disclosure)
    if notice.event_type in TAKES_BACK and (said is not None or notice.takes_back):
        # Which statement does not hold, and nothing of it again: whoever was told it has to know, whatever
        # they may be told by now.
        back = _carried(waiting, known, {}, {}, (), own)
        body = _event(notice, notice.event_type, back)
        return Content(told=said is not None, body=body)
    refused = [w for w in disclosure.withheld if w.item in notice.items]
    withheld = tuple((w.item.value, w.reason.value) for w in refused)
    if said is None:
        return Content(told=False, body=_event(notice, WITHHELD, None), withheld=withheld)
    whole = said == notice.event_type
    may = {item: whole and disclosure.is_open(item) for item in items_of(_crossing(known.event))}
    codes = codes_to_carry(_crossing(known.event), may)
    open_items = {
        item for item in asked_of(notice.event_type, frozenset()) if disclosure.is_open(item)
    }
    return Content(
        told=True,
        body=_event(notice, said, _carried(waiting, known, codes, may, refused, own)),
        disclosed=tuple(sorted({i.value for i in items_of(codes)} | {i.value for i in open_items})),
        withheld=withheld,
    )


def _carried(
    waiting: Waiting,
    known: _Known,
    codes: dict[str, Any],
    may: Mapping[Item, bool],
    refused: Sequence[Withheld],
    own: str,
) -> Carried:
    origin = came(known.event)
    looked_after = known.situation.get(Fact.LOOKED_AFTER)
    placed = may.get(Item.PLACEMENT_DETAIL, False) and isinstance(looked_after, bool)
    return Carried(
        event=known.event.id,
        statement=known.event.root,
        responsible=known.authority(Fact.AUTHORITY),
        host=known.authority(Fact.HOST_AUTHORITY),
        codes=codes,
        about=known.about,
        because=tuple(Paragraph.of(reason) for reason in waiting.reasons),
        items=tuple(sorted(item.value for item in waiting.items)),
        withheld=tuple(sorted(w.item.value for w in refused)),
        urgent=waiting.urgent,
        via=(*(() if origin is None else origin.via), own),
        looked_after=bool(looked_after) if placed else None,
    )


def _event(notice: Notice, said: str, data: Carried | None) -> bytes:
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": notice.ref,
        "source": notice.origin,
        "type": PREFIX + said,
        "sequence": notice.seq,
        "recipient": notice.recipient,
        "datacontenttype": "application/json",
    }
    if data is not None:
        attributes |= {"subject": notice.subject, "time": written_instant(notice.at)}
    return msgspec.json.encode({**attributes, "data": {} if data is None else data})


def _identity(records: Sequence[object], yours: str | None) -> About:
    """The first identity with a number, or else with a name: where systems differ, the receiver weighs it."""
    found = [record for record in records if isinstance(record, Identity)]
    numbers = [one.numbers.nhs_number for one in found if one.numbers is not None]
    number = next((one for one in numbers if one is not None), None)
    core = next((one.core for one in found if one.core is not None), None)
    return About(
        yours=yours,
        nhs_number=None if number is None else number.digits,
        given_names=() if core is None else core.given_names,
        family_name=None if core is None else core.family_name,
        birth_date=None if core is None else core.birth_date,
    )
