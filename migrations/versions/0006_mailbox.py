"""What is collected from a mailbox: whose turn it is, how it is doing, and what waits for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(150), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("handshake_at", sa.DateTime(timezone=True)),
        sa.Column("collected_at", sa.DateTime(timezone=True)),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("failure", sa.String(64)),
        sa.PrimaryKeyConstraint("name", name="pk_mailbox"),
    )
    op.create_table(
        "parked_message",
        sa.Column("mailbox", sa.String(100), nullable=False),
        sa.Column("ref", sa.String(100), nullable=False),
        sa.Column("sender", sa.String(100)),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.String(32)),
        sa.PrimaryKeyConstraint("mailbox", "ref", name="pk_parked_message"),
    )


def downgrade() -> None:
    op.drop_table("parked_message")
    op.drop_table("mailbox")
    op.drop_table("lease")
