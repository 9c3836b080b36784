"""The worker: takes a notice that is due, asks the door as its recipient, sends what it may, and records it.

What is sent is decided at the moment of sending, so that an agreement withdrawn overnight is honoured
in the morning. The ledger has the decision before the content leaves, and what was sent before the
notice counts as sent: killed in between, it is sent again under the same reference.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.vocabulary import Fact, Value
from disclosure.disclose import Door, Enquiry
from disclosure.entries import Entry, EntryKind
from linking.storage import reading
from notifications import outbox
from notifications.channels.channel import Channel, NotSent, Parcel
from notifications.content import TAKES_BACK, Content, Notice, asked_of, content_of
from notifications.gathering import Gathering
from notifications.meetings import meeting_of
from notifications.outbox import Outcome, Waiting
from notifications.tables import DELIVERY, EVENT, DeliveryState
from records.errors import NotRecorded
from records.people import Access, Purpose, Role

_log = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""How many notices a worker sends side by side."""

_ENOUGH: Final = AT_ONCE // 2
_A_MOMENT: Final = 0.05
"""With so many under way it waits for so many seconds, since a look at the table is best for many of them."""

FEED: Final = "feed"
"""The channel that nobody sends on: its recipients come and read."""

PURPOSE_OF: Final = {
    Role.CLA_NURSE: Purpose.HEALTH_SUPPORT,
    Role.HEALTH_PRACTITIONER: Purpose.HEALTH_SUPPORT,
    Role.HEALTH_TEAM: Purpose.HEALTH_SUPPORT,
    Role.SCHOOL: Purpose.EDUCATION,
    Role.EDUCATION_SERVICE: Purpose.EDUCATION,
    Role.REGISTERED_MANAGER: Purpose.CARE,
    Role.FOSTER_CARER: Purpose.CARE,
    Role.RETURN_INTERVIEWER: Purpose.RETURN_INTERVIEW,
    Role.RETURN_INTERVIEW_SERVICE: Purpose.RETURN_INTERVIEW,
    Role.INFORMATION_GOVERNANCE_LEAD: Purpose.ASSURE,
}
"""Why a role is told, where it is not to safeguard the child."""

