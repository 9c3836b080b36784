"""Bundles of protocols that somebody approved, with the texts themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Frozen as they were when this revision was written.
APPEND_ONLY = ("bundle", "bundle_approval")
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
        "bundle",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_bundle"),
    )
    op.create_table(
        "bundle_approval",
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("partnerships", sa.Text(), nullable=False),
        sa.Column("accepted", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("ref", name="pk_bundle_approval"),
    )
    op.create_index("ix_bundle_approval_digest", "bundle_approval", ["digest"])
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL_GUARD.format(table=table))


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
