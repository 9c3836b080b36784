"""What a provider is polled for: whose review health assessment is overdue.

Nothing changes in a record on the day on which an assessment becomes overdue, so open tasks are listed
each time, and whoever's has passed its day is read again. Only for a provider whose deployment names
the codes of those tasks (`review_codes`).
Source: HL7 FHIR R4 Task (search by `code` and `status`; restriction.period.end is "by when").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from adapters.health import wire
from adapters.health.entries import due_on
from adapters.health.settings import ProviderSettings
from adapters.listing import Listed
from adapters.notes import Notes
from adapters.times import LONDON
from records.events import Event, ReviewHealthAssessmentOverdue, Whom
from records.health import Health
from records.record import Record

OPEN: Final = "draft,requested,received,accepted,ready,in-progress,on-hold"
_PATIENT: Final = "Patient/"


def query(settings: ProviderSettings) -> Sequence[tuple[str, str]]:
    """What is asked of the provider's open review tasks: whose, and by when."""
    return (
        ("code", ",".join(settings.review_codes)),
        ("status", OPEN),
        ("_elements", "status,for,restriction"),
    )


def listed(source: str, tasks: Sequence[msgspec.Raw], today: date) -> Listed:
    """Everybody whose task has passed its day."""
    found, notes = Listed(source), Notes()
    for raw in tasks:
        rows = list(wire.TASK.rows([raw], notes))
        whose = rows[0].for_.reference if rows and rows[0].for_ is not None else None
        if whose is None or _PATIENT not in whose:
            found.skipped += 1
            continue
        due = due_on(rows[0], notes)
        if due is not None and due < today:
            # The day on which it was due, and not the server's own words for it.
            found.add(whose.rpartition(_PATIENT)[2], due.isoformat().encode(), among=rows[0].id)
    return found


def happened(records: Sequence[Record], about: Whom) -> Iterator[Event]:
    """That the assessment is overdue, from the day after it was due."""
    for record in records:
        if not isinstance(record, Health) or record.assessment is None:
            continue
        due = record.assessment.due_on
        if due is not None and record.assessment.overdue:
            passed = datetime.combine(due + timedelta(days=1), time(0), LONDON)
            yield ReviewHealthAssessmentOverdue(
                about=about,
                sender_ref=f"health/review-overdue/{due.isoformat()}",
                provenance=record.provenance,
                happened_at=passed.astimezone(UTC),
                due_on=due,
            )
