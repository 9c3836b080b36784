"""Plans, the school and meetings, as a council's Liquidlogic holds them."""

from datetime import date

from records.items import Item
from records.meeting import MeetingKind
from records.plans import CarePlan, PreventionPlan
from tests.adapters.liquidlogic.conftest import CHILD, Council


def plan(council: Council, **columns: object) -> int:
    return council.holds(
        "FACT_CARE_PLAN_SUMMARY",
        **{
            "DIM_LOOKUP_PLAN_TYPE_CODE": "CLA",
            "DIM_LOOKUP_PLAN_STATUS_ID_CODE": "A",
            "START_DTTM": "2026-02-01T00:00:00",
            **columns,
        },
    )


async def test_a_child_in_need_plan_and_one_that_was_struck_out_are_no_care_plans(
    council: Council,
) -> None:
    plan(council)
    plan(council, DIM_LOOKUP_PLAN_TYPE_CODE="FP", START_DTTM="2025-02-01T00:00:00")
    plan(council, DIM_LOOKUP_PLAN_STATUS_ID_CODE="z", START_DTTM="2024-02-01T00:00:00")

    answered = await council.answers(Item.CARE_PLAN)

    (care,) = answered.records
    assert isinstance(care, CarePlan)
    assert care.plan is not None
    assert care.plan.started_on == date(2026, 2, 1)


async def test_the_permanence_plan_is_the_latest_answer_and_goes_with_the_plan_in_effect(
    council: Council,
) -> None:
    plan(council, START_DTTM="2025-02-01T00:00:00", END_DTTM="2026-01-31T00:00:00")
    plan(council)
    forms = council.simulator
    forms.holds_form(CHILD, {"CPFUP4": "Y"}, template="Care Plan", answered="2025-03-01T09:00:00")
    forms.holds_form(
        CHILD,
        {"CPFUP4": "N", "CPFUP6": "Y", "CPFUP10": "Shared care with an aunt"},
        template="Care Plan",
        answered="2026-03-01T09:00:00",
    )

    answered = await council.answers(Item.CARE_PLAN)

    said = {one.plan.ended_on is None: one.plan.permanence for one in answered.records}  # type: ignore[attr-defined]
    assert said == {
        True: "Long-term fostering until 18; Another plan: Shared care with an aunt",
        False: None,
    }


async def test_one_form_is_never_read_as_another(council: Council) -> None:
    council.simulator.holds_form(
        CHILD, {"MPPDate": "2026-01-14", "MPPRisk1": "Buses"}, template="Missing Prevention Plan"
    )
    council.simulator.holds_form(CHILD, {"MPPDate": "2020-01-01"}, template="Another form")

    answered = await council.answers(Item.PREVENTION_PLAN, Item.PLACEMENT_PLAN, Item.PHILOMENA_FORM)

    (prevention,) = answered.records
    assert isinstance(prevention, PreventionPlan)
    assert prevention.plan is not None
    assert (prevention.plan.written_on, prevention.plan.risks) == (date(2026, 1, 14), ("Buses",))


async def test_a_date_that_cannot_be_costs_itself_and_is_noted(council: Council) -> None:
    council.simulator.holds_form(
        CHILD, {"PPDate": "soon", "PPAction1": "Ring"}, template="Placement Plan"
    )
    answered = await council.answers(Item.PLACEMENT_PLAN)
    (placement,) = answered.records
    assert placement.plan.written_on is None  # type: ignore[attr-defined]
    assert placement.plan.actions == ("Ring",)  # type: ignore[attr-defined]
    assert {note.code for note in placement.notes} == {"time-unreadable"}


async def test_minutes_are_not_asked_for_with_the_meeting(council: Council) -> None:
    council.simulator.holds_form(
        CHILD,
        {"MTGDate": "2026-11-24", "MTGMinutes": "Who rings whom"},
        template="Strategy Discussion",
    )
    council.simulator.asked.clear()

    answered = await council.answers(Item.MEETING_REQUEST)

    (meeting,) = answered.records
    assert (meeting.kind, meeting.minutes) == (MeetingKind.STRATEGY, None)  # type: ignore[attr-defined]
    assert "MTGMinutes" not in str(council.simulator.asked)


async def test_an_immigration_status_that_has_ended_is_left_out_and_none_of_it_is_printed(
    council: Council,
) -> None:
    council.holds("DIM_PERSON", ETHNICITY_MAIN_CODE="WBRI", SURNAME="Ashworth")
    council.holds("FACT_DISABILITY", DIM_LOOKUP_DISAB_CODE="HEAR")
    for code, ended in (("UASC", None), ("OLD", "2024-01-01T00:00:00")):
        council.holds("FACT_IMMIGRATION_STATUS", DIM_LOOKUP_IMMGR_STATUS_CODE=code, END_DTTM=ended)

    answered = await council.answers(Item.IDENTITY_SPECIAL)

    (identity,) = answered.records
    special = identity.special  # type: ignore[attr-defined]
    assert special.ethnicity == "WBRI"
    assert special.disabilities == ("HEAR",)
    assert special.immigration_statuses == ("UASC",)
    assert not any(code in repr(identity) for code in ("WBRI", "HEAR", "UASC"))
