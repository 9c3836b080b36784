"""A meeting that stands in a council's records is known to whoever waits for it, and its clock stops."""

from datetime import timedelta

import pytest

from adapters.mosaic.simulator import answer
from tests.notifications_http.kept import due
from tests.notifications_http.town import EVENING
from tests.polling.polled import Polled
from tests.world import Child

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STRATEGY = "essex-strategy-5d-care"
MEETING = "staffs-mim-5wd"


@pytest.fixture
def essex_child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Essex",
        looked_after_by="Essex",
        placed_with="Elm House",
        known_to=frozenset({"police"}),
    )
    polled.essex.person(one.file.serial, nhsNumber=int(one.number.digits))
    polled.knows("essex", str(one.file.serial), one)
    return one


def strategy(polled: Polled, child: Child, *, held: bool) -> None:
    """The step of a strategy discussion, called the day after the child went missing."""
    called, meets = EVENING + DAY, EVENING + 2 * DAY
    days = [answer("strategycalled", date=called.strftime("%Y-%m-%dT00:00:00Z"))]
    days.append(answer("strategydate", date=meets.strftime("%Y-%m-%dT00:00:00Z")))
    if held:
        days.append(answer("strategyheld", date=meets.strftime("%Y-%m-%dT00:00:00Z")))
    days.append(answer("strategyminutes", text="Police to lead at the pier."))
    began = called.strftime("%Y-%m-%dT09:00:00")
    polled.essex.step(child.file.serial, 1784, child.file.serial, days, startedOn=began)


def test_a_strategy_discussion_in_mosaic_meets_the_clock_that_waits_for_one(
    polled: Polled, essex_child: Child
) -> None:
    """Essex 3.1.4: a strategy discussion when the child is missing for five days."""
    town, child = polled.town, essex_child
    town.goes_missing(child)
    assert due(town, child, STRATEGY, state="pending")
    town.is_now(EVENING + 2 * DAY + HOUR)
    strategy(polled, child, held=True)

    polled.looks("essex")

    events = [e for e in polled.events(child) if e["source"] == "essex"]
    assert [e["type"] for e in events] == ["meeting-convened", "strategy-discussion-held"]
    assert all('"meeting":"strategy"' in str(e["data"]) for e in events)
    assert all("pier" not in str(e["data"]) for e in events)
    assert not due(town, child, STRATEGY, state="pending")
    assert due(town, child, STRATEGY, state="met")


def test_a_day_on_which_a_meeting_was_to_meet_does_not_say_that_it_met(
    polled: Polled, essex_child: Child
) -> None:
    town, child = polled.town, essex_child
    town.goes_missing(child)
    town.is_now(EVENING + 3 * DAY)
    strategy(polled, child, held=False)

    polled.looks("essex")

    events = [e["type"] for e in polled.events(child) if e["source"] == "essex"]
    assert events == ["meeting-convened"]
    assert due(town, child, STRATEGY, state="pending")


def test_the_meeting_form_in_liquidlogic_meets_the_five_working_days(polled: Polled) -> None:
    """Staffordshire and Stoke 13.17 and 13.23: the form is launched in Liquid Logic."""
    town, lcs = polled.town, polled.councils["stoke"]
    child = town.world.child(
        lives_in="Stoke-on-Trent",
        open_to_social_care=True,
        aged=14,
        known_to=frozenset({"police"}),
    )
    lcs.holds("DIM_PERSON", DIM_PERSON_ID=child.file.serial, NHS_NUMBER=child.number.digits)
    polled.knows("stoke", str(child.file.serial), child)
    for days in (40, 20):
        at, ref = EVENING - days * DAY, f"LC-{child.file.serial}-{days}"
        town.goes_missing(child, at, ref=ref)
        town.is_found(child, at + 3 * HOUR, since=at, ref=ref)
    town.goes_missing(child, ref=f"LC-{child.file.serial}-now")
    assert due(town, child, MEETING, state="pending")
    town.is_now(EVENING + 2 * DAY)
    day = (EVENING + DAY).strftime("%Y-%m-%d")
    lcs.holds_form(
        child.file.serial,
        {"MTGCalled": day, "MTGDate": day, "MTGHeld": day, "MTGMinutes": "Who leads was agreed."},
        template="Missing Intervention Meeting",
        answered=(EVENING + DAY).strftime("%Y-%m-%dT%H:%M:%S"),
    )

    polled.looks("stoke")

    events = [e for e in polled.events(child) if e["source"] == "stoke"]
    assert [e["type"] for e in events] == ["meeting-convened", "meeting-held"]
    assert all("agreed" not in str(e["data"]) for e in events)
    assert not due(town, child, MEETING, state="pending")
    assert due(town, child, MEETING, state="met")
    assert polled.looks("stoke").kept == 0


def test_the_meeting_form_in_caredirector_is_told_as_held_once_it_says_so(polled: Polled) -> None:
    """Staffordshire and Stoke 13.23: Staffordshire launches the form in Care Director."""
    town, county = polled.town, polled.county
    child = town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", known_to=frozenset({"police"})
    )
    key = county.person(nhsnumber=child.number.digits)
    polled.knows("county", key, child)
    meeting = county.holds(
        "meeting",
        key,
        meetingtype__name="Missing Intervention Meeting",
        requestedon=(EVENING + DAY).strftime("%Y-%m-%d"),
        meetingdate=(EVENING + 2 * DAY).strftime("%Y-%m-%d"),
        minutes="Who leads was agreed.",
    )
    town.is_now(EVENING + 2 * DAY)
    polled.looks("county")
    assert polled.kinds(child) == ["meeting-convened"]

    county.changes("meeting", meeting, heldon=(EVENING + 2 * DAY).strftime("%Y-%m-%d"))
    polled.looks("county")

    assert polled.kinds(child) == ["meeting-convened", "meeting-held"]
    assert all("agreed" not in str(event["data"]) for event in polled.events(child))
