"""The ledger, the index and the registers of facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# Frozen as they were when this revision was written.
APPEND_ONLY = (
    "agreement", "attribute", "child_area", "judgement", "ledger", "notice_given", "participation",
    "preference", "standing",
)  # fmt: skip
SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION homeward_append_only() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME; END'
"""
POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION homeward_append_only()"
)


def upgrade() -> None:
    _index()
    _ledger()
    _facts()
    _guard()


def downgrade() -> None:
    for table in (
        "child_nhs_number", "child_link", "child", "ledger_reason", *APPEND_ONLY,
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION homeward_append_only()")


def _table(name: str, *columns: Any, key: Sequence[str] = ("id",)) -> None:
    numbered = [sa.Column("id", NUMBER, nullable=False)] if tuple(key) == ("id",) else []
    op.create_table(
        name, *numbered, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}")
    )


def _text(name: str, length: int, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=null)


def _instant(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=null)


def _foreign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["child_ref"], ["child.child_ref"], name=f"fk_{table}_child_ref"
    )


def _index() -> None:
    active = {
        "sqlite_where": sa.text("unlinked_at IS NULL"),
        "postgresql_where": sa.text("unlinked_at IS NULL"),
    }
    _table("child", _text("child_ref", 32), _instant("enrolled_at"), key=["child_ref"])
    _table(
        "child_nhs_number",
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        _text("child_ref", 32),
        _instant("linked_at"),
        _text("linked_by", 200),
        _instant("unlinked_at", null=True),
        _text("unlinked_by", 200, null=True),
        _foreign("child_nhs_number"),
    )
    op.create_index("ix_child_nhs_number_child_ref", "child_nhs_number", ["child_ref"])
    op.create_index(
        "uq_child_nhs_number_mark", "child_nhs_number", ["mark"], unique=True, **active
    )
    _table(
        "child_link",
        _text("child_ref", 32),
        _text("source", 100),
        sa.Column("local_mark", sa.LargeBinary(32), nullable=False),
        sa.Column("local_sealed", sa.LargeBinary(), nullable=False),
        _text("how", 32),
        _instant("linked_at"),
        _text("linked_by", 200),
        _instant("unlinked_at", null=True),
        _text("unlinked_by", 200, null=True),
        _text("unlinked_how", 32, null=True),
        _foreign("child_link"),
    )
    op.create_index("ix_child_link_local_mark", "child_link", ["local_mark"])
    op.create_index(
        "uq_child_link_child_ref", "child_link", ["child_ref", "local_mark"], unique=True, **active
    )


def _ledger() -> None:
    _table(
        "ledger",
        _text("writer", 100),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _text("ref", 32),
        _text("kind", 16),
        _instant("at"),
        _text("child", 32, null=True),
        _text("by", 32, null=True),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        _text("digest", 64),
        _text("signature", 128, null=True),
        sa.UniqueConstraint("ref", name="uq_ledger_ref"),
        key=["writer", "seq"],
    )
    for column in ("child", "by", "kind"):
        op.create_index(f"ix_ledger_{column}", "ledger", [column, "at"])
    _table("ledger_reason", _text("ref", 32), sa.Column("reason", sa.Text(), nullable=False), key=["ref"])


def _facts() -> None:
    _said("standing", [_text("standing", 32), _text("issuer", 200, null=True), _text("subject", 200, null=True), _text("organisation", 64, null=True), _text("team", 100, null=True), _text("role", 64, null=True)])
    _said("child_area", [_text("area", 16), _text("authority", 9, null=True)])
    _said("preference", [_text("about", 16), _text("giver", 16), _text("giver_ref", 200), _text("audience", 64, null=True), _text("says", 16), _text("capacity", 32)])
    _said("participation", [_text("interview", 200), _text("giver", 16), _text("giver_ref", 200), _text("says", 16)])
    _said("notice_given", [sa.Column("told", sa.Boolean(), nullable=False), sa.Column("why", sa.Text(), nullable=False)])
    _said("judgement", [_text("fact", 64), sa.Column("value", sa.Boolean(), nullable=False), sa.Column("reason", sa.Text(), nullable=False), _text("for_issuer", 200, null=True), _text("for_subject", 200, null=True), _text("for_organisation", 64, null=True)])
    _said("attribute", [_text("fact", 64), sa.Column("value", sa.Text(), nullable=True)])
    _table(
        "agreement",
        _text("organisation", 64),
        _text("partnership", 64),
        _text("purposes", 200, null=True),
        _text("agreement_ref", 200),
        _text("dpia_ref", 200, null=True),
        _instant("valid_from"),
        _instant("valid_to", null=True),
        _text("asserted_by", 200),
        _instant("recorded_at"),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
    )
    op.create_index("ix_agreement_organisation", "agreement", ["organisation"])
    op.create_index("ix_agreement_replaces", "agreement", ["replaces"])


def _said(name: str, columns: list[sa.Column[Any]]) -> None:
    _table(
        name,
        _text("child_ref", 32),
        *columns,
        _instant("valid_from"),
        _instant("valid_to", null=True),
        _text("source", 100),
        _text("asserted_by", 200),
        _instant("recorded_at"),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
    )
    op.create_index(f"ix_{name}_child_ref", name, ["child_ref"])
    op.create_index(f"ix_{name}_replaces", name, ["replaces"])


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in APPEND_ONLY:
        op.execute(POSTGRESQL_GUARD.format(table=table))
