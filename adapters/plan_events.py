"""Plan events from a council's records: that a plan against going missing was written, and on which day.

The same plan written on another day is another event. What stands in it is not asked for. One
without a day tells nothing: when it was written is all that there is to tell.

Source: Essex 2.1 and 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from adapters.times import LONDON
from records.events import PreventionPlanUpdated, Whom
from records.plans import PreventionPlan


def plan_events(plan: PreventionPlan, about: Whom) -> Iterator[PreventionPlanUpdated]:
    """That it was written on its day."""
    written_on = plan.plan.written_on if plan.plan else None
    if written_on is None:
        return
    yield PreventionPlanUpdated(
        about=about,
        sender_ref=f"plan/{plan.ref}/written-{written_on.isoformat()}",
        provenance=plan.provenance,
        happened_at=datetime.combine(written_on, time(0), LONDON).astimezone(UTC),
        notes=plan.notes,
        plan_ref=plan.ref,
    )
