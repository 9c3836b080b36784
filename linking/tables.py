"""The index's tables: children, their NHS numbers as marks, and their links to systems.

A link is never overwritten: ending one writes when, by whom and how, and the row stays.
"""

from __future__ import annotations

import enum
from typing import Final

import sqlalchemy as sa

from linking.storage import TABLES, Instant


class How(enum.Enum):
    """How a link came about, or ended. The value is stored."""

    NHS_NUMBER = "exact-nhs-number"
    LOCAL_ID = "exact-local-id"
    WEIGHED = "weighed-evidence"
    PERSON = "person"
    SUPERSEDED = "superseded"


CHILD: Final = sa.Table(
    "child",
    TABLES,
    sa.Column("child_ref", sa.String(32), primary_key=True),
    sa.Column("enrolled_at", Instant, nullable=False),
)

NHS_NUMBER: Final = sa.Table(
    "child_nhs_number",
    TABLES,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("mark", sa.LargeBinary(32), nullable=False),
    sa.Column("child_ref", sa.ForeignKey(CHILD.c.child_ref), nullable=False, index=True),
    sa.Column("linked_at", Instant, nullable=False),
    sa.Column("linked_by", sa.String(200), nullable=False),
    sa.Column("unlinked_at", Instant),
    sa.Column("unlinked_by", sa.String(200)),
)
sa.Index(
    "uq_child_nhs_number_mark",
    NHS_NUMBER.c.mark,
    unique=True,
    sqlite_where=NHS_NUMBER.c.unlinked_at.is_(None),
    postgresql_where=NHS_NUMBER.c.unlinked_at.is_(None),
)

LINK: Final = sa.Table(
    "child_link",
    TABLES,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("child_ref", sa.ForeignKey(CHILD.c.child_ref), nullable=False),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("local_mark", sa.LargeBinary(32), nullable=False),
    sa.Column("local_sealed", sa.LargeBinary, nullable=False),
    sa.Column("how", sa.String(32), nullable=False),
    sa.Column("linked_at", Instant, nullable=False),
    sa.Column("linked_by", sa.String(200), nullable=False),
    sa.Column("unlinked_at", Instant),
    sa.Column("unlinked_by", sa.String(200)),
    sa.Column("unlinked_how", sa.String(32)),
)
sa.Index(
    "uq_child_link_child_ref",
    LINK.c.child_ref,
    LINK.c.local_mark,
    unique=True,
    sqlite_where=LINK.c.unlinked_at.is_(None),
    postgresql_where=LINK.c.unlinked_at.is_(None),
)
sa.Index("ix_child_link_local_mark", LINK.c.local_mark)
sa.Index("ix_child_link_source", LINK.c.source)
