"""When a child's standing and facts were read from a source, and which of its codes nothing reads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("polled_child", sa.Column("facts_at", INSTANT))
    op.create_table(
        "unread_code",
        sa.Column("source", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("code", sa.String(200), primary_key=True),
        sa.Column("seen_at", INSTANT, nullable=False),
    )
    op.create_index("ix_child_link_source", "child_link", ["source"])


def downgrade() -> None:
    op.drop_index("ix_child_link_source", "child_link")
    op.drop_table("unread_code")
    op.drop_column("polled_child", "facts_at")
