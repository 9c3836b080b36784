"""One row for every duty of the Somerset protocol on time, escalation, media and review."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

SOMERSET: Final = "E06000066"
MISSING: Final = ("child-reported-missing", "missing-recorded")
_case = cases_of("somerset", SOMERSET)

CASES: Final = (
    _case(
        "somerset-report-after-attempts",
        "child-not-located",
        whereabouts_known=False,
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-report-after-attempts/high-risk",
        "child-not-located",
        risk_grade="high",
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-absent-report",
        "absent",
        contactable=False,
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-absent-report/unsafe",
        "absent",
        immediate_risk=True,
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-cla-24h-operations-manager",
        MISSING,
        looked_after=True,
        told={"operations_manager": "episode.status meeting.request"},
        due=("2026-01-13T18:00Z",),
        does=("operations_manager",),
    ),
    _case(
        "somerset-sw-line-manager",
        "missing-recorded",
        looked_after=True,
        told={"line_manager": "episode.status"},
    ),
    _case(
        "somerset-out-provider-notifies",
        "child-reported-missing",
        place=LEEDS,
        looked_after=True,
        told={
            "la_children_services": "episode.status",
            "allocated_social_worker": "episode.status",
        },
    ),
    _case(
        "somerset-out-notify-host-silent",
        "missing-recorded",
        place=LEEDS,
        looked_after=True,
        told={"host_la": "episode.status"},
        silent=True,
    ),
    _case(
        "somerset-out-rhi-silent",
        "child-found",
        place=LEEDS,
        looked_after=True,
        does=("rhi_service",),
        answers={"return-interview": ("rhi_service",)},
        silent=True,
    ),
    _case(
        "somerset-strategy-24h",
        MISSING,
        open_to=frozenset({"youth-justice"}),
        told={
            "la_children_services": "meeting.request",
            "police": "meeting.request",
            "education": "meeting.request",
            "health": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-13T18:00Z",),
        meets=(
            "la_children_services",
            "police",
        ),
    ),
    _case(
        "somerset-strategy-24h/convened",
        "meeting-convened",
        meeting="strategy",
        told={
            "police": "meeting.request",
            "education": "meeting.request",
            "health": "meeting.request",
            "partner_agencies": "meeting.request",
        },
    ),
    _case(
        "somerset-strategy-24h/not-open",
        MISSING,
        open_to_social_care=False,
        open_to=frozenset(),
        due=("2026-01-13T18:00Z",),
        does=("la_front_door",),
    ),
    _case(
        "somerset-strategy-24h/now-absent",
        "absent",
        recorded_as_missing=True,
        does=("la_children_services", "police"),
    ),
    _case(
        "somerset-strategy-review-24h",
        "strategy-discussion-held",
        located=False,
        due=("2026-01-14T09:00Z",),
        meets=(
            "la_children_services",
            "police",
        ),
    ),
    _case(
        "somerset-strategy-review-24h/none-recorded",
        MISSING,
        open_to=frozenset({"youth-justice"}),
        told={"la_children_services": "meeting.request", "police": "meeting.request"},
        due=("2026-01-14T18:00Z",),
        meets=(
            "la_children_services",
            "police",
        ),
    ),
    _case(
        "somerset-strategy-14d",
        MISSING,
        told={
            "police_reviewing_di": "meeting.request",
            "operations_manager": "meeting.request",
            "head_of_service": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-26T18:00Z",),
        meets=("police_reviewing_di",),
    ),
    _case(
        "somerset-strategy-14d-position",
        "meeting-held",
        meeting="strategy-14-day",
        records=(
            "operations_manager",
            "head_of_service",
        ),
    ),
    _case(
        "somerset-media-police",
        "media-considered",
        looked_after=True,
        answers={"advising-the-media": ("police",)},
    ),
    _case(
        "somerset-nmpb",
        "missing-recorded",
        does=("police",),
        records=("police",),
    ),
    _case(
        "somerset-pnc-circulation",
        "missing-recorded",
        records=("police",),
    ),
    _case(
        "somerset-lcs-open",
        "missing-recorded",
        looked_after=True,
        records=("la_children_services",),
        answers={"keeping-the-case-open": ("la_children_services",)},
    ),
    _case(
        "somerset-iro-health-updates",
        "missing-recorded",
        looked_after=True,
        told={"iro": "episode.status", "cla_health_team": "episode.status"},
    ),
    _case(
        "somerset-dcs-6-months",
        MISSING,
        looked_after=True,
        told={"dcs": "episode.history record.decision-rationale"},
        due=("2026-07-12T17:00Z",),
        does=("dcs",),
    ),
    _case(
        "somerset-police-file-live",
        "missing-recorded",
        records=(
            "police",
            "police_bcu_dci",
        ),
    ),
    _case(
        "somerset-adherence",
        "period-ended",
        period="year",
        does=(
            "dcs",
            "police_dsupt",
            "icb_chief_nurse",
        ),
    ),
    _case(
        "somerset-monitoring-report",
        "period-ended",
        period="year",
        records=("safeguarding_partnership",),
    ),
    _case(
        "somerset-monitoring-uasc",
        "period-ended",
        period="year",
        records=("la_children_services",),
    ),
    _case(
        "somerset-says-nothing",
        "school-absence",
        silent=True,
    ),
    _case(
        "somerset-says-nothing/referral-of-trafficking",
        "trafficking-suspected",
        does=("allocated_social_worker",),
        silent=True,
    ),
    _case(
        "somerset-says-nothing/referral-of-trafficking-missing",
        "child-reported-missing",
        trafficking=True,
        does=("allocated_social_worker",),
        silent=True,
    ),
)
