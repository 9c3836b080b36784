"""Records that wait to be weighed, and what was carried from one child to another when a person made them one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Frozen as they were when this revision was written.
SQLITE_GUARD = (
    "CREATE TRIGGER carried_no_{verb} BEFORE {verb} ON carried "
    "BEGIN SELECT RAISE(ABORT, 'carried is append-only'); END"
)
POSTGRESQL_GUARD = (
    "CREATE TRIGGER carried_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON carried "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def upgrade() -> None:
    op.create_table(
        "unweighed_record",
        sa.Column("local_mark", sa.LargeBinary(32), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("local_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary()),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("local_mark", name="pk_unweighed_record"),
    )
    op.create_index("ix_unweighed_record_next_at", "unweighed_record", ["next_at"])
    op.create_table(
        "carried",
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("was", sa.String(32), nullable=False),
        sa.Column("became", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("match_ref", "what", "key", name="pk_carried"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(verb=verb))
    else:
        op.execute(POSTGRESQL_GUARD)


def downgrade() -> None:
    op.drop_table("carried")
    op.drop_table("unweighed_record")
