"""The calls for plans, schools and meetings, for as many of them as the council's map describes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

import msgspec

from adapters.exchange import segment
from adapters.mosaic.asking import Query, Section
from adapters.mosaic.council import Council, MeetingForm, Plan
from adapters.mosaic.documents import read_care_plans, read_meetings, read_plans, read_schools
from adapters.mosaic.reading import Reading
from adapters.mosaic.wire import STEPS
from records.items import Item
from records.record import Record

_STEP_DATES: Final = ("startedOn", "completedOn")
_Read: TypeAlias = Callable[[Sequence[msgspec.Raw], Reading], Sequence[Record]]


def document_sections(council: Council) -> Iterator[Section]:
    """A call for each kind of document."""
    asked: Mapping[Item, Sequence[str | None]]
    care = council.care_plan
    if care is not None:
        asked = {Item.CARE_PLAN: (care.started, care.ended, care.permanence)}
        yield _section(asked, care.step_types, partial(read_care_plans, care), _STEP_DATES)
    for item, plan in plans(council).items():
        asked = {item: (plan.written, plan.review_due, plan.profile, *plan.risks, *plan.actions)}
        yield _section(asked, plan.step_types, partial(read_plans, item, plan))
    school = council.school
    if school is not None:
        asked = {Item.EDUCATION_SCHOOL: (school.name, school.started, school.ended)}
        yield _section(asked, school.step_types, partial(read_schools, school))
    yield from meeting_sections(council)


def meeting_sections(council: Council) -> Iterator[Section]:
    """A call for each kind of meeting."""
    for form in council.meetings:
        yield _section(_of_meeting(form), form.step_types, partial(read_meetings, form))


def plan_dates(council: Council) -> Iterator[Section]:
    """A call for the day on which a plan against going missing was written, and for nothing that stands in it."""
    plan = council.prevention_plan
    if plan is not None and plan.written is not None:
        item = Item.PREVENTION_PLAN
        yield _section({item: (plan.written,)}, plan.step_types, partial(read_plans, item, plan))


def plans(council: Council) -> Mapping[Item, Plan]:
    """The plans that the council's map describes, by the item that each holds."""
    described = {
        Item.PLACEMENT_PLAN: council.placement_plan,
        Item.PREVENTION_PLAN: council.prevention_plan,
        Item.PHILOMENA_FORM: council.philomena,
    }
    return {item: plan for item, plan in described.items() if plan is not None}


def _of_meeting(form: MeetingForm) -> Mapping[Item, Sequence[str | None]]:
    minutes = {Item.MEETING_MINUTES: (form.minutes,)} if form.minutes else {}
    return {Item.MEETING_REQUEST: (form.called, form.meets, form.held), **minutes}


def _section(
    asked: Mapping[Item, Sequence[str | None]],
    step_types: Sequence[int],
    read: _Read,
    fields: Sequence[str] = (),
) -> Section:
    def ask(_subject: str, items: frozenset[Item]) -> Query:
        questions = sorted(
            {code for item in asked if item in items for code in asked[item] if code}
        )
        return (
            *(("step_type", str(step_type)) for step_type in step_types),
            ("questions", ",".join(questions)),
            ("fields", ",".join(fields)),
        )

    return Section(
        serves=frozenset(asked),
        path=lambda subject: f"residents/{segment(subject)}/workflow-steps",
        ask=ask,
        page=STEPS,
        read=read,
    )
