"""What to ask for plans, schools and meetings: one table, and forms that each council makes itself.

Source: SSD ssd_cla_care_plan and ssd_cin_plans (FACT_CARE_PLAN_SUMMARY; permanence under the answers
CPFUP1 to CPFUP10). That the other plans and meetings are forms: Staffordshire and Stoke 13.23 ("missing
intervention meeting form" in Liquidlogic); their names and questions are the council's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from adapters.liquidlogic.asks import FORM_COLUMNS, Ask
from adapters.liquidlogic.settings import MeetingForm, PlanForm, Settings
from records.items import Item

CARE_PLANS: Final = "FACT_CARE_PLAN_SUMMARY"
PERMANENCE: Final = "permanence"
SCHOOL: Final = "school"
PERMANENCE_PLANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CPFUP1": "Remain with family, supported",
        "CPFUP2": "Return to family within a month",
        "CPFUP3": "Return to family within six months",
        "CPFUP4": "Eventual return to family",
        "CPFUP5": "Long-term placement with relatives or friends",
        "CPFUP6": "Long-term fostering until 18",
        "CPFUP7": "Residential placement",
        "CPFUP8": "Supported living",
        "CPFUP9": "Adoption",
        "CPFUP10": "Another plan",
    }
)
"""What each answer of the permanence plan stands for. Source: SSD lacp_cla_care_plan_json, its short codes."""


def plan_forms(settings: Settings) -> Mapping[Item, PlanForm]:
    """The forms of plans that this council has, by the item that each holds."""
    forms = {
        Item.PLACEMENT_PLAN: settings.placement_plan_form,
        Item.PREVENTION_PLAN: settings.prevention_plan_form,
        Item.PHILOMENA_FORM: settings.philomena_form,
    }
    return {item: form for item, form in forms.items() if form is not None}


def supplied(settings: Settings) -> frozenset[Item]:
    """The items that this council's Liquidlogic holds of plans, schools and meetings."""
    found = {Item.CARE_PLAN, *plan_forms(settings)}
    if settings.school_form is not None:
        found.add(Item.EDUCATION_SCHOOL)
    if settings.meeting_forms:
        found.add(Item.MEETING_REQUEST)
    if any(form.minutes for form in settings.meeting_forms):
        found.add(Item.MEETING_MINUTES)
    return frozenset(found)


def document_asks(items: frozenset[Item], settings: Settings) -> Iterator[Ask]:
    """What to ask for these items."""
    if Item.CARE_PLAN in items:
        yield Ask(
            table=CARE_PLANS,
            columns=(
                "FACT_CARE_PLAN_SUMMARY_ID",
                "DIM_PERSON_ID",
                "DIM_LOOKUP_PLAN_TYPE_CODE",
                "DIM_LOOKUP_PLAN_STATUS_ID_CODE",
                "START_DTTM",
                "END_DTTM",
            ),
        )
        yield _answers(PERMANENCE, PERMANENCE_PLANS)
    for item, form in plan_forms(settings).items():
        if item in items:
            asked = (form.written, form.review_due, form.profile, *form.risks, *form.actions)
            yield _answers(item.value, asked, form.template)
    school = settings.school_form
    if school is not None and Item.EDUCATION_SCHOOL in items:
        yield _answers(SCHOOL, (school.name, school.started, school.ended), school.template)
    for meeting in settings.meeting_forms:
        asked = tuple(_of_meeting(meeting, items))
        if asked:
            yield _answers(meeting_ask(meeting), asked, meeting.template)


def when_written(items: frozenset[Item], settings: Settings) -> Iterator[Ask]:
    """What to ask for the day on which a plan was written, and for nothing that stands in it."""
    form = settings.prevention_plan_form
    if form is not None and Item.PREVENTION_PLAN in items:
        yield _answers(Item.PREVENTION_PLAN.value, (form.written,), form.template)


def meeting_ask(form: MeetingForm) -> str:
    """What the ask for one kind of meeting is called."""
    return f"meeting/{form.kind.value}/{form.template}"


def _of_meeting(form: MeetingForm, items: frozenset[Item]) -> Iterator[str | None]:
    if Item.MEETING_REQUEST in items:
        yield form.meets
        yield form.called
        yield form.held
    if Item.MEETING_MINUTES in items and form.minutes is not None:
        yield form.minutes


def _answers(name: str, numbers: Iterable[str | None], template: str | None = None) -> Ask:
    of_form = () if template is None else (("DIM_ASSESSMENT_TEMPLATE_ID_DESC", template),)
    asked = (("ANSWER_NO", number) for number in numbers if number)
    return Ask(name=name, table="FACT_FORM_ANSWERS", columns=FORM_COLUMNS, where=(*of_form, *asked))
