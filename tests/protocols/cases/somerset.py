"""One row for every status rule of the Somerset protocol."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from protocols.status import flags, terms
from tests.protocols.casework import Asked, StatusCase, deciders, facts

MONDAY: Final = date(2026, 3, 30)


def _days_ago(*days: int) -> list[date]:
    return [MONDAY - timedelta(days=n) for n in days]


def _case(rule: str, asked: Asked, expected: Mapping[str, object], otherwise: Asked) -> StatusCase:
    return StatusCase(
        protocol="somerset", rule=rule, asked=asked, expected=expected, otherwise=otherwise
    )


CASES: Final = (
    _case(
        "somerset-status-missing",
        lambda p: terms(p, facts(whereabouts_known=False, out_of_character=True)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=True, out_of_character=True)),
    ),
    _case(
        "somerset-status-missing/at-risk",
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=True)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=False)),
    ),
    _case(
        "somerset-status-missing/crime",
        lambda p: terms(p, facts(whereabouts_known=False, crime_suspected=True)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=True, crime_suspected=True)),
    ),
    _case(
        "somerset-status-absent",
        lambda p: terms(p, facts(whereabouts_known=True, where_expected=False, at_risk=False)),
        {"status": "absent", "missing": False},
        lambda p: terms(p, facts(whereabouts_known=True, where_expected=False, at_risk=True)),
    ),
    _case(
        "somerset-status-absent/whereabouts-unknown",
        lambda p: terms(
            p,
            facts(
                whereabouts_known=False,
                where_expected=False,
                at_risk=False,
                out_of_character=False,
                crime_suspected=False,
            ),
        ),
        {"status": "absent", "missing": False},
        lambda p: terms(
            p,
            facts(
                whereabouts_known=False,
                where_expected=False,
                at_risk=False,
                out_of_character=True,
                crime_suspected=False,
            ),
        ),
    ),
    _case(
        "somerset-inspector-decides-status",
        lambda p: deciders(p, facts(reported_missing=True)),
        {"says": ("police_duty_inspector",)},
        lambda p: deciders(p, facts(reported_missing=False)),
    ),
    _case(
        "somerset-trigger-plan-3-in-28",
        lambda p: flags(p, _days_ago(0, 14, 27), MONDAY),
        {"flag": "repeat-missing", "episodes": 3},
        lambda p: flags(p, _days_ago(0, 14, 28), MONDAY),
    ),
)
