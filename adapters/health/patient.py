"""A FHIR Patient as an identity. Where the patient lives is not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from adapters.health.moments import over, to_come
from adapters.health.wire import NHS_NUMBER, HumanName, Patient
from adapters.notes import Notes
from adapters.times import birth_date
from records.child import IdentityCore, IdentityNumbers, Sex
from records.errors import MalformedIdentifier
from records.identifiers import LocalId, NHSNumber

_SEX: Final[Mapping[str, Sex]] = {
    "male": Sex.MALE,
    "female": Sex.FEMALE,
    "other": Sex.OTHER,
    "unknown": Sex.NOT_KNOWN,
}
_PREFERRED: Final = ("usual", "official")
_OF_THE_PAST: Final = frozenset({"old", "maiden"})


def core(patient: Patient, notes: Notes, now: datetime) -> IdentityCore:
    """Name, birth date and sex; a birth date known by year or month only is carried as sent.

    Source: UK Core Patient; PDS meta.security R.
    """
    name = _name(patient.name, now)
    given: tuple[str, ...] = ()
    family = None
    if name is not None:
        given = tuple(part.strip() for part in name.given if part and part.strip())
        family = (name.family or "").strip() or None
        if not given and family is None and (name.text or "").strip():
            notes.add("name-in-one-field", "The name stands in one field and was not taken apart.")
            family = (name.text or "").strip()
    sex = _SEX.get(patient.gender) if patient.gender else Sex.NOT_KNOWN
    if sex is None:
        notes.add("sex-code-unknown", "The sex is recorded in a code that is not in the list.")
    return IdentityCore(
        given_names=given,
        family_name=family,
        birth_date=birth_date(patient.birth_date, notes, now),
        birth_date_as_sent=patient.birth_date,
        sex=sex or Sex.NOT_KNOWN,
        restricted=patient.restricted,
    )


def nhs_number(patient: Patient, notes: Notes) -> tuple[NHSNumber | None, bool]:
    """The NHS number and whether it is verified; a malformed one is noted and left out.

    Of several the one that is verified counts. Where that settles nothing there is none: which
    of them is the child's is not guessed.
    """
    held = nhs_numbers(patient, notes)
    if len(held) < 2:  # noqa: PLR2004 - none, or the one
        return next(iter(held.items()), (None, False))
    notes.add(
        "several-nhs-numbers",
        "The record holds more than one NHS number: it may be two people's records in one.",
    )
    verified = [number for number, is_verified in held.items() if is_verified]
    return (verified[0], True) if len(verified) == 1 else (None, False)


def nhs_numbers(patient: Patient, notes: Notes) -> Mapping[NHSNumber, bool]:
    """Every NHS number that the record holds, and whether each is verified."""
    found: dict[NHSNumber, bool] = {}
    for identifier in patient.identifier:
        if identifier.system != NHS_NUMBER or not identifier.value:
            continue
        try:
            number = NHSNumber.parse(identifier.value)
        except MalformedIdentifier:
            notes.add("nhs-number-malformed", "What stands as the NHS number cannot be one.")
        else:
            found[number] = found.get(number, False) or identifier.verified
    return found


def numbers(source: str, patient: Patient, notes: Notes) -> IdentityNumbers:
    """Every identifier the record carries."""
    number, verified = nhs_number(patient, notes)
    others = tuple(
        LocalId(identifier.system, identifier.value)
        for identifier in patient.identifier
        if identifier.system
        and identifier.system != NHS_NUMBER
        and identifier.value
        and identifier.value.strip()
    )
    return IdentityNumbers(
        nhs_number=number,
        nhs_number_verified=verified,
        local_ids=(LocalId(source, patient.id), *others),
    )


def _name(names: tuple[HumanName, ...], now: datetime) -> HumanName | None:
    """The name in use: a current one before a past one, then usual before official before others."""

    def rank(name: HumanName) -> tuple[bool, bool, int]:
        period = name.period
        past = period is not None and (over(period.end, now) or to_come(period.start, now))
        use = name.use or ""
        order = _PREFERRED.index(use) if use in _PREFERRED else len(_PREFERRED)
        return (use in _OF_THE_PAST, past, order)

    return min(names, key=rank, default=None)
