"""One row for every duty of the Somerset protocol on reports, risk and repeated episodes."""

from typing import Final

from tests.duties.casework import cases_of, episodes

SOMERSET: Final = "E06000066"
_case = cases_of("somerset", SOMERSET)

CASES: Final = (
    _case(
        "somerset-scope-cla-uasc",
        "protocol-applies",
        answers={
            "one-procedure-for-looked-after-and-unaccompanied-children": (
                "la_children_services",
                "police",
            )
        },
    ),
    _case(
        "somerset-scope-exclude-education-health",
        "protocol-applies",
        missing_from_place="school",
        whereabouts_known=True,
        refuses=True,
    ),
    _case(
        "somerset-absent-no-deployment",
        "absent",
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-absent-strategy",
        "absent",
        significant_harm_suspected=True,
        told={
            "la_children_services": "meeting.request",
            "police": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        meets=("la_children_services",),
    ),
    _case(
        "somerset-failure-to-report",
        "unreported-missing-identified",
        told={"la_children_services": "episode.status"},
        does=("la_children_services",),
        records=("la_children_services",),
    ),
    _case(
        "somerset-report-asap",
        "child-not-located",
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-absent-checks",
        "absent",
        immediate_risk=False,
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-philomena",
        "child-not-located",
        looked_after=True,
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-immediate-by-plan",
        "child-not-located",
        safety_plan_immediate=True,
        whereabouts_known=True,
        told={"police": "episode.status"},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
        answers={"taking-the-missing-report": ("police",)},
    ),
    _case(
        "somerset-parents-locate",
        "child-not-located",
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "somerset-police-risk-assessment",
        "child-reported-missing",
        records=("police",),
    ),
    _case(
        "somerset-trigger-plan-3-in-28",
        "missing-recorded",
        past=episodes("2026-01-02", "2026-01-08"),
        open_to_social_care=True,
        trigger_plan_exists=False,
        does=("allocated_social_worker",),
    ),
    _case(
        "somerset-trigger-plan-3-in-28/not-open",
        "missing-recorded",
        past=episodes("2026-01-02", "2026-01-08"),
        open_to_social_care=False,
        trigger_plan_exists=False,
        does=("rhi_service",),
    ),
    _case(
        "somerset-trigger-plan-3-in-28/shared",
        "trigger-plan-updated",
        told={
            "police": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
            "allocated_social_worker": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
        },
    ),
    _case(
        "somerset-exploitation-considered",
        "missing-recorded",
        past=episodes("2026-01-02", "2026-01-08"),
        records=(
            "allocated_social_worker",
            "rhi_service",
        ),
    ),
    _case(
        "somerset-at-risk-assessment",
        "repeat-missing-risk",
        does=("la_children_services",),
    ),
    _case(
        "somerset-cla-care-plan",
        "care-plan-reviewed",
        looked_after=True,
        at_risk_of_missing=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "somerset-cla-care-plan/repeatedly",
        "missing-recorded",
        past=episodes("2026-01-02", "2026-01-08"),
        looked_after=True,
        records=("allocated_social_worker",),
    ),
)
