"""A simulated England: the same for one seed, flat in memory, and like the published figures."""

import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import timedelta
from itertools import islice, pairwise

import pytest

from england.figures import Compared, figures, share
from england.lines import lines
from england.numbers import ISSUED, nhs_numbers
from england.people import Child, Household, IncidentKind
from england.places import authorities, authority_of
from england.population import households, population
from england.summary import Tally
from linking.folding import postcode
from records.child import Sex

CHILDREN = 25_000


@pytest.fixture(scope="module")
def everyone() -> list[Household]:
    """A population large enough for its shares to mean something."""
    return list(households(3, CHILDREN))


@pytest.fixture(scope="module")
def children(everyone: list[Household]) -> list[Child]:
    """The children of it."""
    return [child for household in everyone for child in household.children]


@pytest.fixture(scope="module")
def compared(children: list[Child]) -> dict[str, Compared]:
    """Each published figure beside the simulation's."""
    tally = Tally()
    for child in children:
        tally.add(child)
    return {one.figure.id: one for one in tally.compared()}


@pytest.mark.parametrize("figure", figures())
def test_the_simulation_is_as_near_a_published_figure_as_chance_allows(
    compared: dict[str, Compared], figure: str
) -> None:
    assert compared[figure].within is True, compared[figure]


def test_every_figure_says_where_it_was_published() -> None:
    assert all(len(one.source) > 15 and one.period for one in figures().values())


def test_a_figure_that_is_off_is_said_to_be_off() -> None:
    assert share("placed-out-of-area", 600, 1000).within is False
    assert share("placed-out-of-area", 410, 1000).within is True
    assert share("placed-out-of-area", 4, 10).within is None


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys; from england.lines import lines; sys.stdout.buffer.writelines(lines(9, 400))"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert other.stdout == b"".join(lines(9, 400))
    assert other.stdout != b"".join(lines(10, 400))


def test_a_larger_population_begins_with_the_smaller_one() -> None:
    small = [child.given_names for child in population(4, 300)]
    assert [child.given_names for child in islice(population(4, 5_000), 300)] == small


def test_memory_stays_flat_however_many_children_there_are() -> None:
    def peak(children: int) -> int:
        tracemalloc.start()
        for _ in lines(1, children):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(200)  # names and places are loaded once
    assert peak(2_500) < peak(400) + 200_000


def test_nhs_numbers_are_valid_unissued_and_never_given_twice(children: list[Child]) -> None:
    numbers = [child.nhs_number.digits for child in children if child.nhs_number]
    assert len(set(numbers)) == len(numbers) > 0.99 * len(children)
    assert all(number.startswith("999") for number in numbers)


def test_the_unissued_range_holds_as_many_numbers_as_is_said() -> None:
    # How many of the six free digits give each remainder, digit by digit.
    remainders = Counter({9 * (10 + 9 + 8) % 11: 1})
    for weight in range(7, 1, -1):
        further: Counter[int] = Counter()
        for remainder, many in remainders.items():
            for digit in range(10):
                further[(remainder + weight * digit) % 11] += many
        remainders = further
    assert sum(many for remainder, many in remainders.items() if remainder != 1) == ISSUED


def test_numbers_come_in_an_order_that_the_seed_begins() -> None:
    assert list(islice(nhs_numbers(1), 5)) != list(islice(nhs_numbers(2), 5))


def test_no_postcode_is_one_that_exists(children: list[Child]) -> None:
    codes = [child.lives_at.postcode for child in children]
    assert all(code[0] in "QVX" and postcode(code) for code in codes)


def test_there_are_twins_and_they_share_everything_but_their_first_names(
    everyone: list[Household],
) -> None:
    pairs = [
        (one, other)
        for household in everyone
        for one, other in pairwise(household.children)
        if one.twin and other.twin and one.birth_date == other.birth_date
    ]
    assert len(pairs) > 0.01 * CHILDREN / 2
    for one, other in pairs:
        assert (one.family_name, one.at) == (other.family_name, other.at)
        assert one.given_names != other.given_names


def test_there_are_brothers_and_sisters_at_one_address(everyone: list[Household]) -> None:
    sizes = Counter(len(household.children) for household in everyone)
    assert set(sizes) >= {1, 2, 3, 4}


def test_some_fathers_gave_their_sons_their_own_names(everyone: list[Household]) -> None:
    namesakes = [
        child
        for household in everyone
        for child in household.children
        if child.sex is Sex.MALE
        and child.given_names == household.father.given_names[:1]
        and child.family_name == household.father.family_name
    ]
    assert len(namesakes) > 100
    assert all(
        child.birth_date.year - household.father.birth_date.year >= 16
        for household in everyone
        for child in household.children
    )


def test_an_authority_without_the_category_never_records_absence(children: list[Child]) -> None:
    never = {one.code for one in authorities() if not one.uses_absent}
    assert 0 < len(never) < len(authorities())
    away = [
        (child, one)
        for child in children
        for one in child.incidents
        if one.kind is IncidentKind.AWAY
    ]
    assert any(child.responsible in never for child, _ in away)
    for child, incident in away:
        as_missing = incident.recorded is IncidentKind.MISSING
        assert as_missing is (child.responsible in never)


def test_incidents_of_one_child_never_overlap_and_end_with_childhood(children: list[Child]) -> None:
    for child in children:
        for one, following in pairwise(child.incidents):
            assert one.found_at < following.missing_from
        for one in child.incidents:
            assert one.lasted >= timedelta(minutes=15)
            born, began = child.birth_date, one.missing_from.date()
            assert born <= began
            assert began.year - born.year - ((began.month, began.day) < (born.month, born.day)) < 18


def test_counts_have_a_heavy_tail(children: list[Child]) -> None:
    counts = sorted(
        (len(child.incidents) for child in children if child.placement and child.incidents),
        reverse=True,
    )
    busiest = counts[: len(counts) // 10]
    assert sum(busiest) > 0.4 * sum(counts)


def test_an_out_of_area_placement_is_in_another_authority(children: list[Child]) -> None:
    for child in children:
        if child.placement and child.placement.miles > 50:
            assert child.placement.at.authority != child.responsible
            host, home = authority_of(child.placement.at.authority), authority_of(child.responsible)
            assert host.region != home.region


def test_a_population_never_prints_a_child() -> None:
    (child,) = population(1, 1)
    assert child.given_names[0] not in repr(child)
