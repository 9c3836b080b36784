"""A force that runs Niche RMS, as it is modelled here."""

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


class NicheSimulator(ForceSimulator):
    """Occurrences, with the 23 questions by number."""

    product = "niche"
    reports_at = "/occurrences"
    report_type = "occurrence"
    gradings_as = ("riskQuestionnaires", "riskQuestionnaire")


def staged() -> Staged:
    """A force that holds one child in everything that Niche supplies."""
    force = NicheSimulator()
    knows_robin(force)
    force.report(
        "16/88001/26",
        ROBIN,
        gradings=[
            {
                "grade": "HIGH",
                "gradedByRank": "Inspector",
                "gradedTime": "2026-11-20T22:10:00+00:00",
                "rationale": "High on first report.",
                "answers": [{"number": 4, "answer": f"{SENTINEL} needs an inhaler."}],
            }
        ],
        checks=[
            {
                "doneTime": "2026-11-21T09:30:00+00:00",
                "doneBy": "Locate Team",
                "findings": f"{SENTINEL} was cold and hungry.",
            }
        ],
        occurrenceStatus="RETURNED",
        missingFromTime="2026-11-20T20:00:00+00:00",
        reportedTime="2026-11-20T21:40:00+00:00",
        enteredTime="2026-11-20T21:55:00+00:00",
        returnedTime="2026-11-21T08:45:00+00:00",
        summary=f"{SENTINEL} did not come back from school.",
        informant="Registered manager",
        locatedBy="Police",
        stormLogRef="HP-20261120-0612",
        pncCirculated=True,
        pncId="26/120018R",
        lastSeenPlace="Bus station",
        lastSeenTime="2026-11-20T16:05:00+00:00",
        knownSafe=True,
        safetyStatedTime="2026-11-21T08:50:00+00:00",
    )
    force.intelligence(ROBIN, report=f"{SENTINEL} seen with an adult.", handling="P")
    force.abduction_notice(ROBIN, issuedOn="2026-06-01", expiresOn="2026-12-01")
    return Staged(
        simulator=force,
        config=lambda: settings_for(force),
        subject=ROBIN,
        nobody=NOBODY,
        nhs_number=NHS_NUMBER,
    )
