"""A force that runs NEC CONNECT, as it is modelled here."""

from __future__ import annotations

from adapters.police.simulator.force import (
    NHS_NUMBER,
    NOBODY,
    ROBIN,
    ForceSimulator,
    knows_robin,
    settings_for,
)
from adapters.simulation import SENTINEL, Staged


class PoliceSimulator(ForceSimulator):
    """Reports with risk assessments and safe and well records; plans and intelligence on the nominal."""


def staged() -> Staged:
    """A force that holds one child in everything that CONNECT supplies."""
    force = PoliceSimulator()
    knows_robin(force)
    force.report(
        "LC-2026-0042",
        ROBIN,
        gradings=[
            {
                "grade": "MEDIUM",
                "gradedByRank": "Sergeant",
                "gradedTime": "2026-11-20T22:10:00+00:00",
                "rationale": f"{SENTINEL} has gone before and come back by herself.",
            },
            {
                "grade": "HIGH",
                "gradedByRank": "Inspector",
                "gradedTime": "2026-11-21T02:00:00+00:00",
                "rationale": f"{SENTINEL} left without her medicine.",
                "answers": [{"question": "Has the person medical needs?", "answer": "Yes"}],
            },
        ],
        checks=[
            {
                "doneTime": "2026-11-21T09:30:00+00:00",
                "doneBy": "Response officer",
                "findings": f"{SENTINEL} was cold and hungry.",
            }
        ],
        status="FOUND",
        missingFromTime="2026-11-20T20:00:00+00:00",
        reportedTime="2026-11-20T21:40:00+00:00",
        recordedTime="2026-11-20T21:55:00+00:00",
        foundTime="2026-11-21T08:45:00+00:00",
        circumstances=f"{SENTINEL} did not come back from school.",
        reportedBy="Registered manager",
        foundBy="Police",
        commandAndControlRef="LC-20261120-1187",
        pncCirculated=True,
        pncId="26/120018R",
        lastSeenPlace="Bus station",
        lastSeenTime="2026-11-20T16:05:00+00:00",
        knownSafe=True,
        safetyStatedTime="2026-11-21T08:50:00+00:00",
    )
    force.trigger_plan(
        ROBIN,
        updatedOn="2026-10-01",
        reviewDueOn="2026-11-01",
        actions=["Ring the aunt first."],
        likelyPlaces=["Pier"],
        risks=["Needs an inhaler"],
        associates=[{"name": f"J. {SENTINEL}", "relationship": "friend"}],
        photo={"ref": "PH-77", "takenOn": "2026-09-15", "consentRecorded": True},
        accounts=[{"platform": "Snap", "username": "robin", "password": "kept-by-police"}],
    )
    force.intelligence(
        ROBIN,
        report=f"{SENTINEL} seen with an adult not known to the family.",
        handling="P",
        submittedTime="2026-11-19T12:00:00+00:00",
    )
    force.abduction_notice(ROBIN, issuedOn="2026-06-01", expiresOn="2026-12-01")
    return Staged(
        simulator=force,
        config=lambda: settings_for(force),
        subject=ROBIN,
        nobody=NOBODY,
        nhs_number=NHS_NUMBER,
    )
