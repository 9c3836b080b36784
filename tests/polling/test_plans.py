"""That a plan was written is told to whoever waits for it, though the system that holds it pushes nothing."""

from datetime import timedelta

import pytest

from adapters.mosaic.simulator import answer
from tests.notifications_http.kept import due, rules
from tests.notifications_http.town import EVENING
from tests.polling.polled import Polled
from tests.world import Child

DAY = timedelta(days=1)
FORM = "essex-planning-for-missing-form"


@pytest.fixture
def essex_child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Essex", looked_after_by="Essex", known_to=frozenset({"police"})
    )
    polled.essex.person(one.file.serial, nhsNumber=int(one.number.digits))
    polled.knows("essex", str(one.file.serial), one)
    return one


def plans_for(polled: Polled, child: Child, *written: str) -> None:
    """The planning for missing form, with the day on which it was filled in, if it was."""
    days = [answer("preventionplandate", date=f"{day}T00:00:00Z") for day in written]
    text = answer("preventionplanrisk", text="Goes to the pier.")
    began = EVENING.strftime("%Y-%m-%dT09:00:00")
    polled.essex.step(child.file.serial, 1782, child.file.serial, [*days, text], startedOn=began)


def test_the_planning_for_missing_form_in_mosaic_meets_the_reminder_that_waits_for_it(
    polled: Polled, essex_child: Child
) -> None:
    """Essex 2.2: the form is completed at the beginning of the placement."""
    town, child = polled.town, essex_child
    polled.essex.placement(
        child.file.serial,
        child.file.serial,
        startDate=EVENING.strftime("%Y-%m-%dT00:00:00Z"),
        placedInAuthority="E10000012",
    )
    polled.looks("essex")
    assert due(town, child, FORM, state="pending")
    town.is_now(EVENING + DAY)
    plans_for(polled, child, (EVENING + DAY).strftime("%Y-%m-%d"))

    polled.looks("essex")

    assert polled.kinds(child) == ["placement-made", "prevention-plan-updated"]
    assert not due(town, child, FORM, state="pending")
    assert due(town, child, FORM, state="met")
    assert all("pier" not in str(event["data"]) for event in polled.events(child))
    assert polled.looks("essex").kept == 0


def test_of_a_plan_nothing_is_asked_for_but_the_day_on_which_it_was_written(
    polled: Polled, essex_child: Child
) -> None:
    plans_for(polled, essex_child, EVENING.strftime("%Y-%m-%d"))
    polled.essex.forgets_what_it_was_asked()

    polled.looks("essex")

    asked = {
        code
        for one in polled.essex.asked
        for key, value in one.query
        if key == "questions"
        for code in value.split(",")
    }
    assert "preventionplandate" in asked
    assert not {code for code in asked if code.startswith("preventionplan")} - {
        "preventionplandate"
    }


def test_a_form_without_a_day_tells_nothing(polled: Polled, essex_child: Child) -> None:
    plans_for(polled, essex_child)
    polled.looks("essex")
    assert polled.kinds(essex_child) == []


def test_a_plan_in_liquidlogic_that_is_written_anew_is_told_again(polled: Polled) -> None:
    town, lcs = polled.town, polled.councils["somerset"]
    child = town.world.child(
        lives_in="Somerset", looked_after_by="Somerset", known_to=frozenset({"police"})
    )
    lcs.holds("DIM_PERSON", DIM_PERSON_ID=child.file.serial, NHS_NUMBER=child.number.digits)
    polled.knows("somerset", str(child.file.serial), child)
    lcs.holds_form(
        child.file.serial,
        {"MPPDate": EVENING.strftime("%Y-%m-%d"), "MPPRisk1": "Goes to the pier."},
        template="Missing Prevention Plan",
        answered=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    lcs.forgets_what_it_was_asked()
    polled.looks("somerset")
    assert polled.kinds(child) == ["prevention-plan-updated"]
    assert not any("MPPRisk1" in value for one in lcs.asked for _, value in one.query)
    town.is_now(EVENING + 2 * DAY)
    (written,) = (row for row in lcs.tables["FACT_FORM_ANSWERS"] if row["ANSWER_NO"] == "MPPDate")
    written["ANSWER"] = (EVENING + DAY).strftime("%Y-%m-%d")
    written["LAST_UPDATED_DTTM"] = (EVENING + DAY).strftime("%Y-%m-%dT%H:%M:%S")

    polled.looks("somerset")

    assert polled.kinds(child) == ["prevention-plan-updated"] * 2
    assert all("pier" not in str(event["data"]) for event in polled.events(child))


def test_a_plan_in_caredirector_is_told(polled: Polled) -> None:
    town, county = polled.town, polled.county
    child = town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", known_to=frozenset({"police"})
    )
    key = county.person(nhsnumber=child.number.digits)
    polled.knows("county", key, child)
    day = EVENING.strftime("%Y-%m-%d")
    county.holds("prevention_plan", key, writtenon=day, risks="Goes to the pier.")
    county.forgets_what_it_was_asked()

    polled.looks("county")

    assert polled.kinds(child) == ["prevention-plan-updated"]
    selected = [value for one in county.asked for name, value in one.query if name == "$select"]
    assert any("writtenon" in value for value in selected)
    assert not any("risks" in value for value in selected)


def test_a_trigger_plan_on_connect_is_told_once_each_time_that_it_is_written(
    polled: Polled,
) -> None:
    """Pan-Lancashire 5.2.2: the police hold every trigger plan against the child's nominal record."""
    town, force = polled.town, polled.lancashire
    child = town.world.child(
        lives_in="Blackpool",
        looked_after_by="Blackpool",
        placed_with="Elm House",
        known_to=frozenset({"police"}),
    )
    force.nominal(child.file.nominal, nhsNumber=child.number.digits)
    polled.knows("lancashire", child.file.nominal, child)
    force.trigger_plan(
        child.file.nominal,
        updatedOn=EVENING.strftime("%Y-%m-%d"),
        likelyPlaces=["Pier"],
    )
    force.forgets_what_it_was_asked()

    polled.looks("lancashire")

    assert polled.kinds(child) == ["trigger-plan-updated"]
    assert "panlancs-trigger-plan-share" in rules(town, child, "trigger-plan-updated")
    assert due(town, child, "panlancs-trigger-plan-monthly", state="pending")
    assert not any("likelyPlaces" in value for one in force.asked for _, value in one.query)
    assert polled.looks("lancashire").kept == 0
    town.is_now(EVENING + 2 * DAY)
    force.writes_plan_anew(child.file.nominal, updatedOn=(EVENING + DAY).strftime("%Y-%m-%d"))
    polled.looks("lancashire")
    assert polled.kinds(child) == ["trigger-plan-updated"] * 2
