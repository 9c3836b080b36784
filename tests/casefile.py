"""What agencies' own people write of a child in their own systems."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from adapters.health.simulator import patient
from adapters.liquidlogic.simulator import FORM
from adapters.mosaic.simulator import answer
from records.identifiers import NHSNumber
from tests.documents import Documents

if TYPE_CHECKING:
    import adapters.mosaic.simulator as mosaic
    from tests.world import World

REPORTED: Final = datetime(2026, 1, 12, 18, 0, tzinfo=UTC)
FOUND: Final = datetime(2026, 1, 13, 9, 0, tzinfo=UTC)
INTERVIEWED: Final = datetime(2026, 1, 15, 14, 0, tzinfo=UTC)

GIVEN, FAMILY = "Robin", "Ashworth"
ACCOUNT: Final = "I only went because she asked."
SYNOPSIS: Final = "Went to the coast with a friend."
SAFEGUARDING: Final = "An adult offers lifts after school."
ABOUT_THE_HOME: Final = "Says that a member of staff locked the door."
SENSITIVE: Final = "Names the man who hurt her."
FRIEND: Final = "Jo Marsden"
PASSWORD: Final = "kept-by-police"
INTELLIGENCE: Final = "Seen getting into a grey van."

CODES: Final = {
    "liquidlogic": FORM,
    "mosaic": {
        "held": "ReturnInterviewDate",
        "held_by": "ReturnInterviewBy",
        "synopsis": "ReturnInterviewSummary",
        "account": "ReturnInterviewAccount",
        "safeguarding": "ReturnInterviewSafeguarding",
        "safeguarding_provider": "ReturnInterviewSafeguardingPlacement",
        "needs": "ReturnInterviewNeeds",
    },
    "mosaic-essex": {
        "held": "missingchatdate",
        "held_by": "missingchatby",
        "account": "missingchataccount",
        "safeguarding": "missingchatsafeguarding",
        "needs": "missingchatneeds",
    },
}
"""Under which codes each council's form asks each part of an interview. Essex has no synopsis of its own."""

_BLACKPOOL: Final = {"ReturnInterviewOffered": "Yes", "ReturnInterviewCompleted": "Yes"}
_ESSEX: Final = {"childabsentormissing": "Missing", "missingepisodediscussed": "Yes"}
_ESSEX_DATES: Final = {
    "missingfrom": REPORTED,
    "missingreturned": FOUND,
    "missinglettersent": FOUND,
}


