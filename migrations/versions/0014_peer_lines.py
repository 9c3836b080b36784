"""Indexes of what peers sent, by line and number, and of what a child is called to each peer."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_peer_inbox_seq", "peer_inbox", ["peer", "recipient", "seq"])
    op.create_index("ix_peer_subject_child", "peer_subject", ["child", "peer"])


def downgrade() -> None:
    op.drop_index("ix_peer_subject_child", table_name="peer_subject")
    op.drop_index("ix_peer_inbox_seq", table_name="peer_inbox")
