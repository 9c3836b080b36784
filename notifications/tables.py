"""The tables of events, notices and deadlines: the whole engine is these rows.

Numbers are counted per child and per recipient, each under that row's own lock, and have no gaps:
a recipient can tell alone that nothing is missing, and learns nothing of how busy others are.
No row holds case content: references, codes, rules and digests only.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant
from records.words import Word


class DeliveryState(Word):
    """Where one notice to one recipient stands. The value is stored.

    SENT: a relay took it, and nobody's machine has said that it arrived. DELIVERED is a machine's
    receipt, ACKNOWLEDGED a person's or system's word. WITHHELD: when it was to be sent, the rules
    opened nothing of it. FAILED: nobody could be reached, which escalates.
    """

    PENDING = "pending"
    SENT = "sent"
    WITHHELD = "withheld"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"


class DeadlineState(Word):
    """Where a clock stands. DEPARTED: somebody decided, with a reason, not to do what it waited for."""

    PENDING = "pending"
    FIRED = "fired"
    MET = "met"
    CANCELLED = "cancelled"
    DEPARTED = "departed"


_REF = sa.String(32)
_RECIPIENT = sa.String(200)

EVENT: Final = append_only(
    sa.Table(
        "event",
        TABLES,
        sa.Column("id", _REF, primary_key=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("child", _REF, nullable=False),
        sa.Column("child_seq", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("caused_by", _REF),
        sa.Column("corrects", _REF),
        sa.UniqueConstraint("child", "child_seq"),
    )
)
"""What happened to a child, in the order in which we learnt it. Never changed: a correction is a new row."""

INBOX: Final = append_only(
    sa.Table(
        "inbox",
        TABLES,
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("sender_ref", sa.String(200), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("event", sa.ForeignKey(EVENT.c.id), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
    )
)
"""What each sender sent under which reference of its own, so that sending again changes nothing."""

FOLLOW_UP: Final = append_only(
    sa.Table(
        "follow_up",
        TABLES,
        sa.Column("event", sa.ForeignKey(EVENT.c.id), primary_key=True),
        sa.Column("child", _REF, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Index("ix_follow_up_child", "child"),
    )
)
"""What else the protocols ask for because of an event: tasks, who answers, conflicts, refusals."""

CHILD_HEAD: Final = sa.Table(
    "child_head",
    TABLES,
    sa.Column("child", _REF, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)

RECIPIENT_HEAD: Final = sa.Table(
    "recipient_head",
    TABLES,
    sa.Column("recipient", _RECIPIENT, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)

RECIPIENT: Final = sa.Table(
    "recipient",
    TABLES,
    sa.Column("id", _RECIPIENT, primary_key=True),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("role", sa.String(64), nullable=False),
    sa.Column("team", sa.String(100)),
    sa.Column("issuer", sa.String(200)),
    sa.Column("subject", sa.String(200)),
    sa.Column("serves", sa.Text, nullable=False),
    sa.Column("channels", sa.Text, nullable=False),
    sa.Column("hours", sa.Text),
    sa.Column("acknowledge_within", sa.Integer, nullable=False),
    sa.Column("escalates_to", sa.Text, nullable=False),
    sa.Column("desk", sa.String(200)),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("ix_recipient_organisation", "organisation", "role"),
    sa.Index("ix_recipient_subject", "subject"),
)
"""Who can be told, how, in what order of channels, and who is told if they do not acknowledge."""

SERVES: Final = RECIPIENT.c.serves != sa.literal_column("'[]'")
"""Whoever serves areas beside their own organisation's: few of a register of thousands."""

sa.Index("ix_recipient_serving", RECIPIENT.c.id, sqlite_where=SERVES, postgresql_where=SERVES)

DELIVERY: Final = sa.Table(
    "delivery",
    TABLES,
    sa.Column("recipient", _RECIPIENT, primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("notice_ref", _REF, nullable=False, unique=True),
    sa.Column("event", sa.ForeignKey(EVENT.c.id), nullable=False),
    sa.Column("child", _REF, nullable=False),
    sa.Column("child_seq", sa.BigInteger, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("items", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("channel", sa.String(32)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("lease_until", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("acknowledged_at", Instant),
    sa.Column("acknowledged_by", _REF),
    sa.Column("receipt", sa.String(200)),
    sa.Column("digest", sa.String(64)),
    sa.Column("decision_ref", _REF),
    sa.Column("decision", sa.Text),
    sa.Column("settled_at", Instant),
    sa.Column("way_since", Instant),
    sa.UniqueConstraint("event", "recipient"),
    sa.Index("ix_delivery_child", "child", "child_seq"),
)
"""One notice to one recipient: why, which items, and what became of it. One ``notice_ref`` for life.

``way_since``: when it went over to its present channel, or was taken up again; None since it was written.
"""

_WAITS = DELIVERY.c.state == sa.literal_column("'pending'")
sa.Index(
    "ix_delivery_waiting",
    DELIVERY.c.channel,
    DELIVERY.c.not_before,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
sa.Index(
    "ix_delivery_in_line",
    DELIVERY.c.recipient,
    DELIVERY.c.child,
    DELIVERY.c.seq,
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)

_FOLLOWED: Final = (DELIVERY.c.channel == sa.literal_column("'fhir'")) & (
    DELIVERY.c.state == sa.literal_column("'delivered'")
)
sa.Index(
    "ix_delivery_followed",
    DELIVERY.c.notice_ref,
    sqlite_where=_FOLLOWED,
    postgresql_where=_FOLLOWED,
)

ATTEMPT: Final = append_only(
    sa.Table(
        "attempt",
        TABLES,
        sa.Column("recipient", _RECIPIENT, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("channel", sa.String(32)),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("decision_ref", _REF),
    )
)
"""Every try to deliver, with what came of it."""

DEADLINE: Final = sa.Table(
    "deadline",
    TABLES,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("subject", _REF, nullable=False),
    sa.Column("occurrence", sa.Integer, nullable=False),
    sa.Column("child", _REF, nullable=False),
    sa.Column("basis_event", sa.ForeignKey(EVENT.c.id), nullable=False),
    sa.Column("basis_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("wake_at", Instant, nullable=False),
    sa.Column("repeats", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", _REF),
    sa.Column("fired_at", Instant),
    sa.Column("fired_event", _REF),
    sa.Column("departure", _REF),
    sa.Index("ix_deadline_child", "child", "state"),
)
"""A clock: ``id`` is kind, subject and occurrence. ``terms``: its rules, owner, ladder and wording."""

_RUNS = DEADLINE.c.state == sa.literal_column("'pending'")
sa.Index("ix_deadline_waking", DEADLINE.c.wake_at, sqlite_where=_RUNS, postgresql_where=_RUNS)

ENDPOINT: Final = sa.Table(
    "endpoint",
    TABLES,
    sa.Column("recipient", _RECIPIENT, primary_key=True),
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("paused_until", Instant),
)
"""How a recipient's channel is doing; shared by all replicas. Paused, never switched off."""

NOT_TOLD: Final = append_only(
    sa.Table(
        "not_told",
        TABLES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("child", _REF, nullable=False),
        sa.Column("event", sa.ForeignKey(EVENT.c.id), nullable=False),
        sa.Column("recipient", _RECIPIENT, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", _REF, nullable=False),
        sa.Column("reason_ref", _REF, nullable=False),
        sa.Index("ix_not_told_child", "child"),
    )
)
"""A person's decision not to tell somebody. The reason stands in the ledger, under ``reason_ref``."""
