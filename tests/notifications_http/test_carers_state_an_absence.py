"""Who classifies an absence says so: the carer that a child is away, the duty Inspector that one is absent.

The clock starts by the carer's word; what the police make of it stays theirs, and a word that no paragraph
gives is refused.

Source: North East Lincolnshire, Away from placement without authorisation; Essex, Appendix 1; Pan-Lancashire
5.5.2; Staffordshire and Stoke 8.8; Somerset, Timescales.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from records.people import Purpose, Role, Standing
from tests.acting import records
from tests.notifications_http.asking import clocks as clocks_of
from tests.notifications_http.kept import clocks, due, rules, told
from tests.notifications_http.test_commands import NO, WHY, ran
from tests.notifications_http.town import EVENING, Town
from tests.people import Practitioner
from tests.places import HOMES
from tests.strangers.children import at_home, followed, in_care, says
from tests.world import Child

HOUR = timedelta(hours=1)
LOST = EVENING + HOUR
NEL, SIX = "North East Lincolnshire", "nelincs-away-six-hours"
OUT_OF_TOUCH = {"whereaboutsKnown": False, "contactable": False}
KNOWN = {"whereaboutsKnown": True}
AREAS = ("Essex", "Lancashire", NEL, "Staffordshire")
AWAY = "away-without-authorisation"


def is_away(
    town: Town, child: Child, detail: Mapping[str, object] = OUT_OF_TOUCH, **more: object
) -> dict[str, Any]:
    """The home's manager says, five minutes later, that the child is away."""
    town.is_now(LOST + timedelta(minutes=5))
    manager = town.world.home_manager(child)
    return says(
        manager, child, "AWAY_WITHOUT_AUTHORISATION", LOST.isoformat(), detail=detail, **more
    )


def states(town: Town, child: Child) -> list[tuple[object, object]]:
    """What is stated of the child's latest episode: whether it was reported, and recorded, missing."""
    rows = town.rows(
        "SELECT fact, value FROM attribute WHERE child_ref = :c AND fact IN ('reported_missing',"
        " 'recorded_missing', 'whereabouts_known') ORDER BY id",
        c=child.ref,
    )
    return [(row["fact"], json.loads(row["value"])) for row in rows]


def test_the_homes_word_starts_the_six_hours_and_the_police_hear_nothing_of_it(town: Town) -> None:
    """North East Lincolnshire: "should not be reported to Humberside Police unless there are concerns"."""
    child = in_care(town, NEL)
    force = town.registers(child.host.force, Role.POLICE_MISSING_COORDINATOR)

    said = is_away(town, child)

    assert said["__typename"] == "Recorded"
    assert due(town, child, SIX) == [LOST + 6 * HOUR]
    assert due(town, child, f"{SIX}/reminder") == [LOST + 3 * HOUR]
    assert due(town, child, "nelincs-away-not-overnight", state="pending")
    assert force.id not in {who for who, _ in told(town, child, AWAY)}
    assert "nelincs-iro-informed" in rules(town, child, AWAY)
    (running,) = [
        clock
        for clock in clocks_of(town.world.social_worker(child), child, SIX)
        if not clock["advisory"]
    ]
    assert running["state"] == "PENDING"


def test_when_six_hours_are_over_the_home_and_the_police_are_told_that_no_report_was_made(
    town: Town,
) -> None:
    child = in_care(town, NEL)
    home = town.registers(HOMES["Elm House"], Role.REGISTERED_MANAGER)
    force = town.registers(child.host.force, Role.POLICE_MISSING_COORDINATOR)
    is_away(town, child)

    town.is_now(LOST + 6 * HOUR + timedelta(minutes=1))
    town.works_off(child)

    assert {(home.id, SIX), (force.id, SIX)} <= told(town, child, "deadline-breached")


def test_a_report_to_the_police_stops_the_carers_clock_and_the_child_is_missing(town: Town) -> None:
    """The police "will record children as 'missing'": theirs stands from then on."""
    child = in_care(town, NEL)
    is_away(town, child)

    town.goes_missing(child, LOST + 2 * HOUR)

    assert due(town, child, SIX, state="met") == [LOST + 6 * HOUR]
    assert ("recorded_missing", True) in states(town, child)


def test_what_a_carer_says_of_a_child_whom_the_police_have_recorded_missing_moves_nothing(
    town: Town,
) -> None:
    """The police "will make the ultimate decision based on the information provided"."""
    child = in_care(town, NEL)
    town.goes_missing(child, EVENING)
    before = states(town, child)

    said = is_away(town, child)

    assert said["__typename"] == "Recorded", "both are kept"
    assert states(town, child)[: len(before)] == before
    assert ("recorded_missing", False) not in states(town, child)
    assert not due(town, child, SIX)
    assert not rules(town, child, AWAY)


