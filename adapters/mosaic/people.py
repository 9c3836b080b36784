"""A person in Mosaic as an identity, and as somebody found by a trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from adapters.mosaic.reading import Reading
from adapters.mosaic.wire import Resident
from adapters.notes import Notes
from adapters.times import birth_date, day
from records.child import Identity, IdentityCore, IdentityNumbers, Sex
from records.errors import MalformedIdentifier
from records.identifiers import UPN, LocalId, NHSNumber
from records.items import Item
from records.source import Known

SEXES: Final = {"M": Sex.MALE, "F": Sex.FEMALE, "U": Sex.NOT_KNOWN, "I": Sex.OTHER}
_UNKNOWN_UPN: Final = frozenset({"UN1", "UN2", "UN3", "UN4", "UN5"})


def identity(resident: Resident, reading: Reading) -> Identity:
    """The permitted parts of who the child is."""
    notes, items = Notes(), reading.items
    found = Identity(
        ref=str(resident.mosaic_id),
        provenance=reading.provenance,
        core=core(resident, notes.about(Item.IDENTITY_CORE), reading.now)
        if Item.IDENTITY_CORE in items
        else None,
        numbers=_numbers(resident, reading.source, notes.about(Item.IDENTITY_NUMBERS))
        if Item.IDENTITY_NUMBERS in items
        else None,
    )
    return reading.noted(found, notes)


def core(resident: Resident, notes: Notes, now: datetime | None) -> IdentityCore:
    """Name, birth date, sex, and whether the record is restricted."""
    sent = resident.date_of_birth
    born = birth_date(sent, notes, now) if now is not None else day(sent, notes, "date of birth")
    names = (resident.first_name or "").split()
    return IdentityCore(
        given_names=tuple(names),
        family_name=(resident.last_name or "").strip() or None,
        birth_date=born,
        birth_date_as_sent=sent if born is None else None,
        sex=_sex(resident.gender, notes),
        restricted=_restricted(resident, notes),
    )


def known(residents: Iterable[Resident], source: str, asked: NHSNumber) -> tuple[Known, ...]:
    """Those who have that NHS number; a duplicate stands for the person it was merged into.

    A row with another number is no answer to the question, and is left out.
    """
    found: dict[str, Known] = {}
    for resident in residents:
        notes = Notes()
        number = nhs_number(resident.nhs_number, notes)
        if number != asked:
            continue
        merged = resident.duplicate_of
        ref = str(merged if merged is not None else resident.mosaic_id)
        before = LocalId(source, str(resident.mosaic_id)) if merged is not None else None
        if ref in found and before is not None:
            continue
        found[ref] = Known(
            local_id=LocalId(source, ref),
            nhs_number=number,
            core=core(resident, notes, None),
            superseded_from=before,
        )
    return tuple(found.values())


def nhs_number(sent: int | str | None, notes: Notes) -> NHSNumber | None:
    """The number with the zeros that a numeric column lost; none, noted, if it cannot be one."""
    if sent is None or not str(sent).strip():
        return None
    try:
        if isinstance(sent, int):
            return NHSNumber.padded(sent)
        text = sent.strip()
        return NHSNumber.padded(int(text)) if _digits(text) else NHSNumber.parse(text)
    except MalformedIdentifier:
        notes.add("nhs-number-invalid", "The NHS number held there cannot be one; left out.")
        return None


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("9999999999")


def _numbers(resident: Resident, source: str, notes: Notes) -> IdentityNumbers:
    legacy = str(resident.person_id_legacy or "").strip()
    ids = [LocalId(source, str(resident.mosaic_id))]
    if legacy:
        # What the system before Mosaic called this person: its ids may be somebody else's here.
        ids.append(LocalId(f"{source}-legacy", legacy))
    return IdentityNumbers(
        nhs_number=nhs_number(resident.nhs_number, notes),
        upn=_upn(resident.upn, notes),
        local_ids=tuple(ids),
    )


def _upn(sent: str | None, notes: Notes) -> UPN | None:
    text = (sent or "").strip().upper()
    if not text or text in _UNKNOWN_UPN:
        return None
    try:
        return UPN(text)
    except MalformedIdentifier:
        notes.add("upn-invalid", "The UPN held there cannot be one; left out.")
        return None


def _sex(sent: str | None, notes: Notes) -> Sex:
    if sent is None or not sent.strip():
        return Sex.NOT_KNOWN
    found = SEXES.get(sent.strip().upper())
    if found is None:
        notes.add("unknown-sex-code", "The code for sex is one we do not know.")
        return Sex.NOT_KNOWN
    return found


def _restricted(resident: Resident, notes: Notes) -> bool:
    """RESTRICTED: Y or N. A word we do not know counts as restricted: the safe reading."""
    sent = resident.restricted
    if sent is None or isinstance(sent, bool):
        return bool(sent)
    word = sent.strip().upper()
    if word in {"", "N", "NO"}:
        return False
    if word not in {"Y", "YES"}:
        notes.add("unknown-restriction", "The restriction is a word we do not know; kept as one.")
    return True
