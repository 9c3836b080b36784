"""The same child, or a twin, a brother, a father, a stranger: what is linked, what waits, what is not."""

from datetime import date

import pytest

from linking.levels import Aspect, Given
from linking.match import HOLD_SAYS, Band, Hold, match
from linking.particulars import Likeness, Particulars
from records.child import Address, Sex
from records.identifiers import UPN
from tests.linking.likenesses import BORN, HOME, like, number, person

ELSEWHERE = ("3 Foundry Row", "VB7 1DD")


def test_the_same_words_in_two_systems_are_one_child() -> None:
    found = match(like(), like())
    assert found.band is Band.LINKED
    assert found.weights_version == "2026-11"
    assert [one.aspect for one in found.evidence] == list(Aspect)


def test_the_order_of_the_two_makes_no_difference() -> None:
    one, other = like("Liz", at=ELSEWHERE), like("Elizabeth Ann", born=date(2011, 5, 18))
    assert match(one, other) == match(other, one)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Ella", "Ellie"), ("Mia", "Mya"), ("Jayden", "Kayden"), ("Harry", "Henry"),
        ("Aiden", "Jaiden"), ("Sara", "Sarah"), ("Rayyan", "Zayyan"), ("Liam", "William"),
        ("Muhammad Hassan", "Muhammad Hussain"), ("Muhammad", "Muhammad Hussain"),
        ("Muhammad", "Mohammed"), ("Muhammad", "Muhammad"), ("Ella Rose", "Ella Mae"),
        ("Rose Ella", "Ella Rose"), ("Grace", "Ella Grace"), ("E", "Ella"), ("E", "E"),
        ("Tom", "Tim"), ("Noah", "George"), ("Alex", "Alexandra"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sex", [Sex.MALE, Sex.NOT_KNOWN])
def test_twins_are_never_linked_however_alike_their_names(one: str, other: str, sex: Sex) -> None:
    found = match(like(one, sex=sex), like(other, sex=sex))
    assert found.band is not Band.LINKED
    if found.weight >= 30:
        assert found.held_back_by is Hold.GIVEN_NAMES


@pytest.mark.parametrize("born", [date(2012, 5, 17), date(2013, 4, 2), date(2009, 5, 17)])
def test_brothers_and_sisters_at_one_address_are_never_linked(born: date) -> None:
    assert match(like("Tabitha"), like("Beatrice", born=born)).band is not Band.LINKED
    assert match(like("Muhammad Ali"), like("Muhammad", born=born)).band is not Band.LINKED


def test_a_sister_of_another_age_is_not_even_shown() -> None:
    assert match(like("Tabitha"), like("Beatrice", born=date(2013, 4, 2))).band is Band.NOT


@pytest.mark.parametrize("years", [16, 20, 21, 30, 42])
def test_a_father_who_gave_his_son_his_name_is_not_the_son(years: int) -> None:
    father = like("Piers", sex=Sex.MALE, born=BORN.replace(year=BORN.year - years))
    assert match(like("Piers", sex=Sex.MALE), father).band is not Band.LINKED


def test_without_a_birth_date_father_and_son_cannot_be_told_apart_so_a_person_looks() -> None:
    found = match(like("Piers", sex=Sex.MALE), like("Piers", sex=Sex.MALE, born=None))
    assert found.band is Band.POSSIBLE


def test_a_stranger_is_not_shown_to_anybody() -> None:
    assert match(like(), like("Noah", "Khan", born=date(2015, 1, 9), at=ELSEWHERE)).band is Band.NOT


def test_a_common_name_and_a_birth_date_without_an_address_are_not_enough() -> None:
    one, other = like("Oliver", "Smith", at=None), like("Oliver", "Smith", at=ELSEWHERE)
    assert match(one, other).band is Band.POSSIBLE


def test_rare_names_weigh_more_than_common_ones() -> None:
    common, rare = like("Oliver", "Smith"), like("Zebulon", "Quillfeather")
    assert match(rare, rare).weight > match(common, common).weight + 3


@pytest.mark.parametrize(
    "given", ["Tabitha", "TABITHA ROSE", "Tabitha-Rose", "Tabitha Rose Anne", " tabitha  rose "]
)
def test_a_name_left_out_capitals_and_spaces_do_not_matter(given: str) -> None:
    assert match(like(), like(given)).band is Band.LINKED


@pytest.mark.parametrize("given", ["Tabtiha", "Tabita Rose", "Rose", "Tabby", "T", "Rose Tabitha"])
def test_a_slip_or_short_form_in_the_given_name_is_for_a_person(given: str) -> None:
    assert match(like(), like(given)).band is Band.POSSIBLE


@pytest.mark.parametrize(
    "family", ["Osgathorp", "OSGATHORPE", "Osgathorpe-Bell", "Bell-Osgathorpe", "Osgathrope"]
)
def test_a_slip_in_the_family_name_or_half_of_a_double_one_still_links(family: str) -> None:
    assert match(like(), like(family=family)).band is Band.LINKED


@pytest.mark.parametrize(
    "born", [date(2011, 5, 16), date(2011, 5, 27), date(2010, 5, 17), date(2012, 5, 17)]
)
def test_a_slip_in_the_birth_date_is_let_pass_at_one_address_only(born: date) -> None:
    assert match(like(), like(born=born)).band is Band.LINKED
    away = match(like("Zebulon Quill"), like("Zebulon Quill", born=born, at=ELSEWHERE))
    assert away.band is not Band.LINKED


def test_day_and_month_exchanged_at_one_address_links() -> None:
    one, other = like(born=date(2011, 3, 5)), like(born=date(2011, 5, 3))
    assert match(one, other).band is Band.LINKED


def test_the_first_of_january_never_carries_a_link() -> None:
    guessed = like(born=date(2011, 1, 1))
    found = match(guessed, guessed)
    assert (found.band, found.held_back_by) == (Band.POSSIBLE, Hold.BIRTH_DATE)
    assert match(like(estimated=True), like()).band is Band.POSSIBLE


def test_a_family_name_changed_is_found_by_the_rest() -> None:
    assert match(like(), like(family="Marchetti")).band is not Band.NOT


def test_a_past_address_is_compared_too() -> None:
    moved = Particulars(
        given_names=("Oliver",),
        family_name="Smith",
        birth_date=BORN,
        sex=Sex.MALE,
        addresses=tuple(Address(lines=(line,), postcode=code) for line, code in (ELSEWHERE, HOME)),
    )
    assert match(Likeness(moved), like("Oliver", "Smith", sex=Sex.MALE)).band is Band.LINKED


def test_an_nhs_number_carries_what_names_cannot() -> None:
    one = like("Tabitha", nhs=number(5), at=None)
    assert match(one, like("Tabby", nhs=number(5), at=ELSEWHERE)).band is Band.LINKED
    assert match(one, like("Tabtiha", born=date(2011, 5, 18), nhs=number(5))).band is Band.LINKED


def test_a_twins_number_on_the_wrong_record_is_for_a_person() -> None:
    found = match(like("Tabitha", nhs=number(5)), like("Imogen", nhs=number(5)))
    assert (found.band, found.held_back_by) == (Band.POSSIBLE, Hold.GIVEN_NAMES)


def test_numbers_that_disagree_are_never_linked_whatever_else_agrees() -> None:
    found = match(like(nhs=number(5)), like(nhs=number(300)))
    assert found.band is not Band.LINKED
    one = person()
    upns = [UPN("T12345678901A"), UPN("T12345678902A")]
    pupil, other = (
        Likeness(
            Particulars(
                given_names=one.given_names,
                family_name=one.family_name,
                birth_date=one.birth_date,
                sex=one.sex,
                addresses=one.addresses,
                nhs_number=number(5),
                upn=upn,
            )
        )
        for upn in upns
    )
    assert match(pupil, other).held_back_by is Hold.NUMBERS_DISAGREE


def test_one_number_on_two_quite_different_records_is_always_shown_to_a_person() -> None:
    other = like("Noah", "Khan", born=date(1988, 1, 9), at=ELSEWHERE, nhs=number(5), sex=Sex.MALE)
    assert match(like(nhs=number(5)), other).band is Band.POSSIBLE


def test_a_baby_without_a_name_is_not_everybody_without_a_name() -> None:
    found = match(like("Baby"), like("Baby"))
    assert found.evidence[0].level is Given.NOT_COMPARED
    assert found.band is not Band.LINKED


def test_a_child_without_a_family_name_can_be_linked_by_the_rest() -> None:
    found = match(like("Zebulon Quill", None), like("Zebulon Quill", None))
    assert found.band is Band.LINKED


def test_nothing_held_of_either_is_not_a_match() -> None:
    nobody = Likeness(Particulars())
    found = match(nobody, nobody)
    assert (found.band, found.weight) == (Band.NOT, 0.0)


def test_every_reason_to_hold_back_has_its_sentence() -> None:
    assert HOLD_SAYS.keys() == set(Hold)


def test_what_is_compared_never_prints_itself() -> None:
    assert "Tabitha" not in repr(like()) + repr(person()) + str(person()) + repr(
        match(like(), like())
    )
