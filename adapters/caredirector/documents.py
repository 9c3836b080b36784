"""Care plans, other plans, schools and meetings as records."""

from __future__ import annotations

from adapters.caredirector.held import Held
from adapters.caredirector.names import CarePlan, Meetings, Plan, SchoolNames
from adapters.caredirector.person import is_among
from adapters.caredirector.wire import Row
from adapters.notes import Notes
from adapters.times import day
from records import plans
from records.education import School, Schooling
from records.items import Item
from records.meeting import Meeting, MeetingCalled, MeetingKind, MeetingMinutes
from records.record import Record


def care_plan(held: Held, names: CarePlan, row: Row, ref: str, notes: Notes) -> plans.CarePlan:
    """One care plan."""
    return plans.CarePlan(
        ref=ref,
        provenance=held.provenance,
        plan=plans.CarePlanDetail(
            started_on=day(row.text(names.started), notes, "start of the care plan"),
            ended_on=day(row.text(names.ended), notes, "end of the care plan"),
            permanence=row.text(names.permanence),
        ),
    )


def plan(held: Held, item: Item, names: Plan, row: Row, ref: str, notes: Notes) -> Record:
    """One plan of the kind that the item is."""
    written = plans.WrittenPlan(
        written_on=day(row.text(names.written), notes, "day the plan was written"),
        review_due_on=day(row.text(names.review_due), notes, "day of the plan's review"),
        profile=row.text(names.profile),
        risks=row.texts(names.risks),
        actions=row.texts(names.actions),
    )
    match item:
        case Item.PLACEMENT_PLAN:
            return plans.PlacementPlan(ref=ref, provenance=held.provenance, plan=written)
        case Item.PREVENTION_PLAN:
            return plans.PreventionPlan(ref=ref, provenance=held.provenance, plan=written)
        case _:
            return plans.PhilomenaForm(ref=ref, provenance=held.provenance, form=written)


def schooling(held: Held, names: SchoolNames, row: Row, ref: str, notes: Notes) -> Schooling:
    """One school."""
    return Schooling(
        ref=ref,
        provenance=held.provenance,
        school=School(
            name=row.text(names.name),
            started_on=day(row.text(names.started), notes, "first day at the school"),
            ended_on=day(row.text(names.ended), notes, "last day at the school"),
        ),
    )


def meeting(held: Held, names: Meetings, row: Row, ref: str, notes: Notes) -> Meeting:
    """One meeting. A word that the map does not list is another kind than any that a rule names."""
    word = row.code(names.kind)
    kind = next(
        (kind for kind, words in names.kinds.items() if word and is_among(word, words)),
        MeetingKind.OTHER,
    )
    called = minutes = None
    if Item.MEETING_REQUEST in held.items:
        called = MeetingCalled(
            kind=kind,
            called_on=day(row.text(names.called), notes, "day the meeting was called"),
            meets_on=day(row.text(names.meets), notes, "day of the meeting"),
            held_on=day(row.text(names.held), notes, "day on which it was held"),
        )
    if Item.MEETING_MINUTES in held.items and (said := row.text(names.minutes)):
        minutes = MeetingMinutes(minutes=said)
    return Meeting(ref=ref, provenance=held.provenance, kind=kind, called=called, minutes=minutes)
