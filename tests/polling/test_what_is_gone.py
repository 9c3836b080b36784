"""A record that is gone from a council's system is noticed, and what was told of it is taken back; what could not be read is not gone."""

from datetime import datetime, timedelta

import pytest

from adapters.mosaic.simulator import answer
from tests.notifications_http.town import EVENING
from tests.places import AUTHORITIES
from tests.polling.polled import Polled
from tests.world import Child

LANCASHIRE = AUTHORITIES["Lancashire"].code
HOUR = timedelta(hours=1)
LATER = timedelta(hours=25)
BACK = "said-by-mistake"


@pytest.fixture
def child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Leeds", looked_after_by="Leeds", known_to=frozenset({"police"})
    )
    polled.leeds.holds("DIM_PERSON", DIM_PERSON_ID=one.file.serial, NHS_NUMBER=one.number.digits)
    polled.knows("leeds", str(one.file.serial), one)
    return one


def placed(polled: Polled, child: Child) -> dict[str, object]:
    key = polled.leeds.holds(
        "FACT_CLA_PLACEMENT",
        DIM_PERSON_ID=child.file.serial,
        DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
        START_DTTM=EVENING.strftime("%Y-%m-%dT00:00:00"),
        POSTCODE="LA1 1AA",
    )
    rows = polled.leeds.tables["FACT_CLA_PLACEMENT"]
    row: dict[str, object] = next(r for r in rows if r["FACT_CLA_PLACEMENT_ID"] == key)
    return row


def missing(polled: Polled, child: Child, **more: object) -> int:
    return polled.leeds.holds(
        "FACT_MISSING_PERSON",
        DIM_PERSON_ID=child.file.serial,
        START_DTTM=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
        MISSING_STATUS="Missing",
        **more,
    )


def removes(polled: Polled, row: dict[str, object]) -> None:
    polled.leeds.tables["FACT_CLA_PLACEMENT"].remove(row)


def looks(polled: Polled, *at: datetime, source: str = "leeds") -> None:
    for now in at:
        polled.town.is_now(now)
        polled.looks(source)


def test_a_placement_that_is_gone_is_taken_back_and_the_host_is_told_so(
    polled: Polled, child: Child
) -> None:
    row = placed(polled, child)
    polled.looks("leeds")
    assert polled.kinds(child) == ["placement-made"]
    host = {who for who in polled.town.told_of(child, "placement-made") if LANCASHIRE in who}
    assert host
    removes(polled, row)

    looks(polled, EVENING + LATER)
    assert polled.kinds(child) == ["placement-made"], (
        "one read may be of a copy that is being loaded"
    )
    looks(polled, EVENING + LATER + 7 * HOUR)

    assert polled.kinds(child) == ["placement-made", BACK]
    assert host <= polled.town.told_of(child, BACK)
    clocks = polled.town.rows(
        "SELECT d.state FROM deadline d JOIN event e ON e.id = d.basis_event"
        " WHERE d.child = :c AND e.type = 'placement-made'",
        c=child.ref,
    )
    assert "pending" not in {row["state"] for row in clocks}
    looks(polled, EVENING + 3 * LATER)
    assert polled.kinds(child) == ["placement-made", BACK], "once"


def test_a_record_that_is_back_was_never_gone(polled: Polled, child: Child) -> None:
    row = placed(polled, child)
    polled.looks("leeds")
    removes(polled, row)
    looks(polled, EVENING + LATER)
    polled.leeds.tables["FACT_CLA_PLACEMENT"].append(row)
    looks(polled, EVENING + LATER + 7 * HOUR, EVENING + 2 * LATER + 14 * HOUR)
    assert polled.kinds(child) == ["placement-made"]


def test_a_record_that_comes_back_after_it_was_taken_back_is_told_again(
    polled: Polled, child: Child
) -> None:
    row = placed(polled, child)
    polled.looks("leeds")
    removes(polled, row)
    looks(polled, EVENING + LATER, EVENING + LATER + 7 * HOUR)
    assert polled.kinds(child) == ["placement-made", BACK]
    again = EVENING + 2 * LATER
    polled.town.is_now(again)
    row["LAST_UPDATED_DTTM"] = again.strftime("%Y-%m-%dT%H:%M:%S")
    polled.leeds.tables["FACT_CLA_PLACEMENT"].append(row)

    looks(polled, again, again + LATER)

    assert polled.kinds(child) == ["placement-made", BACK, "placement-made"], "once more, and once"


@pytest.mark.parametrize("fault", ["down", "refusing", "a bad row", "the child not shown"])
def test_nothing_is_taken_back_because_something_could_not_be_read(
    polled: Polled, child: Child, fault: str
) -> None:
    row = placed(polled, child)
    polled.looks("leeds")
    removes(polled, row)
    people = polled.leeds.tables["DIM_PERSON"]
    match fault:
        case "down":
            polled.leeds.is_down()
        case "refusing":
            polled.leeds.fails(404)
        case "a bad row":
            polled.leeds.holds(
                "FACT_CLA_PLACEMENT", DIM_PERSON_ID=child.file.serial, START_DTTM=["no"]
            )
        case _:
            people[:] = [one for one in people if one["DIM_PERSON_ID"] != child.file.serial]

    looks(polled, EVENING + LATER, EVENING + 2 * LATER, EVENING + 3 * LATER)

    assert polled.kinds(child) == ["placement-made"]
    polled.leeds.tables["FACT_CLA_PLACEMENT"] = []


