"""One row for every duty of Essex's guidance on Missing Chats, managers, MACE and other authorities' children."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of, episodes, happens

ESSEX: Final = "E10000012"
MISSING: Final = ("child-reported-missing", "missing-recorded")
RECORDED_MISSING: Final = happens("missing-recorded", name="recorded")
_case = cases_of("essex", ESSEX)

CASES: Final = (
    _case(
        "essex-rhi-offer-10plus",
        "child-found",
        age=15,
        does=("rhi_service",),
        answers={"return-interview": ("rhi_service",)},
    ),
    _case(
        "essex-rhi-under-10",
        "child-found",
        age=9,
        refuses=True,
    ),
    _case(
        "essex-rhi-under-10/welfare",
        "child-found",
        age=9,
        does=(
            "allocated_social_worker",
            "la_front_door",
        ),
    ),
    _case(
        "essex-rhi-time-limit-silent",
        "child-found",
        age=15,
        due=("2026-01-16T09:00Z",),
        silent=True,
    ),
    _case(
        "essex-rhi-verbal-offer",
        "child-found",
        past=(RECORDED_MISSING,),
        age=15,
        does=("rhi_service",),
    ),
    _case(
        "essex-rhi-verbal-offer/three-or-more",
        "child-found",
        past=(*episodes("2024-01-02", "2025-01-08"), RECORDED_MISSING),
        age=15,
        does=("rhi_service",),
    ),
    _case(
        "essex-rhi-independent",
        "child-found",
        age=15,
        does=("rhi_service",),
        answers={"choosing-the-interviewer": ("rhi_service",)},
    ),
    _case(
        "essex-rhi-mode",
        "interview-offered",
        does=("rhi_service",),
    ),
    _case(
        "essex-rhi-recorded",
        "interview-done",
        records=("rhi_service",),
    ),
    _case(
        "essex-rhi-synopsis-sw",
        "interview-done",
        open_to_social_care=True,
        told={"allocated_social_worker": "rhi.needs rhi.synopsis"},
    ),
    _case(
        "essex-rhi-synopsis-police",
        "interview-done",
        told={"police_missing_coordinator": "rhi.synopsis"},
    ),
    _case(
        "essex-rhi-unopen-synopsis",
        "interview-done",
        open_to_social_care=False,
        told={"police_missing_coordinator": "rhi.synopsis"},
    ),
    _case(
        "essex-rhi-in-plan",
        "interview-done",
        open_to_social_care=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "essex-rhi-declined-recorded",
        "interview-declined",
        records=("rhi_service",),
    ),
    _case(
        "essex-rhi-declined-recorded/parent-refuses",
        "consent-changed",
        parent_says="refuses",
        looked_after=False,
        does=(
            "allocated_social_worker",
            "la_front_door",
        ),
        records=(
            "allocated_social_worker",
            "la_front_door",
        ),
    ),
    _case(
        "essex-uasc-assessment",
        "trafficking-suspected",
        uasc=True,
        records=("allocated_social_worker",),
    ),
    _case(
        "essex-uasc-same-procedure",
        "child-reported-missing",
        uasc=True,
        looked_after=True,
        does=("allocated_social_worker",),
        answers={"one-procedure-for-unaccompanied-children": ("allocated_social_worker",)},
    ),
    _case(
        "essex-part-time-timetable",
        "school-absence",
        part_time_timetable=True,
        told={"education_access": "education.school"},
    ),
    _case(
        "essex-cme-team",
        "school-absence",
        not_on_roll=True,
        told={"cme_team": "education.school identity.core"},
    ),
    _case(
        "essex-dld-community-risk",
        MISSING,
        exploitation_risk=True,
        told={"director_local_delivery": "episode.status"},
    ),
    _case(
        "essex-dld-community-risk/trafficking",
        MISSING,
        trafficking=True,
        told={"director_local_delivery": "episode.status"},
    ),
    _case(
        "essex-exec-director",
        "missing-recorded",
        exceptional=True,
        told={"executive_director": "episode.status"},
        does=("director_local_delivery",),
    ),
    _case(
        "essex-strategic-tracking",
        "period-ended",
        period="quarter",
        records=("missing_coordinator",),
    ),
    _case(
        "essex-mace1-monthly",
        "meeting-held",
        meeting="mace-1",
        due=("2026-02-13T09:00Z",),
        meets=("la_children_services",),
    ),
    _case(
        "essex-mace1-monthly/recently-missing",
        "missing-recorded",
        does=("missing_coordinator",),
    ),
    _case(
        "essex-mace1-plan-in-place",
        "meeting-held",
        meeting="mace-1",
        does=("mace1",),
        records=("mace1",),
    ),
    _case(
        "essex-mace2-trends",
        "period-ended",
        period="month",
        meets=("la_children_services",),
        answers={"trends-from-counts-alone": ("mace2",)},
    ),
    _case(
        "essex-ola-inbound-silent",
        "missing-recorded",
        home=LEEDS,
        place=ESSEX,
        looked_after=True,
        told={"responsible_la": "episode.status"},
        does=("host_la",),
        answers={"return-interview": ("responsible_la",)},
        silent=True,
    ),
    _case(
        "essex-host-contact-if-placed-in",
        "placement-notified",
        home=LEEDS,
        place=ESSEX,
        looked_after=True,
        records=("host_la",),
    ),
    _case(
        "essex-says-nothing",
        "absent",
        silent=True,
    ),
    _case(
        "essex-says-nothing/referral-of-trafficking",
        "trafficking-suspected",
        does=("allocated_social_worker",),
        silent=True,
    ),
    _case(
        "essex-says-nothing/referral-of-trafficking-missing",
        "child-reported-missing",
        trafficking=True,
        does=("allocated_social_worker",),
        silent=True,
    ),
)
