"""What a message in our mailbox says: that a notice came back, that somebody has one, or what happened.

Who sent it is the service's word, which signed them in. A notice is acknowledged from the mailbox it
went to and no other; what happened is read only from a mailbox and workflow that the deployment
names. Anything else is for a person.

Source: NHS England, MESH API: a report has the type REPORT and names the message it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from linking.storage import reading
from notifications.answering import Answer, acknowledge
from notifications.collecting import Unusable
from notifications.ledger import Appended
from notifications.mailbox import NAME, Message
from notifications.receiving import Receiving
from notifications.recipients import Recipient, registered
from notifications.returned import Returned, came_back
from notifications.tables import DELIVERY
from notifications.waking import Bells
from records.errors import WrongArgument
from records.inbound import NotTaken, Receives

_CODES: Final[Mapping[str, str]] = MappingProxyType({"14": "not-collected"})
_CODE: Final = re.compile(r"[0-9A-Za-z]{1,16}")
_TO: Final = sa.select(DELIVERY.c.recipient).where(DELIVERY.c.notice_ref == sa.bindparam("ref"))
_BY_RECEIPT: Final = sa.select(DELIVERY.c.notice_ref).where(
    DELIVERY.c.channel == NAME, DELIVERY.c.receipt == sa.bindparam("receipt")
)


class _Which(msgspec.Struct, frozen=True):
    notice: str


class _Acknowledged(msgspec.Struct, frozen=True):
    """The event by which a recipient's own system acknowledges a notice: CloudEvents 1.0, structured."""

    specversion: Literal["1.0"]
    type: Literal["uk.homeward.notice-acknowledged"]
    data: _Which


class Letters:
    """Takes messages. ``readers`` are what reads documents, by mailbox and workflow id."""

    def __init__(
        self,
        engine: AsyncEngine,
        ledger: Ledger,
        receiving: Receiving,
        bells: Bells,
        *,
        readers: Mapping[tuple[str, str], Receives],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._receiving = receiving
        self._bells = bells
        self._readers = dict(readers)
        self._clock = clock

    async def take(self, message: Message) -> None:
        """Keep what a message says, durable on return; the same message again changes nothing.

        Raises:
            Unusable: it can never be taken.
            NotRecorded: what it does could not be written down; it is tried again.
        """
        if message.report:
            await self._report(message)
            return
        reader = self._readers.get((message.sender or "", message.workflow))
        if reader is not None:
            await self._document(reader, message)
        else:
            await self._acknowledgement(message)

    async def _report(self, message: Message) -> None:
        ref = message.local_ref or await self._by_receipt(message.about)
        if ref is None:
            raise Unusable("report-of-nothing-of-ours")
        became = await came_back(
            self._engine,
            self._ledger,
            ref,
            receipt=message.about,
            because=_because(message.code),
            now=self._clock(),
        )
        if became is Returned.NOT_OURS:
            raise Unusable("report-of-nothing-of-ours")
        if became is Returned.TAKEN_BACK:
            self._bells.anything.set()

    async def _by_receipt(self, receipt: str | None) -> str | None:
        if receipt is None:
            return None
        async with reading(self._engine) as connection:
            found = (await connection.execute(_BY_RECEIPT, {"receipt": receipt})).scalars().all()
        return found[0] if len(found) == 1 else None

    async def _document(self, reader: Receives, message: Message) -> None:
        now = self._clock()
        try:
            pushed = reader.event(message.body, received_at=now)
        except NotTaken:
            raise Unusable("not-readable") from None
        kept: list[Appended] = []
        try:
            for event in pushed.events:
                kept.append(await self._receiving.receive(event, now=now))  # noqa: PERF401 (one after another)
        except WrongArgument:
            raise Unusable("about-nobody") from None
        finally:
            # Also of a document of which only a part was kept: that part is kept.
            for one in kept:
                await self._bells.announce(one)

    async def _acknowledgement(self, message: Message) -> None:
        try:
            ref = msgspec.json.decode(message.body, type=_Acknowledged).data.notice
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unusable("not-expected") from None
        recipient = await self._recipient(ref)
        way = None if recipient is None else recipient.way(NAME)
        if recipient is None or way is None or way.address != message.sender:
            # The same whether there is no such notice or it went to another.
            raise Unusable("acknowledges-nothing-of-theirs")
        now = self._clock()
        answered = await acknowledge(
            self._engine, self._ledger, ref, recipient.viewer(now), now=now
        )
        if answered is Answer.NOT_YOURS:
            raise Unusable("acknowledges-nothing-of-theirs")

    async def _recipient(self, notice_ref: str) -> Recipient | None:
        async with reading(self._engine) as connection:
            who = (await connection.execute(_TO, {"ref": notice_ref})).scalar()
            known = {} if who is None else await registered(connection, {who}, ended=True)
        return None if who is None else known.get(who)


def _because(code: str | None) -> str:
    """What a report's code means, as a slug; a code that we do not know is kept as it is."""
    if code is None or not _CODE.fullmatch(code):
        return "returned"
    return _CODES.get(code, f"returned-{code.lower()}")