def test_a_carer_ends_their_own_absence_and_not_one_that_was_reported(town: Town) -> None:
    """The responsibility for such an absence "lies with the staff of the residential home or carer"."""
    child, reported = in_care(town, NEL), in_care(town, NEL)
    is_away(town, child)
    is_away(town, reported)
    town.goes_missing(reported, LOST + 2 * HOUR)
    back = (LOST + 4 * HOUR).isoformat()
    town.is_now(LOST + 5 * HOUR)

    ended = says(town.world.home_manager(child), child, "CHILD_FOUND", back)
    refused = says(town.world.home_manager(reported), reported, "CHILD_FOUND", back)

    assert ended["__typename"] == "Recorded"
    assert not clocks(town, child)
    assert told(town, child, "child-found") == told(town, child, AWAY), "and nobody else"
    assert not [one for one in followed(town, child, "tasks") if "Catch Up" in one["says"]]
    assert not due(town, child, SIX, state="fired")
    assert refused["__typename"] == "Refused"
    assert not rules(town, reported, "child-found")


def test_a_second_absence_after_the_first_has_a_clock_of_its_own(town: Town) -> None:
    child = in_care(town, NEL)
    is_away(town, child)
    town.is_now(LOST + 5 * HOUR)
    manager = town.world.home_manager(child)
    says(manager, child, "CHILD_LOCATED", (LOST + HOUR).isoformat())
    says(manager, child, "CHILD_FOUND", (LOST + 2 * HOUR).isoformat())
    again = LOST + 4 * HOUR

    says(manager, child, "AWAY_WITHOUT_AUTHORISATION", again.isoformat(), detail=OUT_OF_TOUCH)

    assert due(town, child, SIX, state="pending") == [again + 6 * HOUR]


def test_a_child_whose_whereabouts_are_known_has_no_six_hours_and_the_authority_decides(
    town: Town,
) -> None:
    child = in_care(town, NEL)

    is_away(town, child, KNOWN)

    assert not due(town, child, SIX)
    assert "nelincs-away-known-decide" in json.dumps(followed(town, child, "tasks"))
    assert ("whereabouts_known", True) in states(town, child)


def test_a_mistake_is_taken_back_and_the_clock_stops(town: Town) -> None:
    child = in_care(town, NEL)
    said = is_away(town, child)
    manager = town.world.home_manager(child)

    back = records(
        manager,
        "retractEvent",
        child,
        event=said["id"],
        because="It was another child's evening out.",
    )

    assert back["__typename"] == "Recorded"
    assert not due(town, child, SIX, state="pending")
    assert due(town, child, SIX, state="cancelled")
    assert ("reported_missing", False) not in stands(town, child)


def stands(town: Town, child: Child) -> list[tuple[object, object]]:
    """What stands of it, what was taken back left out."""
    rows = town.rows(
        "SELECT fact, value FROM attribute a WHERE child_ref = :c AND NOT EXISTS"
        " (SELECT 1 FROM attribute b WHERE b.replaces = a.id) AND valid_to IS NULL",
        c=child.ref,
    )
    return [(row["fact"], json.loads(row["value"])) for row in rows if row["value"] is not None]


@pytest.mark.parametrize("area", AREAS)
def test_under_each_protocol_that_has_the_word_the_home_and_the_foster_carer_may_say_it(
    town: Town, area: str
) -> None:
    child = in_care(town, area)

    assert is_away(town, child, KNOWN)["__typename"] == "Recorded"
    foster = town.world.knows(
        child, Role.FOSTER_CARER, Standing.CARES_FOR_CHILD, "FC-999001", purpose=Purpose.CARE
    )
    second = says(
        foster,
        child,
        "AWAY_WITHOUT_AUTHORISATION",
        LOST.isoformat(),
        detail={"whereaboutsKnown": True},
    )
    assert second["__typename"] == "Recorded"
    assert town.rows("SELECT id FROM event WHERE child = :c AND type = :t", c=child.ref, t=AWAY)


@pytest.mark.parametrize(
    "area, rule",
    [
        ("Essex", "essex-away-inform-sw"),
        ("Lancashire", "panlancs-unauthorised-absence-inform-sw"),
    ],
)
def test_the_social_worker_or_the_duty_team_hears_of_it(town: Town, area: str, rule: str) -> None:
    child = in_care(town, area)
    is_away(town, child, KNOWN)
    assert rule in rules(town, child, AWAY)


def test_in_lancashire_the_police_are_told_where_the_carer_fears_significant_harm(
    town: Town,
) -> None:
    """Pan-Lancashire 5.5.2."""
    child = in_care(town, "Lancashire")
    is_away(town, child, {"whereaboutsKnown": True, "significantHarmSuspected": True})
    assert "panlancs-unauthorised-absence-harm" in rules(town, child, AWAY)


def test_in_staffordshire_the_carers_are_asked_whether_the_child_stays_or_comes_back(
    town: Town,
) -> None:
    """Staffordshire and Stoke 8.9."""
    child = in_care(town, "Staffordshire")
    is_away(town, child, KNOWN)
    assert "staffs-known-whereabouts-decide" in json.dumps(followed(town, child, "tasks"))


