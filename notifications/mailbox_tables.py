"""The tables of what is collected: whose turn it is, how a mailbox is doing, and what waits for a person."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linking.storage import TABLES, Instant

LEASE: Final = sa.Table(
    "lease",
    TABLES,
    sa.Column("name", sa.String(150), primary_key=True),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("until", Instant, nullable=False),
)
"""Work that one replica does at a time: who has it in hand, and until when."""

MAILBOX: Final = sa.Table(
    "mailbox",
    TABLES,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("handshake_at", Instant),
    sa.Column("collected_at", Instant),
    sa.Column("failing_since", Instant),
    sa.Column("failure", sa.String(64)),
)
"""How a mailbox is doing: when we last showed ourselves, collected, and since when that fails."""

PARKED: Final = sa.Table(
    "parked_message",
    TABLES,
    sa.Column("mailbox", sa.String(100), primary_key=True),
    sa.Column("ref", sa.String(100), primary_key=True),
    sa.Column("sender", sa.String(100)),
    sa.Column("why", sa.String(64), nullable=False),
    sa.Column("parked_at", Instant, nullable=False),
    sa.Column("content", sa.LargeBinary),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String(32)),
)
"""A message that waits for a person. ``content`` is sealed, and gone once somebody has settled it."""
