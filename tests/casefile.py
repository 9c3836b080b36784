"""What agencies' own people write of a child in their own systems."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from adapters.health.simulator import patient
from adapters.liquidlogic.simulator import FORM
from adapters.mosaic.simulator import answer
from records.identifiers import NHSNumber

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

    def opens(self, known_to: Collection[str]) -> None:
        """Begin a record in each of: police, council, health."""
        if "police" in known_to:
            self._world.police.nominal(
                self.nominal,
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
        """The police hold a trigger plan on the nominal, passwords and all."""
        self._world.police.trigger_plan(
            self.nominal,
            updatedOn="2026-01-02",
            reviewDueOn="2026-02-02",
            actions=["Ring the aunt first."],
            likelyPlaces=["Pier"],
            accounts=[{"platform": "Network", "username": "robin", "password": "kept-by-police"}],
        )

    def interviewed(
        self,
        at: datetime = INTERVIEWED,
        *,
        account: str = ACCOUNT,
        safeguarding: str | None = SAFEGUARDING,
        about_the_home: str | None = None,
    ) -> None:
        """The return interview, written up in the system of the authority that held it."""
        if self.council == "liquidlogic":
            answers = {
                "held": at.strftime("%Y-%m-%dT%H:%M:%S"),
                "held_by": "Return interview service",
                "synopsis": SYNOPSIS,
                "account": account,
                "safeguarding": safeguarding,
                "safeguarding_provider": about_the_home,
            }
            self._world.liquidlogic.holds_form(
                self.serial, {FORM[name]: said for name, said in answers.items() if said}
            )
        elif self.council == "mosaic":
            self._in_blackpool(at, account, safeguarding, about_the_home)
        else:
            self._in_essex(at, account, safeguarding)

    def _in_blackpool(
        self, at: datetime, account: str, safeguarding: str | None, about_the_home: str | None
    ) -> None:
        said = {
            "ReturnInterviewBy": "Awaken",
            "ReturnInterviewSummary": SYNOPSIS,
            "ReturnInterviewAccount": account,
            "ReturnInterviewSafeguarding": safeguarding,
            "ReturnInterviewSafeguardingPlacement": about_the_home,
        }
        self._mosaic.step(
            self.serial,
            2302,
            self.serial,
            [
                answer("ReturnInterviewOffered", lookup="Yes"),
                answer("ReturnInterviewCompleted", lookup="Yes"),
                answer("ReturnInterviewDate", date=at.isoformat()),
                *(answer(code, text=text) for code, text in said.items() if text),
            ],
            stepStatus="COMPLETED",
            startedOn=at.strftime("%Y-%m-%dT%H:%M:%S"),
        )

    def _in_essex(self, at: datetime, account: str, safeguarding: str | None) -> None:
        said = {
            "missingchatby": "Missing Chat worker",
            "missingchataccount": account,
            "missingchatsafeguarding": safeguarding,
        }
        self._mosaic.step(
            self.serial,
            1777,
            self.serial,
            [
                answer("childabsentormissing", lookup="Missing"),
                answer("missingfrom", date=REPORTED.isoformat()),
                answer("missinglettersent", date=FOUND.isoformat()),
                answer("missingepisodediscussed", lookup="Yes"),
                answer("missingchatdate", date=at.isoformat()),
                *(answer(code, text=text) for code, text in said.items() if text),
            ],
            stepStatus="COMPLETED",
            startedOn=REPORTED.strftime("%Y-%m-%dT%H:%M:%S"),
        )

    def has_asthma(self) -> None:
        """The health provider holds an alert."""
        self._world.health.holds(
            "Flag", self.patient_id, status="active", code={"text": "Asthma: carries an inhaler"}
        )

    @property
    def _mosaic(self) -> "mosaic.MosaicSimulator":
        return self._world.mosaic if self.council == "mosaic" else self._world.mosaic_essex