def test_a_home_in_somerset_says_so_of_a_child_of_an_authority_whose_protocol_has_the_word(
    town: Town,
) -> None:
    """North East Lincolnshire, Out of area placements: providers follow both protocols."""
    child = in_care(town, NEL, lives_in="Somerset")

    assert is_away(town, child)["__typename"] == "Recorded"
    assert due(town, child, SIX) == [LOST + 6 * HOUR]


def test_in_somerset_a_carer_states_neither_and_the_duty_inspector_that_a_reported_child_is_absent(
    town: Town,
) -> None:
    """Somerset, Timescales: "The duty Police Inspector will determine and / or confirm the Missing or Absent status"."""
    child = in_care(town, "Somerset")
    assert is_away(town, child)["__typename"] == "Refused"
    at = LOST.isoformat()
    inspector = town.world.officer(child, Role.POLICE_SUPERVISOR)
    early = says(inspector, child, "ABSENT", at, detail={"contactable": True})
    assert early["__typename"] == "Refused", "nobody has reported the child to the police yet"
    town.goes_missing(child, EVENING, status="REPORTED", recordedTime=None)
    town.is_now(LOST + HOUR)

    assert says(town.world.home_manager(child), child, "ABSENT", at)["__typename"] == "Refused"
    assert says(town.world.officer(child), child, "ABSENT", at)["__typename"] == "Refused"
    said = says(inspector, child, "ABSENT", at, detail={"contactable": True})

    assert said["__typename"] == "Recorded"
    assert "somerset-absent-no-deployment" in json.dumps(followed(town, child, "tasks"))


@pytest.mark.parametrize("area", AREAS)
def test_no_inspector_elsewhere_states_that_a_child_is_absent(town: Town, area: str) -> None:
    """Pan-Lancashire 2: the term "should not be used"; North East Lincolnshire has done away with it."""
    child = in_care(town, area)
    town.goes_missing(child, EVENING)
    inspector = town.world.officer(child, Role.POLICE_SUPERVISOR)
    said = says(inspector, child, "ABSENT", EVENING.isoformat())
    assert said["__typename"] == "Refused"
    assert not town.rows("SELECT id FROM event WHERE child = :c AND type = 'absent'", c=child.ref)


def _others(town: Town, child: Child) -> list[Practitioner]:
    world = town.world
    other_home = world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE)
    return [
        other_home,
        world.mother(child),
        world.officer(child, Role.POLICE_SUPERVISOR),
        world.head_teacher(child),
        world.social_worker(child),
    ]


def test_nobody_else_says_that_a_child_in_care_is_away(town: Town) -> None:
    """The carer classifies: neither another home, nor the police, the school or the social worker."""
    child = in_care(town, NEL)
    town.is_now(LOST + HOUR)
    for who in _others(town, child):
        said = says(who, child, "AWAY_WITHOUT_AUTHORISATION", LOST.isoformat(), detail=OUT_OF_TOUCH)
        assert said["__typename"] == "Refused"
    assert not town.rows("SELECT id FROM event WHERE child = :c", c=child.ref)


def test_of_a_child_at_home_nobody_says_so(town: Town) -> None:
    """The word is for a child in care."""
    child = at_home(town, NEL)
    town.is_now(LOST + HOUR)
    mother = town.world.mother(child)
    carer = town.world.knows(
        child, Role.FOSTER_CARER, Standing.CARES_FOR_CHILD, "FC-999001", purpose=Purpose.CARE
    )
    for who in (mother, carer):
        said = says(who, child, "AWAY_WITHOUT_AUTHORISATION", LOST.isoformat(), detail=OUT_OF_TOUCH)
        assert said["__typename"] == "Refused"


def test_whether_the_whereabouts_are_known_has_to_be_said(town: Town) -> None:
    child = in_care(town, NEL)
    town.is_now(LOST + HOUR)
    document = (
        "mutation Do($input: RecordEventInput!) { recordEvent(input: $input) { __typename } }"
    )
    given = {
        "child": child.id,
        "what": "AWAY_WITHOUT_AUTHORISATION",
        "at": LOST.isoformat(),
        "clientMutationId": "where-is-not-said",
    }

    answer = town.world.home_manager(child).sends(document, {"input": given})

    assert "whereabouts_known" in answer.body["errors"][0]["message"]


def test_from_a_terminal_in_the_home(town: Town) -> None:
    child = in_care(town, NEL)
    town.is_now(LOST + HOUR)
    arguments = (
        "events", "record", child.id, AWAY, "--at", LOST.isoformat(),
        "--detail", "whereabouts_known=no", "--detail", "contactable=no",
    )  # fmt: skip
    manager = town.world.home_manager(child)

    done = ran(manager, *arguments, "--key", "from-the-home", *WHY, "--json")

    assert done.exit_code == 0, (done.output, done.exception)
    assert due(town, child, SIX, state="pending") == [LOST + 6 * HOUR]
    refused = ran(town.world.social_worker(child), *arguments, "--key", "from-the-office", *WHY)
    assert refused.exit_code == NO
