"""What a council's own people write of a child in its forms: plans, the school, meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.mosaic.simulator import answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.mosaic.simulator import MosaicSimulator
    from tests.world import World

WRITTEN: Final = "2026-01-14"
MEETS: Final = "2026-03-30"
PROFILE: Final = "Quiet; likes the sea."
RISK: Final = "Goes when contact is cancelled."
ACTION: Final = "Ring before ten."
PERMANENCE: Final = "Long-term fostering"
SCHOOL_NAME: Final = "Invented High School"
MINUTES: Final = "Agreed who rings whom."
STRATEGY_MINUTES: Final = "Whether the mother's partner is safe."

FORMS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "liquidlogic": {
        "prevention": ("Missing Prevention Plan", "MPP"),
        "placement": ("Placement Plan", "PP"),
        "philomena": ("Philomena Form", "PHI"),
    },
    "mosaic": {"placement": ("2304", "PlacementPlan")},
    "mosaic-essex": {
        "prevention": ("1782", "preventionplan"),
        "placement": ("1783", "placementplan"),
    },
}
"""The form of each plan in each council's system, and how its questions begin."""

_ENDINGS: Final = {
    "liquidlogic": ("Date", "Profile", "Risk1", "Action1"),
    "mosaic": ("Date", "Child", "MissingRisk", "MissingAction"),
    "mosaic-essex": ("date", "child", "risk", "action"),
}
_MEETINGS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "liquidlogic": {
        "missing-intervention": ("Missing Intervention Meeting", "MTG"),
        "mfh-risk-management": ("Missing from Home Risk Management Meeting", "MTG"),
        "strategy": ("Strategy Discussion", "MTG"),
    },
    "mosaic": {"mfh-risk-management": ("2306", "MFHMeeting")},
    "mosaic-essex": {"strategy": ("1784", "strategy")},
}


class Documents:
    """One child's plans, school and meetings in the council's system."""

    def __init__(self, world: World, council: str, serial: int) -> None:
        self._world = world
        self._council = council
        self._serial = serial
        self._steps: Iterator[int] = iter(range(serial * 100, serial * 100 + 99))

    def plan(self, kind: str) -> None:
        """A plan on the council's form for it."""
        form, begins = FORMS[self._council][kind]
        date, profile, risk, action = (begins + end for end in _ENDINGS[self._council])
        self._put(form, {date: WRITTEN}, {profile: PROFILE, risk: RISK, action: ACTION})

    def care_plan(self) -> None:
        """A care plan in effect, with long-term fostering as the plan for permanence."""
        match self._council:
            case "liquidlogic":
                self._world.liquidlogic.holds(
                    "FACT_CARE_PLAN_SUMMARY",
                    DIM_PERSON_ID=self._serial,
                    DIM_LOOKUP_PLAN_TYPE_CODE="CLA",
                    DIM_LOOKUP_PLAN_STATUS_ID_CODE="A",
                    START_DTTM=f"{WRITTEN}T00:00:00",
                )
                self._put("Care Plan", {}, {"CPFUP6": "Y", "CPFUP9": "N"})
            case "mosaic":
                self._put("2303", {"ApprovedBySWDate": WRITTEN}, {"PermanencePlan": PERMANENCE})
            case _:
                self._put("1781", {}, {"permanenceplan": PERMANENCE})

    def school(self) -> None:
        """The name of the child's school; no form in Essex asks it."""
        form, question = (
            ("Personal Education Plan", "PEPSchool")
            if self._council == "liquidlogic"
            else ("2305", "PEPSchoolName")
        )
        self._put(form, {}, {question: SCHOOL_NAME})

    def meeting(self, kind: str, minutes: str = MINUTES) -> None:
        """A meeting of one kind, with its minutes."""
        form, begins = _MEETINGS[self._council][kind]
        ends = ("date", "minutes") if self._council == "mosaic-essex" else ("Date", "Minutes")
        self._put(form, {begins + ends[0]: MEETS}, {begins + ends[1]: minutes})

    def _put(self, form: str, dates: Mapping[str, str], texts: Mapping[str, str]) -> None:
        if self._council == "liquidlogic":
            self._world.liquidlogic.holds_form(
                self._serial, {**dates, **texts}, template=form, answered="2026-01-14T12:00:00"
            )
            return
        self._mosaic.step(
            next(self._steps),
            int(form),
            self._serial,
            [
                *(answer(code, date=f"{day}T00:00:00Z") for code, day in dates.items()),
                *(answer(code, text=text) for code, text in texts.items()),
            ],
            startedOn=f"{WRITTEN}T09:30:00",
        )

    @property
    def _mosaic(self) -> MosaicSimulator:
        return self._world.mosaic if self._council == "mosaic" else self._world.mosaic_essex
