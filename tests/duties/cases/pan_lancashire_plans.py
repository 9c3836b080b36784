"""One row for every duty of the pan-Lancashire protocol about plans, meetings and placements."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of, episodes

LANCASHIRE: Final = "E10000017"
_case = cases_of("pan-lancashire", LANCASHIRE)

CASES: Final = (
    _case(
        "panlancs-placement-planning-5wd",
        "placement-made",
        looked_after=True,
        due=("2026-01-20T23:59Z",),
        meets=("allocated_social_worker",),
    ),
    _case(
        "panlancs-trigger-plan-on-admission",
        "placement-made",
        looked_after=True,
        at_risk_of_missing=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "panlancs-missing-risk-in-plans",
        "care-plan-reviewed",
        looked_after=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "panlancs-unauthorised-absence-inform-sw",
        "away-without-authorisation",
        looked_after=True,
        told={"la_out_of_hours": "episode.status"},
    ),
    _case(
        "panlancs-unauthorised-absence-collect",
        "away-without-authorisation",
        looked_after=True,
        absence_authorised=False,
        does=("placement_provider",),
    ),
    _case(
        "panlancs-unauthorised-absence-harm",
        "away-without-authorisation",
        looked_after=True,
        significant_harm_suspected=True,
        told={"police": "episode.status"},
        does=("placement_provider",),
    ),
    _case(
        "panlancs-three-in-90-meeting",
        "missing-recorded",
        past=episodes("2025-12-20", "2026-01-02"),
        open_to_social_care=True,
        told={
            "police_missing_coordinator": "meeting.request",
            "la_missing_lead": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-19T23:59Z",),
        meets=("allocated_social_worker",),
    ),
    _case(
        "panlancs-three-in-90-meeting/not-open",
        "missing-recorded",
        past=episodes("2025-12-20", "2026-01-02"),
        open_to_social_care=False,
        told={
            "police_missing_coordinator": "meeting.request",
            "la_missing_lead": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-19T23:59Z",),
        meets=("la_missing_lead",),
    ),
    _case(
        "panlancs-early-risk-meeting",
        "repeat-missing-risk",
        professional_judgement=True,
        meets=("allocated_social_worker",),
    ),
    _case(
        "panlancs-risk-meeting-content",
        "meeting-convened",
        meeting="mfh-risk-management",
        does=("meeting_chair",),
    ),
    _case(
        "panlancs-risk-meeting-review-date",
        "meeting-held",
        meeting="mfh-risk-management",
        records=("meeting_chair",),
    ),
    _case(
        "panlancs-risk-meeting-child-invited",
        "meeting-convened",
        meeting="mfh-risk-management",
        does=("meeting_chair",),
    ),
    _case(
        "panlancs-risk-meeting-manager-escalation",
        "meeting-held",
        meeting="mfh-risk-management",
        concerns_continue=True,
        told={"team_manager": "meeting.request", "service_manager": "meeting.request"},
    ),
    _case(
        "panlancs-strategy-on-harm",
        "harm-suspected",
        told={"responsible_la": "meeting.request", "police": "meeting.request"},
        meets=("responsible_la",),
    ),
    _case(
        "panlancs-strategy-responsible-la",
        "meeting-convened",
        meeting="strategy",
        answers={"strategy-discussion": ("responsible_la",)},
    ),
    _case(
        "panlancs-strategy-responsible-la/on-harm",
        "harm-suspected",
        answers={"strategy-discussion": ("responsible_la",)},
    ),
    _case(
        "panlancs-strategy-48h",
        "child-reported-missing",
        told={
            "la_children_services": "meeting.request",
            "police": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-14T18:00Z",),
        meets=("la_children_services",),
    ),
    _case(
        "panlancs-strategy-48h/placed-here",
        "child-reported-missing",
        home=LEEDS,
        place=LANCASHIRE,
        told={
            "responsible_la": "meeting.request",
            "host_la": "meeting.request",
            "police": "meeting.request",
            "partner_agencies": "meeting.request",
        },
        due=("2026-01-14T18:00Z",),
        meets=("responsible_la",),
    ),
    _case(
        "panlancs-strategy-before-48h",
        "missing-recorded",
        immediate_risk=True,
        does=("la_children_services",),
    ),
    _case(
        "panlancs-strategy-48h-not-held",
        "child-reported-missing",
        strategy_held=False,
        told={"team_manager": "record.decision-rationale"},
        due=("2026-01-14T23:59Z",),
        does=("team_manager",),
        records=("team_manager",),
    ),
    _case(
        "panlancs-strategy-request-route",
        "meeting-convened",
        meeting="strategy",
        told={"police_referral_manager": "meeting.request"},
    ),
    _case(
        "panlancs-strategy-request-route/at-48h",
        "child-reported-missing",
        told={"police_referral_manager": "meeting.request"},
        due=("2026-01-14T18:00Z",),
    ),
    _case(
        "panlancs-strategy-followup-set",
        "strategy-discussion-held",
        records=("la_children_services",),
    ),
    _case(
        "panlancs-ola-placing-notifies",
        "placement-made",
        home=LEEDS,
        place=LANCASHIRE,
        looked_after=True,
        told={
            "host_la": "placement.address placement.detail plan.care plan.placement trigger-plan.associates trigger-plan.full trigger-plan.photo"
        },
        does=("responsible_la",),
    ),
    _case(
        "panlancs-ola-no-notification",
        "placement-never-notified",
        home=LEEDS,
        place=LANCASHIRE,
        notification_received=False,
        told={
            "responsible_la": "placement.exists trigger-plan.exists",
            "host_la": "placement.exists trigger-plan.exists",
        },
        does=("host_la",),
        records=("host_la",),
    ),
    _case(
        "panlancs-ola-setting-tells-bcu",
        "placement-made",
        home=LEEDS,
        place=LANCASHIRE,
        looked_after=True,
        told={"police_missing_coordinator": "placement.address placement.detail trigger-plan.full"},
        does=("placement_provider",),
    ),
    _case(
        "panlancs-out-placement-notify",
        "placement-made",
        place=LEEDS,
        looked_after=True,
        told={
            "host_la": "placement.address placement.detail plan.care plan.placement trigger-plan.associates trigger-plan.full trigger-plan.photo"
        },
    ),
    _case(
        "panlancs-trigger-plan-three-in-90",
        "missing-recorded",
        past=episodes("2025-12-20", "2026-01-02"),
        does=("allocated_worker",),
    ),
    _case("panlancs-trigger-plan-concern", "repeat-missing-risk", does=("allocated_worker",)),
    _case(
        "panlancs-trigger-plan-author",
        "trigger-plan-due",
        open_to_social_care=True,
        does=("allocated_worker",),
        answers={"trigger-plan": ("allocated_worker",)},
    ),
    _case(
        "panlancs-trigger-plan-author-unopen",
        "trigger-plan-due",
        open_to_social_care=False,
        does=("rhi_interviewer",),
        answers={"trigger-plan": ("rhi_interviewer",)},
    ),
    _case(
        "panlancs-trigger-plan-author/three-in-90",
        "missing-recorded",
        past=episodes("2025-12-20", "2026-01-02"),
        open_to_social_care=True,
        answers={"trigger-plan": ("allocated_worker",)},
    ),
    _case(
        "panlancs-trigger-plan-author-unopen/three-in-90",
        "missing-recorded",
        past=episodes("2025-12-20", "2026-01-02"),
        open_to_social_care=False,
        does=("rhi_interviewer",),
        answers={"trigger-plan": ("rhi_interviewer",)},
    ),
    _case(
        "panlancs-trigger-plan-monthly",
        "trigger-plan-updated",
        due=("2026-02-13T09:00Z",),
        does=("allocated_worker",),
    ),
    _case(
        "panlancs-trigger-plan-update",
        "trigger-plan-due",
        new_information=True,
        does=("allocated_worker",),
    ),
    _case(
        "panlancs-trigger-plan-share",
        "trigger-plan-updated",
        told={
            "partner_agencies": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
            "foster_carer": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
            "placement_provider": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
            "allocated_worker": "trigger-plan.associates trigger-plan.full trigger-plan.photo",
        },
    ),
    _case("panlancs-trigger-plan-police-access", "trigger-plan-updated", records=("police",)),
    _case("panlancs-trigger-plan-la-copy", "trigger-plan-updated", records=("allocated_worker",)),
    _case(
        "panlancs-trigger-plan-accuracy",
        "trigger-plan-updated",
        told={"police": "trigger-plan.associates trigger-plan.full trigger-plan.photo"},
        answers={"trigger-plan-accuracy": ("la_children_services",)},
    ),
    _case(
        "panlancs-trigger-plan-to-coordinators",
        "trigger-plan-updated",
        told={
            "police_missing_coordinator": "trigger-plan.associates trigger-plan.full trigger-plan.photo"
        },
    ),
    _case(
        "panlancs-risk-meeting-per-authority",
        "meeting-convened",
        meeting="mfh-risk-management",
        does=("la_children_services",),
    ),
)
