"""Nobody enters who works with a child: it stands in the agencies' systems, and is read from there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from records.people import Role
from tests.people import Practitioner
from tests.places import HOMES, NURSE_TEAM, SCHOOL
from tests.polling.arriving import (
    FORCE,
    HOST,
    OURS,
    TEAM,
    WORKERS,
    Arriving,
    Child,
    running_arriving,
)

SINCE = "missingEpisodes { state records { status { state } } }"
INTERVIEWS = (
    "returnInterviews { records { confirmation { state } synopsis { state } account { state } } }"
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def arriving(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Arriving]:
    folder = tmp_path_factory.mktemp("arriving")
    if request.param == "sqlite":
        with running_arriving(None, folder) as found:
            yield found
        return
    with (
        request.getfixturevalue("postgres").database() as url,
        running_arriving(url, folder) as found,
    ):
        yield found


@pytest.fixture
def child(arriving: Arriving) -> Child:
    """Missing, as the police have it; interviewed after, as the council has it."""
    arriving.begins_anew()
    one = arriving.child()
    one.file.reported_missing()
    one.file.interviewed()
    return one


def sees(who: Practitioner, child: Child) -> bool:
    """Whether they are told of the child's episodes at all."""
    told = who.asks(child.id, SINCE)
    return told.found and bool(told.given("missingEpisodes"))


def test_whoever_pan_lancashire_names_sees_the_child_after_one_poll(
    arriving: Arriving, child: Child
) -> None:
    named = (
        arriving.worker(),
        arriving.home(),
        arriving.nurse(),
        arriving.host(),
        arriving.police(),
    )
    assert [sees(who, child) for who in named] == [False] * 5
    arriving.looks()
    assert [sees(who, child) for who in named] == [True] * 5


def test_nobody_else_sees_the_child(arriving: Arriving, child: Child) -> None:
    arriving.looks()
    others = (
        arriving.worker("worker-ben"),
        arriving.home("Oak House"),
        arriving.nurse("Y99999"),
        arriving.host("E08000035"),
        arriving.police("E23000010"),
    )
    assert [sees(who, child) for who in others] == [False] * 5


def test_each_is_given_of_the_interview_what_the_protocol_gives_them(
    arriving: Arriving, child: Child
) -> None:
    arriving.looks()
    assert arriving.worker().asks(child.id, INTERVIEWS).given("returnInterviews") == {
        "confirmation",
        "synopsis",
        "account",
    }
    assert arriving.home().asks(child.id, INTERVIEWS).given("returnInterviews") == {"confirmation"}


def test_all_that_the_systems_say_of_who_is_who_is_kept_with_where_it_stands(
    arriving: Arriving, child: Child
) -> None:
    arriving.works_with(child, 21, "Independent Reviewing Officer")
    arriving.looks()
    assert arriving.stands(child) == {
        ("allocated-worker", "worker-anna"),
        ("reviews-care", "reviewing-officer"),
        ("manages-case", TEAM),
        ("provides-placement", HOMES["Elm House"]),
        ("childs-school", SCHOOL),
        ("nurse-team", NURSE_TEAM),
        ("treats-child", NURSE_TEAM),
        ("investigating-force", FORCE),
    }
    rows = arriving.rows(
        "SELECT standing, source, asserted_by FROM standing WHERE child_ref = :c", c=child.ref
    )
    assert {(row["standing"], row["source"]) for row in rows} >= {
        ("allocated-worker", "liquidlogic"),
        ("investigating-force", "police"),
        ("treats-child", "health"),
    }
    assert {row["asserted_by"] for row in rows} == {
        f"poll of {name}" for name in ("liquidlogic", "police", "health")
    }
    assert arriving.facts(child) == {
        "birth_date": f'"{child.file.born}"',
        "legal_status": '"s31"',
        "looked_after": "true",
        "open_to_social_care": "true",
        "placement_type": '"residential"',
    }
    assert arriving.areas(child) == {("host", HOST.code), ("responsible", OURS.code)}


def test_read_again_nothing_is_written(arriving: Arriving, child: Child) -> None:
    arriving.looks()
    before = arriving.written(child)
    with arriving.world.later(hours=2):
        arriving.looks()
    assert arriving.written(child) == before


def test_another_worker_is_allocated_and_the_former_one_sees_nothing_after_the_next_poll(
    arriving: Arriving, child: Child
) -> None:
    arriving.looks()
    assert sees(arriving.worker(), child)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT00:00:00")
    arriving.council.changes("FACT_INVOLVEMENTS", child.keys["worker"], END_DTTM=yesterday)
    arriving.works_with(child, 12, "Social worker", allocated=True)
    arriving.looks("liquidlogic")
    assert not sees(arriving.worker(), child)
    assert sees(arriving.worker("worker-ben"), child)


