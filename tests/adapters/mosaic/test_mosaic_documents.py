"""Plans and meetings among a council's Mosaic steps."""

from datetime import date

from adapters.mosaic.simulator import MosaicSimulator, answer
from records.items import Item
from records.meeting import MeetingKind
from tests.adapters.mosaic.conftest import ROBIN, SIBLING, Council


async def test_a_care_plan_has_its_steps_own_dates_where_the_form_asks_for_none(
    mosaic: Council,
) -> None:
    mosaic.system.step(
        1,
        1781,
        ROBIN,
        [answer("permanenceplan", text="Fostering")],
        startedOn="2026-06-30T23:30:00Z",
        completedOn="2026-09-01T10:00:00",
    )
    (care,) = await mosaic.holds(Item.CARE_PLAN, field_map="essex")
    assert (care.plan.started_on, care.plan.ended_on) == (date(2026, 7, 1), date(2026, 9, 1))
    assert care.plan.permanence == "Fostering"


async def test_a_care_plan_has_the_forms_date_where_it_asks_for_one(mosaic: Council) -> None:
    mosaic.system.step(
        1,
        2303,
        ROBIN,
        [answer("ApprovedBySWDate", date="2026-10-01T00:00:00Z")],
        startedOn="2026-09-01T10:00:00",
    )
    (care,) = await mosaic.holds(Item.CARE_PLAN)
    assert care.plan.started_on == date(2026, 10, 1)


async def test_a_siblings_answers_on_a_group_step_are_not_in_the_plan(mosaic: Council) -> None:
    mosaic.system.step(
        1,
        1782,
        -5,
        [
            answer("preventionplanrisk", row=ROBIN, text="Goes to the pier."),
            answer("preventionplanrisk", row=SIBLING, text="Goes to the park."),
        ],
        group=[ROBIN, SIBLING],
    )
    (plan,) = await mosaic.holds(Item.PREVENTION_PLAN, field_map="essex")
    assert plan.plan.risks == ("Goes to the pier.",)


async def test_what_a_councils_map_does_not_describe_is_not_supplied(mosaic: Council) -> None:
    assert Item.PREVENTION_PLAN not in mosaic.source("blackpool").supplies
    assert Item.EDUCATION_SCHOOL not in mosaic.source("essex").supplies


async def test_minutes_are_asked_for_with_their_own_item_alone(mosaic: Council) -> None:
    system: MosaicSimulator = mosaic.system
    system.step(
        1,
        1784,
        ROBIN,
        [
            answer("strategydate", date="2026-11-24T00:00:00Z"),
            answer("strategyminutes", text="Police lead."),
        ],
    )
    (called,) = await mosaic.holds(Item.MEETING_REQUEST, field_map="essex")
    assert (called.kind, called.minutes) == (MeetingKind.STRATEGY, None)
    assert "strategyminutes" not in str(system.asked)
    (whole,) = await mosaic.holds(Item.MEETING_REQUEST, Item.MEETING_MINUTES, field_map="essex")
    assert whole.minutes.minutes == "Police lead."
