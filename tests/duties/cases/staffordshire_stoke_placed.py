"""One row for every duty of the Staffordshire and Stoke-on-Trent protocol about children in care, here and elsewhere, and about harm."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of, episodes

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
_case = cases_of("staffordshire-stoke", STAFFORDSHIRE)

CASES: Final = (
    _case(
        "staffs-care-planning-missing-risk",
        "placement-planned",
        records=("allocated_social_worker",),
    ),
    _case(
        "staffs-overnight-delegated",
        "placement-made",
        looked_after=True,
        does=("allocated_social_worker",),
        answers={
            "overnight-stays": (
                "foster_carer",
                "placement_provider",
            )
        },
    ),
    _case(
        "staffs-philomena-part1",
        "placement-made",
        looked_after=True,
        records=("placement_provider",),
    ),
    _case(
        "staffs-philomena-profile-spoc",
        "placement-made",
        looked_after=True,
        at_risk_of_missing=True,
        told={"police_pcso_spoc": "plan.philomena"},
    ),
    _case(
        "staffs-philomena-part2-3-on-report",
        "child-not-located",
        looked_after=True,
        does=(
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-out-equal-rigour",
        "missing-recorded",
        place=LEEDS,
        looked_after=True,
        does=("responsible_la",),
        answers={"equal-rigour": ("responsible_la",)},
    ),
    _case(
        "staffs-out-provider-reports",
        "child-reported-missing",
        place=LEEDS,
        looked_after=True,
        told={"allocated_social_worker": "episode.status"},
        does=("placement_provider",),
    ),
    _case(
        "staffs-out-standards",
        "child-found",
        place=LEEDS,
        looked_after=True,
        does=("responsible_la",),
        answers={"standard-of-the-interview": ("responsible_la",)},
    ),
    _case(
        "staffs-out-standards/meetings",
        "missing-recorded",
        place=LEEDS,
        past=episodes("2025-12-20", "2026-01-02"),
        looked_after=True,
        does=("responsible_la",),
        answers={"standard-of-the-meeting": ("responsible_la",)},
    ),
    _case(
        "staffs-out-iro-report",
        "care-plan-reviewed",
        place=LEEDS,
        looked_after=True,
        records=("iro",),
    ),
    _case(
        "staffs-out-iro-noncompliance",
        "care-plan-reviewed",
        place=LEEDS,
        looked_after=True,
        concerns_continue=True,
        told={"team_manager": "episode.status"},
        does=("iro",),
    ),
    _case(
        "staffs-ola-provider-comply",
        "placement-made",
        home=LEEDS,
        place=STAFFORDSHIRE,
        does=("placement_provider",),
    ),
    _case(
        "staffs-ola-inform-host",
        "placement-planned",
        home=LEEDS,
        place=STAFFORDSHIRE,
        looked_after=True,
        told={"host_la": "identity.core placement.detail"},
        does=("responsible_la",),
    ),
    _case(
        "staffs-ola-inform-host/never-notified",
        "placement-never-notified",
        home=LEEDS,
        place=STAFFORDSHIRE,
        notification_received=False,
        told={"responsible_la": "", "host_la": "placement.exists"},
        does=("responsible_la",),
    ),
    _case(
        "staffs-ola-record",
        "placement-notified",
        home=LEEDS,
        place=STAFFORDSHIRE,
        records=("host_la",),
    ),
    _case(
        "staffs-ola-record/stoke",
        "placement-notified",
        home=LEEDS,
        place=STOKE,
        records=("host_la",),
    ),
    _case(
        "staffs-ola-forward-reports",
        "missing-recorded",
        home=LEEDS,
        place=STAFFORDSHIRE,
        looked_after=True,
        told={"responsible_la": "episode.detail risk.assessment"},
        does=("host_la",),
    ),
    _case(
        "staffs-ola-harm-procedures",
        "harm-suspected",
        home=LEEDS,
        place=STAFFORDSHIRE,
        told={"host_la": "", "responsible_la": "", "police": ""},
    ),
    _case("staffs-crime-tell-police", "crime-suspected", told={"police": "rhi.safeguarding"}),
    _case(
        "staffs-crime-parallel-s47",
        "crime-suspected",
        told={"la_front_door_staffs": "rhi.safeguarding"},
    ),
    _case(
        "staffs-crime-parallel-s47/stoke",
        "crime-suspected",
        home=STOKE,
        told={"la_front_door_stoke": "rhi.safeguarding"},
    ),
    _case(
        "staffs-crime-parallel-s47/placed-out",
        "crime-suspected",
        place=LEEDS,
        told={"mash": "rhi.safeguarding", "allocated_social_worker": "rhi.safeguarding"},
    ),
    _case("staffs-cross-la-support", "placement-never-notified", does=("host_la",)),
    _case(
        "staffs-host-cp-enquiries",
        "harm-suspected",
        home=LEEDS,
        place=STAFFORDSHIRE,
        does=("host_la",),
        answers={"child-protection-enquiries": ("host_la",)},
    ),
    _case(
        "staffs-evidence-preservation",
        "crime-suspected",
        told={"police": ""},
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
    ),
    _case(
        "staffs-exploitation-referral",
        "harm-suspected",
        exploitation_risk=True,
        told={"la_front_door_staffs": ""},
    ),
    _case(
        "staffs-exploitation-referral/stoke",
        "harm-suspected",
        home=STOKE,
        exploitation_risk=True,
        told={"la_front_door_stoke": ""},
    ),
)
