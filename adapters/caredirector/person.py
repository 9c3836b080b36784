"""A person in CareDirector as an identity, and as somebody found by a trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from adapters.caredirector.held import Held
from adapters.caredirector.names import Person, Sexes
from adapters.caredirector.wire import Row
from adapters.notes import Notes
from adapters.times import birth_date
from records.child import Identity, IdentityCore, IdentityNumbers, Sex
from records.errors import MalformedIdentifier
from records.identifiers import UPN, LocalId, NHSNumber
from records.items import Item


def identity(held: Held, row: Row, ref: str, notes: Notes) -> Identity:
    """The permitted parts of who the child is."""
    names, items = held.council.person, held.items
    return Identity(
        ref=ref,
        provenance=held.provenance,
        core=core(names, row, notes.about(Item.IDENTITY_CORE), held.now)
        if Item.IDENTITY_CORE in items
        else None,
        numbers=_numbers(held, row, notes.about(Item.IDENTITY_NUMBERS))
        if Item.IDENTITY_NUMBERS in items
        else None,
    )


def core(names: Person, row: Row, notes: Notes, now: datetime) -> IdentityCore:
    """Name, birth date, sex, and whether the record is restricted."""
    sent = row.text(names.birth_date)
    return IdentityCore(
        given_names=row.texts(names.given_names),
        family_name=(row.text(names.family_name) or "").strip() or None,
        birth_date=birth_date(sent, notes, now),
        birth_date_as_sent=sent,
        birth_date_estimated=row.flag(names.birth_date_estimated) or False,
        sex=_sex(names.sex, row, notes),
        restricted=_restricted(names, row, notes),
    )


def nhs_number(names: Person, row: Row, notes: Notes) -> NHSNumber | None:
    """The NHS number where one is recorded and can be one; one kept as a number is padded."""
    sent = row.code(names.nhs_number)
    if sent is None:
        return None
    try:
        short = sent.isascii() and sent.isdigit() and len(sent) < len("9999999999")
        return NHSNumber.padded(int(sent)) if short else NHSNumber.parse(sent)
    except MalformedIdentifier:
        notes.add("nhs-number-malformed", "What stands as the NHS number cannot be one.")
        return None


def _numbers(held: Held, row: Row, notes: Notes) -> IdentityNumbers:
    names = held.council.person
    ids = [LocalId(held.source, row.code(names.key) or held.subject)]
    former = row.code(names.former_id)
    if former is not None:
        # What the system before this one called the person: its ids may be somebody else's here.
        ids.append(LocalId(f"{held.source}:former", former))
    upn = None
    sent = row.text(names.upn)
    if sent is not None:
        try:
            upn = UPN(sent.strip().upper())
        except MalformedIdentifier:
            notes.add("upn-malformed", "What stands as the unique pupil number cannot be one.")
    return IdentityNumbers(nhs_number=nhs_number(names, row, notes), upn=upn, local_ids=tuple(ids))


def _sex(names: Sexes | None, row: Row, notes: Notes) -> Sex:
    code = row.code(names.field) if names else None
    if names is None or code is None:
        return Sex.NOT_KNOWN
    tables = (
        (Sex.MALE, names.male),
        (Sex.FEMALE, names.female),
        (Sex.OTHER, names.other),
        (Sex.NOT_KNOWN, names.not_known),
    )
    for sex, codes in tables:
        if is_among(code, codes):
            return sex
    notes.add("sex-code-unknown", "The sex is recorded in a code that is not in the list.")
    return Sex.NOT_KNOWN


def _restricted(names: Person, row: Row, notes: Notes) -> bool:
    """A word that is neither yes nor no counts as restricted: the safe reading."""
    said = row.code(names.restricted)
    if said is None:
        return False
    flag = row.flag(names.restricted)
    if flag is None:
        notes.add("unknown-restriction", "The restriction is a word we do not know; kept as one.")
    return flag is not False


def is_among(word: str, words: Iterable[str]) -> bool:
    """Whether a word is one of these, blanks and case aside."""
    return word.strip().casefold() in {one.strip().casefold() for one in words}
