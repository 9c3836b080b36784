"""Every status rule of every protocol, asked what it is about and asked otherwise."""

import pytest

from protocols.bundle import Bundle
from protocols.load import load_bundle
from tests.protocols.casework import StatusCase, all_status_cases, rulings

CASES = all_status_cases()


def _ids(case: StatusCase) -> str:
    return case.rule


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_rule_rules_as_its_paragraph_says(bundle: Bundle, case: StatusCase) -> None:
    answer = case.asked(bundle.protocols[case.protocol])

    [ruling] = [r for r in rulings(answer) if r.rule is not None and r.rule.id == case.rule]

    assert {name: getattr(ruling, name) for name in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_rule_does_not_rule_so_otherwise(bundle: Bundle, case: StatusCase) -> None:
    answer = case.otherwise(bundle.protocols[case.protocol])

    same = [
        r
        for r in rulings(answer)
        if r.rule is not None
        and r.rule.id == case.rule
        and all(getattr(r, name) == value for name, value in case.expected.items())
    ]

    assert same == []


@pytest.mark.parametrize("protocol", sorted(load_bundle().protocols))
def test_every_status_rule_has_a_case(bundle: Bundle, protocol: str) -> None:
    carried = {rule.ref.id for rule in bundle.protocols[protocol].status_rules}

    assert carried == {case.rule for case in CASES if case.protocol == protocol}
