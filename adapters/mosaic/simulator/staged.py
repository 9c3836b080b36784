"""Two councils with one child in everything that their Mosaic supplies, for the contract family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from adapters.mosaic.simulator.council import MosaicSimulator, answer, settings_for
from adapters.simulation import SENTINEL, Staged


def _child(council: MosaicSimulator) -> None:
    council.person(
        4711,
        firstName=f"Robin {SENTINEL}",
        lastName="Ashworth",
        dateOfBirth="2011-03-02T00:00:00Z",
        gender="F",
        nhsNumber=9990000018,
        upn="A123456789012",
        restricted="N",
    )
    council.legal_status(
        4711,
        1,
        legalStatusCode="C2",
        legalStatusDescription="Full care order",
        startDate="2019-02-01T00:00:00Z",
    )
    council.placement(
        4711,
        31,
        splitNumber=1,
        placementType="K2",
        providerName="Elm House",
        ofstedUrn="SC123456",
        placedInAuthority="E06000008",
        startDate="2024-06-03T00:00:00Z",
        address=f"Elm House, {SENTINEL} Road, Testbury",
        postCode="ZZ99 3CZ",
    )
    council.allocation(
        4711,
        55,
        allocatedWorker="A. Marsden",
        allocatedWorkerTeam="Children in our care",
        workerId=901,
        workerType="Social worker",
        workerTelephone="01632 960001",
        profRelTypeCode="ALLWKR",
        allocationStartDate="2024-06-03T00:00:00Z",
    )


def _staged(council: MosaicSimulator, field_map: str) -> Staged:
    _child(council)
    return Staged(
        simulator=council,
        config=lambda: settings_for(council, field_map),
        subject="4711",
        nobody="999999",
        nhs_number="9990000018",
    )


def _blackpool() -> Staged:
    council = MosaicSimulator()
    council.step(
        9001,
        2301,
        4711,
        [
            answer("MFHStart", date="2026-11-20T20:00:00Z"),
            answer("DateFound", date="2026-11-21T08:45:00Z"),
            answer("MFHReported", date="2026-11-20T21:40:00Z"),
            answer("MFHCircumstances", text=f"{SENTINEL} did not come back from school."),
        ],
        stepStatus="COMPLETED",
        startedOn="2026-11-20T22:00:00",
    )
    council.step(
        9002,
        2302,
        4711,
        [
            answer("ReturnInterviewOffered", lookup="Yes"),
            answer("ReturnInterviewCompleted", lookup="Yes"),
            answer("ReturnInterviewDate", date="2026-11-23T15:00:00Z"),
            answer("ReturnInterviewBy", text="Return interview service"),
            answer("ReturnInterviewSafeguarding", text="Left alone with an adult unknown to us."),
            answer("ReturnInterviewSafeguardingPlacement", text="Says the office was locked."),
            answer("ReturnInterviewNeeds", text="Wants to see her brother."),
            answer("ReturnInterviewSummary", text="Went to the coast with a friend."),
            answer("ReturnInterviewAccount", text=f"{SENTINEL}: I went to the pier."),
        ],
        stepStatus="COMPLETED",
        startedOn="2026-11-23T15:00:00",
        completedOn="2026-11-23T16:30:00",
    )
    council.step(
        9003,
        2303,
        4711,
        [
            answer("ApprovedBySWDate", date="2026-10-01T00:00:00Z"),
            answer("PermanencePlan", lookup="Long-term fostering"),
        ],
    )
    council.step(
        9004,
        2304,
        4711,
        [
            answer("PlacementPlanDate", date="2026-06-03T00:00:00Z"),
            answer("PlacementPlanReviewDate", date="2027-06-03T00:00:00Z"),
            answer("PlacementPlanChild", text=f"{SENTINEL}: quiet, likes the sea"),
            answer("PlacementPlanMissingRisk", text="Goes when contact is cancelled."),
            answer("PlacementPlanMissingAction", text="Ring before ten."),
        ],
    )
    council.step(9005, 2305, 4711, [answer("PEPSchoolName", text=f"{SENTINEL} High School")])
    council.step(
        9006,
        2306,
        4711,
        [
            answer("MFHMeetingCalled", date="2026-11-20T00:00:00Z"),
            answer("MFHMeetingDate", date="2026-11-24T00:00:00Z"),
            answer("MFHMeetingMinutes", text=f"{SENTINEL}: agreed a curfew."),
        ],
    )
    return _staged(council, "blackpool")


def _essex() -> Staged:
    council = MosaicSimulator()
    council.step(
        8001,
        1777,
        -12,
        [
            answer("childabsentormissing", subject=-12, lookup="Missing"),
            answer("missingfrom", subject=-12, date="2026-11-20T20:00:00Z"),
            answer("missingreturned", row=4711, date="2026-11-21T08:45:00Z"),
            answer("missingcircumstances", row=4711, text=f"{SENTINEL} left with her brother."),
            answer("missingfoundby", row=4711, text="Police"),
            answer("missinglettersent", row=4711, date="2026-11-21T00:00:00Z"),
            answer("missingepisodediscussed", row=4711, lookup="Yes"),
            answer("missingchatdate", row=4711, date="2026-11-23T15:00:00Z"),
            answer("missingchatby", row=4711, text="Missing Chat worker"),
            answer("missingchatsafeguarding", row=4711, text="Left alone with an adult."),
            answer("missingchatneeds", row=4711, text="Wants to see her brother."),
            answer("missingchataccount", row=4711, text=f"{SENTINEL}: I went to the pier."),
        ],
        group=[4711, 4712],
        stepStatus="REOPENED",
        startedOn="2026-11-20T22:00:00",
    )
    council.step(
        8002,
        1781,
        4711,
        [answer("permanenceplan", text="Long-term fostering")],
        startedOn="2026-02-03T09:30:00",
    )
    for step_id, step_type, form in ((8003, 1782, "preventionplan"), (8004, 1783, "placementplan")):
        council.step(
            step_id,
            step_type,
            4711,
            [
                answer(f"{form}date", date="2026-06-03T00:00:00Z"),
                answer(f"{form}child", text=f"{SENTINEL}: quiet, likes the sea"),
                answer(f"{form}risk", text="Goes when contact is cancelled."),
                answer(f"{form}action", text="Ring before ten."),
            ],
        )
    council.step(
        8005,
        1784,
        4711,
        [
            answer("strategycalled", date="2026-11-20T00:00:00Z"),
            answer("strategydate", date="2026-11-24T00:00:00Z"),
            answer("strategyminutes", text=f"{SENTINEL}: police to lead."),
        ],
    )
    return _staged(council, "essex")


STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {"blackpool": _blackpool, "essex": _essex}
