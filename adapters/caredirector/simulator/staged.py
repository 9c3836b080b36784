"""Two invented councils with one child in everything that they hold, for the contract family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from adapters.caredirector.names import Council, Interview, Missing, Person, YesNo
from adapters.caredirector.simulator.service import CareDirectorSimulator
from adapters.simulation import SENTINEL, Staged

OTHER: Final = Council(
    name="Another council",
    authority="E10000098",
    person=Person(
        entity_set="Clients",
        key="ID",
        given_names=("Forename",),
        family_name="Surname",
        birth_date="Born",
        nhs_number="NHS",
    ),
    missing=Missing(
        entity_set="MissingPersonForms",
        key="ID",
        modified="ChangedOn",
        person="Client_ID",
        missing_from="LastSeen",
        found_at="Found",
    ),
    interview=Interview(
        entity_set="MissingPersonForms",
        key="ID",
        modified="ChangedOn",
        person="Client_ID",
        shown_by=("RHI/Held", "RHI/Offered"),
        offered=YesNo(field="RHI/Offered", yes=("Y",), no=("N",)),
        held_at="RHI/Held",
        account="RHI/Words",
    ),
)
"""A second invented council: other names, interviews on the missing form, and no other section."""

_CHILD: Final = "7d3a1c52-8c1e-4f0b-9a53-0c6a1f6f2b01"
_NOBODY: Final = "00000000-0000-4000-8000-000000000000"
_NUMBER: Final = "9990000018"


def _county() -> Staged:
    """A council with everything that its field map names, for the contract family."""
    simulator = CareDirectorSimulator()
    simulator.person(
        _CHILD,
        firstname=SENTINEL,
        lastname="Ashworth",
        dateofbirth="2011-05-03",
        gendercode=2,
        isrestricted=False,
        nhsnumber=_NUMBER,
        legacyid="L-40017",
    )
    simulator.holds(
        "legal",
        _CHILD,
        legalstatus__code="C2",
        legalstatus__name=f"Full care order ({SENTINEL})",
        startdate="2024-02-01",
    )
    simulator.holds(
        "placement",
        _CHILD,
        placementtype__code="K2",
        provider__name=f"{SENTINEL} House",
        provider__ofstedurn="SC123456",
        hostauthoritycode="E10000017",
        startdate="2026-01-12",
        addressline1="1 Mill Lane",
        postcode="LA1 1AA",
    )
    simulator.holds(
        "case",
        _CHILD,
        servicename="Children in care",
        startdate="2023-11-01",
        responsibleuser__fullname=f"{SENTINEL} Patel",
        responsibleuser__jobtitle="Social worker",
        responsibleuser__systemuserid="u-4711",
        responsibleteam__name="North",
        isallocatedworker=True,
    )
    simulator.holds(
        "missing",
        _CHILD,
        episodetype__name="Missing",
        missingfrom="2026-11-18T21:30:00Z",
        reportedtopolice="2026-11-18T22:10:00Z",
        returnedon="2026-11-19T07:15:00Z",
        circumstances=f"{SENTINEL} did not come back from school.",
    )
    simulator.holds(
        "interview",
        _CHILD,
        wasoffered=True,
        wasaccepted=True,
        offeredon="2026-11-19T09:00:00Z",
        heldon="2026-11-20T15:30:00Z",
        heldby="Return interview service",
        **{
            name: f"{SENTINEL}: {name}"
            for name in (
                "safeguardingconcerns",
                "placementconcerns",
                "needs",
                "summary",
                "account",
                "sensitiveaccount",
            )
        },
    )
    _documents(simulator)
    return _staged(simulator)


def _documents(simulator: CareDirectorSimulator) -> None:
    """A care plan, one plan of each kind, a school and a meeting."""
    simulator.holds(
        "care_plan", _CHILD, startdate="2024-02-10", permanenceplan__name=f"{SENTINEL}: fostering"
    )
    for section in ("placement_plan", "prevention_plan", "philomena"):
        simulator.holds(
            section,
            _CHILD,
            writtenon="2026-01-14",
            reviewdue="2026-07-14",
            profile=f"{SENTINEL}: quiet, likes the sea",
            risks="Goes when contact is cancelled.",
            actions="Ring before ten.",
        )
    simulator.holds(
        "school", _CHILD, school__name=f"{SENTINEL} High School", startdate="2023-09-04"
    )
    simulator.holds(
        "meeting",
        _CHILD,
        meetingtype__name="Missing Intervention Meeting",
        requestedon="2026-11-20",
        meetingdate="2026-11-24",
        minutes=f"{SENTINEL}: agreed a curfew.",
    )


def _other() -> Staged:
    """A council with other names, relative links and fewer sections."""
    simulator = CareDirectorSimulator(OTHER, relative=True)
    simulator.person(_CHILD, Forename=SENTINEL, Surname="Ashworth", Born="2011-05-03", NHS=_NUMBER)
    simulator.holds(
        "missing",
        _CHILD,
        LastSeen="2026-11-18T21:30:00Z",
        Found="2026-11-19T07:15:00Z",
        RHI__Offered="Y",
        RHI__Held="2026-11-20T15:30:00Z",
        RHI__Words=f"{SENTINEL}: account",
    )
    return _staged(simulator)


def _staged(simulator: CareDirectorSimulator) -> Staged:
    return Staged(
        simulator=simulator,
        config=lambda: simulator.config(timeout=0.5, deadline=1.0),
        subject=_CHILD,
        nobody=_NOBODY,
        nhs_number=_NUMBER,
    )


STAGINGS: Final[Mapping[str, Callable[[], Staged]]] = {"county": _county, "other": _other}
"""What the contract family asks, by name."""
