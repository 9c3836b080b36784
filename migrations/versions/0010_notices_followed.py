"""A small index of the notices whose progress in their recipients' systems is looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FOLLOWED = "channel = 'fhir' AND state = 'delivered'"


def upgrade() -> None:
    op.create_index(
        "ix_delivery_followed",
        "delivery",
        ["notice_ref"],
        sqlite_where=sa.text(_FOLLOWED),
        postgresql_where=sa.text(_FOLLOWED),
    )


def downgrade() -> None:
    op.drop_index("ix_delivery_followed", table_name="delivery")
