"""Possible matches of which somebody has to be told: written with them, so that none is forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
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
        "match_to_tell",
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("match_ref", name="pk_match_to_tell"),
        sa.ForeignKeyConstraint(
            ["match_ref"],
            ["possible_match.match_ref"],
            name="fk_match_to_tell_match_ref_possible_match",
        ),
    )
    op.create_index("ix_match_to_tell_at", "match_to_tell", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_GUARD.format(table="match_to_tell"))
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SQLITE_GUARD.format(table="match_to_tell", verb=verb))


def downgrade() -> None:
    op.drop_index("ix_match_to_tell_at", table_name="match_to_tell")
    op.drop_table("match_to_tell")
