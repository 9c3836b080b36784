"""Since when a notice is tried by the way that it goes now: one that moved on, or is sent again, has its time anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("way_since", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("delivery", "way_since")
