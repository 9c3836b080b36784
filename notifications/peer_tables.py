"""The tables of what goes between gateways: what came, what was proved, how far each line has got.

No row holds case content: references, codes, digests and signed receipts only.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant
from notifications.tables import EVENT

_REF = sa.String(32)
_PEER = sa.String(40)
_RECIPIENT = sa.String(200)

PEER_INBOX: Final = append_only(
    sa.Table(
        "peer_inbox",
        TABLES,
        sa.Column("peer", _PEER, primary_key=True),
        sa.Column("notice_ref", _REF, primary_key=True),
        sa.Column("their_event", _REF),
        sa.Column("recipient", _RECIPIENT, nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("event", sa.ForeignKey(EVENT.c.id)),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Index("ix_peer_inbox_event", "event"),
        sa.Index("ix_peer_inbox_their_event", "peer", "their_event"),
        sa.Index("ix_peer_inbox_seq", "peer", "recipient", "seq"),
    )
)
"""What each peer sent under which reference, and the signed receipt it had: the same again if sent again.

``event`` is None for a notice of which its sender might say nothing: only its number crossed.
"""

PEER_NONCE: Final = sa.Table(
    "peer_nonce",
    TABLES,
    sa.Column("key_id", sa.String(100), primary_key=True),
    sa.Column("nonce", sa.String(100), primary_key=True),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("ix_peer_nonce_expires_at", "expires_at"),
)
"""Signatures that were used: none is good twice. Kept until it would be too old anyway."""

PEER_SUBJECT: Final = sa.Table(
    "peer_subject",
    TABLES,
    sa.Column("subject", _REF, primary_key=True),
    sa.Column("peer", _PEER, nullable=False),
    sa.Column("child", _REF, nullable=False),
    sa.Index("ix_peer_subject_child", "child", "peer"),
)
"""What our notices to a peer call a child, so that the peer may speak of the child by it."""

PEER_RECEIPT: Final = append_only(
    sa.Table(
        "peer_receipt",
        TABLES,
        sa.Column("notice_ref", _REF, primary_key=True),
        sa.Column("peer", _PEER, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
"""A peer's signed word that it keeps our notice: proof for whoever asks later."""

PEER_ANSWER: Final = append_only(
    sa.Table(
        "peer_answer",
        TABLES,
        sa.Column("peer", _PEER, primary_key=True),
        sa.Column("notice_ref", _REF, primary_key=True),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
"""The acknowledgements of our own people that a peer has been told of."""

PEER_LINE: Final = sa.Table(
    "peer_line",
    TABLES,
    sa.Column("peer", _PEER, primary_key=True),
    sa.Column("recipient", _RECIPIENT, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""How far we have everything that a peer has for one of our authorities."""

PEER_DIRECTORY: Final = append_only(
    sa.Table(
        "peer_directory",
        TABLES,
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
    )
)
"""The signed directories that were seen, each version once: the cache, and why none goes backwards."""
