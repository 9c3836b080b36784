"""One row for every duty of the Staffordshire and Stoke-on-Trent protocol about referrals, alerts, disruption, trafficking and governance."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
_case = cases_of("staffordshire-stoke", STAFFORDSHIRE)

CASES: Final = (
    _case(
        "staffs-referral-staffordshire",
        "harm-suspected",
        told={"la_front_door_staffs": "", "la_out_of_hours_staffs": ""},
    ),
    _case(
        "staffs-referral-stoke",
        "harm-suspected",
        home=STOKE,
        told={"la_front_door_stoke": "", "la_out_of_hours_stoke": ""},
    ),
    _case(
        "staffs-threshold-decision",
        "referral-received",
        does=("la_front_door_staffs",),
        records=("la_front_door_staffs",),
        answers={"threshold-decision": ("la_front_door_staffs",)},
    ),
    _case(
        "staffs-threshold-decision/stoke",
        "referral-received",
        home=STOKE,
        does=("la_front_door_stoke",),
        records=("la_front_door_stoke",),
        answers={"threshold-decision": ("la_front_door_stoke",)},
    ),
    _case(
        "staffs-notify-without-referral",
        "missing-recorded",
        told={"la_children_services": "episode.status"},
    ),
    _case(
        "staffs-notify-without-referral/placed-here",
        "missing-recorded",
        home=LEEDS,
        place=STAFFORDSHIRE,
        told={"host_la": "episode.status"},
    ),
    _case(
        "staffs-staffs-officer-routes",
        "missing-recorded",
        open_to_social_care=False,
        told={"local_support_team": "episode.status"},
    ),
    _case(
        "staffs-staffs-officer-routes/open",
        "missing-recorded",
        open_to_social_care=True,
        told={"allocated_social_worker": "episode.status"},
    ),
    _case(
        "staffs-staffs-officer-routes/officer",
        "missing-recorded",
        told={"la_missing_process_officer": "episode.status"},
        does=("la_missing_process_officer",),
    ),
    _case(
        "staffs-stoke-chad-decides",
        "missing-recorded",
        home=STOKE,
        does=("la_front_door_stoke",),
        records=("la_front_door_stoke",),
    ),
    _case(
        "staffs-unopen-24h-assessment",
        "missing-recorded",
        open_to_social_care=False,
        told={"la_children_services": "episode.status"},
        due=("2026-01-13T18:00Z",),
        does=("la_children_services",),
    ),
    _case(
        "staffs-national-alert",
        "national-alert-considered",
        risk_grade="high",
        alert_received=False,
        told={"la_children_services": "episode.status"},
        does=("lead_practitioner",),
        records=("lead_practitioner",),
    ),
    _case(
        "staffs-national-alert/stoke",
        "national-alert-considered",
        home=STOKE,
        risk_grade="high",
        alert_received=False,
        told={"la_front_door_stoke": "episode.status"},
        does=("lead_practitioner",),
        records=("lead_practitioner",),
    ),
    _case(
        "staffs-national-alert/after-several-days",
        "missing-recorded",
        risk_grade="high",
        due=("2026-01-14T18:00Z",),
        does=("lead_practitioner",),
    ),
    _case(
        "staffs-national-alert/unaccompanied",
        "missing-recorded",
        uasc=True,
        risk_grade="none",
        due=("2026-01-14T18:00Z",),
        does=("lead_practitioner",),
    ),
    _case(
        "staffs-national-alert-flag",
        "national-alert-considered",
        alert_received=True,
        records=("la_children_services",),
    ),
    _case(
        "staffs-national-alert-flag/lifted",
        "child-found",
        alert_received=True,
        records=("la_children_services",),
    ),
    _case("staffs-cawn-adult-duty", "child-located", does=("police",)),
    _case("staffs-cawn-consider", "abduction-notice-considered", age=15, records=("police",)),
    _case(
        "staffs-cawn-consider/care-order",
        "abduction-notice-considered",
        age=17,
        legal_status="s31",
        records=("police",),
    ),
    _case(
        "staffs-cawn-tell-la",
        "abduction-notice-considered",
        notice_served=True,
        told={"la_children_services": "intelligence.abduction-notice"},
    ),
    _case(
        "staffs-cawn-tell-la/placed-here",
        "abduction-notice-considered",
        home=LEEDS,
        place=STAFFORDSHIRE,
        notice_served=True,
        told={
            "host_la": "intelligence.abduction-notice",
            "la_children_services": "intelligence.abduction-notice",
        },
    ),
    _case(
        "staffs-nrm-duty", "trafficking-suspected", told={"nrm": ""}, does=("la_children_services",)
    ),
    _case(
        "staffs-nrm-duty/missing",
        "missing-recorded",
        trafficking=True,
        told={"nrm": ""},
        does=("la_children_services",),
    ),
    _case(
        "staffs-uasc-urgent-report",
        "child-not-located",
        uasc=True,
        told={"police_control_room": "episode.status"},
        does=(
            "la_children_services",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-uasc-welfare-check",
        "placement-planned",
        uasc=True,
        told={"police": "identity.core risk.assessment trigger-plan.photo"},
        does=("allocated_social_worker",),
    ),
    _case(
        "staffs-uasc-missing-immediate",
        "missing-recorded",
        uasc=True,
        told={"police": "episode.status risk.assessment", "mash": "meeting.request"},
    ),
    _case(
        "staffs-uasc-missing-immediate/suspected-later",
        "trafficking-suspected",
        uasc=True,
        recorded_missing=True,
        located=False,
        told={"police": "episode.status risk.assessment", "mash": "meeting.request"},
        does=("la_children_services",),
    ),
    _case(
        "staffs-uasc-missing-immediate/trafficked",
        "missing-recorded",
        trafficking=True,
        uasc=False,
        told={"police": "episode.status risk.assessment", "mash": "meeting.request"},
        does=("la_children_services",),
    ),
    _case(
        "staffs-trafficking-centre",
        "missing-recorded",
        trafficking=True,
        told={"human_trafficking_centre": "", "nrm": ""},
        does=("la_children_services",),
    ),
    _case(
        "staffs-uasc-six-monthly",
        "missing-recorded",
        uasc=True,
        age=15,
        due=("2026-07-12T17:00Z",),
        meets=("head_of_service",),
    ),
    _case(
        "staffs-uasc-six-monthly/invited",
        "meeting-convened",
        meeting="unaccompanied-review",
        told={
            "iro": "meeting.request",
            "police": "meeting.request",
            "home_office": "meeting.request",
            "health": "meeting.request",
            "education_rep": "meeting.request",
        },
    ),
    _case(
        "staffs-governance-reports",
        "period-ended",
        period="year",
        records=("safeguarding_partnership",),
    ),
    _case(
        "staffs-governance-operational",
        "period-ended",
        does=(
            "la_children_services",
            "police",
            "rhi_provider",
        ),
    ),
    _case("staffs-says-nothing", "status-decided", silent=True),
)
