"""Each system writes a child down in its own way, always the same way."""

from collections import Counter

import pytest

from england.people import Child
from england.population import households, population
from england.systems import (
    COUNCIL,
    HEALTH,
    POLICE,
    Held,
    Profile,
    as_held,
    father_as_held,
    with_number,
)
from linking.levels import Birth, Family, Given, compared
from linking.particulars import Likeness, Particulars


@pytest.fixture(scope="module")
def children() -> list[Child]:
    """A few thousand."""
    return list(population(8, 6_000))


def likeness(held: Held) -> Likeness:
    """As it is compared."""
    return Likeness(Particulars.of(held.known, addresses=held.addresses))


def test_a_child_is_written_down_the_same_way_every_time(children: list[Child]) -> None:
    for child in children[:50]:
        one, again = as_held(child, POLICE, 1), as_held(child, POLICE, 1)
        assert (one.known, one.addresses) == (again.known, again.addresses)


@pytest.mark.parametrize(
    "profile, share",
    [(COUNCIL, 0.20), (HEALTH, 0.01), (POLICE, 1.0)],
    ids=lambda one: str(one)[:20],
)
def test_a_system_lacks_nhs_numbers_as_often_as_its_profile_says(
    children: list[Child], profile: Profile, share: float
) -> None:
    without = sum(as_held(child, profile, 2).known.nhs_number is None for child in children)
    assert without / len(children) == pytest.approx(share, abs=0.02)


def test_every_kind_of_slip_happens_between_council_and_police(children: list[Child]) -> None:
    seen: Counter[object] = Counter()
    for child in children:
        levels = compared(likeness(as_held(child, COUNCIL, 2)), likeness(as_held(child, POLICE, 2)))
        seen.update(levels)
    for level in (
        Given.ONE_SLIP, Given.SHORT_FORM, Given.OTHERS_LEFT_OUT, Given.OTHER_ORDER, Given.INITIAL,
        Family.ONE_SLIP, Family.PART_SAME, Family.DIFFERENT, Birth.ONE_DIGIT, Birth.YEAR_BESIDE,
        Birth.DAY_AND_MONTH_EXCHANGED, Birth.NOT_COMPARED,
    ):  # fmt: skip
        assert seen[level] > 0, level


def test_the_police_hold_fathers_too() -> None:
    household = next(iter(households(1, 5)))
    held = father_as_held(household.father, household.number, "police")
    assert held.child is None
    assert held.known.core.birth_date == household.father.birth_date


def test_a_record_can_be_given_another_number_to_measure_without_one(children: list[Child]) -> None:
    held = as_held(next(one for one in children if one.nhs_number), HEALTH, 2)
    assert with_number(held, None).known.nhs_number is None
    assert with_number(held, None).known.core == held.known.core
