"""What was carried from one child to another when a person made them one: the road back, row by row."""

from __future__ import annotations

import enum
from typing import Final

import sqlalchemy as sa

from linking.append_only import append_only
from linking.storage import TABLES, Instant


class Carried(enum.Enum):
    """What kind of thing. The value is stored.

    EVENT: the key is the event that was, and it became another under the kept child. NOTICE and
    CLOCK: the key is the notice or the clock, which belongs to another event since. FACT: the
    key is the table and the row that was copied.
    """

    EVENT = "event"
    NOTICE = "notice"
    CLOCK = "clock"
    FACT = "fact"


CARRIED: Final = append_only(
    sa.Table(
        "carried",
        TABLES,
        sa.Column("match_ref", sa.String(32), primary_key=True),
        sa.Column("what", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("was", sa.String(32), nullable=False),
        sa.Column("became", sa.String(32), nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
)
