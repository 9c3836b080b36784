"""What goes between gateways of two regions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
APPEND_ONLY = ("peer_inbox", "peer_receipt", "peer_answer", "peer_directory")
SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def upgrade() -> None:
    op.create_table(
        "peer_inbox",
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("notice_ref", sa.String(32), nullable=False),
        sa.Column("their_event", sa.String(32), nullable=True),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("event", sa.String(32), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.id"], name="fk_peer_inbox_event_event"),
        sa.PrimaryKeyConstraint("peer", "notice_ref", name="pk_peer_inbox"),
    )
    op.create_index("ix_peer_inbox_event", "peer_inbox", ["event"])
    op.create_index("ix_peer_inbox_their_event", "peer_inbox", ["peer", "their_event"])
    op.create_table(
        "peer_nonce",
        sa.Column("key_id", sa.String(100), nullable=False),
        sa.Column("nonce", sa.String(100), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name="pk_peer_nonce"),
    )
    op.create_index("ix_peer_nonce_expires_at", "peer_nonce", ["expires_at"])
    op.create_table(
        "peer_subject",
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("child", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_peer_subject"),
    )
    op.create_table(
        "peer_receipt",
        sa.Column("notice_ref", sa.String(32), nullable=False),
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("notice_ref", name="pk_peer_receipt"),
    )
    op.create_table(
        "peer_answer",
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("notice_ref", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("peer", "notice_ref", name="pk_peer_answer"),
    )
    op.create_table(
        "peer_line",
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("peer", "recipient", name="pk_peer_line"),
    )
    op.create_table(
        "peer_directory",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_peer_directory"),
    )
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL_GUARD.format(table=table))


def downgrade() -> None:
    for table in (
        "peer_directory", "peer_line", "peer_answer", "peer_receipt", "peer_subject", "peer_nonce",
        "peer_inbox",
    ):  # fmt: skip
        op.drop_table(table)
