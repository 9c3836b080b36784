"""The order in which records are listed: newest first, by nothing but what was disclosed.

A record arrives without the parts that were not permitted, so an order made from what it
holds cannot tell anything of what it does not. Where no date is open, the order is that of
the record's digest: stable, and meaningless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Final

from records.items import Category
from records.record import Record
from schema.ids import digest_of

DATED_BY: Final[Mapping[Category, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        Category.IDENTITY: (),
        Category.LEGAL_STATUS: (("status", "started_on"),),
        Category.PLACEMENTS: (("detail", "started_on"),),
        Category.INVOLVEMENTS: (("case", "started_on"),),
        Category.EPISODES: (
            ("status", "reported_at"),
            ("status", "missing_from"),
            ("status", "recorded_at"),
        ),
        Category.SAFE_AND_WELL: (("confirmation", "done_at"),),
        Category.INTERVIEWS: (("confirmation", "held_at"), ("offer", "offered_at")),
        Category.TRIGGER_PLANS: (("plan", "updated_on"),),
        Category.HEALTH: (("assessment", "assessed_on"),),
        Category.INTELLIGENCE: (("report", "submitted_at"), ("abduction_notice", "issued_on")),
        Category.CARE_PLANS: (("plan", "started_on"),),
        Category.PLACEMENT_PLANS: (("plan", "written_on"),),
        Category.PREVENTION_PLANS: (("plan", "written_on"),),
        Category.PHILOMENA_FORMS: (("form", "written_on"),),
        Category.EDUCATION: (("school", "started_on"),),
        Category.MEETINGS: (("called", "meets_on"), ("called", "called_on")),
    }
)
"""The dates by which people look for a record: a part and its field, the first that is there."""

_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


def newest_first(records: Iterable[Record]) -> list[tuple[Record, bytes]]:
    """The records in the order of their listing, each with its digest; without an open date, last."""
    placed = [(record, digest_of(record)) for record in records]
    placed.sort(key=lambda each: (_dated(each[0]), each[1]), reverse=True)
    return placed


def _dated(record: Record) -> datetime:
    for part, field in DATED_BY[type(record).category]:
        found = getattr(getattr(record, part), field, None)
        if found is not None:
            return _instant(found)
    return _UNDATED


def _instant(value: datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time.min, UTC)
