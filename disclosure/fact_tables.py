"""What deciding needs to know, as tables: each row says what, of whom, since when, who says so, and when we learnt it.

Rows are never changed. A correction is a new row that names the one it replaces, so that
both questions can be answered: what was true then, and what was known then. A row whose
period is empty takes back the one it replaces.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant


def _asserted(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of assertions about a child, each with its period, its author and its source."""
    return append_only(
        sa.Table(
            name,
            TABLES,
            sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
            sa.Column("child_ref", sa.String(32), nullable=False, index=True),
            *columns,
            sa.Column("valid_from", Instant, nullable=False),
            sa.Column("valid_to", Instant),
            sa.Column("source", sa.String(100), nullable=False),
            sa.Column("asserted_by", sa.String(200), nullable=False),
            sa.Column("recorded_at", Instant, nullable=False),
            sa.Column("replaces", sa.BigInteger, index=True),
        )
    )


STANDING: Final = _asserted(
    "standing",
    sa.Column("standing", sa.String(32), nullable=False),
    sa.Column("issuer", sa.String(200)),
    sa.Column("subject", sa.String(200)),
    sa.Column("organisation", sa.String(64)),
    sa.Column("team", sa.String(100)),
    sa.Column("role", sa.String(64)),
)
"""Who is what to a child: a person, an organisation, or both; of a role or a team where said."""

CHILD_AREA: Final = _asserted(
    "child_area",
    sa.Column("area", sa.String(16), nullable=False),
    sa.Column("authority", sa.String(9)),
)
"""The authority whose area the child lives in, whose child it is, and where home is (GSS codes)."""

PREFERENCE: Final = _asserted(
    "preference",
    sa.Column("about", sa.String(16), nullable=False),
    sa.Column("giver", sa.String(16), nullable=False),
    sa.Column("giver_ref", sa.String(200), nullable=False),
    sa.Column("audience", sa.String(64)),
    sa.Column("says", sa.String(16), nullable=False),
    sa.Column("capacity", sa.String(32), nullable=False),
)
"""What the child, or a person with parental responsibility, wants shared with whom. Not a lawful basis."""

PARTICIPATION: Final = _asserted(
    "participation",
    sa.Column("interview", sa.String(200), nullable=False),
    sa.Column("giver", sa.String(16), nullable=False),
    sa.Column("giver_ref", sa.String(200), nullable=False),
    sa.Column("says", sa.String(16), nullable=False),
)
"""Whether a return interview may take place. Not permission to share it."""

NOTICE: Final = _asserted(
    "notice_given",
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
"""That the child was told what is shared with whom; or why telling them was unsafe."""

JUDGEMENT: Final = _asserted(
    "judgement",
    sa.Column("fact", sa.String(64), nullable=False),
    sa.Column("value", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("for_issuer", sa.String(200)),
    sa.Column("for_subject", sa.String(200)),
    sa.Column("for_organisation", sa.String(64)),
)
"""What a named person judged, with a reason; each ends by itself. Some are for one caller only."""

ATTRIBUTE: Final = _asserted(
    "attribute",
    sa.Column("fact", sa.String(64), nullable=False),
    sa.Column("value", sa.Text),
)
"""Everything else that a system says of a child, as JSON; none where the system says that it cannot tell."""

AGREEMENT: Final = append_only(
    sa.Table(
        "agreement",
        TABLES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("organisation", sa.String(64), nullable=False, index=True),
        sa.Column("partnership", sa.String(64), nullable=False),
        sa.Column("purposes", sa.String(200)),
        sa.Column("agreement_ref", sa.String(200), nullable=False),
        sa.Column("dpia_ref", sa.String(200)),
        sa.Column("valid_from", Instant, nullable=False),
        sa.Column("valid_to", Instant),
        sa.Column("asserted_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("replaces", sa.BigInteger, index=True),
    )
)
"""Sharing agreements in force between an organisation and a partnership, for some or all purposes."""