_OF_WHAT_WAS_WRONG: Final = (
    sa.select(DELIVERY.c.notice_ref)
    .join(EVENT, EVENT.c.corrects == DELIVERY.c.event)
    .where(EVENT.c.id == sa.bindparam("of"), DELIVERY.c.recipient == sa.bindparam("who"))
    .order_by(DELIVERY.c.seq)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as the door let it be said, with the ledger's reference to the decision."""

    content: Content
    decision_ref: str
    policy: str


class Telling:
    """Says what a recipient may know of a notice, now. ``origin`` names this deployment to others.

    ``key`` makes the pseudonyms by which notices name a child: one for each recipient, so that two
    of them cannot tell by it that they speak of the same child.
    """

    def __init__(self, door: Door, *, origin: str, key: bytes) -> None:
        self.door: Final = door
        self._origin = origin
        self._key = hmac.digest(key, b"homeward notice subject", hashlib.sha256)

    async def told(self, waiting: Waiting, now: datetime) -> Told:
        """Decide, write it down, ask, and put into words.

        Raises:
            NotRecorded: the decision could not be written down; nothing was released.
        """
        recipient = waiting.recipient
        enquiry = Enquiry(
            viewer=recipient.viewer(now),
            access=Access(
                purpose=PURPOSE_OF.get(recipient.role, Purpose.SAFEGUARD),
                reason=f"Notice {waiting.notice_ref} is due",
            ),
            child_ref=waiting.child,
            items=asked_of(waiting.event_type, waiting.items),
            now=now,
            document_hash=waiting.notice_ref,
            given=self._given(waiting),
        )
        disclosure = await self.door.disclose(enquiry)
        notice = Notice(
            ref=waiting.notice_ref,
            recipient=recipient.id,
            seq=waiting.seq,
            event_type=waiting.event_type,
            at=waiting.event_at,
            subject=self.subject(recipient.id, waiting.child),
            origin=self._origin,
            items=waiting.items,
            reasons=tuple({"rule": r.rule, "protocol": r.partnership} for r in waiting.reasons),
            takes_back=await self._takes_back(waiting),
        )
        return Told(
            content=content_of(notice, disclosure),
            decision_ref=disclosure.ref,
            policy=disclosure.policy,
        )

    async def _takes_back(self, waiting: Waiting) -> tuple[str, ...]:
        """This recipient's own notices of what this one says was wrong."""
        if waiting.event_type not in TAKES_BACK:
            return ()
        given = {"of": waiting.event, "who": waiting.recipient.id}
        async with reading(self.door.facts.engine) as connection:
            return tuple((await connection.execute(_OF_WHAT_WAS_WRONG, given)).scalars())

    def _given(self, waiting: Waiting) -> dict[Fact, Value]:
        """How it travels, and for which meeting: the door looks up all the rest."""
        given: dict[Fact, Value] = {Fact.CHANNEL: waiting.channel}
        meeting = meeting_of(self.door.bundle, waiting.reasons)
        return given if meeting is None else {**given, Fact.MEETING: meeting}

    def subject(self, recipient: str, child: str) -> str:
        """What this recipient's notices call the child."""
        text = f"{len(recipient)}:{recipient}{child}".encode()
        return hmac.digest(self._key, text, hashlib.sha256)[:16].hex()

    async def write_down(
        self,
        waiting: Waiting,
        told: Told,
        did: str,
        now: datetime,
        readers: Collection[tuple[str, str]] = (),
    ) -> None:
        """Chain what was done with a notice, durable on return; ``readers`` are the people who read it.

        Raises:
            NotRecorded: it is not known to be durable.
        """
        await self.door.ledger.append(
            Entry(
                kind=EntryKind.DELIVERY,
                at=now,
                child_ref=waiting.child,
                by=next(iter(readers)) if len(readers) == 1 else None,
                body={
                    "did": did,
                    "readers": sorted(
                        {self.door.ledger.pseudonyms.person(*one) for one in readers}
                    ),
                    "notice": waiting.notice_ref,
                    "event": waiting.event,
                    "recipient": waiting.recipient.id,
                    "channel": waiting.channel,
                    "attempt": waiting.attempt,
                    "decision": told.decision_ref,
                    "digest": told.content.digest,
                    "disclosed": list(told.content.disclosed),
                    "withheld": [item for item, _ in told.content.withheld],
                },
            )
        )


class Worker:
    """Sends what is due by the channels it is given. ``clock`` says what time it is.

    ``lease`` is how long what it takes in hand is nobody else's: past it, a worker counts as dead.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        telling: Telling,
        channels: Collection[Channel],
        *,
        clock: Callable[[], datetime],
        lease: timedelta = outbox.LEASE,
    ) -> None:
        self._engine = engine
        self._telling = telling
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._lease = lease
        self._gone = Gathering(self._settle_gone)
        self._under_way: set[asyncio.Task[None]] = set()

    async def deliver_due(self, most: int = AT_ONCE) -> int:
        """Send what is due, side by side, to the end; how many notices were taken in hand."""
        claimed = await self._claim(most)
        async with asyncio.TaskGroup() as sending:
            for waiting in claimed:
                sending.create_task(self._deliver(waiting))
        return len(claimed)

    async def begin_due(self, settled: Callable[[], None]) -> int:
        """Begin to send what is due, beside what is under way; how many notices were taken in hand.

        One who is slow to answer holds up nobody else. Waits a moment while many are under way; ``settled``
        is called after each, since the same child's next notice may go then. See `end`.
        """
        until = time.monotonic() + _A_MOMENT
        while len(self._under_way) > _ENOUGH:
            left = until - time.monotonic()
            if left <= 0 and len(self._under_way) < AT_ONCE:
                break
            wait = None if left <= 0 else left
            await asyncio.wait(self._under_way, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        claimed = await self._claim(AT_ONCE - len(self._under_way))

        def done(task: asyncio.Task[None]) -> None:
            self._under_way.discard(task)
            settled()

        for waiting in claimed:
            task = asyncio.create_task(self._deliver(waiting), name="a notice")
            self._under_way.add(task)
            task.add_done_callback(done)
        return len(claimed)

    async def end(self) -> None:
        """Give up what is under way: whoever comes next sends it again, under the same reference."""
        while self._under_way:
            for task in self._under_way:
                task.cancel()
            await asyncio.wait(self._under_way)

    async def _claim(self, most: int) -> list[Waiting]:
        return await outbox.claim(
            self._engine,
            self._channels.keys(),
            now=self._clock(),
            most=most,
            lease=self._lease,
        )

    async def next_due(self) -> datetime | None:
        """When there is something to send again."""
        return await outbox.next_due(self._engine, self._channels.keys())

    async def _deliver(self, waiting: Waiting) -> None:
        try:
            outcome = await self._outcome(waiting)
        except NotRecorded:
            outcome = Outcome(state=None, said="not-recorded")
        except Exception as error:  # noqa: BLE001 (whatever it was, the notice stays due)
            _log.error("A notice could not be sent (%s); it stays due.", type(error).__name__)
            outcome = Outcome(state=None, said="fault")
        try:
            if outcome.state is not None and not outcome.at_once:
                await asyncio.shield(self._gone.add([(waiting, outcome)]))
            else:
                await outbox.settle(self._engine, waiting, outcome, now=self._clock())
        except Exception as error:  # noqa: BLE001 (the others must not be cut short for this one)
            # It went or it did not: when the lease ends it is sent again, under the same reference.
            _log.error("A notice could not be settled (%s).", type(error).__name__)

    async def _settle_gone(self, gone: list[tuple[Waiting, Outcome]]) -> None:
        try:
            await outbox.settle_gone(self._engine, gone, now=self._clock())
        except SQLAlchemyError:
            # Each by itself, so that one that cannot be settled keeps no other from it.
            for waiting, outcome in gone:
                try:
                    await outbox.settle(self._engine, waiting, outcome, now=self._clock())
                except SQLAlchemyError as error:
                    _log.error("A notice could not be settled (%s).", type(error).__name__)

    async def _outcome(self, waiting: Waiting) -> Outcome:
        recipient = waiting.recipient
        way = recipient.way(waiting.channel)
        if way is None and recipient.ways and not recipient.ended:
            return Outcome(state=None, said="way-was-changed")
        if way is None or recipient.ended:
            return Outcome(state=DeliveryState.FAILED, said="no-way-to-them", at_once=True)
        told = await self._telling.told(waiting, self._clock())
        content = told.content
        parcel = Parcel(
            notice_ref=waiting.notice_ref,
            recipient=recipient.id,
            seq=waiting.seq,
            at=self._clock(),
            urgent=waiting.urgent,
            way=way,
            body=content.body,
            words=content.words,
        )
        channel = self._channels[waiting.channel]
        if not content.told and not channel.counts:
            await self._telling.write_down(waiting, told, "withheld", self._clock())
            return outcome_of(told, DeliveryState.WITHHELD)
        try:
            sent = await channel.send(parcel, self._clock())
        except NotSent as reason:
            return Outcome(
                state=None,
                said=reason.outcome,
                digest=content.digest,
                decision_ref=told.decision_ref,
                at_once=reason.at_once,
                wait=reason.wait,
            )
        if not content.told:
            state = DeliveryState.WITHHELD
        else:
            state = DeliveryState.DELIVERED if sent.arrived else DeliveryState.SENT
        await self._telling.write_down(waiting, told, state.value, self._clock())
        return outcome_of(told, state, receipt=sent.receipt)


def outcome_of(told: Told, state: DeliveryState, *, receipt: str | None = None) -> Outcome:
    """What is kept of a notice that went: proof without a second copy."""
    return Outcome(
        state=state,
        said=state.value,
        receipt=receipt,
        digest=told.content.digest,
        decision_ref=told.decision_ref,
        decision={
            "policy": told.policy,
            "told": told.content.told,
            "disclosed": list(told.content.disclosed),
            "withheld": [{"item": i, "because": why} for i, why in told.content.withheld],
        },
    )
