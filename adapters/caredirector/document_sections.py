"""The entity sets of plans, schools and meetings, for as many as the council's field map describes."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.caredirector.asking import Section, section_of
from adapters.caredirector.names import Council, Meetings, Plan
from records.items import Item


def document_sections(council: Council) -> dict[str, Section]:
    """Every such entity set, by what it holds."""
    found: dict[str, Section] = {}
    fields: tuple[str | None, ...]
    care, school = council.care_plan, council.school
    if care is not None:
        fields = (care.started, care.ended, care.permanence)
        found["care_plan"] = section_of(care, (Item.CARE_PLAN,), {Item.CARE_PLAN: fields})
    for name, (item, plan) in plans(council).items():
        fields = (plan.written, plan.review_due, plan.profile, *plan.risks, *plan.actions)
        found[name] = section_of(plan, (item,), {item: fields})
    if school is not None:
        item, fields = Item.EDUCATION_SCHOOL, (school.name, school.started, school.ended)
        found["school"] = section_of(school, (item,), {item: fields})
    if council.meeting is not None:
        found["meeting"] = _meeting(council.meeting)
    return found


def plans(council: Council) -> Mapping[str, tuple[Item, Plan]]:
    """The plans that the map describes, by section, with the item that each holds."""
    described = {
        "placement_plan": (Item.PLACEMENT_PLAN, council.placement_plan),
        "prevention_plan": (Item.PREVENTION_PLAN, council.prevention_plan),
        "philomena": (Item.PHILOMENA_FORM, council.philomena),
    }
    return {name: (item, plan) for name, (item, plan) in described.items() if plan is not None}


def _meeting(names: Meetings) -> Section:
    """The kind is asked with every item: without it nobody can say who may know of the meeting."""
    found = section_of(
        names,
        (Item.MEETING_REQUEST,),
        {
            Item.MEETING_REQUEST: (names.called, names.meets, names.held),
            Item.MEETING_MINUTES: (names.minutes,),
        },
    )
    return Section(entity=names, fields=found.fields, always=(names.kind,))
