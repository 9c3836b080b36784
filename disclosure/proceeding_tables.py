"""What people set going about disclosure: breaking glass, requests, answers, refusals to share.

Rows are never changed: a review or an answer is a row of its own. Each names the ledger's entry
that was durable before it took effect.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant


def _about_a_child(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """A table of what somebody did about a child: who, in what role, why, and when."""
    return append_only(
        sa.Table(
            name,
            TABLES,
            sa.Column("ref", sa.String(32), primary_key=True),
            sa.Column("child_ref", sa.String(32), nullable=False, index=True),
            sa.Column("by", sa.String(32), nullable=False, index=True),
            sa.Column("role", sa.String(64), nullable=False),
            sa.Column("organisation", sa.String(64), nullable=False, index=True),
            sa.Column("items", sa.Text, nullable=False),
            sa.Column("reason", sa.Text, nullable=False),
            sa.Column("at", Instant, nullable=False),
            *columns,
        )
    )


JUDGED_FOR: Final = append_only(
    sa.Table(
        "judged_for",
        TABLES,
        sa.Column("judgement", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("items", sa.Text, nullable=False),
    )
)
"""For which items alone a judgement counts, as JSON; one that is not here counts for all it can open."""

BREAK_GLASS: Final = _about_a_child(
    "break_glass",
    sa.Column("judgement", sa.BigInteger, nullable=False),
    sa.Column("set_aside", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("review_due", Instant, nullable=False),
)
"""That somebody broke glass. ``set_aside`` are the ids of the denials it sets aside, as JSON by item."""

BREAK_GLASS_REVIEW: Final = append_only(
    sa.Table(
        "break_glass_review",
        TABLES,
        sa.Column("break_glass", sa.String(32), primary_key=True),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
"""What somebody else found of it; once."""

DISCLOSURE_REQUEST: Final = _about_a_child(
    "disclosure_request",
    sa.Column("issuer", sa.String(200), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("to_role", sa.String(64), nullable=False, index=True),
)
"""That somebody asks a role to share what was withheld."""

DISCLOSURE_ANSWER: Final = append_only(
    sa.Table(
        "disclosure_answer",
        TABLES,
        sa.Column("request", sa.String(32), primary_key=True),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
"""How a request was answered; once."""

NOT_SHARED: Final = _about_a_child(
    "not_shared",
    sa.Column("with_role", sa.String(64), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)
"""Why something was not shared although there is a duty to share, and which roles were told so."""

DONE_ONCE: Final = append_only(
    sa.Table(
        "done_once",
        TABLES,
        sa.Column("by", sa.String(32), primary_key=True),
        sa.Column("act", sa.String(32), primary_key=True),
        sa.Column("key_mark", sa.String(64), primary_key=True),
        sa.Column("said_mark", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
"""What came of something that a caller sent under a key of their own: sent again, it is not done again."""

SAID_TO_HAPPEN: Final = append_only(
    sa.Table(
        "said_to_happen",
        TABLES,
        sa.Column("ref", sa.String(32), primary_key=True),
        sa.Column("child_ref", sa.String(32), nullable=False, index=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("said_at", Instant, nullable=False, index=True),
    )
)
"""What a person says has happened: an event's type, when it happened, and its codes as JSON.

The ledger's entry, of the same ``ref``, says who. An event is made of each row, with its notices.
"""