def test_an_end_that_a_council_takes_out_of_its_record_is_taken_back_at_once(
    polled: Polled, child: Child
) -> None:
    ended = (EVENING + HOUR).strftime("%Y-%m-%dT%H:%M:%S")
    key = missing(polled, child, END_DTTM=ended)
    polled.town.is_now(EVENING + 2 * HOUR)
    polled.looks("leeds")
    assert polled.kinds(child) == ["status-decided", "child-found"]
    polled.town.is_now(EVENING + 3 * HOUR)
    polled.leeds.changes("FACT_MISSING_PERSON", key, END_DTTM=None)

    polled.looks("leeds")

    assert polled.kinds(child) == ["status-decided", "child-found", BACK]
    polled.town.is_now(EVENING + 4 * HOUR)
    polled.leeds.changes("FACT_MISSING_PERSON", key, END_DTTM=ended)
    polled.looks("leeds")
    assert polled.kinds(child)[-1] == "child-found"
    assert polled.looks("leeds").kept == 0


def test_an_offer_that_was_entered_wrongly_is_taken_back(polled: Polled, child: Child) -> None:
    key = missing(polled, child, RETURN_INTERVIEW_OFFERED="YES", RETURN_INTERVIEW_ACCEPTED="NO")
    polled.looks("leeds")
    assert polled.kinds(child)[-1] == "interview-declined"
    polled.town.is_now(EVENING + HOUR)
    polled.leeds.changes("FACT_MISSING_PERSON", key, RETURN_INTERVIEW_ACCEPTED="YES")
    polled.looks("leeds")
    assert set(polled.kinds(child)[-2:]) == {"interview-accepted", BACK}


def test_where_very_many_records_are_gone_at_once_nothing_is_taken_back(
    polled: Polled, child: Child
) -> None:
    rows = [placed(polled, child) for _ in range(21)]
    polled.looks("leeds")
    before = polled.kinds(child)
    assert len(before) == 21
    for row in rows:
        removes(polled, row)
    looks(polled, EVENING + LATER, EVENING + LATER + 7 * HOUR)
    assert polled.kinds(child) == before
    polled.leeds.tables["FACT_CLA_PLACEMENT"].append(rows[0])
    looks(polled, EVENING + 2 * LATER + 7 * HOUR)
    assert polled.kinds(child).count(BACK) == 20, "one is back, and twenty may go"


def test_a_step_that_is_gone_from_mosaic_is_taken_back(polled: Polled) -> None:
    one = polled.town.world.child(
        lives_in="Essex", looked_after_by="Essex", known_to=frozenset({"police"})
    )
    serial = one.file.serial
    polled.essex.person(serial, nhsNumber=int(one.number.digits))
    polled.knows("essex", str(serial), one)
    polled.essex.step(
        serial,
        1777,
        serial,
        [
            answer("childabsentormissing", lookup="Missing"),
            answer("missingfrom", date=EVENING.isoformat()),
        ],
        startedOn=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    polled.looks("essex")
    assert polled.kinds(one) == ["status-decided"]
    polled.essex.loses_steps_of(serial)
    looks(polled, EVENING + LATER, EVENING + LATER + 7 * HOUR, source="essex")
    assert polled.kinds(one) == ["status-decided", BACK]


def test_an_entity_that_is_gone_from_caredirector_is_taken_back(polled: Polled) -> None:
    town, county = polled.town, polled.county
    child = town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", known_to=frozenset({"police"})
    )
    key = county.person(nhsnumber=child.number.digits)
    polled.knows("county", key, child)
    entity_set = county.council.missing.entity_set if county.council.missing else ""
    before = list(county.entities[entity_set])
    county.holds("missing", key, episodetype__name="Missing", missingfrom=EVENING.isoformat())
    polled.looks("county")
    assert polled.kinds(child) == ["status-decided"]
    county.entities[entity_set][:] = before
    looks(polled, EVENING + LATER, EVENING + LATER + 7 * HOUR, source="county")
    assert polled.kinds(child) == ["status-decided", BACK]


def test_a_copy_that_is_as_old_as_before_says_nothing_new_of_what_is_gone(
    polled: Polled, child: Child
) -> None:
    row = placed(polled, child)
    polled.looks("leeds")
    removes(polled, row)
    lag = polled.leeds.lag
    try:
        polled.leeds.lag = HOUR
        looks(polled, EVENING + LATER)
        polled.leeds.lag = 8 * HOUR
        looks(polled, EVENING + LATER + 7 * HOUR)
        assert polled.kinds(child) == ["placement-made"]
        polled.leeds.lag = HOUR
        looks(polled, EVENING + LATER + 14 * HOUR)
    finally:
        polled.leeds.lag = lag
    assert polled.kinds(child) == ["placement-made", BACK]
