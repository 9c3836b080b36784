"""The order in which records are listed: newest first, by nothing but what was disclosed.

A record arrives without the parts that were not permitted, so an order made from what it
holds cannot tell anything of what it does not. Where no date is open, the order is that of
the record's digest: stable, and meaningless.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Final

from records.child import Involvement, LegalStatus, Placement
from records.episode import MissingEpisode, SafeAndWellCheck
from records.health import Health
from records.intelligence import Intelligence
from records.interview import ReturnInterview
from records.record import Record
from records.trigger_plan import TriggerPlan
from schema.ids import digest_of

_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


def newest_first(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records in the order of their listing; those without an open date last."""
    return tuple(sorted(records, key=_place, reverse=True))


def _place(record: Record) -> tuple[datetime, bytes]:
    return (_instant(_dated(record)), digest_of(record))


def _instant(value: datetime | date | None) -> datetime:
    match value:
        case None:
            return _UNDATED
        case datetime():
            return value
        case date():
            return datetime.combine(value, time.min, UTC)


def _dated(record: Record) -> datetime | date | None:
    """The date by which people would look for this record, where it is open and recorded."""
    match record:
        case MissingEpisode(status=status) if status is not None:
            return status.reported_at or status.missing_from or status.recorded_at
        case SafeAndWellCheck(confirmation=done) if done is not None:
            return done.done_at
        case ReturnInterview(confirmation=held) if held is not None and held.held_at is not None:
            return held.held_at
        case ReturnInterview(offer=offer) if offer is not None:
            return offer.offered_at
        case LegalStatus(status=status) if status is not None:
            return status.started_on
        case Placement(detail=detail) if detail is not None:
            return detail.started_on
        case Involvement(case=case) if case is not None:
            return case.started_on
        case TriggerPlan(plan=plan) if plan is not None:
            return plan.updated_on
        case Health(assessment=assessment) if assessment is not None:
            return assessment.assessed_on
        case Intelligence(report=report) if report is not None and report.submitted_at is not None:
            return report.submitted_at
        case Intelligence(abduction_notice=notice) if notice is not None:
            return notice.issued_on
        case _:
            return None
