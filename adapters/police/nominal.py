"""A nominal as the parts of an identity."""

from __future__ import annotations

from datetime import datetime

from adapters.notes import Notes
from adapters.police.sdm import SEXES, PersonAttributes
from adapters.times import birth_date, day
from records.child import IdentityCore, Sex
from records.errors import MalformedIdentifier
from records.identifiers import NHSNumber


def core(person: PersonAttributes, notes: Notes, now: datetime | None) -> IdentityCore:
    """Name, birth date and sex. A date that is not wholly known is also kept as sent."""
    sent = person.date_of_birth
    read = birth_date(sent, notes, now) if now is not None else day(sent, notes, "date of birth")
    return IdentityCore(
        given_names=tuple(name for name in person.given_name or () if name.strip()),
        family_name=(person.surname or "").strip() or None,
        birth_date=read,
        birth_date_as_sent=sent if read is None else None,
        birth_date_estimated=person.date_of_birth_known is False,
        sex=_sex(person.gender, notes),
    )


def known_number(person: PersonAttributes, notes: Notes) -> NHSNumber | None:
    """The NHS number, where it can be one; otherwise none, with a note."""
    if person.nhs_number is None or not person.nhs_number.strip():
        return None
    try:
        return NHSNumber.parse(person.nhs_number)
    except MalformedIdentifier:
        notes.add("nhs-number-invalid", "The NHS number held there cannot be one; left out.")
        return None


def _sex(code: str | None, notes: Notes) -> Sex:
    if code is None:
        return Sex.NOT_KNOWN
    found = SEXES.get(code)
    if found is None:
        notes.add("unknown-sex-code", "The code for sex is one we do not know.")
        return Sex.NOT_KNOWN
    return found
