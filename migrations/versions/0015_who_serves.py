"""Indexes of the register of recipients: by the person who is told, and of those who serve areas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SERVES = sa.text("serves != '[]'")


def upgrade() -> None:
    op.create_index("ix_recipient_subject", "recipient", ["subject"])
    op.create_index(
        "ix_recipient_serving",
        "recipient",
        ["id"],
        sqlite_where=_SERVES,
        postgresql_where=_SERVES,
    )


def downgrade() -> None:
    op.drop_index("ix_recipient_serving", table_name="recipient")
    op.drop_index("ix_recipient_subject", table_name="recipient")
