"""One row for every duty of Essex's guidance on children in care: planning, missing, away."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of, episodes, happens

ESSEX: Final = "E10000012"
MISSING: Final = ("child-reported-missing", "missing-recorded")
RECORDED_MISSING: Final = happens("missing-recorded", name="recorded")
_case = cases_of("essex", ESSEX)

CASES: Final = (
    _case(
        "essex-scope",
        "protocol-applies",
        answers={
            "following-this-guidance": (
                "la_children_services",
                "youth_justice",
                "family_solutions",
            )
        },
    ),
    _case(
        "essex-plan-3-in-90",
        "missing-recorded",
        past=episodes("2026-01-02", "2026-01-08"),
        open_to_social_care=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-plan-risk",
        "repeat-missing-risk",
        significant_harm_suspected=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-plan-close-90",
        "child-found",
        past=(RECORDED_MISSING,),
        open_to_social_care=True,
        due=("2026-04-13T08:00Z",),
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-exploitation-link",
        "repeat-missing-risk",
        exploitation_risk=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "essex-mou-placements",
        "placement-made",
        looked_after=True,
        does=("placement_provider",),
    ),
    _case(
        "essex-planning-for-missing-form",
        "placement-made",
        looked_after=True,
        due=("2026-01-14T23:59Z",),
        records=("allocated_social_worker",),
    ),
    _case(
        "essex-planning-for-missing-form/to-the-placement",
        "prevention-plan-updated",
        looked_after=True,
        told={"placement_provider": "plan.prevention", "foster_carer": "plan.prevention"},
    ),
    _case(
        "essex-out-placement-local-rules",
        "placement-planned",
        place=LEEDS,
        looked_after=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-visits-advocacy",
        "repeat-missing-risk",
        looked_after=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-iro-strategy",
        "care-plan-reviewed",
        looked_after=True,
        does=(
            "allocated_social_worker",
            "iro",
        ),
    ),
    _case(
        "essex-sw-informs-iro",
        "contact-made",
        looked_after=True,
        told={"iro": "record.contact"},
    ),
    _case(
        "essex-quarterly-review",
        "care-plan-reviewed",
        looked_after=True,
        at_risk_of_missing=True,
        due=("2026-04-13T08:00Z",),
        does=("iro",),
    ),
    _case(
        "essex-carer-search",
        "child-not-located",
        looked_after=True,
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "essex-carer-calls-police",
        "child-not-located",
        looked_after=True,
        whereabouts_known=False,
        told={"police": "episode.status"},
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "essex-carer-tells-sw-eds",
        "child-reported-missing",
        looked_after=True,
        told={"allocated_social_worker": "episode.status", "la_out_of_hours": "episode.status"},
    ),
    _case(
        "essex-away-inform-sw",
        "away-without-authorisation",
        looked_after=True,
        told={"allocated_social_worker": "episode.status", "la_out_of_hours": "episode.status"},
    ),
    _case(
        "essex-away-concern-police",
        "away-without-authorisation",
        looked_after=True,
        concern_increased=True,
        told={"police": "episode.status"},
        does=(
            "placement_provider",
            "foster_carer",
            "allocated_social_worker",
        ),
    ),
    _case(
        "essex-carer-gives-form",
        "child-reported-missing",
        looked_after=True,
        told={"police": "plan.prevention trigger-plan.associates trigger-plan.photo"},
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "essex-carer-notifies-responsible-la",
        "child-reported-missing",
        looked_after=True,
        told={"police": "episode.status", "responsible_la": "episode.status"},
    ),
    _case(
        "essex-carer-notifies-pr",
        "child-reported-missing",
        looked_after=True,
        pr_contact_unsafe=False,
        told={"person_with_pr": "episode.status"},
    ),
    _case(
        "essex-carer-notifies-pr/unsafe",
        "child-reported-missing",
        looked_after=True,
        pr_contact_unsafe=True,
        refuses=True,
    ),
    _case(
        "essex-sw-verifies-carer",
        "child-reported-missing",
        looked_after=True,
        does=("allocated_social_worker",),
        records=("allocated_social_worker",),
    ),
    _case(
        "essex-sw-notifies-iro",
        "child-reported-missing",
        looked_after=True,
        told={"iro": "episode.status"},
    ),
    _case(
        "essex-sw-notifies-pr",
        "child-reported-missing",
        looked_after=True,
        pr_contact_unsafe=False,
        told={"person_with_pr": "episode.status"},
    ),
    _case(
        "essex-sw-notifies-host",
        "child-reported-missing",
        place=LEEDS,
        looked_after=True,
        told={"host_la": "episode.status"},
    ),
    _case(
        "essex-strategy-5d-care",
        MISSING,
        looked_after=True,
        told={"police": "meeting.request", "partner_agencies": "meeting.request"},
        due=("2026-01-17T18:00Z",),
        meets=("allocated_social_worker",),
    ),
    _case(
        "essex-strategy-harm-care",
        "missing-recorded",
        looked_after=True,
        significant_harm_suspected=True,
        told={"police": "meeting.request"},
        meets=("allocated_social_worker",),
    ),
    _case(
        "essex-strategy-harm-care/suspected",
        "harm-suspected",
        looked_after=True,
        located=False,
        told={"police": "meeting.request"},
        meets=("allocated_social_worker",),
    ),
    _case(
        "essex-strategy-parents-involved",
        "meeting-convened",
        meeting="strategy",
        pr_contact_unsafe=False,
        does=("allocated_social_worker",),
        answers={"involving-parents-in-the-return": ("allocated_social_worker",)},
    ),
    _case(
        "essex-dld-5d-care",
        MISSING,
        looked_after=True,
        told={"director_local_delivery": "episode.status"},
        due=("2026-01-17T18:00Z",),
    ),
    _case(
        "essex-dld-early-harm",
        "missing-recorded",
        significant_harm_suspected=True,
        told={"director_local_delivery": "episode.status"},
    ),
    _case(
        "essex-dld-early-harm/suspected",
        "harm-suspected",
        located=False,
        told={"director_local_delivery": "episode.status"},
    ),
    _case(
        "essex-service-manager-care",
        MISSING,
        looked_after=True,
        told={"service_manager": "episode.status"},
        due=("2026-01-17T18:00Z",),
    ),
    _case(
        "essex-harm-or-likely-repeat-plan",
        "child-found",
        significant_harm_suspected=True,
        likely_repeat=True,
        told={"police": "meeting.request", "service_manager": "episode.status"},
        meets=("allocated_social_worker",),
    ),
    _case(
        "essex-harm-or-likely-repeat-plan/learnt-later",
        "harm-suspected",
        likely_repeat=True,
        told={"police": "meeting.request", "service_manager": "episode.status"},
        meets=("allocated_social_worker",),
    ),
    _case(
        "essex-professionals-meeting",
        "missing-recorded",
        looked_after=True,
        does=("allocated_social_worker",),
    ),
    _case(
        "essex-return-planning",
        "missing-recorded",
        looked_after=True,
        does=(
            "allocated_social_worker",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "essex-recovery-order",
        "child-located",
        police_access_refused=True,
        does=("allocated_social_worker",),
    ),
)
