"""Every row of every duties file, in a situation where it speaks, and in those where it must not."""

from dataclasses import replace

import pytest

from protocols.bundle import Bundle
from protocols.duties import Condition, Doubt, Duty
from protocols.duties_due import TaskKind
from protocols.duties_vocabulary import Circumstances, Key, shape_of
from protocols.load import load_bundle
from protocols.vocabulary import UNKNOWN, Fact, Form, Known
from tests.duties.casework import NOTHING, DutyCase, all_duty_cases, asked_by, asked_in_time

CASES = all_duty_cases()
PLACES = frozenset(
    {
        Fact.AUTHORITY,
        Fact.HOST_AUTHORITY,
        Fact.PLACED_HERE_BY_OTHER_AUTHORITY,
        Fact.PLACED_OUT_OF_AREA,
    }
)
"""Facts that hang together: where a child lives and whose child it is decide the other two."""


def _ids(case: DutyCase) -> str:
    return case.rule


def _duty(bundle: Bundle, case: DutyCase) -> Duty:
    return next(d for d in bundle.protocols[case.protocol].duties if d.ref.id == case.rule)


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_duty_asks_for_what_its_paragraph_says_and_nothing_else(
    bundle: Bundle, case: DutyCase
) -> None:
    assert asked_in_time(bundle, case) == case.asked
    assert case.asked != NOTHING


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_the_duty_falls_silent_when_any_one_of_its_conditions_fails(
    bundle: Bundle, case: DutyCase
) -> None:
    for condition in _duty(bundle, case).conditions:
        if condition.key in PLACES:
            continue
        changed = _with(case, condition.key, _failing(condition))
        assert asked_by(changed.due(bundle), case.rule) == NOTHING, f"does not mind {condition}"


@pytest.mark.parametrize("case", CASES, ids=_ids)
def test_in_doubt_the_duty_speaks_all_the_same_or_asks(bundle: Bundle, case: DutyCase) -> None:
    duty = _duty(bundle, case)
    for condition in duty.conditions:
        if condition.key in PLACES:
            continue
        due = _with(case, condition.key, UNKNOWN).due(bundle)
        doubtful = asked_by(due, case.rule)
        if duty.doubt is Doubt.HOLD:
            owners = tuple(role.id for role in duty.owner)
            asks = [t for t in due.tasks if t.kind is TaskKind.ASK and t.says == duty.task]
            assert not doubtful.told, f"{condition.key.value} not known: nobody is told by guess"
            assert [tuple(to.role.id for to in task.owners) for task in asks] == [owners]
        else:
            assert doubtful == asked_by(case.due(bundle), case.rule), condition.key.value


@pytest.mark.parametrize("case", [c for c in CASES if c.history], ids=_ids)
def test_one_episode_fewer_does_not_reach_the_number(bundle: Bundle, case: DutyCase) -> None:
    if _duty(bundle, case).window is None:
        pytest.skip("counts no episodes")
    fewer = replace(case, history=case.history[1:])

    assert asked_by(fewer.due(bundle), case.rule) == NOTHING


@pytest.mark.parametrize("protocol", sorted(load_bundle().protocols))
def test_every_duty_has_a_case(bundle: Bundle, protocol: str) -> None:
    carried = {duty.ref.id for duty in bundle.protocols[protocol].duties}

    assert carried - {case.rule for case in CASES if case.protocol == protocol} == set()


def test_no_case_is_about_a_duty_that_is_gone(bundle: Bundle) -> None:
    carried = {duty.ref.id for p in bundle.protocols.values() for duty in p.duties}

    assert {case.rule for case in CASES} <= carried


def _with(case: DutyCase, key: Key, value: Known) -> DutyCase:
    said: Circumstances = {**case.occurrence.circumstances, key: value}
    return replace(case, occurrence=replace(case.occurrence, circumstances=said))


def _failing(condition: Condition) -> Known:
    """A value with which the condition fails."""
    shape, values, negated = shape_of(condition.key), condition.values, condition.negated
    match shape.form:
        case Form.YES_NO:
            return (True in values) is negated
        case Form.NUMBER:
            return next(n for n in range(shape.below) if (n in values) is negated)
        case Form.CHOICE:
            return next(word for word in shape.values if (word in values) is negated)
        case Form.SET:
            return frozenset(map(str, values)) if negated else frozenset()
        case Form.AUTHORITY:
            return str(next(iter(values))) if negated else "E99999999"
