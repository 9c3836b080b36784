"""Marks to search by, and possible matches with their decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
APPEND_ONLY = ("possible_match", "possible_match_step")
SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def upgrade() -> None:
    _search()
    _possible_matches()
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL_GUARD.format(table=table))


def downgrade() -> None:
    for table in ("possible_match_step", "possible_match", "search_mark", "search_record"):
        op.drop_table(table)


def _search() -> None:
    op.create_table(
        "search_record",
        sa.Column("record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("local_mark", sa.LargeBinary(32), nullable=False),
        sa.Column("local_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("marked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_search_record"),
        sa.UniqueConstraint("local_mark", name="uq_search_record_local_mark"),
    )
    op.create_table(
        "search_mark",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", "record", name="pk_search_mark"),
        sqlite_with_rowid=False,
    )


def _possible_matches() -> None:
    op.create_table(
        "possible_match",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("pair", sa.LargeBinary(64), nullable=False),
        sa.Column("one_mark", sa.LargeBinary(32), nullable=False),
        sa.Column("one_source", sa.String(100), nullable=False),
        sa.Column("one_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("other_mark", sa.LargeBinary(32), nullable=False),
        sa.Column("other_source", sa.String(100), nullable=False),
        sa.Column("other_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("weights_version", sa.String(32), nullable=False),
        sa.Column("held_back_by", sa.String(32), nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("found_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_possible_match"),
        sa.UniqueConstraint("match_ref", name="uq_possible_match_match_ref"),
        sa.UniqueConstraint("pair", name="uq_possible_match_pair"),
    )
    op.create_table(
        "possible_match_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("match_ref", sa.String(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("joined", sa.LargeBinary(), nullable=True),
        sa.Column("side", sa.String(5), nullable=True),
        sa.Column("pair", sa.LargeBinary(64), nullable=True),
        sa.Column("local_mark", sa.LargeBinary(32), nullable=True),
        sa.Column("source", sa.String(100), nullable=True),
        sa.Column("local_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_possible_match_step"),
        sa.ForeignKeyConstraint(
            ["match_ref"], ["possible_match.match_ref"], name="fk_possible_match_step_match_ref"
        ),
    )
    for table, columns in (
        ("possible_match", ("one_mark", "other_mark")),
        ("possible_match_step", ("match_ref", "pair", "local_mark")),
    ):
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
