"""One child in each system, with one thing of theirs set to whatever a test wants to try.

A holder puts a value where its system keeps that kind of thing, asks, and gives the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import adapters.caredirector
import adapters.health
import adapters.liquidlogic
import adapters.mosaic
import adapters.police
from adapters.caredirector.simulator import CareDirectorSimulator
from adapters.health.simulator import PdsSimulator, ProviderSimulator, patient
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.mosaic.simulator import MosaicSimulator, answer
from adapters.mosaic.simulator import settings_for as mosaic_settings
from adapters.police.simulator import (
    CompactSimulator,
    NicheSimulator,
    PoliceSimulator,
    settings_for,
)
from adapters.police.simulator.force import ForceSimulator
from adapters.simulation import Simulator
from records.child import Identity, IdentityCore, IdentityNumbers
from records.episode import EpisodeStatus, MissingEpisode
from records.http import Http
from records.items import Item
from records.source import Answered, Source
from tests.adapters.asking import NOW, question

GUID = "7d3a1c52-8c1e-4f0b-9a53-0c6a1f6f2b01"
NUMBER = "9990000018"
EPISODE = (Item.EPISODE_STATUS,)
PERSON = (Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS)


class Holder(Protocol):
    """One system of one child."""

    subject: str

    @property
    def simulator(self) -> Simulator:
        """The system itself."""

    def begins_anew(self) -> None:
        """Hold nothing."""

    def source(self, http: Http) -> Source:
        """The adapter, connected."""

    def person(self, **held: object) -> None:
        """Know the child: ``family``, ``born``, ``nhs``, ``sex``."""


class HoldsEpisodes(Holder, Protocol):
    """One system of one child that holds missing episodes too; health's do not."""

    def episode(self, **held: object) -> None:
        """Hold a missing episode: ``start``, ``end``, ``word``, ``ref``."""


async def asked(holder: Holder, http: Http, *items: Item) -> Answered:
    source = holder.source(http)
    return await source.records(question(source, holder.subject, items))


def codes(told: Answered) -> set[str]:
    """Every note of the answer and of its records."""
    return {note.code for note in (*told.notes, *(n for r in told.records for n in r.notes))}


def statuses(told: Answered) -> list[EpisodeStatus]:
    found = [one.status for one in told.records if isinstance(one, MissingEpisode)]
    return [status for status in found if status is not None]


def cores(told: Answered) -> list[IdentityCore]:
    found = [one.core for one in told.records if isinstance(one, Identity)]
    return [core for core in found if core is not None]


def numbers(told: Answered) -> list[IdentityNumbers]:
    found = [one.numbers for one in told.records if isinstance(one, Identity)]
    return [held for held in found if held is not None]


def _given(**held: object) -> dict[str, Any]:
    return {name: value for name, value in held.items() if value is not None}


@dataclass
class Liquidlogic:
    simulator: LiquidlogicSimulator
    subject: str = "40017"

    def begins_anew(self) -> None:
        self.simulator.begins_anew()

    def source(self, http: Http) -> Source:
        return adapters.liquidlogic.connect("system", http, self.simulator.config())

    def person(self, **held: object) -> None:
        self.simulator.holds(
            "DIM_PERSON",
            DIM_PERSON_ID=int(self.subject),
            FORENAME="Robin",
            **_given(
                SURNAME=held.get("family"),
                BIRTH_DTTM=held.get("born"),
                NHS_NUMBER=held.get("nhs"),
                GENDER_MAIN_CODE=held.get("sex"),
                DOB_ESTIMATED=held.get("estimated"),
            ),
        )

    def episode(self, **held: object) -> None:
        self.simulator.holds(
            "FACT_MISSING_PERSON",
            DIM_PERSON_ID=int(self.subject),
            MISSING_STATUS=held.get("word", "Missing"),
            **_given(
                START_DTTM=held.get("start"),
                END_DTTM=held.get("end"),
                FACT_MISSING_PERSON_ID=held.get("ref"),
            ),
        )


@dataclass
class Mosaic:
    simulator: MosaicSimulator
    subject: str = "4711"
    steps: int = 0

    def begins_anew(self) -> None:
        self.simulator.recovers()
        self.simulator.forgets_everything()
        self.steps = 0

    def source(self, http: Http) -> Source:
        return adapters.mosaic.connect("system", http, mosaic_settings(self.simulator, "essex"))

    def person(self, **held: object) -> None:
        self.simulator.person(
            int(self.subject),
            firstName="Robin",
            **_given(
                lastName=held.get("family"),
                dateOfBirth=held.get("born"),
                nhsNumber=held.get("nhs"),
                gender=held.get("sex"),
            ),
        )

    def episode(self, **held: object) -> None:
        self.simulator.person(int(self.subject))
        self.steps += 1
        self.simulator.step(
            int(str(held.get("ref", self.steps))),
            1777,
            int(self.subject),
            [
                answer("childabsentormissing", lookup=str(held.get("word", "Missing"))),
                *(answer("missingfrom", date=str(one)) for one in _one(held.get("start"))),
                *(answer("missingreturned", date=str(one)) for one in _one(held.get("end"))),
            ],
        )


