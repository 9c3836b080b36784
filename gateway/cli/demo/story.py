"""The demo's child, wholly invented: looked after by Blackpool, placed in a home in Lancashire.

Each step is what an agency's own people would write down in their own system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from adapters.health.simulator import patient
from adapters.health.simulator.provider import REVIEW
from adapters.mosaic.simulator import answer
from gateway.cli.demo.agencies import Agencies
from gateway.cli.demo.people import BLACKPOOL, ELM_HOUSE, LANCASHIRE
from records.identifiers import NHSNumber

NUMBER: Final = NHSNumber("9990000018")
GIVEN, FAMILY, BORN = "Robin", "Ashworth", "2011-05-03"
NOMINAL: Final = "N-1001"
MOSAIC_ID: Final = 4711
LCS_ID: Final = 40017
PATIENT_ID: Final = "sys1-8841"
POSTCODE: Final = "ZZ99 3CZ"
PLACED_ON: Final = "2026-01-12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When things happened, in UTC, counted back from the day on which the story is told."""

    reported: datetime
    recorded: datetime
    found: datetime
    checked: datetime
    interviewed: datetime

    @classmethod
    def before(cls, now: datetime) -> Times:
        """Reported three evenings ago, found the next morning, interviewed the day after that."""
        evening = datetime.combine(now.date() - timedelta(days=3), time(18), tzinfo=UTC)
        found = evening + timedelta(hours=15)
        return cls(
            reported=evening,
            recorded=evening + timedelta(minutes=10),
            found=found,
            checked=found + timedelta(minutes=40),
            interviewed=found + timedelta(hours=29),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens, and what it leaves behind in the agencies' systems.

    ``pushed``: the force tells the gateway of it by itself. ``polled``: the councils' systems, which tell
    nobody, are asked what has changed.
    """

    at: datetime
    says: str
    happens: Callable[[Agencies], None]
    pushed: bool = False
    polled: bool = False


def steps(times: Times) -> Iterator[Step]:
    """The story, in the order in which it happens."""
    yield Step(
        at=times.reported,
        says="The home reports the child missing; the police record it on CONNECT, high risk",
        happens=lambda agencies: _missing(agencies, times),
        pushed=True,
    )
    yield Step(
        at=times.found,
        says="The child is found; the police make the safe and well check",
        happens=lambda agencies: _found(agencies, times),
        pushed=True,
    )
    yield Step(
        at=times.interviewed,
        says="The return interview is held; the child agrees that police and social care may have it,"
        " and not health",
        happens=lambda agencies: _interviewed(agencies, times),
        polled=True,
    )


def before_it_begins(agencies: Agencies) -> None:
    """What each agency holds of the child already."""
    agencies.police.nominal(
        NOMINAL,
        givenName=[GIVEN],
        surname=FAMILY,
        dateOfBirth=BORN,
        gender="GNDR_0001",
        nhsNumber=NUMBER.digits,
    )
    agencies.police.trigger_plan(
        NOMINAL,
        updatedOn="2026-10-30",
        reviewDueOn="2026-11-30",
        actions=["Ring the older brother first.", "Look at the sea front before the station."],
        likelyPlaces=["Sea front, North Pier", "Bus station"],
        risks=["Needs an inhaler"],
        accounts=[{"platform": "An invented network", "username": "robin", "password": "-"}],
    )
    _in_mosaic(agencies)
    _in_liquidlogic(agencies)
    _in_health(agencies)


def _in_mosaic(agencies: Agencies) -> None:
    council = agencies.mosaic
    council.person(
        MOSAIC_ID,
        firstName=GIVEN,
        lastName=FAMILY,
        dateOfBirth=f"{BORN}T00:00:00Z",
        gender="F",
        nhsNumber=int(NUMBER.digits),
        restricted="N",
    )
    council.legal_status(
        MOSAIC_ID,
        1,
        legalStatusCode="C2",
        legalStatusDescription="Full care order",
        startDate="2024-02-01T00:00:00Z",
    )
    council.placement(
        MOSAIC_ID,
        31,
        splitNumber=1,
        placementType="K2",
        providerName="Elm House",
        ofstedUrn=ELM_HOUSE.text,
        placedInAuthority=LANCASHIRE.code,
        startDate=f"{PLACED_ON}T00:00:00Z",
        address="Elm House, 1 Invented Road, Testbury",
        postCode=POSTCODE,
    )
    council.allocation(
        MOSAIC_ID,
        55,
        allocatedWorker="A. Marsden",
        allocatedWorkerTeam="Children in our care, Blackpool",
        workerType="Social worker",
        workerTelephone="01632 960001",
        profRelTypeCode="ALLWKR",
        allocationStartDate="2024-06-03T00:00:00Z",
    )


def _in_liquidlogic(agencies: Agencies) -> None:
    council = agencies.liquidlogic
    council.holds(
        "DIM_PERSON",
        DIM_PERSON_ID=LCS_ID,
        FORENAME=GIVEN,
        SURNAME=FAMILY,
        GENDER_MAIN_CODE="F",
        BIRTH_DTTM=f"{BORN}T00:00:00",
        DOB_ESTIMATED="N",
        NHS_NUMBER=NUMBER.digits,
        IS_CLIENT="Y",
    )
    council.holds(
        "FACT_CLA_PLACEMENT",
        DIM_PERSON_ID=LCS_ID,
        DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
        START_DTTM=f"{PLACED_ON}T00:00:00",
        POSTCODE=POSTCODE,
    )


def _in_health(agencies: Agencies) -> None:
    person = patient(PATIENT_ID, given=GIVEN, family=FAMILY, born=BORN, nhs_number=NUMBER.digits)
    agencies.health.keeps(person)
    agencies.pds.holds({**person, "id": NUMBER.digits})
    agencies.health.holds(
        "Flag",
        PATIENT_ID,
        status="active",
        code={"text": "Asthma: carries a salbutamol inhaler"},
    )
    system, _, code = REVIEW.partition("|")
    agencies.health.holds(
        "Task",
        PATIENT_ID,
        status="requested",
        code={"coding": [{"system": system, "code": code}]},
        restriction={"period": {"end": "2026-10-31"}},
    )


def _report(times: Times) -> dict[str, Any]:
    return {
        "missingFromTime": (times.reported - timedelta(hours=1)).isoformat(),
        "reportedTime": times.reported.isoformat(),
        "recordedTime": times.recorded.isoformat(),
        "circumstances": "Did not come back from school. Phone switched off.",
        "reportedBy": "Registered manager",
        "commandAndControlRef": "LC-0042",
        "lastSeenPlace": "Bus station",
        "lastSeenTime": (times.reported - timedelta(hours=2)).isoformat(),
    }


def _grading(times: Times) -> dict[str, object]:
    return {
        "grade": "HIGH",
        "gradedByRank": "Inspector",
        "gradedTime": times.recorded.isoformat(),
        "rationale": "Alone, without the inhaler, and has been met by an unknown adult before.",
    }


def _missing(agencies: Agencies, times: Times) -> None:
    agencies.police.report(
        "LC-2026-0042", NOMINAL, gradings=[_grading(times)], status="MISSING", **_report(times)
    )


def _found(agencies: Agencies, times: Times) -> None:
    agencies.police.report(
        "LC-2026-0042",
        NOMINAL,
        gradings=[_grading(times)],
        checks=[
            {
                "doneTime": times.checked.isoformat(),
                "doneBy": "Response officer",
                "findings": "Cold and hungry; no injuries. Said a friend's cousin drove.",
            }
        ],
        status="FOUND",
        foundTime=times.found.isoformat(),
        foundBy="Police",
        knownSafe=True,
        safetyStatedTime=times.found.isoformat(),
        **_report(times),
    )


def _interviewed(agencies: Agencies, times: Times) -> None:
    agencies.mosaic.step(
        9001,
        2301,
        MOSAIC_ID,
        [
            answer("MFHStart", date=(times.reported - timedelta(hours=1)).isoformat()),
            answer("DateFound", date=times.found.isoformat()),
            answer("MFHReported", date=times.reported.isoformat()),
        ],
        stepStatus="COMPLETED",
        startedOn=times.recorded.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    agencies.mosaic.step(
        9002,
        2302,
        MOSAIC_ID,
        [
            answer("ReturnInterviewOffered", lookup="Yes"),
            answer("ReturnInterviewCompleted", lookup="Yes"),
            answer("ReturnInterviewDate", date=times.interviewed.isoformat()),
            answer("ReturnInterviewBy", text="Awaken"),
            answer(
                "ReturnInterviewSafeguarding",
                text="An adult outside the home offers lifts after school. Do not let the child be"
                " collected by anyone not on the list.",
            ),
            answer(
                "ReturnInterviewSummary", text="Went to the coast with a friend and her cousin."
            ),
            answer(
                "ReturnInterviewAccount",
                text="I only went because she asked. Her cousin drove us and bought food.",
            ),
        ],
        stepStatus="COMPLETED",
        startedOn=times.interviewed.strftime("%Y-%m-%dT%H:%M:%S"),
        completedOn=(times.interviewed + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S"),
    )


RESPONSIBLE, HOST = BLACKPOOL, LANCASHIRE
