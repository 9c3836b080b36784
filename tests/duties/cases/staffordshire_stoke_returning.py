"""One row for every duty of the Staffordshire and Stoke-on-Trent protocol about the return: the debrief and the interview."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

STAFFORDSHIRE: Final = "E10000028"
STOKE: Final = "E06000021"
_case = cases_of("staffordshire-stoke", STAFFORDSHIRE)

CASES: Final = (
    _case(
        "staffs-found-tell-mpit",
        "child-located",
        located_by="carer",
        returned_by="own-accord",
        told={"police_missing_team": "episode.status whereabouts.location"},
    ),
    _case(
        "staffs-return-by-carer",
        "child-located",
        pr_contact_unsafe=False,
        does=(
            "parent_carer",
            "placement_provider",
            "foster_carer",
        ),
        answers={
            "return": (
                "parent_carer",
                "placement_provider",
                "foster_carer",
            )
        },
    ),
    _case(
        "staffs-return-by-carer/assisted",
        "child-located",
        pr_contact_unsafe=True,
        does=(
            "police",
            "la_children_services",
        ),
        answers={
            "return": (
                "police",
                "la_children_services",
            )
        },
    ),
    _case(
        "staffs-strategy-consider",
        "child-found",
        pattern_developing=True,
        does=("la_children_services",),
    ),
    _case("staffs-strategy-any-agency", "harm-suspected", does=("any_agency",)),
    _case(
        "staffs-strategy-any-agency/through-scass",
        "meeting-convened",
        meeting="strategy",
        told={"la_front_door_staffs": "meeting.request"},
    ),
    _case(
        "staffs-strategy-any-agency/through-chad",
        "meeting-convened",
        home=STOKE,
        meeting="strategy",
        told={"la_front_door_stoke": "meeting.request"},
    ),
    _case(
        "staffs-found-debrief",
        "child-found",
        does=("police",),
        answers={"safe-and-well": ("police",)},
    ),
    _case(
        "staffs-found-debrief/exception",
        "safe-and-well-proposed",
        saw_by="other-professional",
        does=("police",),
        records=("police",),
    ),
    _case("staffs-rhi-offer", "child-found", age=15, does=("la_children_services",)),
    _case(
        "staffs-rhi-offer/placed-here",
        "child-found",
        home=LEEDS,
        place=STAFFORDSHIRE,
        age=15,
        does=("rhi_provider",),
    ),
    _case(
        "staffs-rhi-catch22",
        "child-found",
        age=15,
        told={"rhi_provider": "episode.status"},
        answers={"return-interview": ("rhi_provider",)},
    ),
    _case(
        "staffs-rhi-out-of-county",
        "child-found",
        place=LEEDS,
        looked_after=True,
        told={"allocated_social_worker": "episode.status"},
        due=("2026-01-16T09:00Z",),
        does=("allocated_social_worker",),
        answers={"return-interview": ("allocated_social_worker",)},
    ),
    _case("staffs-rhi-72h", "child-found", due=("2026-01-16T09:00Z",), does=("rhi_provider",)),
    _case(
        "staffs-rhi-priority-exploitation",
        "child-found",
        exploitation_risk=True,
        does=("rhi_provider",),
    ),
    _case(
        "staffs-rhi-priority-exploitation/trafficking",
        "child-found",
        trafficking=True,
        does=("rhi_provider",),
    ),
    _case(
        "staffs-rhi-priority-exploitation/missing-before",
        "child-found",
        first_episode=False,
        does=("rhi_provider",),
    ),
    _case("staffs-rhi-purpose", "interview-accepted", does=("rhi_provider",)),
    _case(
        "staffs-rhi-save-staffordshire",
        "interview-done",
        told={"la_missing_process_officer": "rhi.full"},
        records=("la_missing_process_officer",),
    ),
    _case(
        "staffs-rhi-unknown-child-staffordshire",
        "interview-done",
        known_to_services=False,
        told={"family_practitioner_lead": "rhi.full"},
    ),
    _case(
        "staffs-rhi-unknown-child-decision",
        "interview-done",
        known_to_services=False,
        does=("family_practitioner_lead",),
        records=("family_practitioner_lead",),
        answers={"closing-the-involvement": ("family_practitioner_lead",)},
    ),
    _case(
        "staffs-rhi-stoke-route",
        "interview-done",
        home=STOKE,
        told={"la_front_door_stoke": "rhi.full"},
    ),
    _case(
        "staffs-rhi-stoke-route/open",
        "interview-done",
        home=STOKE,
        open_to_social_care=True,
        told={"team_coordinator": "rhi.full", "allocated_social_worker": "rhi.full"},
        records=("allocated_social_worker",),
    ),
    _case("staffs-advocate-if-unwilling", "interview-declined", does=("rhi_provider",)),
    _case(
        "staffs-rhi-feedback",
        "interview-done",
        child_says="agrees",
        critical=True,
        told={"police": "rhi.full", "la_children_services": "rhi.full"},
    ),
    _case(
        "staffs-ola-rhi-to-placing",
        "interview-done",
        home=LEEDS,
        place=STAFFORDSHIRE,
        looked_after=True,
        told={"responsible_la_front_door": "rhi.full"},
    ),
    _case(
        "staffs-ola-rhi-to-placing/host-learns",
        "interview-done",
        home=LEEDS,
        place=STAFFORDSHIRE,
        looked_after=True,
        told={"host_la": "rhi.confirmation"},
    ),
)
