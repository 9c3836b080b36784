"""How far the look at changed facts has come, and the days that were proclaimed holidays."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant

RECONSIDERED: Final = sa.Table(
    "reconsidered",
    TABLES,
    sa.Column("what", sa.String(32), primary_key=True),
    sa.Column("upto", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Up to which row of each table of facts the children were reconsidered; and when everybody was."""

HOLIDAY_OVERRIDE: Final = append_only(
    sa.Table(
        "holiday_override",
        TABLES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("holiday", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("entered_at", Instant, nullable=False),
    )
)
"""A day that is a bank holiday by proclamation, or is none after all. Of one day, the last row holds."""
