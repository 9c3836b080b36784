"""What a force is polled for of trigger plans: whose were written or changed, and on which day.

The nominal with its plans, as for a question, is asked for everybody ``since`` an instant, and then for
each nominal so named. Nothing that stands in a plan is asked for, but the day on which it was written.

Assumed, like all of CONNECT's interface: that nominals can be listed so. A deployment whose force
offers no such list says ``reads_trigger_plans = false``.
Source: Pan-Lancashire 5.2.2 (plans stand "against the child's nominal record").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from adapters.harmless import harmless_event
from adapters.listing import Listed
from adapters.notes import Notes
from adapters.police.dialect import Query, Rows
from adapters.police.happenings import Sent
from adapters.police.sdm import PEOPLE, all_refs, at
from adapters.police.wire import INCLUDED, PlanRow
from adapters.times import LONDON, day
from records.events import TriggerPlanUpdated
from records.record import Provenance

ASK: Final[Query] = (
    ("fields[person]", ""),
    ("include", "triggerPlans"),
    ("fields[triggerPlan]", "updatedOn"),
)
"""The nominal's bare existence, and of each plan the day on which it was written."""


def add(found: Listed, rows: Rows) -> None:
    """Put every nominal who has a plan into the list, with the days of their plans."""
    notes = Notes()
    plans = {
        plan.id: raw
        for raw in rows.included
        for plan in INCLUDED.rows([raw], notes)
        if isinstance(plan, PlanRow)
    }
    for raw in rows.data:
        people = [one for one in PEOPLE.rows([raw], notes) if one.id.strip()]
        if not people:
            found.skipped += 1
        for person in people:
            for ref in all_refs(person.relationships.trigger_plans):
                if ref in plans:
                    found.add(person.id, plans[ref], among=ref)


def plans_of(rows: Rows, sent: Sent) -> Iterator[TriggerPlanUpdated]:
    """Every plan that hangs on one of these nominals."""
    included = {row.id: row for row in INCLUDED.rows(rows.included, Notes())}
    for person in PEOPLE.rows(rows.data, Notes()):
        if person.id in rows.nominals:
            for plan in at(PlanRow, person.relationships.trigger_plans, included):
                yield plan_updated(plan, sent)


def plan_updated(plan: PlanRow, sent: Sent) -> TriggerPlanUpdated:
    """That a plan was written or changed on its day: the same plan changed on another is another event."""
    notes = Notes()
    updated_on = day(plan.attributes.updated_on, notes, "date of the plan")
    return harmless_event(
        TriggerPlanUpdated(
            about=sent.about,
            sender_ref=f"{plan.id}/updated/{updated_on or ''}",
            provenance=Provenance(source=sent.source, system=sent.system, as_of=sent.received_at),
            happened_at=datetime.combine(updated_on, time(0), LONDON).astimezone(UTC)
            if updated_on
            else None,
            plan_ref=plan.id,
            notes=(*notes.all(), *sent.notes),
        )
    )
