"""Breaking glass, requests for disclosure, refusals to share, and what is done once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
APPEND_ONLY = (
    "judged_for", "break_glass", "break_glass_review", "disclosure_request",
    "disclosure_answer", "not_shared", "done_once",
)  # fmt: skip
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
        "judged_for",
        sa.Column("judgement", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("judgement", name="pk_judged_for"),
    )
    _about_a_child(
        "break_glass",
        sa.Column("judgement", sa.BigInteger(), nullable=False),
        sa.Column("set_aside", sa.Text(), nullable=False),
        _instant("expires_at"),
        _instant("review_due"),
    )
    _answer("break_glass_review", "break_glass")
    _about_a_child(
        "disclosure_request",
        _text("issuer", 200),
        _text("subject", 200),
        _text("purpose", 32),
        _text("to_role", 64),
    )
    op.create_index("ix_disclosure_request_to_role", "disclosure_request", ["to_role"])
    _answer("disclosure_answer", "request")
    _about_a_child(
        "not_shared", _text("with_role", 64), sa.Column("told", sa.Text(), nullable=False)
    )
    op.create_table(
        "done_once",
        _text("by", 32),
        _text("act", 32),
        _text("key_mark", 64),
        _text("said_mark", 64),
        sa.Column("outcome", sa.Text(), nullable=False),
        _instant("at"),
        sa.PrimaryKeyConstraint("by", "act", "key_mark", name="pk_done_once"),
    )
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL_GUARD.format(table=table))


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)


def _about_a_child(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        _text("ref", 32),
        _text("child_ref", 32),
        _text("by", 32),
        _text("role", 64),
        _text("organisation", 64),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("at"),
        *columns,
        sa.PrimaryKeyConstraint("ref", name=f"pk_{name}"),
    )
    for column in ("child_ref", "by", "organisation"):
        op.create_index(f"ix_{name}_{column}", name, [column])


def _answer(name: str, of: str) -> None:
    op.create_table(
        name,
        _text(of, 32),
        _text("ref", 32),
        _text("by", 32),
        _text("outcome", 32),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("at"),
        sa.PrimaryKeyConstraint(of, name=f"pk_{name}"),
    )


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=False)
