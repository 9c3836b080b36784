"""Plans, schools and meetings as records, from the care plan table and the council's own forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from adapters.liquidlogic import wire
from adapters.liquidlogic.document_asks import (
    CARE_PLANS,
    PERMANENCE,
    PERMANENCE_PLANS,
    SCHOOL,
    meeting_ask,
    plan_forms,
)
from adapters.liquidlogic.held import Held
from adapters.liquidlogic.interviews import Form, forms
from adapters.liquidlogic.settings import MeetingForm, PlanForm, SchoolForm, Settings
from adapters.liquidlogic.words import flag, text
from adapters.notes import Notes
from adapters.times import day
from records.education import School, Schooling
from records.items import Item
from records.meeting import Meeting, MeetingCalled, MeetingMinutes
from records.plans import (
    CarePlan,
    CarePlanDetail,
    PhilomenaForm,
    PlacementPlan,
    PreventionPlan,
    WrittenPlan,
)
from records.record import Record

_IN_NEED: Final = "FP"
"""The type of a child in need plan, which is no care plan. Source: SSD ssd_cin_plans."""
_STRUCK_OUT: Final = "Z"
"""The status of a plan that counts for nothing. Source: SSD ssd_cin_plans, status <> 'z'."""


def documents(held: Held, settings: Settings) -> Iterator[Record]:
    """Every plan, school and meeting that was asked for."""
    yield from _care_plans(held)
    for item, form in plan_forms(settings).items():
        for written in forms(held, form, (item.value,)).values():
            yield _plan(item, form, written)
    if settings.school_form is not None:
        for written in forms(held, settings.school_form, (SCHOOL,)).values():
            yield _schooling(settings.school_form, written)
    yield from meetings(held, settings)


def meetings(held: Held, settings: Settings) -> Iterator[Meeting]:
    """Every meeting that was asked for."""
    for form in settings.meeting_forms:
        for written in forms(held, form, (meeting_ask(form),)).values():
            yield _meeting(held, form, written)


def prevention_plans(held: Held, settings: Settings) -> Iterator[PreventionPlan]:
    """Every plan against going missing that was asked for."""
    form = settings.prevention_plan_form
    if form is not None:
        for written in forms(held, form, (Item.PREVENTION_PLAN.value,)).values():
            plan = _plan(Item.PREVENTION_PLAN, form, written)
            if isinstance(plan, PreventionPlan):
                yield plan


def _care_plans(held: Held) -> Iterator[CarePlan]:
    rows = [
        (row, ref, provenance)
        for row, ref, provenance in held.rows(wire.PLAN_SUMMARY, CARE_PLANS)
        if (row.dim_lookup_plan_type_code or "").strip().upper() != _IN_NEED
        and (row.dim_lookup_plan_status_id_code or "").strip().upper() != _STRUCK_OUT
    ]
    permanence = _permanence(held) if rows else None
    # The permanence plan is the child's as it stands now, so it goes with the plan in effect.
    newest = max(
        rows, key=lambda one: (text(one[0].end_dttm) is None, one[0].start_dttm or ""), default=None
    )
    for row, ref, provenance in rows:
        notes = Notes()
        yield CarePlan(
            ref=ref,
            provenance=provenance,
            plan=CarePlanDetail(
                started_on=day(row.start_dttm, notes, "start of the care plan"),
                ended_on=day(row.end_dttm, notes, "end of the care plan"),
                permanence=permanence if newest is not None and ref == newest[1] else None,
            ),
            notes=notes.all(),
        )


def _permanence(held: Held) -> str | None:
    """The plan chosen, in words: the latest answer to each question, a plain "no" left out."""
    latest: dict[str, wire.FormAnswer] = {}
    for row, _, _ in held.rows(wire.FORM_ANSWER, PERMANENCE):
        earlier = latest.get(row.answer_no)
        if earlier is None or (row.answered_dttm or "") >= (earlier.answered_dttm or ""):
            latest[row.answer_no] = row
    chosen = []
    for number, plan in PERMANENCE_PLANS.items():
        answer = latest.get(number)
        said = None if answer is None or answer.answer is None else text(str(answer.answer))
        if said is None or flag(said) is False:
            continue
        chosen.append(plan if flag(said) else f"{plan}: {said}")
    return "; ".join(chosen) or None


def _plan(item: Item, form: PlanForm, written: Form) -> Record:
    notes = Notes()
    plan = WrittenPlan(
        written_on=day(written.says(form.written), notes, "day the plan was written"),
        review_due_on=day(written.says(form.review_due), notes, "day the plan is to be reviewed"),
        profile=written.says(form.profile),
        risks=_texts(written, form.risks),
        actions=_texts(written, form.actions),
    )
    ref, provenance, noted = written.ref, written.provenance, notes.all()
    match item:
        case Item.PLACEMENT_PLAN:
            return PlacementPlan(ref=ref, provenance=provenance, plan=plan, notes=noted)
        case Item.PREVENTION_PLAN:
            return PreventionPlan(ref=ref, provenance=provenance, plan=plan, notes=noted)
        case _:
            return PhilomenaForm(ref=ref, provenance=provenance, form=plan, notes=noted)


def _schooling(form: SchoolForm, written: Form) -> Schooling:
    notes = Notes()
    school = School(
        name=written.says(form.name),
        started_on=day(written.says(form.started), notes, "first day at the school"),
        ended_on=day(written.says(form.ended), notes, "last day at the school"),
    )
    return Schooling(
        ref=written.ref, provenance=written.provenance, school=school, notes=notes.all()
    )


def _meeting(held: Held, form: MeetingForm, written: Form) -> Meeting:
    notes = Notes()
    called = minutes = None
    if Item.MEETING_REQUEST in held.items:
        called = MeetingCalled(
            kind=form.kind,
            called_on=day(written.says(form.called), notes, "day the meeting was called"),
            meets_on=day(written.says(form.meets), notes, "day of the meeting"),
            held_on=day(written.says(form.held), notes, "day on which it was held"),
        )
    if Item.MEETING_MINUTES in held.items and (said := written.says(form.minutes)):
        minutes = MeetingMinutes(minutes=said)
    return Meeting(
        ref=written.ref,
        provenance=written.provenance,
        kind=form.kind,
        called=called,
        minutes=minutes,
        notes=notes.all(),
    )


def _texts(written: Form, numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(said for number in numbers if (said := written.says(number)) is not None)
