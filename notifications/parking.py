"""Messages that nobody here can take: kept sealed until a person has looked, and somebody is told of them.

Their content is what others wrote, and may be about a child: it is readable with the deployment's
key alone, and gone once a person has settled the message. Nothing of it is in what the desk is told.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.storage import reading
from notifications.collecting import Parked
from notifications.happening import OURSELVES, Happened, Happening, Plan, Reason, Tell
from notifications.ledger import Appended, accept, append_all, sent_alike
from notifications.mailbox import Message
from notifications.mailbox_tables import PARKED
from notifications.turns import writing_in_turn
from records.errors import WrongSettings

MESSAGE_PARKED: Final = "message-parked"
ABOUT_NOBODY: Final = "mailbox"
"""Under whom it stands that a message waits: it is about no child that we could name."""
NOT_COLLECTED: Final = "mailbox-not-collected"

_NONCE: Final = 12
_LONGEST_SENDER: Final = 100
_KEEP: Final = sa.text(
    "INSERT INTO parked_message (mailbox, ref, sender, why, parked_at, content)"
    " VALUES (:mailbox, :ref, :sender, :why, :parked_at, :content)"
    " ON CONFLICT (mailbox, ref) DO NOTHING"
).bindparams(
    sa.bindparam("parked_at", type_=PARKED.c.parked_at.type),
    sa.bindparam("content", type_=PARKED.c.content.type),
)
_WAITING: Final = (
    sa.select(PARKED)
    .where(PARKED.c.settled_at.is_(None))
    .order_by(PARKED.c.parked_at, PARKED.c.ref)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A message that waits for a person. ``message`` is None where the mailbox alone has it."""

    mailbox: str
    ref: str
    sender: str | None
    why: str
    parked_at: datetime
    message: Message | None = field(repr=False)


class Parking:
    """Where messages lie. ``key`` seals them; ``desk`` are told that one has come."""

    def __init__(self, engine: AsyncEngine, key: bytes, *, desk: Sequence[str] = ()) -> None:
        self.engine: Final = engine
        self._aead = AESGCM(hmac.digest(key, b"homeward parked message", hashlib.sha256))
        self._desk = tuple(desk)

    async def park(self, mailbox: str, parked: Parked, *, now: datetime) -> Appended | None:
        """Keep a message for a person, durable on return; None where it lies here already."""
        there = {
            "mailbox": mailbox,
            "ref": parked.ref,
            "sender": _sender(parked),
            "why": parked.why,
            "parked_at": now,
            "content": self._sealed(mailbox, parked),
        }
        what = Happening(
            type=MESSAGE_PARKED,
            child=ABOUT_NOBODY,
            at=now,
            source=OURSELVES,
            sender_ref=f"{mailbox}/{parked.ref}",
            data={"why": parked.why},
        )
        async with writing_in_turn(self.engine) as transaction:
            if not (await transaction.execute(_KEEP, there)).rowcount:
                return None
            kept, *_ = await append_all(
                transaction, what.child, (what,), self._plan, now=now, before=sent_alike
            )
        return kept

    async def not_collected(self, mailbox: str, since: datetime, *, now: datetime) -> Appended:
        """Tell the desk that a mailbox has not been collected since then: once, however often it is found."""
        what = Happening(
            type=NOT_COLLECTED,
            child=ABOUT_NOBODY,
            at=since,
            source=OURSELVES,
            sender_ref=f"{mailbox}/not-collected/{since.isoformat()}",
        )
        return await accept(self.engine, what, self._plan, now=now, before=sent_alike)

    async def waiting(self) -> list[Lying]:
        """The messages that wait, the oldest first, their content opened.

        Raises:
            WrongSettings: they were sealed with another key.
        """
        async with reading(self.engine) as connection:
            rows = list(await connection.execute(_WAITING))
        return [
            Lying(
                mailbox=row.mailbox,
                ref=row.ref,
                sender=row.sender,
                why=row.why,
                parked_at=row.parked_at,
                message=self._opened(row.mailbox, row.ref, row.content),
            )
            for row in rows
        ]

    async def settle(self, mailbox: str, ref: str, *, by: str, now: datetime) -> bool:
        """A person has dealt with it: its content is gone. False where none such waits."""
        mine = (
            sa.update(PARKED)
            .where(PARKED.c.mailbox == mailbox, PARKED.c.ref == ref, PARKED.c.settled_at.is_(None))
            .values(settled_at=now, settled_by=by, content=None)
        )
        async with writing_in_turn(self.engine) as transaction:
            return bool((await transaction.execute(mine)).rowcount)

    async def _plan(self, event: Happened, _history: Sequence[Happened]) -> Plan:
        because = Reason(rule=event.type, partnership=OURSELVES, applies="host")
        return Plan(
            tell=tuple(
                Tell(recipient=one, items=frozenset(), reasons=(because,)) for one in self._desk
            )
        )

    def _sealed(self, mailbox: str, parked: Parked) -> bytes | None:
        if parked.message is None:
            return None
        nonce = secrets.token_bytes(_NONCE)
        plain = msgspec.msgpack.encode(parked.message)
        return nonce + self._aead.encrypt(nonce, plain, f"{mailbox}/{parked.ref}".encode())

    def _opened(self, mailbox: str, ref: str, sealed: bytes | None) -> Message | None:
        if sealed is None:
            return None
        try:
            plain = self._aead.decrypt(
                sealed[:_NONCE], sealed[_NONCE:], f"{mailbox}/{ref}".encode()
            )
        except InvalidTag:
            raise WrongSettings(
                "A parked message was sealed with another key, or altered: restore the key it was"
                " parked with."
            ) from None
        return msgspec.msgpack.decode(plain, type=Message)


def _sender(parked: Parked) -> str | None:
    """Who sent it, as far as that is known and can be a mailbox."""
    said = None if parked.message is None else parked.message.sender
    return None if said is None else said[:_LONGEST_SENDER]
