"""How single values are written: instants in UTC, and identifiers under names of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from records.errors import WrongArgument
from records.identifiers import UPN, AuthorityCode, NHSNumber, OfstedURN, PNCId


def instant(value: datetime) -> str:
    """An aware instant as RFC 3339 in UTC, such as 2026-11-24T02:03:11Z."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


CloudEvent = NewType("CloudEvent", object)
"""A CloudEvent as JSON has it."""

WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = MappingProxyType(
    {
        datetime: instant,
        date: date.isoformat,
        NHSNumber: lambda value: value.digits,
        UPN: lambda value: value.text,
        PNCId: lambda value: value.text,
        OfstedURN: lambda value: value.text,
        AuthorityCode: lambda value: value.code,
    }
)
"""How each type of value that JSON does not have is written in an answer."""


def _never_read(_value: object) -> object:
    """No argument of ours has one of these types.

    Raises:
        WrongArgument: always.
    """
    raise WrongArgument("This kind of value is only ever part of an answer.")


def _instant(value: object) -> datetime:
    """An instant that somebody sends, with its offset: a time without one is nobody's time.

    Raises:
        WrongArgument: it is none, or has no offset.
    """
    try:
        said = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        said = None
    if said is None or said.tzinfo is None:
        raise WrongArgument("Write an instant with its offset, as in 2026-11-24T02:03:11Z.")
    return said.astimezone(UTC)


def _answer_only(name: str, kind: type, description: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        serialize=WRITTEN[kind],
        parse_value=_never_read,
    )


SCALARS: Final[Mapping[object, ScalarDefinition]] = MappingProxyType(
    {
        datetime: strawberry.scalar(
            name="DateTime",
            description="An instant in UTC, as RFC 3339: `2026-11-24T02:03:11Z`.",
            serialize=instant,
            parse_value=_instant,
        ),
        date: _answer_only("Date", date, "A day, as ISO 8601: `2026-11-24`."),
        NHSNumber: _answer_only("NHSNumber", NHSNumber, "An NHS number: ten digits."),
        UPN: _answer_only("UPN", UPN, "A unique pupil number."),
        PNCId: _answer_only("PNCId", PNCId, "A Police National Computer id."),
        OfstedURN: _answer_only(
            "OfstedURN", OfstedURN, "The unique reference number of a children's home or service."
        ),
        CloudEvent: strawberry.scalar(
            name="CloudEvent",
            description="A CloudEvent 1.0 as a JSON object: the same that every channel carries.",
            serialize=lambda value: value,
            parse_value=_never_read,
        ),
        AuthorityCode: _answer_only(
            "AuthorityCode", AuthorityCode, "The ONS GSS code of a local authority: `E10000017`."
        ),
    }
)
