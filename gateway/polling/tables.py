"""The tables of polling: where each source stands, and whose records there have changed.

No row names anybody: a child is a keyed mark, and the system's id for them is sealed, and only
while it waits.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from linking.storage import TABLES, Instant

POLL: Final = sa.Table(
    "poll",
    TABLES,
    sa.Column("source", sa.String(100), primary_key=True),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("as_of", Instant, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("polled_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", Instant),
    sa.Column("failure", sa.String(64)),
)
"""Where one source stands.

``began_at``: what happened before is no news. ``as_of``: everything that it showed up to then is in
hand, and the next look begins there.
"""

POLLED_CHILD: Final = sa.Table(
    "polled_child",
    TABLES,
    sa.Column("source", sa.String(100), primary_key=True),
    sa.Column("mark", sa.LargeBinary(32), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("waits_since", Instant),
    sa.Column("next_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("facts_at", Instant),
    sa.Column("read_at", Instant),
)
"""Whose records a source has shown as changed. ``version``: what it listed of them, as a digest.

While ``sealed`` holds the source's id for the child, they wait to be read: since the instant up to
which their events were known. ``facts_at`` is when their standing and facts were last read from there,
``read_at`` when what happened was.
"""

POLLED_TOLD: Final = sa.Table(
    "polled_told",
    TABLES,
    sa.Column("source", sa.String(100), primary_key=True),
    sa.Column("sender_ref", sa.String(200), primary_key=True),
    sa.Column("mark", sa.LargeBinary(32), nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("gone_since", Instant),
    sa.Index("ix_polled_told_child", "source", "mark"),
)
"""What a source's records have told of each child and still stands: by the reference under which it was told.

``gone_since`` is as of when its record was first found to be gone; null while it is there.
"""

UNREAD_CODE: Final = sa.Table(
    "unread_code",
    TABLES,
    sa.Column("source", sa.String(100), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(200), primary_key=True),
    sa.Column("seen_at", Instant, nullable=False),
)
"""Codes of a source that no setting of the deployment reads, and when each was last seen. About no child."""

OF_EPISODES: Final = "episode"
"""The kind of those words that say what kind of episode one is, or where it stands."""

sa.Index(
    "ix_polled_child_waiting",
    POLLED_CHILD.c.source,
    POLLED_CHILD.c.next_at,
    sqlite_where=POLLED_CHILD.c.sealed.isnot(None),
    postgresql_where=POLLED_CHILD.c.sealed.isnot(None),
)
