"""One row for every status rule of the North East Lincolnshire protocol."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from protocols.status import Verdict, admit_grade, defined, flags, may_lower, presumptions, terms
from tests.protocols.casework import Asked, StatusCase, deciders, facts, starts_at, staters

MONDAY: Final = date(2026, 3, 30)


def _case(rule: str, asked: Asked, expected: Mapping[str, object], otherwise: Asked) -> StatusCase:
    return StatusCase(
        protocol="north-east-lincolnshire",
        rule=rule,
        asked=asked,
        expected=expected,
        otherwise=otherwise,
    )


CASES: Final = (
    _case(
        "nelincs-scope-care-leavers-18-plus",
        lambda p: defined(p, "in-scope", facts(care_leaver=True, age=19)),
        {"met": True},
        lambda p: defined(p, "in-scope", facts(care_leaver=False, age=19)),
    ),
    _case(
        "nelincs-child-in-care-definition",
        lambda p: defined(p, "looked-after", facts(legal_status="pace")),
        {"met": True},
        lambda p: defined(p, "looked-after", facts(legal_status="supervision")),
    ),
    _case(
        "nelincs-status-missing",
        lambda p: terms(p, facts(whereabouts_known=False, at_risk=False, out_of_character=False)),
        {"status": "missing", "missing": True},
        lambda p: terms(p, facts(whereabouts_known=True)),
    ),
    _case(
        "nelincs-status-niche",
        lambda p: terms(p, facts(reported_missing=True, recorded_missing=True)),
        {"status": "missing_child", "missing": True},
        lambda p: terms(p, facts(reported_missing=True, recorded_missing=False)),
    ),
    _case(
        "nelincs-away-record",
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=True, where_expected=False)),
        {"status": "away_from_placement", "missing": False},
        lambda p: terms(p, facts(looked_after=True, whereabouts_known=False, where_expected=False)),
    ),
    _case(
        "nelincs-away-classification-dispute",
        lambda p: deciders(p, facts(looked_after=True)),
        {"says": ("police",)},
        lambda p: deciders(p, facts(looked_after=False)),
    ),
    _case(
        "nelincs-away-classification-dispute/carer",
        lambda p: deciders(p, facts(looked_after=True)),
        {"says": ("placement_provider", "foster_carer")},
        lambda p: deciders(p, facts(looked_after=False)),
    ),
    _case(
        "nelincs-away-classification-dispute/carer-ends-it",
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
        "nelincs-truancy-not-missing",
        lambda p: presumptions(p, facts(absent_from_school=True)),
        {},
        lambda p: presumptions(p, facts(absent_from_school=False)),
    ),
    _case(
        "nelincs-under-16",
        lambda p: presumptions(p, facts(age=15)),
        {"says": "A child under 16 is not taken to be able to live independently."},
        lambda p: presumptions(p, facts(age=16)),
    ),
    _case(
        "nelincs-under-16/16-and-17",
        lambda p: presumptions(p, facts(age=16)),
        {},
        lambda p: presumptions(p, facts(age=18)),
    ),
    _case(
        "nelincs-s49-not-s2-parent",
        lambda p: presumptions(p, facts(legal_status="s31")),
        {},
        lambda p: presumptions(p, facts(legal_status="s20")),
    ),
    _case(
        "nelincs-vulnerable-presumption",
        lambda p: presumptions(p, facts(reported_missing=True)),
        {"says": "The child is vulnerable, until a risk assessment says otherwise."},
        lambda p: presumptions(p, facts(reported_missing=False)),
    ),
    _case(
        "nelincs-uasc-missing-presume-trafficked",
        lambda p: presumptions(p, facts(uasc=True, reported_missing=True)),
        {},
        lambda p: presumptions(p, facts(uasc=False, reported_missing=True)),
    ),
    _case(
        "nelincs-absconder-under-16",
        lambda p: terms(p, facts(absconder=True, age=15, liable_to_arrest=True)),
        {"status": "absconder", "missing": True},
        lambda p: terms(p, facts(absconder=True, age=16, liable_to_arrest=True)),
    ),
    _case(
        "nelincs-absconder-under-16/no-power-of-arrest",
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=False)),
        {"status": "absconder", "missing": True},
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=True)),
    ),
    _case(
        "nelincs-absconder-16-plus",
        lambda p: terms(
            p,
            facts(absconder=True, age=16, liable_to_arrest=True, at_risk=False, trafficking=False),
        ),
        {"status": "absconder", "missing": False},
        lambda p: terms(
            p, facts(absconder=True, age=16, liable_to_arrest=True, at_risk=True, trafficking=False)
        ),
    ),
    _case(
        "nelincs-absconder-16-plus/other-factors",
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=True, at_risk=True)),
        {"status": "absconder", "missing": True},
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=True, at_risk=False)),
    ),
    _case(
        "nelincs-absconder-16-plus/trafficking",
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=True, trafficking=True)),
        {"status": "absconder", "missing": True},
        lambda p: terms(p, facts(absconder=True, age=17, liable_to_arrest=True, trafficking=False)),
    ),
    _case(
        "nelincs-open-definition",
        lambda p: defined(p, "open", facts(on_plan=frozenset({"family-help"}))),
        {"met": True},
        lambda p: defined(p, "open", facts(on_plan=frozenset())),
    ),
    _case(
        "nelincs-repeat-two-discussion",
        lambda p: flags(p, [MONDAY - timedelta(days=900), MONDAY], MONDAY),
        {"flag": "repeat-missing", "episodes": 2},
        lambda p: flags(p, [MONDAY], MONDAY),
    ),
    _case(
        "nelincs-start-high",
        lambda p: starts_at(p, facts(age=13)),
        {"says": "high"},
        lambda p: starts_at(p, facts(age=19)),
    ),
    _case(
        "nelincs-downgrade-rank",
        lambda p: may_lower(p, "inspector", reason_recorded=True, facts=facts(age=13)),
        {"verdict": Verdict.ADMITTED},
        lambda p: may_lower(p, "inspector", reason_recorded=False, facts=facts(age=13)),
    ),
    _case(
        "nelincs-grades-only-medium-high",
        lambda p: admit_grade(p, "low", facts(age=13, wanted=False)),
        {"verdict": Verdict.REFUSED},
        lambda p: admit_grade(p, "low", facts(age=19, wanted=False)),
    ),
    _case(
        "nelincs-wanted-no-low",
        lambda p: admit_grade(p, "low", facts(age=17, wanted=True)),
        {"verdict": Verdict.REFUSED},
        lambda p: admit_grade(p, "medium", facts(age=17, wanted=True)),
    ),
)