def test_a_placement_that_ends_takes_the_homes_view_with_it(
    arriving: Arriving, child: Child
) -> None:
    arriving.looks()
    today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00")
    arriving.council.changes("FACT_CLA_PLACEMENT", child.keys["placement"], END_DTTM=today)
    arriving.looks("liquidlogic")
    assert not sees(arriving.home(), child)
    assert not sees(arriving.host(), child)
    assert ("host", HOST.code) not in arriving.areas(child)


def test_two_systems_that_disagree_about_the_host_open_nothing_to_either(
    arriving: Arriving, child: Child
) -> None:
    arriving.lancashire.holds("DIM_PERSON", DIM_PERSON_ID=child.file.serial)
    arriving.lancashire.holds(
        "FACT_CLA_PLACEMENT",
        DIM_PERSON_ID=child.file.serial,
        DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
        START_DTTM="2026-01-12T00:00:00",
        POSTCODE="BB1 1AA",
    )
    arriving.linked("lancashire", str(child.file.serial), child)
    arriving.looks()
    assert arriving.areas(child) >= {("host", HOST.code), ("host", OURS.code)}
    assert not sees(arriving.host(), child)
    assert sees(arriving.worker(), child) is False, "which protocol holds is not known either"


def test_a_child_who_is_parted_from_the_record_keeps_nothing_that_was_read_there(
    arriving: Arriving, child: Child
) -> None:
    arriving.looks()
    arriving.parted("liquidlogic", child)
    arriving.looks("liquidlogic")
    assert arriving.stands(child) == {
        ("treats-child", NURSE_TEAM),
        ("investigating-force", FORCE),
    }
    assert not sees(arriving.worker(), child)


def test_a_worker_of_whom_nobody_says_who_they_are_is_told_of_and_found_once_they_are_listed(
    arriving: Arriving, child: Child
) -> None:
    arriving.works_with(child, 99, "Social worker", allocated=True)
    arriving.looks()
    assert ("liquidlogic", "worker", "99") in arriving.unread()
    arriving.workers.write_text(WORKERS + "99,worker-cleo\n")
    with arriving.world.later(hours=2):
        arriving.looks("liquidlogic")
    assert ("allocated-worker", "worker-cleo") in arriving.stands(child)


def test_a_system_that_is_down_ends_nothing(arriving: Arriving, child: Child) -> None:
    arriving.looks()
    before = arriving.stands(child)
    arriving.council.is_down()
    with arriving.world.later(hours=2):
        arriving.looks("liquidlogic")
    assert arriving.stands(child) == before


def test_a_row_that_cannot_be_read_ends_nothing(arriving: Arriving, child: Child) -> None:
    arriving.looks()
    row = next(
        row
        for row in arriving.council.tables["FACT_INVOLVEMENTS"]
        if row["DIM_PERSON_ID"] == child.file.serial
    )
    arriving.council.changes(
        "FACT_INVOLVEMENTS", child.keys["worker"], DIM_LOOKUP_INVOLVEMENT_TYPE_DESC=["?"]
    )
    arriving.looks("liquidlogic")
    assert ("allocated-worker", "worker-anna") in arriving.stands(child)
    assert row["DIM_WORKER_ID"] == 11


def test_no_name_and_no_word_of_a_child_is_asked_for_on_the_way(
    arriving: Arriving, child: Child
) -> None:
    arriving.council.forgets_what_it_was_asked()
    arriving.looks("liquidlogic")
    asked = {
        column
        for one in arriving.council.asked
        if "DIM_WORKER_ID" not in dict(one.query)
        for name, value in one.query
        if name == "columns"
        for column in value.split(",")
    }
    assert "BIRTH_DTTM" in asked
    assert asked.isdisjoint({"FORENAME", "SURNAME", "NHS_NUMBER", "ETHNICITY_MAIN_CODE"})


def test_a_child_gone_missing_is_told_to_the_nurse_team_and_school_that_the_council_has_recorded(
    arriving: Arriving, child: Child
) -> None:
    for organisation, role in (
        (NURSE_TEAM, Role.CLA_NURSE),
        (SCHOOL, Role.SCHOOL),
        ("Y99999", Role.CLA_NURSE),
        ("SCHOOL-999002", Role.SCHOOL),
    ):
        arriving.registers(organisation, role)
    arriving.looks()
    child.file.reported_missing(datetime.now(UTC) - timedelta(minutes=30))
    arriving.looks("police")
    told = arriving.rows("SELECT recipient FROM delivery WHERE child = :c", c=child.ref)
    found = {str(row["recipient"]) for row in told}
    assert {f"{NURSE_TEAM}/cla-nurse", f"{SCHOOL}/school"} <= found, found
    assert not found & {"Y99999/cla-nurse", "SCHOOL-999002/school"}
