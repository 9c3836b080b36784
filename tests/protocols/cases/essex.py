"""One row for every status rule of the Essex guidance."""

from collections.abc import Mapping
from typing import Final

from protocols.status import participation, presumptions, terms
from tests.protocols.casework import Asked, StatusCase, facts, staters

PARENT: Final = ("parental-responsibility",)


def _case(rule: str, asked: Asked, expected: Mapping[str, object], otherwise: Asked) -> StatusCase:
    return StatusCase(
        protocol="essex", rule=rule, asked=asked, expected=expected, otherwise=otherwise
    )


CASES: Final = (
    _case(
        "essex-away-status",
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=True, where_expected=False)),
        {"status": "away_from_placement", "missing": False},
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=False, where_expected=False)),
    ),
    _case(
        "essex-away-status/carer",
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=True)),
        {"says": ("placement_provider", "foster_carer")},
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=False)),
    ),
    _case(
        "essex-away-status/carer-ends-it",
        lambda p: staters(
            p,
            "child-found",
            facts(looked_after=True, reported_missing=False, recorded_missing=False),
        ),
        {"says": ("placement_provider", "foster_carer")},
        lambda p: staters(
            p,
            "child-found",
            facts(looked_after=True, reported_missing=True, recorded_missing=False),
        ),
    ),
    _case(
        "essex-away-constant-review",
        lambda p: presumptions(
            p, facts(looked_after=True, whereabouts_known=True, where_expected=False)
        ),
        {},
        lambda p: presumptions(
            p, facts(looked_after=True, whereabouts_known=True, where_expected=True)
        ),
    ),
    _case(
        "essex-rhi-voluntary",
        lambda p: participation(p, facts(age=10)),
        {"needs": ("child",), "certain": True},
        lambda p: participation(p, facts(age=9)),
    ),
    _case(
        "essex-rhi-parent-consent-cla",
        lambda p: presumptions(p, facts(looked_after=True)),
        {"says": "A parent's agreement to the Missing Chat is assumed and is not asked for."},
        lambda p: presumptions(p, facts(looked_after=False)),
    ),
    _case(
        "essex-rhi-parent-consent-others",
        lambda p: participation(p, facts(looked_after=False, open_to_social_care=True)),
        {"needs": PARENT, "certain": True},
        lambda p: participation(p, facts(looked_after=True)),
    ),
    _case(
        "essex-rhi-child-consent/taking-part",
        lambda p: participation(p, facts(age=10)),
        {"needs": ("child",), "certain": True},
        lambda p: participation(p, facts(age=9)),
    ),
)
