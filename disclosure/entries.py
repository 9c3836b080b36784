"""What is written down: an entry for the ledger, its table, and the pseudonyms in it.

No content is ever written: who asked, in what role, why, about whom (as a keyed pseudonym),
what was decided by which rules, and a keyed mark of what was sent. The written reason may
hold names, so it stands beside the chain, which holds its mark only.

Source: design of the record of decisions; DPA 2018 s.62 (who, when, what) [to be confirmed].
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from disclosure.chain import Plain
from linking.append_only import append_only
from linking.storage import TABLES, Instant
from records.words import Word


class EntryKind(Word):
    """What an entry is about. The value is stored."""

    OPENED = "opened"
    DECISION = "decision"
    RECEIPT = "receipt"
    INDEX = "index"
    FACT = "fact"
    CONSENT = "consent"
    PARTICIPATION = "participation"
    NOTICE = "notice"
    JUDGEMENT = "judgement"
    BREAK_GLASS = "break-glass"
    REVIEW = "review"
    REQUEST = "request"
    ANSWER = "answer"
    NOT_SHARED = "not-shared"
    EXPLAINED = "explained"
    LOOKED_AT = "looked-at"
    DELIVERY = "delivery"
    APPROVED = "approved"
    HOLIDAY = "holiday"
    SAID = "said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to be written down. The ledger turns child and person into pseudonyms.

    ``by`` is the issuer and subject of a signed-in person, or None for the gateway itself.
    """

    kind: EntryKind
    at: datetime
    body: Mapping[str, Plain]
    child_ref: str | None = None
    by: tuple[str, str] | None = None
    reason: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry as it stands in the ledger; ``row`` is its canonical JSON."""

    ref: str
    kind: EntryKind
    at: datetime
    row: bytes = field(repr=False)
    reason: str | None = field(default=None, repr=False)


LEDGER: Final = append_only(
    sa.Table(
        "ledger",
        TABLES,
        sa.Column("writer", sa.String(100), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("ref", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("child", sa.String(32)),
        sa.Column("by", sa.String(32)),
        sa.Column("row", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128)),
        sa.Index("ix_ledger_child", "child", "at"),
        sa.Index("ix_ledger_by", "by", "at"),
        sa.Index("ix_ledger_kind", "kind", "at"),
    )
)

REASON: Final = sa.Table(
    "ledger_reason",
    TABLES,
    sa.Column("ref", sa.String(32), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
)
"""Written reasons, by entry. Not chained, so that one can be erased and the chain still holds."""


class Pseudonyms:
    """Stable names for children and people that only this deployment's pepper can make."""

    def __init__(self, pepper: bytes) -> None:
        self._key = hmac.digest(pepper, b"homeward ledger pseudonym", hashlib.sha256)

    def __repr__(self) -> str:
        """Never print a key."""
        return "Pseudonyms(…)"

    def child(self, child_ref: str) -> str:
        """The child's name in the ledger."""
        return self._mark("child", child_ref)

    def person(self, issuer: str, subject: str) -> str:
        """A signed-in person's name in the ledger."""
        return self._mark("person", issuer, subject)

    def reason(self, ref: str, text: str) -> str:
        """The mark of a written reason, so that a changed one is noticed."""
        return self._mark("reason", ref, text)

    def content(self, content: bytes) -> str:
        """The mark of what was sent: the same content can be recognised, and not guessed."""
        return hmac.digest(self._key, b"content\0" + content, hashlib.sha256).hex()

    def _mark(self, *parts: str) -> str:
        text = b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(str.encode, parts))
        return hmac.digest(self._key, text, hashlib.sha256)[:16].hex()
