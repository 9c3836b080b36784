"""One row for every duty of the North East Lincolnshire protocol about repeated episodes, data and meetings."""

from typing import Final

from tests.duties.casework import cases_of, episodes

NEL: Final = "E06000012"
_case = cases_of("north-east-lincolnshire", NEL)

CASES: Final = (
    _case(
        "nelincs-repeat-two-discussion",
        "missing-recorded",
        open_to_social_care=True,
        past=episodes("2025-11-24"),
        meets=("allocated_social_worker", "family_help_practitioner", "youth_justice"),
    ),
    _case(
        "nelincs-repeat-unopen",
        "missing-recorded",
        open_to_social_care=False,
        past=episodes("2025-11-24"),
        meets=("la_missing_coordinator", "police"),
    ),
    _case(
        "nelincs-missing-strategy-cic",
        "child-found",
        looked_after=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "nelincs-missing-strategy-content",
        "prevention-plan-due",
        looked_after=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "nelincs-data-framework",
        "period-ended",
        period="quarter",
        records=("la_children_services", "police"),
    ),
    _case(
        "nelincs-monthly-tracking",
        "period-ended",
        period="month",
        due=("2026-02-13T09:00Z",),
        records=("la_missing_coordinator", "family_help_service_lead"),
    ),
    _case(
        "nelincs-monthly-meeting",
        "meeting-held",
        meeting="missing-children-meeting",
        due=("2026-02-13T09:00Z",),
        meets=("family_help_service_lead",),
    ),
    _case(
        "nelincs-quarterly-report",
        "period-ended",
        period="quarter",
        due=("2026-04-13T08:00Z",),
        records=("missing_children_meeting",),
    ),
    _case("nelincs-says-nothing", "absent", silent=True),
)
