"""One child in each system, with something of everything, for the contract family."""

from __future__ import annotations

from typing import Final

from adapters.health.simulator.cpis import CpisSimulator
from adapters.health.simulator.pds import PdsSimulator
from adapters.health.simulator.provider import REVIEW, SDQ, ProviderSimulator
from adapters.health.simulator.resources import patient
from adapters.simulation import SENTINEL, Staged

_NUMBER: Final = "9990000018"


def staged_provider() -> Staged:
    """A provider that holds a child with an alert, contacts, a score, a vaccination and a task."""
    simulator = ProviderSimulator()
    child = "sys1-8841"
    simulator.keeps(
        patient(child, given=SENTINEL, family="Ashworth", born="2011-05-03", nhs_number=_NUMBER)
    )
    simulator.holds("Flag", child, status="active", code={"text": f"{SENTINEL}: severe asthma"})
    simulator.holds(
        "Encounter",
        child,
        status="finished",
        type=[{"text": "Seen by school nurse"}],
        period={"start": "2026-09-14T10:00:00+01:00"},
        location=[{"location": {"display": f"{SENTINEL} Clinic"}}],
    )
    system, _, code = SDQ.partition("|")
    simulator.holds(
        "Observation",
        child,
        status="final",
        code={"coding": [{"system": system, "code": code}], "text": "SDQ total"},
        effectiveDateTime="2026-06-30",
        valueInteger=17,
    )
    simulator.holds(
        "Immunization",
        child,
        status="completed",
        vaccineCode={"text": "HPV"},
        occurrenceDateTime="2024-03",
    )
    system, _, code = REVIEW.partition("|")
    simulator.holds(
        "Task",
        child,
        status="requested",
        code={"coding": [{"system": system, "code": code}]},
        restriction={"period": {"end": "2026-11-20"}},
    )
    return Staged(
        simulator=simulator,
        config=lambda: simulator.config(timeout=0.5, deadline=1.0),
        subject=child,
        nobody="sys1-0",
        nhs_number=_NUMBER,
    )


def staged_pds() -> Staged:
    """PDS with one child, known by an NHS number."""
    simulator = PdsSimulator()
    simulator.holds(
        patient(_NUMBER, given=SENTINEL, family="Ashworth", born="2011-05-03", nhs_number=_NUMBER)
    )
    return Staged(
        simulator=simulator,
        config=lambda: simulator.config(timeout=0.5, deadline=1.0),
        subject=_NUMBER,
        nobody="9990000115",
        nhs_number=_NUMBER,
    )


def staged_cpis() -> Staged:
    """CP-IS with one looked-after child, asked by a person's own action."""
    simulator = CpisSimulator()
    simulator.plan(
        _NUMBER,
        f"Looked after child ({SENTINEL})",
        "Example County Council",
        period={"start": "2024-02-01"},
        telecom=[{"system": "phone", "value": "01632960001", "use": "work"}],
    )
    return Staged(
        simulator=simulator,
        config=lambda: simulator.config(timeout=0.5, deadline=1.0),
        subject=_NUMBER,
        nobody="9990000115",
        nhs_number=_NUMBER,
        explicit=True,
    )
