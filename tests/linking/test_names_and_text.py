"""Names as people and programs write them: what makes no difference, and what does."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from linking.folding import folded, postcode, sound
from linking.given_names import is_honour_name, is_placeholder, is_short_form, one_spelling, roots
from linking.keys import keys
from linking.levels import Birth, Family, Given, Lives, birth, family, given, lives
from linking.match import Band, match
from linking.particulars import Likeness, Particulars
from linking.weighing import LEVELS
from linking.words import SAYS, side_by_side
from tests.linking.likenesses import like, number, person

TEXT = st.text(max_size=30)
PEOPLE = st.builds(
    Particulars,
    given_names=st.lists(TEXT, max_size=3).map(tuple),
    family_name=st.none() | TEXT,
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Zoë", unicodedata.normalize("NFD", "Zoë")), ("O'Brien", "O’Brien"), ("O'Brien", "OBRIEN"),
        ("Łukasz", "Lukasz"), ("Wójcik", "Wojcik"), ("Æthelstan", "AETHELSTAN"), ("Straße", "Strasse"),
        ("\u200bMia\u200b", "Mia"), ("\u202eMia\u202c", "Mia"), ("Mi\u00ada", "Mia"), ("Ｍｉａ", "Mia"),
        ("Mia\x00", "Mia"), ("Mia😀", "Mia"), ("مُحَمَّد", "محمد"), ("محـــمد", "محمد"), ("İbrahim", "ibrahim"),
        ("Jean-Luc", "jean luc"), ("St. John", "St John"),
    ],
)  # fmt: skip
def test_two_ways_of_writing_one_name_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ()


@pytest.mark.parametrize(
    "one, other",
    [("Mia", "Mya"), ("की", "का"), ("Null", ""), ("Øystein", "Aystein"), ("עמר", "עמי")],
)
def test_two_names_do_not_fold_to_one(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("name", ["Null", "None", "Test", "Nil", "N/A Smith", "True"])
def test_words_that_programs_trip_over_are_names_like_any_other(name: str) -> None:
    assert not any(is_placeholder(word) for word in folded(name))
    assert match(like("Zebulon", name), like("Zebulon", name)).band is Band.LINKED
    assert (
        match(like("Zebulon", name), like("Zebulon", "Marchetti", at=None)).band is not Band.LINKED
    )


def test_names_in_two_alphabets_are_not_compared_rather_than_different() -> None:
    assert given(folded("محمد"), folded("Muhammad")) is Given.NOT_COMPARED
    assert family(like(family="الأحمد"), like(family="Alahmad")) is Family.NOT_COMPARED


@pytest.mark.parametrize(
    "one, other, level",
    [
        ("Tabitha Rose", "Tabitha Rose", Given.SAME),
        ("Mary-Jane", "Maryjane", Given.SAME),
        ("Tabitha Rose", "Tabitha", Given.OTHERS_LEFT_OUT),
        ("Tabitha Rose Anne", "Tabitha Anne", Given.OTHERS_LEFT_OUT),
        ("Yusuf", "Yousef", Given.SPELT_OTHERWISE),
        ("Mohammed Ali", "Muhammad Ali", Given.SPELT_OTHERWISE),
        ("Tabitha Rose", "Tabitha Rosse", Given.ONE_SLIP),
        ("Tabitha", "Tabtiha", Given.ONE_SLIP),
        ("Elizabeth", "Liz", Given.SHORT_FORM),
        ("Rose Tabitha", "Tabitha Rose", Given.OTHER_ORDER),
        ("Rose", "Tabitha Rose", Given.KNOWN_BY_ANOTHER),
        ("T", "Tabitha", Given.INITIAL),
        ("T Rose", "T Rose", Given.INITIAL),
        ("Muhammad", "Muhammad Hassan", Given.SHARED_BY_CUSTOM),
        ("Syed", "Syed", Given.SHARED_BY_CUSTOM),
        ("Tabitha Rose", "Tabitha Grace", Given.OTHERS_DIFFER),
        ("Muhammad Hassan", "Muhammad Hussain", Given.OTHERS_DIFFER),
        ("Kristofer", "Kristoph", Given.SIMILAR),
        ("Ellie", "Ella", Given.DIFFERENT),
        ("Tabitha", "Noah", Given.DIFFERENT),
        ("T", "Noah", Given.DIFFERENT),
    ],
)
def test_given_names_have_the_level_that_a_person_would_say(
    one: str, other: str, level: Given
) -> None:
    names = [tuple(word for name in text.split() for word in folded(name)) for text in (one, other)]
    assert given(*names) is given(*reversed(names)) is level


@pytest.mark.parametrize(
    "one, other, level",
    [
        ("Bell", "BELL", Family.SAME),
        ("Bell-Shaw", "Bell Shaw", Family.SAME),
        ("Bell-Shaw", "Shaw", Family.PART_SAME),
        ("Dunthorpe", "Dunthrope", Family.ONE_SLIP),
        ("Chowdhury", "Choudhurry", Family.SOUNDS_SAME),
        ("Katterick", "Katterickson", Family.SIMILAR),
        ("Bell", "Marchetti", Family.DIFFERENT),
        ("Bell", None, Family.NOT_COMPARED),
        ("", "", Family.NOT_COMPARED),
    ],
)
def test_family_names_have_the_level_that_a_person_would_say(
    one: str | None, other: str | None, level: Family
) -> None:
    assert family(like(family=one), like(family=other)) is level


@pytest.mark.parametrize(
    "one, other, level",
    [
        (date(2011, 5, 17), date(2011, 5, 17), Birth.SAME),
        (date(2011, 1, 1), date(2011, 1, 1), Birth.SAME_BUT_ESTIMATED),
        (date(2011, 1, 1), date(2012, 1, 1), Birth.NEAR_AN_ESTIMATE),
        (date(2011, 1, 1), date(2011, 9, 9), Birth.NEAR_AN_ESTIMATE),
        (date(2011, 5, 3), date(2011, 3, 5), Birth.DAY_AND_MONTH_EXCHANGED),
        (date(2011, 5, 17), date(2011, 5, 14), Birth.ONE_DIGIT),
        (date(2011, 5, 17), date(2012, 5, 17), Birth.YEAR_BESIDE),
        (date(2009, 5, 17), date(2010, 5, 17), Birth.YEAR_BESIDE),
        (date(2011, 5, 17), date(2011, 6, 23), Birth.DIFFERENT),
        (date(2011, 5, 17), date(1987, 2, 3), Birth.YEARS_APART),
        (date(2011, 5, 17), None, Birth.NOT_COMPARED),
    ],
)
def test_birth_dates_have_the_level_that_a_person_would_say(
    one: date, other: date | None, level: Birth
) -> None:
    assert (
        birth(like(born=one), like(born=other)) is birth(like(born=other), like(born=one)) is level
    )


@pytest.mark.parametrize(
    "one, other, level",
    [
        (("12 Alma Lane", "QX1 2AB"), ("12, ALMA LN.", "qx12ab"), Lives.SAME_HOUSE),
        (("12 Alma Lane", "QX1 2AB"), ("Flat 3, 12 Alma Lane", "QX1 2AB"), Lives.SAME_POSTCODE),
        (("", "QX1 OAB"), ("", "QX1 0AB"), Lives.SAME_POSTCODE),
        (("12 Alma Lane", "QX1 2AB"), ("12 Alma Lane", "QX1 2AD"), Lives.ONE_SLIP),
        (("12 Alma Lane", "QX1 2AB"), ("3 Foundry Row", "QX1 9LL"), Lives.SAME_DISTRICT),
        (("12 Alma Lane", "QX1 2AB"), ("12 Alma Lane", "VB7 1DD"), Lives.DIFFERENT),
        (("12 Alma Lane", "QX1 2AB"), ("12 Alma Lane", "unknown"), Lives.NOT_COMPARED),
    ],
)
def test_addresses_have_the_level_that_a_person_would_say(
    one: tuple[str, str], other: tuple[str, str], level: Lives
) -> None:
    assert lives(like(at=one), like(at=other)) is level


def test_a_postcode_is_read_with_any_spacing_and_nothing_else_is_one() -> None:
    assert postcode(" qx1  2ab ") == postcode("QX12AB") == ("QX1", "2AB")
    assert [postcode(text) for text in (None, "", "QX1", "no fixed abode", "١٢٣")] == [None] * 5


def test_short_forms_lead_to_their_full_names_and_two_short_forms_do_not_meet() -> None:
    assert is_short_form("liz", "elizabeth")
    assert not is_short_form("ella", "ellie")
    assert not is_short_form("elizabeth", "elizabeth")
    assert {"elizabeth", "eleanor"} <= set(roots("ellie"))


def test_names_that_brothers_share_are_known_in_every_spelling() -> None:
    assert all(map(is_honour_name, ("muhammad", "mohammed", "syed")))
    assert one_spelling("mohamed") == one_spelling("muhammad")


def test_names_from_another_alphabet_sound_the_same_in_their_spellings() -> None:
    assert sound("mohammed") == sound("muhammad")
    assert sound("yusuf") == sound("yousef")
    assert sound("smith") != sound("jones")


def test_names_in_another_order_weigh_the_same_either_way_round() -> None:
    one, other = (
        Likeness(Particulars(given_names=names, family_name=None, birth_date=None))
        for names in (("Amy", "Zuleika"), ("Zuleika", "Amy"))
    )
    assert match(one, other) == match(other, one)


def test_a_name_that_is_written_as_one_or_as_two_weighs_the_same_either_way_round() -> None:
    one, other = (
        Likeness(Particulars(given_names=names, family_name=None, birth_date=None))
        for names in (("Jo",), ("J", "o"))
    )
    assert match(one, other) == match(other, one)


@draw(PEOPLE, PEOPLE)
def test_any_two_records_can_be_weighed_either_way_round(
    one: Particulars, other: Particulars
) -> None:
    a, b = Likeness(one), Likeness(other)
    assert match(a, b) == match(b, a)
    assert match(a, b).band is not Band.LINKED or a.birth_date == b.birth_date


@draw(PEOPLE)
def test_every_key_joins_facts_and_none_is_made_of_a_name_alone(one: Particulars) -> None:
    for _, parts in keys(Likeness(one)):
        assert all(parts)
        assert len(parts) >= 2


@draw(TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = folded(text)
    assert tuple(word for part in once for word in folded(part)) == once


def test_every_level_of_every_aspect_has_its_sentence() -> None:
    assert {(aspect, level) for aspect, levels in LEVELS.items() for level in levels} == set(SAYS)


def test_a_reviewer_sees_both_records_beside_each_other() -> None:
    one, other = person(nhs=number(7)), person("Tabby", family=None, at=None)
    rows = side_by_side(match(Likeness(one), Likeness(other)), one, other)
    assert (rows[0].one, rows[0].other) == ("Tabitha Rose", "Tabby")
    assert rows[0].says == "One given name is a short form of the other."
    assert (rows[4].one, rows[4].other) == ("12 Alma Lane, QX1 2AB", "")
    assert "Tabitha" not in repr(rows)
