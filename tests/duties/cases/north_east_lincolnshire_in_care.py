"""One row for every duty of the North East Lincolnshire protocol about children in care, absences, custody and trafficking."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

NEL: Final = "E06000012"
_case = cases_of("north-east-lincolnshire", NEL)

CASES: Final = (
    _case(
        "nelincs-care-plan-risk",
        "placement-planned",
        looked_after=True,
        records=("la_children_services",),
    ),
    _case(
        "nelincs-photo-held", "placement-made", looked_after=True, records=("la_children_services",)
    ),
    _case(
        "nelincs-philomena-complete",
        "placement-made",
        looked_after=True,
        placement_type="residential",
        records=("placement_provider",),
    ),
    _case(
        "nelincs-philomena-on-missing",
        "child-reported-missing",
        looked_after=True,
        placement_type="residential",
        does=("placement_provider",),
    ),
    _case(
        "nelincs-away-record",
        "away-without-authorisation",
        looked_after=True,
        records=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-away-at-risk-report",
        "away-without-authorisation",
        looked_after=True,
        immediate_risk=True,
        told={"police": "episode.status"},
        does=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-away-six-hours",
        "away-without-authorisation",
        looked_after=True,
        whereabouts_known=False,
        contactable=False,
        due=("2026-01-13T00:00Z",),
        does=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-away-six-hours/reminder",
        "away-without-authorisation",
        looked_after=True,
        whereabouts_known=False,
        contactable=False,
        due=("2026-01-12T21:00Z",),
        does=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-away-not-overnight",
        "away-without-authorisation",
        looked_after=True,
        whereabouts_known=False,
        contactable=False,
        due=("2026-01-12T23:00Z",),
        does=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-away-known-decide",
        "away-without-authorisation",
        looked_after=True,
        whereabouts_known=True,
        does=("responsible_la",),
    ),
    _case(
        "nelincs-police-confirm-classification",
        "status-decided",
        looked_after=True,
        told={
            "placement_provider": "record.status-decision",
            "foster_carer": "record.status-decision",
        },
    ),
    _case(
        "nelincs-absconder-report",
        "away-without-authorisation",
        looked_after=True,
        legal_status="remand",
        told={"police": "episode.status legal.status"},
    ),
    _case(
        "nelincs-remand-escaped-custody",
        "missing-recorded",
        looked_after=True,
        legal_status="remand",
        told={
            "allocated_social_worker": "episode.status risk.assessment",
            "youth_justice": "episode.status risk.assessment",
        },
    ),
    _case(
        "nelincs-review-after-missing", "care-plan-reviewed", looked_after=True, records=("iro",)
    ),
    _case(
        "nelincs-review-after-missing/contribute",
        "meeting-convened",
        meeting="care-plan-review",
        looked_after=True,
        told={"police": "meeting.request", "partner_agencies": "meeting.request"},
    ),
    _case(
        "nelincs-review-after-missing/bring-forward",
        "child-found",
        looked_after=True,
        does=("iro",),
    ),
    _case(
        "nelincs-iro-informed",
        "missing-recorded",
        looked_after=True,
        told={"iro": "episode.status"},
        does=("allocated_social_worker",),
    ),
    _case(
        "nelincs-out-notify-host",
        "placement-made",
        looked_after=True,
        place=LEEDS,
        told={"host_la": "placement.address placement.detail"},
        does=("la_children_services",),
    ),
    _case(
        "nelincs-out-provider-both",
        "placement-made",
        looked_after=True,
        place=LEEDS,
        does=("placement_provider",),
    ),
    _case(
        "nelincs-ola-placing-notifies",
        "placement-made",
        looked_after=True,
        home=LEEDS,
        place=NEL,
        told={"host_la": "case.worker placement.address placement.detail"},
        does=("responsible_la",),
    ),
    _case(
        "nelincs-care-leavers-pathway",
        "care-plan-reviewed",
        care_leaver=True,
        records=("la_children_services",),
    ),
    _case(
        "nelincs-uasc-assessment-immediate",
        "placement-made",
        uasc=True,
        does=("la_children_services",),
    ),
    _case(
        "nelincs-nrm-referral",
        "trafficking-suspected",
        told={"la_children_services": ""},
        does=("la_children_services",),
    ),
    _case(
        "nelincs-nrm-referral/missing",
        "missing-recorded",
        trafficking=True,
        told={"la_children_services": ""},
        does=("la_children_services",),
    ),
    _case(
        "nelincs-nrm-referral/unaccompanied",
        "missing-recorded",
        uasc=True,
        looked_after=True,
        told={"la_children_services": ""},
        does=("la_children_services",),
    ),
    _case(
        "nelincs-uasc-share-police-immigration",
        "missing-recorded",
        uasc=True,
        looked_after=True,
        told={"police": "risk.assessment"},
        does=("la_children_services",),
    ),
    _case(
        "nelincs-uasc-share-police-immigration/immigration",
        "missing-recorded",
        uasc=True,
        looked_after=True,
        release_decided=True,
        told={"immigration": "risk.assessment"},
    ),
)
