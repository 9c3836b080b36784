"""Why a record is asked for, and how it may be said."""

import pytest

from gateway.access import access_of
from records.errors import PurposeRequired
from records.people import Access, Purpose
from tests.gateway.edges import Served

REASON = "Strategy discussion at 10 today"
Headers = list[tuple[bytes, bytes]]


def test_nothing_said_is_no_access() -> None:
    assert access_of({}, []) is None
    assert access_of({"access": None, "tracing": 1}, [(b"accept", b"*/*")]) is None


@pytest.mark.parametrize("purpose", ["health-support", "HEALTH_SUPPORT"])
def test_purpose_reason_and_case_reference_are_read_from_the_body(purpose: str) -> None:
    stated = {"access": {"purpose": purpose, "reason": f"  {REASON} ", "caseRef": "LCS-1"}}
    assert access_of(stated, []) == Access(
        purpose=Purpose.HEALTH_SUPPORT, reason=REASON, case_ref="LCS-1"
    )


def test_the_same_three_things_are_read_from_headers_in_utf_8_or_percent_signs() -> None:
    headers = [
        (b"access-purpose", b"locate"),
        (b"access-reason", "Siân’s carer rang at 2".encode()),
        (b"access-case-ref", b"EDT%2F77"),
    ]
    assert access_of({}, headers) == Access(
        purpose=Purpose.LOCATE, reason="Siân’s carer rang at 2", case_ref="EDT/77"
    )


GOOD: dict[str, object] = {"purpose": "locate", "reason": REASON}


@pytest.mark.parametrize(
    "stated, headers, says",
    [
        ({"access": "locate"}, [], "not an object"),
        ({"access": {}}, [], "which purpose"),
        ({"access": {"purpose": "locate"}}, [], "your own words"),
        ({"access": GOOD | {"purpose": ""}}, [], "which purpose"),
        ({"access": GOOD | {"purpose": "curiosity"}}, [], "which purpose"),
        ({"access": GOOD | {"purpose": ["locate"]}}, [], "which purpose"),
        ({"access": GOOD | {"reason": "short"}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": "        "}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": "........"}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": "x" * 501}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": "two lines\nof reason"}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": "a \x1b[2J reason"}}, [], "8 to 500"),
        ({"access": GOOD | {"reason": 12345678}}, [], "8 to 500"),
        ({"access": GOOD | {"caseRef": ""}}, [], "caseRef"),
        ({"access": GOOD | {"caseRef": "x" * 101}}, [], "caseRef"),
        ({"access": GOOD | {"legalBasis": "x"}}, [], "nothing else"),
        ({"access": GOOD}, [(b"access-purpose", b"locate")], "one place"),
        ({}, [(b"access-purpose", b"locate")] * 2, "came twice"),
        ({}, [(b"access-reason", b"\xff\xfe reason")], "UTF-8"),
        ({}, [(b"access-reason", b"%FF%FE reason")], "UTF-8"),
        ({}, [(b"access-purpose", b"locate")], "your own words"),
    ],
)
def test_what_is_half_said_or_said_wrongly_is_refused(
    stated: dict[str, object], headers: Headers, says: str
) -> None:
    with pytest.raises(PurposeRequired, match=says):
        access_of(stated, headers)


def test_through_http_a_missing_purpose_is_named_with_those_that_are_accepted(
    served: Served,
) -> None:
    answer = served.ask("{ purpose }")
    assert answer.code == "PURPOSE_REQUIRED"
    accepted = answer.json()["errors"][0]["extensions"]["accepted"]
    assert accepted == [purpose.name for purpose in Purpose]
    told = served.ask("{ purpose }", extensions={"access": GOOD | {"caseRef": "A1"}})
    assert told.json() == {"data": {"purpose": f"locate: {REASON} (A1)"}}


def test_a_reason_said_wrongly_is_refused_even_where_none_is_needed_and_is_not_repeated(
    served: Served,
) -> None:
    answer = served.ask("{ role }", extensions={"access": GOOD | {"purpose": "Aurelia"}})
    assert answer.code == "PURPOSE_REQUIRED"
    assert b"Aurelia" not in answer.body
