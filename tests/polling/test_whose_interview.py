"""An interview is of the episode that it names; where nothing says which, a person does."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest

from records.people import Role
from tests.notifications_http.asking import sends, told_to
from tests.notifications_http.kept import due
from tests.notifications_http.town import EVENING
from tests.people import Practitioner
from tests.places import AUTHORITIES
from tests.polling.polled import Polled
from tests.world import Child

HOUR = timedelta(hours=1)
CLOCK = "staffs-rhi-72h"
HELD = EVENING + 30 * HOUR
IN_DOUBT = "{ doubtfulEvents { id type system child doubt } }"
PLACE = """mutation P($e: ID!, $c: ID!, $of: ID, $why: String!, $key: String!) {
  placeEvent(input: {event: $e, child: $c, episode: $of, because: $why, clientMutationId: $key}) {
    __typename ... on EventPlaced { id event child } ... on Refused { says } } }"""
WHY = "I held this interview myself, about the first time."


@pytest.fixture
def child(polled: Polled) -> Child:
    """A child who was missing twice in one day, as the police say."""
    town = polled.town
    one = town.world.child(
        lives_in="Stoke-on-Trent",
        looked_after_by="Stoke-on-Trent",
        aged=14,
        known_to=frozenset({"police"}),
    )
    lcs = polled.councils["stoke"]
    lcs.holds("DIM_PERSON", DIM_PERSON_ID=one.file.serial, NHS_NUMBER=one.number.digits)
    polled.knows("stoke", str(one.file.serial), one)
    for name, began in (("a", EVENING), ("b", EVENING + 20 * HOUR)):
        ref = f"LC-{one.file.serial}-{name}"
        town.goes_missing(one, began, ref=ref)
        town.is_found(one, began + 3 * HOUR, since=began, ref=ref)
    town.is_now(HELD + HOUR)
    return one


@pytest.fixture
def worker(polled: Polled, child: Child) -> Practitioner:
    assert child.ref
    return polled.town.world.person(Role.MISSING_COORDINATOR, AUTHORITIES["Stoke-on-Trent"].code)


def writes_up(polled: Polled, child: Child, **answers: str) -> None:
    at = HELD.strftime("%Y-%m-%dT%H:%M:%S")
    polled.councils["stoke"].holds_form(child.file.serial, {"RHIDate": at, **answers}, answered=at)


def pending(polled: Polled, child: Child) -> int:
    return len(due(polled.town, child, CLOCK, state="pending"))


def waiting(who: Practitioner, child: Child) -> list[Mapping[str, str]]:
    return [one for one in sends(who, IN_DOUBT)["doubtfulEvents"] if one["child"] == child.id]


def test_one_that_says_when_its_episode_began_meets_the_clock_of_that_alone(
    polled: Polled, child: Child
) -> None:
    assert pending(polled, child) == 2
    writes_up(polled, child, RHIMissingFrom=EVENING.strftime("%Y-%m-%d"))
    polled.looks("stoke")
    assert "interview-done" in polled.kinds(child)
    assert pending(polled, child) == 1


def test_one_that_may_be_of_either_waits_until_somebody_says_of_which_it_is(
    polled: Polled, child: Child, worker: Practitioner
) -> None:
    writes_up(polled, child)
    polled.looks("stoke")
    assert "interview-done" not in polled.kinds(child)
    assert pending(polled, child) == 2
    (doubt,) = waiting(worker, child)
    assert (doubt["type"], doubt["doubt"]) == ("interview-done", "WHICH_EPISODE")
    polled.looks("stoke")
    assert len(waiting(worker, child)) == 1

    episodes = {
        tell["episode"]
        for tell in told_to(worker, child)["tells"]
        if tell["event"] == "child-reported-missing" and tell["episode"]
    }
    assert len(episodes) == 2
    given: dict[str, object] = {
        "e": doubt["id"],
        "c": child.id,
        "why": WHY,
        "key": f"of-{doubt['id']}",
    }
    unsaid = worker.sends(PLACE, given)
    assert "whoHasBeenTold" in str(unsaid.body["errors"])
    wrong = worker.sends(PLACE, {**given, "of": child.id})
    assert "no episode of the child" in str(wrong.body["errors"])
    done = sends(worker, PLACE, **given, of=min(episodes))["placeEvent"]

    assert done["__typename"] == "EventPlaced", done
    assert sends(worker, PLACE, **given, of=min(episodes))["placeEvent"] == done
    assert polled.kinds(child).count("interview-done") == 1
    assert pending(polled, child) == 1
    assert waiting(worker, child) == []
    polled.looks("stoke")
    assert polled.kinds(child).count("interview-done") == 1, "what a person said stands"
    assert waiting(worker, child) == []


def test_a_time_that_is_corrected_stays_with_the_episode(polled: Polled, child: Child) -> None:
    writes_up(polled, child, RHIMissingFrom=EVENING.strftime("%Y-%m-%d"))
    polled.looks("stoke")
    (before,) = (e for e in polled.events(child) if e["type"] == "interview-done")
    later = (HELD + HOUR / 2).strftime("%Y-%m-%dT%H:%M:%S")
    rows = polled.councils["stoke"].tables["FACT_FORM_ANSWERS"]
    (row,) = (
        r for r in rows if r["DIM_PERSON_ID"] == child.file.serial and r["ANSWER_NO"] == "RHIDate"
    )
    changed = (HELD + 2 * HOUR).strftime("%Y-%m-%dT%H:%M:%S")
    row |= {"ANSWER": later, "LAST_UPDATED_DTTM": changed}
    polled.town.is_now(HELD + 3 * HOUR)
    polled.looks("stoke")
    done = [e for e in polled.events(child) if e["type"] == "interview-done"]
    assert [e["corrects"] for e in done] == [None, before["id"]]
    after = done[-1]
    of = [msgspec.json.decode(str(e["data"]))["of_episode"] for e in (before, after)]
    assert of[0] == of[1]
    assert pending(polled, child) == 1
