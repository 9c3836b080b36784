"""What a poll has told of each child, so that a record that is gone is noticed; when each child was last read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("polled_child", sa.Column("read_at", INSTANT))
    op.create_table(
        "polled_told",
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("sender_ref", sa.String(200), primary_key=True),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("gone_since", INSTANT),
    )
    op.create_index("ix_polled_told_child", "polled_told", ["source", "mark"])


def downgrade() -> None:
    op.drop_index("ix_polled_told_child", "polled_told")
    op.drop_table("polled_told")
    op.drop_column("polled_child", "read_at")
