"""One row for every duty of the pan-Lancashire protocol before a child is back: reports, the police, health."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

LANCASHIRE: Final = "E10000017"
BLACKPOOL: Final = "E06000009"
BLACKBURN: Final = "E06000008"
_case = cases_of("pan-lancashire", LANCASHIRE)

CASES: Final = (
    _case(
        "panlancs-scope-own-child-elsewhere",
        "placement-made",
        place=LEEDS,
        looked_after=True,
        does=("responsible_la",),
        records=("responsible_la",),
        answers={"care-wherever-placed": ("responsible_la",)},
    ),
    _case(
        "panlancs-scope-ola-comply",
        "placement-made",
        home=LEEDS,
        place=LANCASHIRE,
        looked_after=True,
        does=("responsible_la",),
        answers={"following-the-host-protocol": ("responsible_la",)},
    ),
    _case("panlancs-partnership-audit", "period-ended", period="year", records=("any_agency",)),
    _case(
        "panlancs-front-door-bwd", "harm-suspected", home=BLACKBURN, told={"la_front_door_bwd": ""}
    ),
    _case(
        "panlancs-front-door-lancashire", "harm-suspected", told={"la_front_door_lancashire": ""}
    ),
    _case(
        "panlancs-front-door-blackpool",
        "harm-suspected",
        home=BLACKPOOL,
        told={"la_front_door_blackpool": ""},
    ),
    _case(
        "panlancs-front-door-blackpool/telephone",
        "harm-suspected",
        home=BLACKPOOL,
        immediate_risk=True,
        does=("any_agency",),
    ),
    _case(
        "panlancs-report-critical",
        "child-not-located",
        immediate_risk=True,
        told={"police_control_room": "episode.status", "la_children_services": "episode.status"},
        does=("any_agency",),
    ),
    _case(
        "panlancs-report-high-999",
        "child-not-located",
        looked_after=True,
        risk_grade="high",
        told={"police_control_room": "episode.status"},
        does=("placement_provider",),
    ),
    _case(
        "panlancs-report-other-101",
        "child-not-located",
        looked_after=True,
        risk_grade="none",
        told={"police_control_room": "episode.status"},
        does=("placement_provider",),
    ),
    _case(
        "panlancs-health-route-bth",
        "missing-recorded",
        district="E06000009",
        told={"health_bth": "episode.status"},
    ),
    _case(
        "panlancs-health-route-hcrg-cla",
        "missing-recorded",
        looked_after=True,
        district="E07000117",
        told={"health_hcrg": "episode.status"},
    ),
    _case(
        "panlancs-health-route-hcrg-not-cla",
        "missing-recorded",
        looked_after=False,
        district="E07000117",
        told={"health_hcrg": "episode.status"},
    ),
    _case(
        "panlancs-health-route-lscft",
        "missing-recorded",
        district="E06000008",
        does=("la_business_support",),
    ),
    _case(
        "panlancs-risk-over-process", "risk-changed", does=("any_agency",), records=("any_agency",)
    ),
    _case(
        "panlancs-interventions-in-plan",
        "care-plan-reviewed",
        looked_after=True,
        records=("allocated_social_worker",),
    ),
    _case("panlancs-child-views-recorded", "interview-done", records=("allocated_worker",)),
    _case(
        "panlancs-carer-checks",
        "child-not-located",
        immediate_risk=False,
        significant_harm_suspected=False,
        does=("parent_carer", "placement_provider"),
    ),
    _case(
        "panlancs-skip-checks-if-harm",
        "child-not-located",
        significant_harm_suspected=True,
        told={"police": "episode.status"},
        does=("parent_carer", "placement_provider"),
    ),
    _case(
        "panlancs-report-after-checks",
        "child-not-located",
        whereabouts_known=False,
        does=("parent_carer", "placement_provider"),
    ),
    _case(
        "panlancs-reporter-informs-social-worker",
        "child-reported-missing",
        open_to_social_care=True,
        told={"la_out_of_hours": "episode.status"},
    ),
    _case(
        "panlancs-cla-consider-report",
        "child-not-located",
        looked_after=True,
        risk_grade="none",
        does=("placement_provider",),
    ),
    _case("panlancs-adult-in-company-duty", "child-located", does=("adult_in_company",)),
    _case("panlancs-cawn-s2", "abduction-notice-considered", age=15, records=("police",)),
    _case(
        "panlancs-cawn-s49",
        "abduction-notice-considered",
        age=15,
        looked_after=True,
        legal_status="s31",
        records=("police",),
    ),
    _case("panlancs-agency-advises-carer", "child-not-located", does=("any_agency",)),
    _case(
        "panlancs-trigger-plan-open-child",
        "repeat-missing-risk",
        open_to_social_care=True,
        does=("allocated_worker",),
    ),
    _case("panlancs-trigger-plan-on-connect", "trigger-plan-updated", records=("police",)),
    _case(
        "panlancs-scope-all-settings",
        "child-reported-missing",
        age=15,
        does=("police", "la_children_services"),
        answers={"one-procedure-for-every-setting": ("police", "la_children_services")},
    ),
    _case("panlancs-police-agree-actions-with-carer", "child-reported-missing", does=("police",)),
    _case(
        "panlancs-not-recorded-missing",
        "status-decided",
        recorded_as_missing=False,
        told={
            "parent_carer": "record.status-decision",
            "placement_provider": "record.status-decision",
        },
        records=("police",),
    ),
    _case(
        "panlancs-not-recorded-missing/social-worker",
        "status-decided",
        recorded_as_missing=False,
        open_to_social_care=True,
        told={"allocated_social_worker": "record.status-decision"},
    ),
    _case(
        "panlancs-auto-notify-csc",
        "missing-recorded",
        told={"la_children_services": "episode.status"},
    ),
    _case(
        "panlancs-share-risk-assessment",
        "missing-recorded",
        told={"la_children_services": "risk.assessment"},
    ),
    _case("panlancs-risk-assessment-each-episode", "missing-recorded", records=("police",)),
    _case(
        "panlancs-child-rescue-alert",
        "media-considered",
        risk_grade="high",
        life_at_risk=True,
        does=("police_sio",),
        records=("police_sio",),
    ),
    _case("panlancs-overseas-enquiries", "missing-abroad", does=("police",)),
    _case("panlancs-wanted-decision-documented", "wanted-decided", records=("police_supervisor",)),
    _case(
        "panlancs-wanted-still-recorded-missing",
        "wanted-decided",
        wanted=True,
        records=("police",),
        answers={"missing-report": ("police",)},
    ),
    _case(
        "panlancs-cla-nurse-notified",
        "missing-recorded",
        looked_after=True,
        told={"cla_nurse_team": "episode.status"},
    ),
    _case(
        "panlancs-cla-nurse-offers-contact",
        "child-found",
        looked_after=True,
        does=("cla_nurse_team",),
    ),
    _case(
        "panlancs-review-health-assessment-offer",
        "child-found",
        looked_after=True,
        rha_outstanding=True,
        does=("cla_nurse_team",),
    ),
    _case(
        "panlancs-health-not-cla-notified",
        "missing-recorded",
        looked_after=False,
        told={"health_practitioner": "episode.status"},
    ),
    _case(
        "panlancs-health-practitioner-offers-contact",
        "child-found",
        looked_after=False,
        does=("health_practitioner",),
    ),
)
