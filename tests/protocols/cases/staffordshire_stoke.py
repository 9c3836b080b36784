"""One row for every status rule of the Staffordshire and Stoke-on-Trent protocol."""

from collections.abc import Mapping
from typing import Final

from protocols.status import Verdict, admit_grade, defined, presumptions, terms
from tests.protocols.casework import NOTHING_KNOWN, Asked, StatusCase, facts, staters


def _case(rule: str, asked: Asked, expected: Mapping[str, object], otherwise: Asked) -> StatusCase:
    return StatusCase(
        protocol="staffordshire-stoke",
        rule=rule,
        asked=asked,
        expected=expected,
        otherwise=otherwise,
    )


CASES: Final = (
    _case(
        "staffs-child-under-18",
        lambda p: defined(p, "child", facts(age=17)),
        {"met": True},
        lambda p: defined(p, "child", facts(age=18)),
    ),
    _case(
        "staffs-status-missing",
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=False)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=True)),
    ),
    _case(
        "staffs-status-missing-child-compact",
        lambda p: terms(p, facts(reported_missing=True, recorded_missing=True)),
        {"status": "missing_child", "missing": True},
        lambda p: terms(p, facts(reported_missing=True, recorded_missing=False)),
    ),
    _case(
        "staffs-status-missing-from-care",
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=False, where_expected=False)),
        {"status": "missing_from_care", "missing": True},
        lambda p: terms(
            p, facts(looked_after=False, whereabouts_known=False, where_expected=False)
        ),
    ),
    _case(
        "staffs-risk-medium-response",
        lambda p: presumptions(p, facts(risk_grade="medium")),
        {},
        lambda p: presumptions(p, facts(risk_grade="low")),
    ),
    _case(
        "staffs-risk-low-not-initial",
        lambda p: admit_grade(p, "low", facts(investigation_begun=False)),
        {"verdict": Verdict.REFUSED},
        lambda p: admit_grade(p, "low", facts(investigation_begun=True)),
    ),
    _case(
        "staffs-risk-low-not-initial/three-grades",
        lambda p: admit_grade(p, "low", facts(investigation_begun=True)),
        {"verdict": Verdict.ADMITTED},
        lambda p: admit_grade(p, "low", NOTHING_KNOWN),
    ),
    _case(
        "staffs-away-record/carer",
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=True)),
        {"says": ("placement_provider", "foster_carer")},
        lambda p: staters(p, "away-without-authorisation", facts(looked_after=False)),
    ),
    _case(
        "staffs-away-record/carer-ends-it",
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
        "staffs-away-record",
        lambda p: terms(
            p,
            facts(
                looked_after=True, whereabouts_known=True, absence_authorised=False, concern=False
            ),
        ),
        {"status": "away_without_permission", "missing": False},
        lambda p: terms(
            p,
            facts(
                looked_after=True, whereabouts_known=True, absence_authorised=False, concern=True
            ),
        ),
    ),
)