class Casefile:
    """One child's records in the police's, the council's and the health provider's systems."""

    def __init__(
        self, world: "World", council: str, number: NHSNumber, serial: int, aged: int
    ) -> None:
        self._world = world
        self.council = council
        self.number = number
        self.serial = serial
        self.born = f"{REPORTED.year - aged}-01-02"
        self.nominal = f"N-{serial}"
        self.patient_id = f"patient-{serial}"
        self.documents = Documents(world, council, serial)

    def opens(self, known_to: Collection[str]) -> None:
        """Begin a record in each of: police, council, health. "police-twice" is one nominal too many."""
        nominals = {"police": self.nominal, "police-twice": f"{self.nominal}-again"}
        for nominal in (nominals[name] for name in nominals if name in known_to):
            self._world.police.nominal(
                nominal,
                givenName=[GIVEN],
                surname=FAMILY,
                dateOfBirth=self.born,
                nhsNumber=self.number.digits,
            )
        if "council" in known_to:
            self._in_council()
        if "health" in known_to:
            self._world.health.keeps(
                patient(
                    self.patient_id,
                    given=GIVEN,
                    family=FAMILY,
                    born=self.born,
                    nhs_number=self.number.digits,
                )
            )

    def _in_council(self) -> None:
        if self.council == "liquidlogic":
            self._world.liquidlogic.holds(
                "DIM_PERSON",
                DIM_PERSON_ID=self.serial,
                FORENAME=GIVEN,
                SURNAME=FAMILY,
                BIRTH_DTTM=f"{self.born}T00:00:00",
                NHS_NUMBER=self.number.digits,
                IS_CLIENT="Y",
            )
            return
        self._mosaic.person(
            self.serial,
            firstName=GIVEN,
            lastName=FAMILY,
            dateOfBirth=f"{self.born}T00:00:00Z",
            nhsNumber=int(self.number.digits),
            restricted="N",
        )

    def reported_missing(
        self, at: datetime = REPORTED, *, grade: str = "MEDIUM", place: str = "Bus station"
    ) -> None:
        """The police record the child missing."""
        self._report(at, grade, place, status="MISSING")

    def reported_absent(self, at: datetime = REPORTED) -> None:
        """The police record the child as absent, in the word that some forces still use."""
        self._report(at, "MEDIUM", "Bus station", status="ABSENT")

    def found(
        self,
        at: datetime = FOUND,
        *,
        reported: datetime = REPORTED,
        grade: str = "MEDIUM",
        findings: str = "Cold and hungry.",
    ) -> None:
        """The police record the child found, and the check they made."""
        self._report(
            reported,
            grade,
            "Bus station",
            status="FOUND",
            foundTime=at.isoformat(),
            knownSafe=True,
            safetyStatedTime=at.isoformat(),
            findings=findings,
        )

    def _report(self, at: datetime, grade: str, place: str, **more: object) -> None:
        findings = more.pop("findings", None)
        done = at + timedelta(hours=16)
        checks = (
            [{"doneTime": done.isoformat(), "doneBy": "Officer", "findings": findings}]
            if findings
            else []
        )
        grading = {
            "grade": grade,
            "gradedByRank": "Sergeant",
            "gradedTime": at.isoformat(),
            "rationale": "Alone at night.",
        }
        attributes = {
            "reportedTime": at.isoformat(),
            "recordedTime": (at + timedelta(minutes=10)).isoformat(),
            "circumstances": "Did not come back from school.",
            "lastSeenPlace": place,
            **{name: value for name, value in more.items() if value is not None},
        }
        self._world.police.report(
            f"R-{self.serial}-{at:%Y%m%d%H%M}",
            self.nominal,
            gradings=[grading],
            checks=checks,
            **attributes,
        )

    def trigger_plan(self) -> None:
        """The police hold a trigger plan on the nominal: friends, photograph, passwords and all."""
        self._world.police.trigger_plan(
            self.nominal,
            updatedOn="2026-01-02",
            reviewDueOn="2026-02-02",
            actions=["Ring the aunt first."],
            likelyPlaces=["Pier"],
            associates=[{"name": FRIEND, "relationship": "friend", "address": "1 Pier Road"}],
            photo={"ref": "PH-1", "takenOn": "2025-12-01", "consentRecorded": True},
            accounts=[{"platform": "Network", "username": "robin", "password": PASSWORD}],
        )

    def intelligence(self) -> None:
        """The police hold an intelligence report on the nominal."""
        self._world.police.intelligence(
            self.nominal, report=INTELLIGENCE, handling="P", submittedTime=REPORTED.isoformat()
        )

    def placed(self) -> None:
        """The council records the placement with its postcode; Liquidlogic councils only."""
        self._world.liquidlogic.holds(
            "FACT_CLA_PLACEMENT",
            DIM_PERSON_ID=self.serial,
            DIM_LOOKUP_PLACEMENT_TYPE_CODE="K2",
            START_DTTM="2025-06-01T00:00:00",
            POSTCODE="LA1 1AA",
        )

    def health_assessed(self) -> None:
        """The council records the last review health assessment, long ago; Liquidlogic councils only."""
        self._world.liquidlogic.holds(
            "FACT_HEALTH_CHECK",
            DIM_PERSON_ID=self.serial,
            DIM_LOOKUP_EVENT_TYPE_DESC="Review health assessment",
            DIM_LOOKUP_EXAM_STATUS_DESC="Completed",
            START_DTTM="2024-03-01T00:00:00",
        )

    def interviewed(
        self,
        at: datetime = INTERVIEWED,
        *,
        account: str = ACCOUNT,
        safeguarding: str | None = SAFEGUARDING,
        about_the_home: str | None = None,
        sensitive: str | None = None,
    ) -> None:
        """The return interview, written up in the system of the authority that held it.

        What a council's form has no question for is left out.
        """
        said = {
            "held_by": "Return interview service",
            "synopsis": SYNOPSIS,
            "account": account,
            "safeguarding": safeguarding,
            "safeguarding_provider": about_the_home,
            "sensitive": sensitive,
        }
        codes = CODES[self.council]
        written = {codes[part]: text for part, text in said.items() if text and part in codes}
        match self.council:
            case "liquidlogic":
                held = {codes["held"]: at.strftime("%Y-%m-%dT%H:%M:%S")}
                self._world.liquidlogic.holds_form(self.serial, held | written)
            case "mosaic":
                self._step(at, 2302, _BLACKPOOL, {codes["held"]: at}, written)
            case _:
                self._step(REPORTED, 1777, _ESSEX, _ESSEX_DATES | {codes["held"]: at}, written)

    def was_asked_for(self, part: str) -> bool:
        """Whether the council's system was asked for this part of anybody's interview since last forgotten."""
        code = CODES[self.council].get(part)
        asked = self._world.simulators[self.council].asked
        return any(
            code in value.split(",") for one in asked for _, value in one.query if code is not None
        )

    def _step(
        self,
        started: datetime,
        step_type: int,
        chosen: Mapping[str, str],
        dates: Mapping[str, datetime],
        written: Mapping[str, str],
    ) -> None:
        self._mosaic.step(
            self.serial,
            step_type,
            self.serial,
            [
                *(answer(code, lookup=word) for code, word in chosen.items()),
                *(answer(code, date=at.isoformat()) for code, at in dates.items()),
                *(answer(code, text=text) for code, text in written.items()),
            ],
            stepStatus="COMPLETED",
            startedOn=started.strftime("%Y-%m-%dT%H:%M:%S"),
        )

    def has_asthma(self) -> None:
        """The health provider holds an alert."""
        self._world.health.holds(
            "Flag", self.patient_id, status="active", code={"text": "Asthma: carries an inhaler"}
        )

    @property
    def _mosaic(self) -> "mosaic.MosaicSimulator":
        return self._world.mosaic if self.council == "mosaic" else self._world.mosaic_essex
