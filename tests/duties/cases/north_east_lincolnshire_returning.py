"""One row for every duty of the North East Lincolnshire protocol on the return: who is told, and the prevention interview."""

from typing import Final

from tests.duties.casework import LEEDS, cases_of

NEL: Final = "E06000012"
_case = cases_of("north-east-lincolnshire", NEL)

CASES: Final = (
    _case(
        "nelincs-return-home-by-parents",
        "child-located",
        looked_after=False,
        does=("parent_carer",),
        answers={"return": ("parent_carer",)},
    ),
    _case(
        "nelincs-return-care-by-la",
        "child-located",
        looked_after=True,
        does=("responsible_la",),
        answers={"return": ("responsible_la",)},
    ),
    _case(
        "nelincs-unsuitable-location",
        "child-located",
        location_suitable=False,
        told={"responsible_manager": "whereabouts.location"},
    ),
    _case(
        "nelincs-return-to-home-area-liaison",
        "child-located",
        looked_after=True,
        home=LEEDS,
        place=NEL,
        told={"responsible_la": "episode.detail whereabouts.location"},
    ),
    _case(
        "nelincs-found-parents-tell-police",
        "child-found",
        told={"responsible_la": "episode.status", "police": "episode.status"},
        does=("parent_carer",),
    ),
    _case(
        "nelincs-found-carers-tell",
        "child-found",
        looked_after=True,
        told={
            "responsible_la": "episode.status",
            "police": "episode.status",
            "allocated_social_worker": "episode.status",
        },
        does=("placement_provider", "foster_carer"),
    ),
    _case(
        "nelincs-found-sw-tells-fostering",
        "child-found",
        looked_after=True,
        told={"fostering_adoption_service": "episode.status"},
        does=("allocated_social_worker",),
    ),
    _case(
        "nelincs-found-police-notify-inbox",
        "child-found",
        told={"la_missing_coordinator": "episode.status whereabouts.safe"},
    ),
    _case(
        "nelincs-found-update-episode",
        "child-found",
        records=("la_missing_coordinator", "la_out_of_hours"),
    ),
    _case(
        "nelincs-found-update-episode/out-of-hours",
        "child-found",
        told={"la_missing_coordinator": ""},
    ),
    _case(
        "nelincs-found-share-open",
        "child-found",
        open_to_social_care=True,
        told={
            "allocated_social_worker": "episode.detail whereabouts.safe",
            "family_help_practitioner": "episode.detail whereabouts.safe",
            "practice_supervisor": "episode.detail whereabouts.safe",
            "youth_justice": "episode.detail whereabouts.safe",
        },
    ),
    _case(
        "nelincs-found-share-unknown",
        "child-found",
        open_to_social_care=False,
        told={
            "la_missing_officer": "episode.detail whereabouts.safe",
            "youth_justice": "episode.status",
        },
    ),
    _case(
        "nelincs-found-share-unknown/known-to-youth-justice",
        "child-found",
        open_to_social_care=False,
        open_to=frozenset({"youth-justice"}),
        told={"youth_justice_known": "episode.detail whereabouts.safe"},
    ),
    _case(
        "nelincs-found-share-unknown/placed-here",
        "child-found",
        looked_after=True,
        home=LEEDS,
        place=NEL,
        told={
            "la_missing_officer": "episode.detail whereabouts.safe",
            "youth_justice": "episode.status",
        },
    ),
    _case("nelincs-saw", "child-found", does=("police",), answers={"safe-and-well": ("police",)}),
    _case(
        "nelincs-saw/by-another",
        "safe-and-well-proposed",
        saw_by="other-professional",
        answers={"safe-and-well": ("police",)},
        refuses=True,
    ),
    _case("nelincs-saw-closes-niche", "safe-and-well-done", records=("police",)),
    _case(
        "nelincs-saw-frequency-agreed",
        "child-found",
        frequently_missing=True,
        does=("police",),
        records=("police",),
    ),
    _case(
        "nelincs-saw-frequency-agreed/left-out",
        "safe-and-well-proposed",
        saw_by="nobody",
        frequently_missing=True,
        records=("police",),
    ),
    _case(
        "nelincs-saw-frequency-agreed/not-frequent",
        "safe-and-well-proposed",
        saw_by="nobody",
        frequently_missing=False,
        refuses=True,
    ),
    _case("nelincs-saw-allegation", "crime-suspected", records=("police",)),
    _case(
        "nelincs-saw-refer",
        "safe-and-well-done",
        significant_harm_suspected=True,
        told={"la_children_services": ""},
        does=("police",),
    ),
    _case(
        "nelincs-saw-shared-with-la",
        "safe-and-well-done",
        told={"la_missing_coordinator": "saw.record"},
    ),
)
