"""Workflow steps as care plans, other plans, schools and meetings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from adapters.mosaic.answers import Answers
from adapters.mosaic.council import CarePlan, MeetingForm, Plan, SchoolForm
from adapters.mosaic.reading import Reading
from adapters.mosaic.steps import provenance_of, steps_of
from adapters.notes import Notes
from adapters.times import LONDON, day, local_instant
from records import plans
from records.education import School, Schooling
from records.items import Item
from records.meeting import Meeting, MeetingCalled, MeetingMinutes
from records.record import Record


def read_care_plans(
    asked: CarePlan, rows: Iterable[msgspec.Raw], reading: Reading
) -> list[plans.CarePlan]:
    """The care plans among the steps; a step's own dates stand where the form asks for none."""
    found = []
    for step in steps_of(rows, asked.step_types, reading):
        notes = Notes()
        answers = Answers(step, reading.subject, notes)
        plan = plans.CarePlan(
            ref=str(step.workflow_step_id),
            provenance=provenance_of(step, reading, notes),
            plan=plans.CarePlanDetail(
                started_on=_answered(answers, asked.started, notes, "start of the care plan")
                if asked.started
                else _of_step(step.started_on, notes, "time the step was started"),
                ended_on=_answered(answers, asked.ended, notes, "end of the care plan")
                if asked.ended
                else _of_step(step.completed_on, notes, "time the step was completed"),
                permanence=answers.word(asked.permanence),
            ),
        )
        found.append(reading.noted(plan, notes))
    return found


def read_plans(
    item: Item, asked: Plan, rows: Iterable[msgspec.Raw], reading: Reading
) -> list[Record]:
    """The plans of one kind among the steps."""
    found: list[Record] = []
    for step in steps_of(rows, asked.step_types, reading):
        notes = Notes()
        answers = Answers(step, reading.subject, notes)
        plan = plans.WrittenPlan(
            written_on=_answered(answers, asked.written, notes, "day the plan was written"),
            review_due_on=_answered(answers, asked.review_due, notes, "day of the plan's review"),
            profile=answers.word(asked.profile),
            risks=tuple(text for code in asked.risks for text in answers.texts(code)),
            actions=tuple(text for code in asked.actions for text in answers.texts(code)),
        )
        ref, provenance = str(step.workflow_step_id), provenance_of(step, reading, notes)
        record: Record
        match item:
            case Item.PLACEMENT_PLAN:
                record = plans.PlacementPlan(ref=ref, provenance=provenance, plan=plan)
            case Item.PREVENTION_PLAN:
                record = plans.PreventionPlan(ref=ref, provenance=provenance, plan=plan)
            case _:
                record = plans.PhilomenaForm(ref=ref, provenance=provenance, form=plan)
        found.append(reading.noted(record, notes))
    return found


def read_schools(
    asked: SchoolForm, rows: Iterable[msgspec.Raw], reading: Reading
) -> list[Schooling]:
    """The schools that steps name."""
    found = []
    for step in steps_of(rows, asked.step_types, reading):
        notes = Notes()
        answers = Answers(step, reading.subject, notes)
        schooling = Schooling(
            ref=str(step.workflow_step_id),
            provenance=provenance_of(step, reading, notes),
            school=School(
                name=answers.word(asked.name),
                started_on=_answered(answers, asked.started, notes, "first day at the school"),
                ended_on=_answered(answers, asked.ended, notes, "last day at the school"),
            ),
        )
        found.append(reading.noted(schooling, notes))
    return found


def read_meetings(
    asked: MeetingForm, rows: Iterable[msgspec.Raw], reading: Reading
) -> list[Meeting]:
    """The meetings of one kind among the steps."""
    found = []
    for step in steps_of(rows, asked.step_types, reading):
        notes = Notes()
        answers = Answers(step, reading.subject, notes)
        called = minutes = None
        if Item.MEETING_REQUEST in reading.items:
            called = MeetingCalled(
                kind=asked.kind,
                called_on=_answered(answers, asked.called, notes, "day the meeting was called"),
                meets_on=_answered(answers, asked.meets, notes, "day of the meeting"),
                held_on=_answered(answers, asked.held, notes, "day on which it was held"),
            )
        if Item.MEETING_MINUTES in reading.items and (said := answers.word(asked.minutes)):
            minutes = MeetingMinutes(minutes=said)
        meeting = Meeting(
            ref=str(step.workflow_step_id),
            provenance=provenance_of(step, reading, notes),
            kind=asked.kind,
            called=called,
            minutes=minutes,
        )
        found.append(reading.noted(meeting, notes))
    return found


def _answered(answers: Answers, code: str | None, notes: Notes, what: str) -> date | None:
    return day(answers.dated(code), notes, what)


def _of_step(sent: str | None, notes: Notes, what: str) -> date | None:
    """The UK date of a step's own time."""
    at = local_instant(sent, notes, what)
    return None if at is None else at.astimezone(LONDON).date()
