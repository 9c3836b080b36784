"""One row for every duty of the Staffordshire and Stoke-on-Trent protocol about longer episodes and the regular meetings."""

from typing import Final

from tests.duties.casework import cases_of

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
_case = cases_of("staffordshire-stoke", STAFFORDSHIRE)

CASES: Final = (
    _case(
        "staffs-24h-line-manager",
        "missing-recorded",
        open_to_social_care=True,
        told={"team_manager": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("allocated_social_worker",),
    ),
    _case(
        "staffs-24h-significant-concern",
        "missing-recorded",
        home=STOKE,
        open_to_social_care=True,
        significant_harm_suspected=True,
        told={"strategic_manager": "episode.status"},
        does=("allocated_social_worker",),
    ),
    _case(
        "staffs-24h-significant-concern/staffordshire",
        "missing-recorded",
        open_to_social_care=True,
        significant_harm_suspected=True,
        told={"district_operational_lead": "episode.status"},
        does=("allocated_social_worker",),
    ),
    _case(
        "staffs-24h-stoke-strategic-manager",
        "missing-recorded",
        home=STOKE,
        open_to_social_care=True,
        told={"strategic_manager": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("team_manager",),
    ),
    _case(
        "staffs-24h-stoke-strategic-manager/not-open",
        "missing-recorded",
        home=STOKE,
        open_to_social_care=False,
        told={"strategic_manager": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("chad_manager",),
    ),
    _case(
        "staffs-72h-stoke-assistant-director",
        "missing-recorded",
        home=STOKE,
        told={"assistant_director": "episode.status"},
        due=("2026-01-15T18:00Z",),
        does=("strategic_manager",),
    ),
    _case(
        "staffs-5d-stoke-dcs",
        "missing-recorded",
        home=STOKE,
        told={"dcs": "episode.status"},
        due=("2026-01-17T18:00Z",),
        does=("assistant_director",),
    ),
    _case(
        "staffs-24h-staffs-district-lead",
        "missing-recorded",
        open_to_social_care=True,
        told={"district_operational_lead": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("team_manager",),
    ),
    _case(
        "staffs-24h-staffs-district-lead/not-open",
        "missing-recorded",
        open_to_social_care=False,
        told={"district_operational_lead": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("la_front_door_staffs",),
    ),
    _case(
        "staffs-72h-staffs-assistant-director",
        "missing-recorded",
        told={"assistant_director": "episode.status"},
        due=("2026-01-15T18:00Z",),
        does=("district_operational_lead",),
    ),
    _case(
        "staffs-5d-staffs-dcs",
        "missing-recorded",
        told={"dcs": "episode.status"},
        due=("2026-01-17T18:00Z",),
        does=("assistant_director",),
    ),
    _case(
        "staffs-continuous-review",
        "missing-recorded",
        does=(
            "police",
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-3d-urgent-care-review",
        "missing-recorded",
        open_to_social_care=True,
        told={
            "police": "meeting.request",
            "allocated_social_worker": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-15T18:00Z",),
        meets=(
            "allocated_social_worker",
            "police",
        ),
    ),
    _case(
        "staffs-3d-urgent-care-review/foster-carer",
        "missing-recorded",
        open_to_social_care=True,
        looked_after=True,
        placement_type="foster",
        told={"foster_carer": "meeting.request"},
        due=("2026-01-15T18:00Z",),
    ),
    _case(
        "staffs-3d-review-agenda",
        "meeting-held",
        meeting="urgent-care-review",
        records=(
            "allocated_social_worker",
            "police",
        ),
    ),
    _case(
        "staffs-3d-review-minutes",
        "meeting-held",
        meeting="urgent-care-review",
        told={"cs_lead": "meeting.minutes"},
    ),
    _case(
        "staffs-3d-review-minutes/reviewing-officer",
        "meeting-held",
        meeting="urgent-care-review",
        looked_after=True,
        told={"iro": "meeting.minutes"},
    ),
    _case("staffs-police-file-live", "missing-recorded", records=("police",)),
    _case(
        "staffs-weekly-subgroup",
        "period-ended",
        period="week",
        due=("2026-01-20T09:00Z",),
        meets=("la_children_services",),
    ),
    _case(
        "staffs-weekly-subgroup/next",
        "meeting-held",
        meeting="weekly-subgroup",
        due=("2026-01-20T09:00Z",),
        meets=("la_children_services",),
    ),
    _case(
        "staffs-weekly-agenda",
        "meeting-held",
        meeting="weekly-subgroup",
        records=("weekly_missing_subgroup",),
    ),
    _case(
        "staffs-operational-meeting-bimonthly",
        "period-ended",
        period="two-months",
        due=("2026-03-13T09:00Z",),
        does=("weekly_missing_subgroup",),
    ),
)
