"""DESIGN's table of systems, row by row: a question, an event and a fault, under the protocol that names it.

STORM and PNC are references on the police's own record, and stand in those rows. PDS is asked who somebody is
(tests/adapters/health/test_pds.py), CP-IS by a person's own action alone
(tests/scenarios/test_consulting_cpis.py), MESH carries notices (tests/notifications/test_mesh_channel.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from adapters.mosaic.simulator import answer
from adapters.police.simulator import NicheSimulator
from records.people import Role
from tests.answers import Told
from tests.notifications_http.town import EVENING
from tests.places import AUTHORITIES, NURSE_TEAM
from tests.polling.polled import Polled
from tests.world import Child

BEGAN = EVENING - timedelta(hours=2)
LOCAL = BEGAN.strftime("%Y-%m-%dT%H:%M:%S")
STATUS = """missingEpisodes {
  state sources { name state } records { source { name } status { episodeState } }
}"""
DETAIL = """missingEpisodes {
  state records { source { name } detail { logRef pncCirculated } }
}"""


def in_connect(polled: Polled, child: Child) -> None:
    child.file.reported_missing(EVENING)


def pushed_by_connect(polled: Polled, child: Child) -> None:
    polled.town.goes_missing(child)


def in_niche(polled: Polled, child: Child) -> None:
    nominal = f"H-{child.file.serial}"
    polled.humberside.nominal(nominal, nhsNumber=child.number.digits)
    polled.knows("humberside", nominal, child)
    polled.humberside.report(
        f"16/{child.file.serial}/27",
        nominal,
        gradings=[{"grade": "HIGH", "gradedByRank": "Inspector", "gradedTime": LOCAL + "+00:00"}],
        occurrenceStatus="OPEN",
        missingFromTime=LOCAL + "+00:00",
        reportedTime=EVENING.isoformat(),
        stormLogRef="HP-20270111-0612",
        pncCirculated=True,
    )


def pushed_by_niche(polled: Polled, child: Child) -> None:
    document = polled.humberside.incident(f"H-{child.file.serial}")
    assert polled.town.pushes(document, to="humberside").status_code == 201


def in_compact(polled: Polled, child: Child) -> None:
    nominal, serial = f"C-{child.file.serial}", child.file.serial
    polled.compact.nominal(nominal, nhsNumber=child.number.digits)
    polled.knows("compact", nominal, child)
    polled.compact.missing_report(
        f"M-{serial}",
        nominal,
        f"E-{serial}",
        status="MISSING",
        missingSince=LOCAL,
        reported=LOCAL,
        stormLogRef="ST-20270111-0031",
        pncCirculated=True,
    )
    polled.compact.refreshes(EVENING.isoformat())


def in_liquidlogic(source: str) -> Callable[[Polled, Child], None]:
    def put(polled: Polled, child: Child) -> None:
        serial = child.file.serial
        council = polled.councils[source]
        council.holds("DIM_PERSON", DIM_PERSON_ID=serial, NHS_NUMBER=child.number.digits)
        polled.knows(source, str(serial), child)
        council.holds(
            "FACT_MISSING_PERSON",
            DIM_PERSON_ID=serial,
            START_DTTM=LOCAL,
            MISSING_STATUS="Missing",
        )

    return put


def in_essex(polled: Polled, child: Child) -> None:
    serial = child.file.serial
    polled.essex.person(serial, nhsNumber=int(child.number.digits))
    polled.knows("essex", str(serial), child)
    answers = [
        answer("childabsentormissing", lookup="Missing"),
        answer("missingfrom", date=BEGAN.isoformat()),
        answer("reportedtopolice", date=EVENING.isoformat()),
    ]
    polled.essex.step(serial, 1777, serial, answers, startedOn=LOCAL)


def in_blackpool(polled: Polled, child: Child) -> None:
    serial = child.file.serial
    polled.blackpool.person(serial, nhsNumber=int(child.number.digits))
    polled.knows("blackpool", str(serial), child)
    answers = [
        answer("MFHStart", date=BEGAN.isoformat()),
        answer("MFHReported", date=EVENING.isoformat()),
    ]
    polled.blackpool.step(serial, 2301, serial, answers, startedOn=LOCAL)


def in_caredirector(polled: Polled, child: Child) -> None:
    key = polled.county.person(nhsnumber=child.number.digits)
    polled.knows("county", key, child)
    polled.county.holds(
        "missing",
        key,
        episodetype__name="Missing",
        missingfrom=BEGAN.isoformat(),
        reportedtopolice=EVENING.isoformat(),
    )


def looked_at(source: str) -> Callable[[Polled, Child], None]:
    def look(polled: Polled, _child: Child) -> None:
        polled.looks(source)

    return look


@dataclass(frozen=True)
class Row:
    """One system: in whose area, what holds the child, how its event comes, and what it is."""

    source: str
    area: str
    holds: Callable[[Polled, Child], None]
    happens: Callable[[Polled, Child], None]
    event: str = "child-reported-missing"
    has_log: bool = False


TABLE = {
    "CONNECT, Pan-Lancashire": Row("police", "Lancashire", in_connect, pushed_by_connect),
    "Niche with STORM and PNC, North East Lincolnshire": Row(
        "humberside", "North East Lincolnshire", in_niche, pushed_by_niche, has_log=True
    ),
    "COMPACT with STORM and PNC, Staffordshire and Stoke": Row(
        "compact", "Staffordshire", in_compact, looked_at("compact"), has_log=True
    ),
    "Liquidlogic, Stoke": Row(
        "stoke",
        "Stoke-on-Trent",
        in_liquidlogic("stoke"),
        looked_at("stoke"),
        event="status-decided",
    ),
    "LCS and EHM, Somerset": Row(
        "somerset",
        "Somerset",
        in_liquidlogic("somerset"),
        looked_at("somerset"),
        event="status-decided",
    ),
    "Liquidlogic, North East Lincolnshire": Row(
        "grimsby",
        "North East Lincolnshire",
        in_liquidlogic("grimsby"),
        looked_at("grimsby"),
        event="status-decided",
    ),
    "Mosaic, Essex": Row("essex", "Essex", in_essex, looked_at("essex")),
    "Mosaic, Blackpool": Row("blackpool", "Blackpool", in_blackpool, looked_at("blackpool")),
    "CareDirector, Staffordshire": Row(
        "county", "Staffordshire", in_caredirector, looked_at("county")
    ),
}


def child_of(polled: Polled, row: Row) -> Child:
    known = frozenset({"police"}) if row.source == "police" else frozenset({"health"})
    child = polled.town.world.child(lives_in=row.area, looked_after_by=row.area, known_to=known)
    row.holds(polled, child)
    return child


def from_it(told: Told, row: Row) -> dict[str, Any]:
    """What was answered from this row's system; each other of the force's addresses aside."""
    records: list[dict[str, Any]] = told.child["missingEpisodes"]["records"]
    (record,) = [one for one in records if one["source"]["name"] == row.source]
    return record


@pytest.mark.parametrize("name", TABLE)
def test_a_question_is_answered_from_it(polled: Polled, name: str) -> None:
    row = TABLE[name]
    child = child_of(polled, row)
    worker = polled.town.world.social_worker(child)
    assert from_it(worker.asks(child, STATUS), row)["status"]["episodeState"] == "MISSING"
    if row.has_log:
        officer = polled.town.world.police_coordinator(child)
        detail = from_it(officer.asks(child, DETAIL), row)["detail"]
        assert detail["logRef"] is not None
        assert detail["pncCirculated"] is True


@pytest.mark.parametrize("name", TABLE)
def test_an_event_that_it_tells_arrives_and_the_authority_is_told(
    polled: Polled, name: str
) -> None:
    row = TABLE[name]
    child = child_of(polled, row)
    row.happens(polled, child)
    assert row.event in polled.kinds(child)
    told = polled.town.told_of(child, row.event)
    code = AUTHORITIES[row.area].code
    assert any(who.startswith(f"{code}/") for who in told), told


@pytest.mark.parametrize("name", TABLE)
def test_a_fault_is_named_and_never_looks_like_nothing_held(polled: Polled, name: str) -> None:
    row = TABLE[name]
    child = child_of(polled, row)
    system = polled.town.world.police if row.source == "police" else polled.of(row.source)
    system.is_down()
    told = polled.town.world.social_worker(child).asks(child, STATUS)
    system.recovers()
    assert told.state("missingEpisodes") not in {"NOTHING_HELD", "NOT_CONFIRMED"}
    states = {one["name"]: one["state"] for one in told.child["missingEpisodes"]["sources"]}
    assert states[row.source] == "UNAVAILABLE"


def test_the_nurse_team_is_answered_from_the_providers_record_and_told_when_it_is_silent(
    polled: Polled,
) -> None:
    town = polled.town
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    child = town.world.child(
        lives_in="Lancashire", looked_after_by="Lancashire", known_to=frozenset({"health"})
    )
    child.file.has_asthma()
    nurse = town.world.nurse(child)
    asked = "health { state sources { name state } records { needs { state needs } } }"
    assert nurse.asks(child, asked).state("health") == "DISCLOSED"
    town.world.health.is_down()
    told = nurse.asks(child, asked)
    town.world.health.recovers()
    assert told.state("health") == "UNAVAILABLE"


def test_the_table_holds_every_dialect_and_council_that_a_protocol_names() -> None:
    assert {row.source for row in TABLE.values()} == {
        *("police", "humberside", "compact"),
        *("stoke", "somerset", "grimsby", "essex", "blackpool", "county"),
    }
    assert NicheSimulator.product == "niche"
