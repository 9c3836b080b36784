"""What people say has happened, from which events are made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)
TABLE = "said_to_happen"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("child_ref", sa.String(32), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
    )
    op.create_index("ix_said_to_happen_child_ref", TABLE, ["child_ref"])
    op.create_index("ix_said_to_happen_said_at", TABLE, ["said_at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(table=TABLE, verb=verb))
    else:
        op.execute(POSTGRESQL_GUARD.format(table=TABLE))


def downgrade() -> None:
    op.drop_table(TABLE)
