"""Why a child's record is asked for, as the request says it.

In `extensions.access` or in headers, the same three things: purpose, a written reason, the
asker's own case reference. Nothing said is no access; said wrongly it is refused, whatever
the document asks, because a reason half given is never the one that should be on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from records.errors import PurposeRequired
from records.people import Access, Purpose

REASON_LENGTH: Final = range(8, 501)
CASE_REF_LENGTH: Final = range(1, 101)
_HEADERS: Final[Mapping[bytes, str]] = {
    b"access-purpose": "purpose",
    b"access-reason": "reason",
    b"access-case-ref": "caseRef",
}
_PURPOSES: Final[Mapping[str, Purpose]] = {
    spelling: purpose for purpose in Purpose for spelling in (purpose.value, purpose.name)
}


def access_of(
    extensions: Mapping[str, object], headers: list[tuple[bytes, bytes]]
) -> Access | None:
    """The access that a request states, or None if it states none.

    Raises:
        PurposeRequired: it states one that is not complete, not readable, or stated twice.
    """
    in_headers = _from_headers(headers)
    in_body = extensions.get("access")
    if in_body is None:
        return _access(in_headers) if in_headers else None
    if in_headers:
        raise PurposeRequired("Say why you need this record in one place, headers or access.")
    if not isinstance(in_body, dict):
        raise PurposeRequired("Say why you need this record: access is not an object.")
    return _access(in_body)


def _from_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in headers:
        key = _HEADERS.get(name)
        if key is None:
            continue
        if key in found:
            raise PurposeRequired("Say why you need this record once: a header came twice.")
        try:
            # Percent signs let a header carry what is not ASCII.
            found[key] = unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            raise PurposeRequired("Say why you need this record in UTF-8.") from None
    return found


def _access(stated: Mapping[str, object]) -> Access:
    if stated.keys() - {"purpose", "reason", "caseRef"}:
        raise PurposeRequired("Access has a purpose, a reason and a caseRef, and nothing else.")
    purpose = stated.get("purpose")
    if not isinstance(purpose, str) or purpose not in _PURPOSES:
        raise PurposeRequired("Say for which purpose you need this record: one of those accepted.")
    reason = _text(stated.get("reason"), REASON_LENGTH)
    if reason is None:
        shortest, longest = REASON_LENGTH[0], REASON_LENGTH[-1]
        raise PurposeRequired(
            f"Say in your own words why you need this record, in {shortest} to {longest} characters."
        )
    case_ref = stated.get("caseRef")
    if case_ref is not None:
        case_ref = _text(case_ref, CASE_REF_LENGTH)
        if case_ref is None:
            raise PurposeRequired("A caseRef is your own case reference: up to 100 characters.")
    return Access(purpose=_PURPOSES[purpose], reason=reason, case_ref=case_ref)


def _text(value: object, length: range) -> str | None:
    """Readable text on one line, or None: it goes into a record that people read."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    readable = value.isprintable() and any(letter.isalnum() for letter in value)
    return value if readable and len(value) in length else None
