"""How far the look at changed facts has come, and proclaimed bank holidays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
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


def upgrade() -> None:
    op.create_table(
        "reconsidered",
        sa.Column("what", sa.String(32), primary_key=True),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "holiday_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("holiday", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(table="holiday_override", verb=verb))
    else:
        op.execute(POSTGRESQL_GUARD.format(table="holiday_override"))


def downgrade() -> None:
    op.drop_table("holiday_override")
    op.drop_table("reconsidered")
