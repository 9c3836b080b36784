"""One row for every duty of the Somerset protocol on notices, the return and the interview."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

SOMERSET: Final = "E06000066"
_case = cases_of("somerset", SOMERSET)

CASES: Final = (
    _case(
        "somerset-police-inform-somerset-direct",
        "missing-recorded",
        told={"la_front_door": "episode.status", "la_out_of_hours": "episode.status"},
    ),
    _case(
        "somerset-sd-notifies-worker",
        "missing-recorded",
        open_to=frozenset({"social-work"}),
        told={"allocated_social_worker": "episode.status"},
    ),
    _case(
        "somerset-sd-notifies-worker/family-intervention",
        "missing-recorded",
        open_to=frozenset({"family-intervention"}),
        told={"family_intervention_worker": "episode.status"},
    ),
    _case(
        "somerset-sd-notifies-worker/youth-justice",
        "missing-recorded",
        open_to=frozenset({"youth-justice"}),
        told={"youth_justice": "episode.status"},
    ),
    _case(
        "somerset-sd-safeguarding-referral",
        "missing-recorded",
        open_to_social_care=False,
        told={"la_front_door": "episode.detail"},
        does=("la_front_door",),
        records=("la_front_door",),
    ),
    _case(
        "somerset-return-agreed",
        "child-located",
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
            "police",
        ),
    ),
    _case(
        "somerset-saw",
        "child-located",
        does=("police",),
        answers={"safe-and-well": ("police",)},
    ),
    _case(
        "somerset-saw-unsafe-return",
        "safe-and-well-done",
        return_safe=False,
        told={"la_children_services": "saw.record whereabouts.location"},
    ),
    _case(
        "somerset-found-refer-pmex",
        "child-found",
        told={"la_front_door": "episode.status", "rhi_service": "episode.status rhi.offer"},
    ),
    _case(
        "somerset-found-refer-pmex/placed-here",
        "child-found",
        home=LEEDS,
        place=SOMERSET,
        told={"la_front_door": "episode.status"},
    ),
    _case(
        "somerset-rhi-record-lcs",
        "interview-done",
        records=("rhi_service",),
    ),
    _case(
        "somerset-rhi-independent",
        "child-found",
        does=("rhi_service",),
        answers={"choosing-the-interviewer": ("rhi_service",)},
    ),
    _case(
        "somerset-rhi-child-preference",
        "interview-offered",
        does=("rhi_service",),
        answers={"letting-the-child-choose": ("rhi_service",)},
    ),
    _case(
        "somerset-rhi-timely",
        "child-found",
        does=("rhi_service",),
        answers={"return-interview": ("rhi_service",)},
    ),
    _case(
        "somerset-rhi-timely/parent-refuses",
        "consent-changed",
        parent_says="refuses",
        told={"line_manager": "record.consent"},
    ),
    _case(
        "somerset-rhi-ola-liaison",
        "missing-recorded",
        home=LEEDS,
        place=SOMERSET,
        looked_after=True,
        told={
            "allocated_social_worker": "episode.status rhi.offer",
            "responsible_la": "episode.status rhi.offer",
        },
        does=("la_front_door",),
        answers={"return-interview": ("responsible_la",)},
    ),
    _case(
        "somerset-rhi-template",
        "interview-done",
        records=("rhi_service",),
    ),
    _case(
        "somerset-rhi-manager-review",
        "interview-done",
        told={"line_manager": "rhi.full"},
        does=(
            "rhi_service",
            "line_manager",
        ),
        records=(
            "rhi_service",
            "line_manager",
        ),
    ),
    _case(
        "somerset-rhi-manager-review/by-agreement",
        "interview-done",
        home=LEEDS,
        place=SOMERSET,
        rhi_by="host-authority",
        told={"line_manager": "rhi.confirmation", "responsible_la": "rhi.confirmation"},
        records=("rhi_service",),
    ),
    _case(
        "somerset-rhi-needs-to-agencies",
        "interview-done",
        on_plan=frozenset({"multi-agency"}),
        told={"partner_agencies": "rhi.needs"},
    ),
    _case(
        "somerset-rhi-follow-on",
        "interview-done",
        does=(
            "rhi_service",
            "line_manager",
        ),
    ),
    _case(
        "somerset-rhi-follow-on/harm",
        "interview-urgent-finding",
        told={
            "line_manager": "rhi.safeguarding",
            "la_children_services": "rhi.safeguarding",
            "allocated_social_worker": "rhi.safeguarding",
            "police": "meeting.request",
        },
        meets=("la_children_services",),
    ),
    _case(
        "somerset-rhi-follow-on/crime",
        "crime-suspected",
        told={
            "la_children_services": "rhi.safeguarding",
            "allocated_social_worker": "rhi.safeguarding",
            "line_manager": "rhi.safeguarding",
        },
        does=("la_children_services",),
    ),
    _case(
        "somerset-all-missing-recorded",
        "missing-recorded",
        records=("la_children_services",),
    ),
    _case(
        "somerset-sw-meaningful-contact",
        "child-found",
        open_to_social_care=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "somerset-agencies-add-alerts",
        "missing-recorded",
        records=("partner_agencies",),
    ),
)
