"""Every recipient whom a paragraph orders to be told may know what it orders them to be told, by that protocol."""

from typing import Final

import pytest

from protocols.bundle import Bundle
from tests.duties.casework import DutyCase, all_duty_cases
from tests.duties.telling import duty_of, tellings

CASES: Final = [case for case in all_duty_cases() if case.asked.told]

NOT_SAID: Final = {
    (
        "nelincs-high-mpb",
        "missing-persons-bureau",
    ): "A national body has no standing with one child, and what opens says to whom: the force tells the Bureau through its own system.",
    (
        "staffs-uasc-six-monthly",
        "home-office",
    ): "A national body has no standing with one child: whoever convenes the review asks the Home Office.",
    (
        "essex-unopen-5d-allocate",
        "social-worker",
    ): "The team has it by its post; a social worker of the team once the child is allocated to them.",
}
"""Who is told that there is something, and by these protocols no more: the rule, the role, why."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_whom_a_duty_tells_may_know_what_it_says_by_a_rule_of_the_same_protocol(
    bundle: Bundle, case: DutyCase
) -> None:
    rule = duty_of(bundle, case).catalogue_id
    told = list(tellings(bundle, case))
    short = {
        (one.role, one.holder.value, tuple(sorted(item.value for item in one.closed)))
        for one in told
        if (one.closed or not one.by_its_protocol) and (rule, one.holder.value) not in NOT_SAID
    }

    assert not short, "add a grant with this paragraph to sharing.toml, or say why not in NOT_SAID"


def test_every_exception_is_still_one(bundle: Bundle) -> None:
    short = {
        (duty_of(bundle, case).catalogue_id, one.holder.value)
        for case in CASES
        for one in tellings(bundle, case)
        if one.closed
    }

    assert short == NOT_SAID.keys()
