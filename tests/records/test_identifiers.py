"""Identifiers refuse what cannot be one of their kind, and never print themselves whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import MalformedIdentifier
from records.identifiers import (
    UPN,
    AuthorityCode,
    LocalId,
    NHSNumber,
    ODSCode,
    OfstedURN,
    PNCId,
    nhs_check_digit,
)

UNISSUED = "9990000018"


def test_a_number_from_the_unissued_range_is_read_as_people_write_it() -> None:
    assert NHSNumber.parse(" 999 000 0018 ") == NHSNumber.parse("999-000-0018")
    assert NHSNumber.parse("999 000 0018").digits == UNISSUED


def test_a_system_that_stores_numbers_gives_its_lost_zeros_back() -> None:
    nine = "012345678"
    digit = nhs_check_digit(nine)
    assert digit is not None
    assert NHSNumber.padded(int(f"{nine}{digit}")).digits == f"{nine}{digit}"


@pytest.mark.parametrize(
    "wrong",
    [
        "9990000019",
        "999000001",
        "99900000188",
        "0000000000",
        "９９９００００" + "０１８",
        "999000001X",
        "",
        "9990000018\n1",
    ],
)
def test_what_cannot_be_an_nhs_number_is_refused_without_its_digits(wrong: str) -> None:
    with pytest.raises(MalformedIdentifier) as refused:
        NHSNumber(wrong)
    assert not wrong or wrong not in str(refused.value)
    assert not any(character.isdigit() for character in str(refused.value))


@given(st.integers(min_value=0, max_value=999_999_999))
def test_one_wrong_digit_is_always_noticed(number: int) -> None:
    nine = f"{number:09d}"
    digit = nhs_check_digit(nine)
    if digit is None or number == 0:
        return
    whole = f"{nine}{digit}"
    assert NHSNumber(whole).digits == whole
    for place, was in enumerate(whole):
        other = f"{whole[:place]}{(int(was) + 1) % 10}{whole[place + 1 :]}"
        with pytest.raises(MalformedIdentifier):
            NHSNumber(other)


@pytest.mark.parametrize("right", ["H801200001001", "A12345678901B"])
def test_a_upn_is_a_letter_and_twelve_digits_or_a_temporary_one(right: str) -> None:
    assert UPN(right).text == right


@pytest.mark.parametrize("wrong", ["I801200001001", "A801200001001", "H80120000100", "UN3", ""])
def test_what_cannot_be_a_upn_is_refused(wrong: str) -> None:
    with pytest.raises(MalformedIdentifier, match="UPN"):
        UPN(wrong)


@pytest.mark.parametrize(
    "kind, right, wrong",
    [
        (AuthorityCode, "E10000017", "E1000001"),
        (AuthorityCode, "W06000001", "X06000001"),
        (ODSCode, "Y12345", "y12345"),
        (PNCId, "14/120018R", "14-120018R"),
        (OfstedURN, "SC123456", "123456"),
    ],
)
def test_codes_of_organisations_and_systems_have_their_form(
    kind: type, right: str, wrong: str
) -> None:
    kind(right)
    with pytest.raises(MalformedIdentifier):
        kind(wrong)


def test_no_personal_identifier_prints_itself_whole() -> None:
    for identifier, secret in (
        (NHSNumber(UNISSUED), UNISSUED),
        (UPN("H801200001001"), "H801200001001"),
        (PNCId("14/120018R"), "120018"),
        (OfstedURN("SC123456"), "SC1234"),
        (LocalId("police", "case-4711"), "4711"),
    ):
        for shown in (repr(identifier), str(identifier), f"{identifier}", f"{identifier!r:>40}"):
            assert secret not in shown


def test_a_local_id_without_a_value_is_refused() -> None:
    with pytest.raises(MalformedIdentifier, match="local id"):
        LocalId("police", "  ")