def _one(value: object) -> list[object]:
    return [] if value is None else [value]


@dataclass
class CareDirector:
    simulator: CareDirectorSimulator
    subject: str = GUID

    def begins_anew(self) -> None:
        self.simulator.begins_anew()

    def source(self, http: Http) -> Source:
        return adapters.caredirector.connect("system", http, self.simulator.config())

    def person(self, **held: object) -> None:
        self.simulator.person(
            self.subject,
            firstname="Robin",
            **_given(
                lastname=held.get("family"),
                dateofbirth=held.get("born"),
                nhsnumber=held.get("nhs"),
                gendercode=held.get("sex"),
                dobestimated=held.get("estimated"),
            ),
        )

    def episode(self, **held: object) -> None:
        ref = held.get("ref")
        self.simulator.holds(
            "missing",
            self.subject,
            None if ref is None else str(ref),
            episodetype__name=held.get("word", "Missing"),
            **_given(missingfrom=held.get("start"), returnedon=held.get("end")),
        )


@dataclass
class Police:
    simulator: PoliceSimulator | NicheSimulator
    names: Mapping[str, str]
    subject: str = "N-1001"
    reports: int = 0

    def begins_anew(self) -> None:
        self.simulator.recovers()
        self.simulator.forgets_everything()
        self.reports = 0

    def source(self, http: Http) -> Source:
        return adapters.police.connect("system", http, settings_for(self.simulator))

    def person(self, **held: object) -> None:
        _nominal(self.simulator, self.subject, held)

    def episode(self, **held: object) -> None:
        self.reports += 1
        self.simulator.report(
            str(held.get("ref", f"R-{self.reports}")),
            self.subject,
            **{
                self.names["word"]: held.get("word", self.names["missing"]),
                **_given(missingFromTime=held.get("start")),
                self.names["end"]: held.get("end"),
            },
        )


def _nominal(force: ForceSimulator, subject: str, held: Mapping[str, object]) -> None:
    force.nominal(
        subject,
        givenName=["Robin"],
        **_given(
            surname=held.get("family"),
            dateOfBirth=held.get("born"),
            nhsNumber=held.get("nhs"),
            gender=held.get("sex"),
        ),
    )


CONNECT = {"word": "status", "missing": "MISSING", "end": "foundTime"}
NICHE = {"word": "occurrenceStatus", "missing": "OPEN", "end": "returnedTime"}


@dataclass
class Compact:
    simulator: CompactSimulator
    subject: str = "N-1001"
    reports: int = 0

    def begins_anew(self) -> None:
        self.simulator.recovers()
        self.simulator.forgets_everything()
        self.reports = 0

    def source(self, http: Http) -> Source:
        return adapters.police.connect("system", http, settings_for(self.simulator))

    def person(self, **held: object) -> None:
        _nominal(self.simulator, self.subject, held)

    def episode(self, **held: object) -> None:
        self.simulator.nominal(self.subject)
        self.reports += 1
        ref = f"C-1/{held.get('ref', self.reports)}"
        self.simulator.missing_report(
            f"M-{self.reports}",
            self.subject,
            ref,
            status=held.get("word", "MISSING"),
            **_given(missingSince=held.get("start")),
        )
        if held.get("end") is not None:
            self.simulator.found_report(f"F-{self.reports}", self.subject, ref, found=held["end"])
        self.simulator.refreshes(NOW.isoformat())


@dataclass
class Provider:
    simulator: ProviderSimulator
    subject: str = "p1"

    def begins_anew(self) -> None:
        self.simulator.begins_anew()

    def source(self, http: Http) -> Source:
        return adapters.health.connect("system", http, self.simulator.config())

    def person(self, **held: object) -> None:
        self.simulator.keeps(_patient(self.subject, held))


@dataclass
class Pds:
    simulator: PdsSimulator
    subject: str = NUMBER

    def begins_anew(self) -> None:
        self.simulator.begins_anew()

    def source(self, http: Http) -> Source:
        return adapters.health.connect("system", http, self.simulator.config())

    def person(self, **held: object) -> None:
        self.simulator.holds(_patient(self.subject, held))


def _patient(subject: str, held: Mapping[str, object]) -> Mapping[str, object]:
    usual = patient(subject, given="Robin", family="Ashworth", born="2011-05-03")
    name = {"use": "usual", "given": ["Robin"], "family": held.get("family", "Ashworth")}
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": held.get("nhs")}
    return {
        **usual,
        "name": [name],
        "birthDate": held.get("born"),
        "gender": held.get("sex", "female"),
        "identifier": [number] if "nhs" in held else [],
    }
