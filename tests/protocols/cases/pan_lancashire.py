"""One row for every status rule of the pan-Lancashire protocol."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from protocols.status import (
    Verdict,
    admit_grade,
    admit_term,
    defined,
    flags,
    participation,
    presumptions,
    terms,
)
from tests.protocols.casework import NOTHING_KNOWN, Asked, StatusCase, facts, staters

MONDAY: Final = date(2026, 3, 30)


def _days_ago(*days: int) -> list[date]:
    return [MONDAY - timedelta(days=n) for n in days]


def _case(rule: str, asked: Asked, expected: Mapping[str, object], otherwise: Asked) -> StatusCase:
    return StatusCase(
        protocol="pan-lancashire", rule=rule, asked=asked, expected=expected, otherwise=otherwise
    )


CASES: Final = (
    _case(
        "panlancs-looked-after-definition",
        lambda p: defined(p, "looked-after", facts(legal_status="remand")),
        {"met": True},
        lambda p: defined(p, "looked-after", facts(legal_status="supervision")),
    ),
    _case(
        "panlancs-child-under-18",
        lambda p: defined(p, "child", facts(age=17)),
        {"met": True},
        lambda p: defined(p, "child", facts(age=18)),
    ),
    _case(
        "panlancs-missing-definition",
        lambda p: terms(p, facts(whereabouts_known=False, out_of_character=True)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=True, out_of_character=True)),
    ),
    _case(
        "panlancs-missing-definition/at-risk",
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=True)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=False)),
    ),
    _case(
        "panlancs-missing-from-care-definition",
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=False, where_expected=False)),
        {"status": "missing_from_care", "missing": True},
        lambda p: terms(
            p, facts(looked_after=False, whereabouts_known=False, where_expected=False)
        ),
    ),
    _case(
        "panlancs-absent-forbidden",
        lambda p: admit_term(p, "absent"),
        {"verdict": Verdict.REFUSED},
        lambda p: admit_term(p, "unauthorised_absence"),
    ),
    _case(
        "panlancs-grades-high-medium-only",
        lambda p: admit_grade(p, "low", NOTHING_KNOWN),
        {"verdict": Verdict.REFUSED},
        lambda p: admit_grade(p, "high", NOTHING_KNOWN),
    ),
    _case(
        "panlancs-frequent-missing",
        lambda p: flags(p, _days_ago(0, 40, 89), MONDAY),
        {"flag": "frequent-missing", "episodes": 3},
        lambda p: flags(p, _days_ago(0, 40, 90), MONDAY),
    ),
    _case(
        "panlancs-repeat-missing",
        lambda p: flags(p, _days_ago(0, 900), MONDAY),
        {"flag": "repeat-missing", "episodes": 2},
        lambda p: flags(p, _days_ago(0), MONDAY),
    ),
    _case(
        "panlancs-under-16-not-independent",
        lambda p: presumptions(p, facts(age=15)),
        {"says": "A child under 16 is not taken to be able to live independently."},
        lambda p: presumptions(p, facts(age=16)),
    ),
    _case(
        "panlancs-under-16-not-independent/16-and-17",
        lambda p: presumptions(p, facts(age=17)),
        {},
        lambda p: presumptions(p, facts(age=18)),
    ),
    _case(
        "panlancs-unauthorised-absence-not-missing",
        lambda p: terms(
            p, facts(looked_after=True, whereabouts_known=True, absence_authorised=False)
        ),
        {"status": "unauthorised_absence", "missing": False},
        lambda p: terms(
            p, facts(looked_after=True, whereabouts_known=False, absence_authorised=False)
        ),
    ),
    _case(
        "panlancs-unauthorised-absence-not-missing/carer",
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=True)),
        {"says": ("placement_provider", "foster_carer")},
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=False)),
    ),
    _case(
        "panlancs-unauthorised-absence-not-missing/carer-ends-it",
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
        "panlancs-rhi-unopen-parent-consent",
        lambda p: participation(
            p,
            facts(
                open_to_social_care=False, placed_here_by_other_authority=False, looked_after=False
            ),
        ),
        {"needs": ("parental-responsibility",), "certain": True},
        lambda p: participation(p, facts(looked_after=True)),
    ),
)
