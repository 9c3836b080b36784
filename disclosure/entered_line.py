"""One line of what is entered by file: the words of the registers, from plain texts.

A line names its child by what one system calls them, by NHS number or by the gateway's own id, and says
one thing: a standing, an area or a fact. What is wrong with it is said without any value of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Final

import msgspec

from consent.vocabulary import SHAPES, UNKNOWN, Fact, Form, IsUnknown, Value, fits
from disclosure.assertion import ATTRIBUTES, BIRTH_DATE, PERSONAL, Area
from disclosure.stating import Claim, born, holds, lies, stands
from disclosure.weighing import LONDON
from records.errors import MalformedIdentifier, WrongArgument
from records.identifiers import AuthorityCode
from records.people import Role, Standing

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line. Days are days in London; ``to`` is the first day on which it no longer holds."""

    what: _Text
    child: _Text | None = None
    system: _Text | None = None
    id: _Text | None = None
    nhs_number: _Text | None = None
    organisation: _Text | None = None
    issuer: _Text | None = None
    subject: _Text | None = None
    team: _Text | None = None
    role: _Text | None = None
    value: _Text | None = None
    since: date | None = msgspec.field(name="from", default=None)
    to: date | None = None

    def __repr__(self) -> str:
        """Never print whom it is about."""
        return "Line(…)"


COLUMNS: Final = tuple(field.encode_name for field in msgspec.structs.fields(Line))
_STANDINGS: Final = {one.value: one for one in Standing}
_AREAS: Final = {one.value: one for one in Area}
_ROLES: Final = {one.value: one for one in Role}
_FACTS: Final = {one.value: one for one in ATTRIBUTES}


def claim_of(line: Line) -> Claim:
    """What the line says.

    Raises:
        WrongArgument: it says which part is wrong, and what would be right, and no value.
    """
    since, until = _midnight(line.since), _midnight(line.to)
    if since is not None and until is not None and until <= since:
        raise WrongArgument("`to` has to come after `from`.")
    if line.what in _STANDINGS:
        return _dated(_standing(line, _STANDINGS[line.what]), since, until)
    if line.what in _AREAS:
        if line.value is None:
            raise WrongArgument("An area needs the authority's GSS code as `value`.")
        try:
            authority = AuthorityCode(line.value)
        except MalformedIdentifier as error:
            raise WrongArgument(str(error)) from None
        return _dated(lies(_AREAS[line.what], authority, since), since, until)
    if line.what == BIRTH_DATE:
        return _dated(born(_day(line.value)), since, until)
    if line.what in _FACTS:
        fact = _FACTS[line.what]
        return _dated(holds(fact, _value(fact, line.value), since), since, until)
    raise WrongArgument(
        f"`what` is a standing ({', '.join(sorted(_STANDINGS))}), an area ({', '.join(sorted(_AREAS))}),"
        f" {BIRTH_DATE} or a fact that a system may state; see docs/what-can-be-asked.md."
    )


def _standing(line: Line, standing: Standing) -> Claim:
    if (line.issuer is None) != (line.subject is None):
        raise WrongArgument("A person is named by both `issuer` and `subject`.")
    person = None if line.issuer is None or line.subject is None else (line.issuer, line.subject)
    if person is None and standing in PERSONAL:
        raise WrongArgument("Only a person has this standing: give `issuer` and `subject`.")
    if person is None and line.organisation is None:
        raise WrongArgument("Say who: `organisation`, or `issuer` and `subject`.")
    if line.role is not None and line.role not in _ROLES:
        raise WrongArgument("`role` is not one of ours; `homeward matrix --help` names them.")
    return stands(
        standing,
        line.organisation,
        person=person,
        team=line.team,
        role=None if line.role is None else _ROLES[line.role],
    )


def _value(fact: Fact, text: str | None) -> Value | IsUnknown:
    shape = SHAPES[fact]
    if text is None:
        raise WrongArgument("A fact needs a `value`; `unknown` where nobody can tell.")
    if text == UNKNOWN.value:
        return UNKNOWN
    value: Value
    match shape.form:
        case Form.YES_NO:
            value = {"true": True, "false": False}.get(text, text)
        case Form.SET:
            value = frozenset(text.split())
        case Form.NUMBER if text.isascii() and text.isdigit():
            value = int(text)
        case _:
            value = text
    if not fits(fact, value):
        choices = ", ".join(shape.values) or ("true, false" if shape.form is Form.YES_NO else "")
        raise WrongArgument(f"This fact can be: {choices or shape.form.value}, or unknown.")
    return value


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise WrongArgument("A birth date is written as 2012-05-01.") from None


def _dated(claim: Claim, since: datetime | None, until: datetime | None) -> Claim:
    return Claim(table=claim.table, says=claim.says, since=since, until=until)


def _midnight(on: date | None) -> datetime | None:
    return None if on is None else datetime.combine(on, time(0), LONDON).astimezone(UTC)
