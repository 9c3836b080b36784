"""Events, notices, deliveries and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
APPEND_ONLY = ("event", "inbox", "follow_up", "attempt", "not_told")
SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def upgrade() -> None:
    _events()
    _recipients()
    _deliveries()
    _deadlines()
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL_GUARD.format(table=table))


def downgrade() -> None:
    for table in (
        "not_told", "endpoint", "deadline", "attempt", "delivery", "recipient", "recipient_head",
        "child_head", "follow_up", "inbox", "event",
    ):  # fmt: skip
        op.drop_table(table)


def _text(name: str, length: int | None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text() if length is None else sa.String(length), nullable=null)


def _when(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=null)


def _count(name: str, *, null: bool = False, big: bool = False) -> sa.Column[Any]:
    kind = sa.BigInteger() if big else sa.Integer()
    return sa.Column(name, kind, autoincrement=False, nullable=null)


def _table(name: str, *columns: Any, key: Sequence[str]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def _of_event(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["event.id"], name=f"fk_{table}_{column}")


def _while(name: str, table: str, columns: list[str], state: str) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _events() -> None:
    _table(
        "event",
        _text("id", 32),
        _text("type", 64),
        _text("child", 32),
        _count("child_seq", big=True),
        _when("at"),
        _when("recorded_at"),
        _text("source", 100),
        _text("data", None),
        _text("caused_by", 32, null=True),
        _text("corrects", 32, null=True),
        sa.UniqueConstraint("child", "child_seq", name="uq_event_child_child_seq"),
        key=["id"],
    )
    _table(
        "inbox",
        _text("source", 100),
        _text("sender_ref", 200),
        _text("digest", 64),
        _text("event", 32),
        _when("received_at"),
        _of_event("inbox", "event"),
        key=["source", "sender_ref", "digest"],
    )
    _table(
        "follow_up",
        _text("event", 32),
        _text("child", 32),
        _text("body", None),
        _of_event("follow_up", "event"),
        key=["event"],
    )
    op.create_index("ix_follow_up_child", "follow_up", ["child"])
    _table("child_head", _text("child", 32), _count("seq", big=True), key=["child"])


def _recipients() -> None:
    _table("recipient_head", _text("recipient", 200), _count("seq", big=True), key=["recipient"])
    _table(
        "recipient",
        _text("id", 200),
        _text("organisation", 64),
        _text("role", 64),
        _text("team", 100, null=True),
        _text("issuer", 200, null=True),
        _text("subject", 200, null=True),
        _text("serves", None),
        _text("channels", None),
        _text("hours", None, null=True),
        _count("acknowledge_within"),
        _text("escalates_to", None),
        _text("desk", 200, null=True),
        _when("registered_at"),
        _when("ended_at", null=True),
        key=["id"],
    )
    op.create_index("ix_recipient_organisation", "recipient", ["organisation", "role"])
    _table(
        "endpoint",
        _text("recipient", 200),
        _text("channel", 32),
        _count("failures"),
        _when("paused_until", null=True),
        key=["recipient", "channel"],
    )


def _deliveries() -> None:
    _table(
        "delivery",
        _text("recipient", 200),
        _count("seq", big=True),
        _text("notice_ref", 32),
        _text("event", 32),
        _text("child", 32),
        _count("child_seq", big=True),
        _text("reasons", None),
        _text("items", None),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        _text("channel", 32, null=True),
        _text("state", 16),
        _count("attempts"),
        _when("created_at"),
        _when("not_before"),
        _when("lease_until", null=True),
        _when("delivered_at", null=True),
        _when("acknowledged_at", null=True),
        _text("acknowledged_by", 32, null=True),
        _text("receipt", 200, null=True),
        _text("digest", 64, null=True),
        _text("decision_ref", 32, null=True),
        _text("decision", None, null=True),
        _when("settled_at", null=True),
        sa.UniqueConstraint("notice_ref", name="uq_delivery_notice_ref"),
        sa.UniqueConstraint("event", "recipient", name="uq_delivery_event_recipient"),
        _of_event("delivery", "event"),
        key=["recipient", "seq"],
    )
    op.create_index("ix_delivery_child", "delivery", ["child", "child_seq"])
    _while("ix_delivery_waiting", "delivery", ["channel", "not_before"], "pending")
    _while("ix_delivery_in_line", "delivery", ["recipient", "child", "seq"], "pending")
    _table(
        "attempt",
        _text("recipient", 200),
        _count("seq", big=True),
        _count("n"),
        _when("at"),
        _text("channel", 32, null=True),
        _text("outcome", 32),
        _text("digest", 64, null=True),
        _text("decision_ref", 32, null=True),
        key=["recipient", "seq", "n"],
    )
    _table(
        "not_told",
        sa.Column("id", NUMBER, nullable=False),
        _text("child", 32),
        _text("event", 32),
        _text("recipient", 200),
        _when("at"),
        _text("by", 32),
        _text("reason_ref", 32),
        _of_event("not_told", "event"),
        key=["id"],
    )
    op.create_index("ix_not_told_child", "not_told", ["child"])


def _deadlines() -> None:
    _table(
        "deadline",
        _text("id", 200),
        _text("kind", 100),
        _text("subject", 32),
        _count("occurrence"),
        _text("child", 32),
        _text("basis_event", 32),
        _when("basis_at"),
        _when("due_at"),
        _when("wake_at"),
        _count("repeats", null=True),
        _text("state", 16),
        _count("failures"),
        _text("terms", None),
        _when("settled_at", null=True),
        _text("settled_by", 32, null=True),
        _when("fired_at", null=True),
        _text("fired_event", 32, null=True),
        _text("departure", 32, null=True),
        _of_event("deadline", "basis_event"),
        key=["id"],
    )
    op.create_index("ix_deadline_child", "deadline", ["child", "state"])
    _while("ix_deadline_waking", "deadline", ["wake_at"], "pending")
