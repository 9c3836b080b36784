"""One row for every duty of the Staffordshire and Stoke-on-Trent protocol before a child is back: reports, notices, workers, schools, police."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
_case = cases_of("staffordshire-stoke", STAFFORDSHIRE)

CASES: Final = (
    _case(
        "staffs-scope-children",
        "protocol-applies",
        age=15,
        does=(
            "police",
            "la_children_services",
        ),
        answers={
            "following-this-protocol": (
                "police",
                "la_children_services",
            )
        },
    ),
    _case(
        "staffs-out-placed-host-protocol",
        "placement-made",
        place=LEEDS,
        looked_after=True,
        does=("responsible_la",),
        answers={"care-wherever-placed": ("responsible_la",)},
    ),
    _case(
        "staffs-ola-comply",
        "placement-made",
        home=LEEDS,
        place=STAFFORDSHIRE,
        looked_after=True,
        does=("responsible_la",),
        answers={"following-the-host-protocol": ("responsible_la",)},
    ),
    _case("staffs-views-considered", "meeting-held", does=("any_agency",)),
    _case(
        "staffs-risk-high-notify-cs",
        "risk-set",
        risk_grade="high",
        age=15,
        told={"la_children_services": "episode.status risk.assessment"},
    ),
    _case(
        "staffs-risk-high-notify-cs/placed-here",
        "risk-set",
        home=LEEDS,
        place=STAFFORDSHIRE,
        risk_grade="high",
        age=15,
        told={
            "host_la": "episode.status risk.assessment",
            "la_children_services": "episode.status risk.assessment",
        },
    ),
    _case(
        "staffs-risk-high-mpb", "risk-set", risk_grade="high", told={"nmpb": ""}, does=("police",)
    ),
    _case(
        "staffs-risk-high-command",
        "risk-set",
        risk_grade="high",
        told={"police_senior_management": "episode.status risk.assessment"},
        does=("police_senior_management",),
    ),
    _case(
        "staffs-report-without-delay",
        "child-not-located",
        immediate_risk=True,
        told={"police_control_room": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-carer-checks",
        "child-not-located",
        immediate_risk=False,
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-philomena-residential",
        "child-not-located",
        placement_type="residential",
        does=("placement_provider",),
    ),
    _case(
        "staffs-report-staffordshire",
        "child-not-located",
        told={"police_control_room": "episode.status", "la_front_door_staffs": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-report-stoke",
        "child-not-located",
        home=STOKE,
        told={"police_control_room": "episode.status", "la_front_door_stoke": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-risk-assessment-call",
        "child-reported-missing",
        records=(
            "police_control_room",
            "police_control_room_inspector",
        ),
    ),
    _case(
        "staffs-away-record",
        "away-without-authorisation",
        looked_after=True,
        records=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-unknown-whereabouts-philomena",
        "child-not-located",
        looked_after=True,
        whereabouts_known=False,
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-known-whereabouts-decide",
        "away-without-authorisation",
        looked_after=True,
        whereabouts_known=True,
        does=(
            "placement_provider",
            "foster_carer",
        ),
        answers={
            "stay-or-return": (
                "placement_provider",
                "foster_carer",
            )
        },
    ),
    _case(
        "staffs-compact-auto-notify",
        "missing-recorded",
        told={"la_children_services": "episode.status"},
    ),
    _case(
        "staffs-compact-auto-notify/placed-here",
        "missing-recorded",
        home=LEEDS,
        place=STAFFORDSHIRE,
        told={"host_la": "episode.status"},
    ),
    _case(
        "staffs-compact-auto-notify/both",
        "missing-recorded",
        place=STOKE,
        told={"la_children_services": "episode.status"},
    ),
    _case(
        "staffs-mpo-coordinates-found",
        "child-found",
        told={"la_missing_process_officer": "episode.status", "rhi_provider": "episode.status"},
        does=("la_missing_process_officer",),
        answers={"coordination-on-return": ("la_missing_process_officer",)},
    ),
    _case(
        "staffs-mpo-alerts",
        "missing-recorded",
        open_to_social_care=True,
        told={"lead_practitioner": "episode.history"},
    ),
    _case(
        "staffs-mpo-alerts/futures-matters",
        "missing-recorded",
        open_to_social_care=True,
        exploitation_risk=True,
        told={"ce_coordinator": "episode.history"},
    ),
    _case(
        "staffs-stoke-chad-receives",
        "missing-recorded",
        home=STOKE,
        told={"la_front_door_stoke": "episode.status"},
    ),
    _case(
        "staffs-stoke-chad-receives/interview",
        "interview-done",
        home=STOKE,
        told={"la_front_door_stoke": "rhi.full"},
    ),
    _case(
        "staffs-daily-alert",
        "missing-recorded",
        open_to_social_care=True,
        told={"team_coordinator": "episode.status", "team_manager": "episode.status"},
        due=("2026-01-13T18:10Z",),
    ),
    _case(
        "staffs-daily-alert/exploitation",
        "missing-recorded",
        told={"ce_social_worker": "episode.status"},
        due=("2026-01-13T18:10Z",),
    ),
    _case(
        "staffs-practitioner-leads",
        "missing-recorded",
        open_to_social_care=True,
        told={"lead_practitioner": "episode.status"},
        does=("lead_practitioner",),
        answers={"leading-on-the-episode": ("lead_practitioner",)},
    ),
    _case(
        "staffs-practitioner-escalates",
        "risk-changed",
        open_to_social_care=True,
        concern_increased=True,
        told={"team_manager": "episode.status"},
        does=("lead_practitioner",),
        records=("lead_practitioner",),
    ),
    _case(
        "staffs-nrm-consider",
        "trafficking-suspected",
        open_to_social_care=True,
        does=("lead_practitioner",),
    ),
    _case(
        "staffs-nrm-strategy",
        "trafficking-suspected",
        nrm_in_progress=True,
        told={"mash": "meeting.request"},
        does=("lead_practitioner",),
    ),
    _case(
        "staffs-practitioner-found-tells-police",
        "child-located",
        located_by="carer",
        told={"police_missing_team": "episode.status whereabouts.location"},
        does=("lead_practitioner",),
    ),
    _case("staffs-school-rhi-space", "interview-offered", does=("rhi_provider",)),
    _case("staffs-school-trace", "school-absence", does=("school",)),
    _case(
        "staffs-school-enquires-la",
        "school-absence",
        repeated=True,
        told={"la_children_services": ""},
        does=("school",),
    ),
    _case(
        "staffs-school-in-intervention",
        "meeting-convened",
        meeting="missing-intervention",
        open_to_social_care=True,
        does=("lead_practitioner",),
    ),
    _case(
        "staffs-school-in-intervention/youth-offending",
        "meeting-convened",
        meeting="missing-intervention",
        open_to=frozenset({"youth-justice"}),
        open_to_social_care=False,
        does=("youth_justice",),
    ),
    _case(
        "staffs-school-refers-unknown",
        "harm-suspected",
        known_to_services=False,
        told={"la_front_door_staffs": ""},
    ),
    _case(
        "staffs-school-refers-unknown/stoke",
        "harm-suspected",
        home=STOKE,
        known_to_services=False,
        told={"la_front_door_stoke": ""},
    ),
    _case("staffs-police-respond-review", "missing-recorded", does=("police",)),
    _case(
        "staffs-police-contact-sw",
        "child-reported-missing",
        open_to_social_care=True,
        told={"allocated_social_worker": "episode.status"},
    ),
    _case("staffs-risk-questions", "risk-set", records=("police_control_room",)),
    _case("staffs-police-system-checks", "child-located", located_by="police", does=("police",)),
    _case(
        "staffs-risk-dispute-first",
        "risk-disputed",
        first_review_done=False,
        told={"police_missing_team_leader": "risk.assessment"},
        does=("police_missing_team_leader",),
    ),
    _case(
        "staffs-risk-dispute-second",
        "risk-disputed",
        first_review_done=True,
        told={"police_control_room_inspector": "risk.assessment"},
        does=("police_control_room_inspector",),
    ),
    _case(
        "staffs-unreported-triggers-enquiry",
        "unreported-missing-identified",
        told={"police": "episode.status", "la_children_services": "episode.status"},
        does=(
            "police",
            "la_children_services",
        ),
        records=(
            "police",
            "la_children_services",
        ),
    ),
    _case(
        "staffs-unreported-triggers-enquiry/placed-here",
        "unreported-missing-identified",
        home=LEEDS,
        place=STAFFORDSHIRE,
        told={
            "police": "episode.status",
            "host_la": "episode.status",
            "responsible_la": "episode.status",
        },
        does=(
            "police",
            "host_la",
        ),
        records=(
            "police",
            "host_la",
        ),
    ),
    _case(
        "staffs-la-notified-after-debrief",
        "safe-and-well-done",
        told={"la_children_services": "episode.status saw.confirmation"},
    ),
    _case(
        "staffs-la-notified-after-debrief/placed-here",
        "safe-and-well-done",
        home=LEEDS,
        place=STAFFORDSHIRE,
        told={
            "host_la": "episode.status saw.confirmation",
            "la_children_services": "episode.status saw.confirmation",
        },
    ),
    _case("staffs-debrief-on-compact", "safe-and-well-done", records=("police",)),
    _case("staffs-problem-solver", "repeat-missing-risk", does=("police_problem_solver",)),
)
