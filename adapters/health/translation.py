"""What a provider told of one child, as records: the refusals it holds are honoured here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from adapters.health import wire
from adapters.health.directives import Refused, refused
from adapters.health.entries import Entries, assessment, events, needs
from adapters.health.patient import core, numbers
from adapters.health.server import about
from adapters.health.settings import ProviderSettings
from adapters.notes import Notes
from adapters.reading import Wire
from records.child import Identity
from records.health import Health
from records.items import Item
from records.record import Provenance, Record

IDENTITY: Final = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
HEALTH: Final = frozenset(
    {Item.HEALTH_EXISTS, Item.HEALTH_NEEDS, Item.HEALTH_ASSESSMENT, Item.HEALTH_RECORD}
)

T = TypeVar(
    "T",
    wire.Flag,
    wire.Allergy,
    wire.Encounter,
    wire.Observation,
    wire.Immunization,
    wire.Task,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The patient, and the resources that came by type. ``notes`` are those of the answer."""

    patient: wire.Patient
    resources: Mapping[str, Sequence[msgspec.Raw]]
    items: frozenset[Item]
    provenance: Provenance
    notes: Notes

    @property
    def now(self) -> datetime:
        """The instant of the question: a provider answers from its live record."""
        return self.provenance.as_of


def records(told: Told, settings: ProviderSettings) -> tuple[Record, ...]:
    """The child's identity and health, each where it was asked for, without what is refused."""
    refusal = _refusal(told)
    return tuple(_records(told, settings, refusal))


def _records(told: Told, settings: ProviderSettings, refusal: Refused) -> Iterator[Record]:
    if told.items & IDENTITY:
        yield _identity(told, refusal)
    if told.items & HEALTH:
        yield _health(told, settings, refusal)


def _refusal(told: Told) -> Refused:
    unread = Notes()
    consents = [
        consent
        for consent in wire.CONSENT.rows(told.resources.get("Consent", ()), unread)
        if about(consent.patient, told.patient.id)
    ]
    if unread.skipped:
        # A consent that cannot be read may refuse anything.
        told.notes.skip("consent")
        return Refused(everything=True)
    return refused(consents, told.now)


def _identity(told: Told, refusal: Refused) -> Identity:
    patient, notes = told.patient, Notes()
    if patient.active is False:
        notes.add("record-not-in-use", "The system marks this record as no longer in use.")
    if patient.restricted:
        notes.add(
            "restricted",
            "The system marks this patient as restricted: where they live must not be given out.",
        )
    items = told.items
    if refusal.covers("Patient", patient.id):
        _withheld(notes)
        items = frozenset()
    return Identity(
        ref=f"Patient/{patient.id}",
        provenance=told.provenance,
        core=core(patient, notes.about(Item.IDENTITY_CORE), told.now)
        if Item.IDENTITY_CORE in items
        else None,
        numbers=numbers(told.provenance.source, patient, notes.about(Item.IDENTITY_NUMBERS))
        if Item.IDENTITY_NUMBERS in items
        else None,
        notes=notes.all(),
    )


def _health(told: Told, settings: ProviderSettings, refusal: Refused) -> Health:
    notes = Notes()
    entries = Entries(
        flags=_kept(told, refusal, wire.FLAG, "Flag", notes),
        allergies=_kept(told, refusal, wire.ALLERGY, "AllergyIntolerance", notes),
        encounters=_kept(told, refusal, wire.ENCOUNTER, "Encounter", notes),
        observations=_kept(told, refusal, wire.OBSERVATION, "Observation", notes),
        immunizations=_kept(told, refusal, wire.IMMUNIZATION, "Immunization", notes),
        tasks=_kept(told, refusal, wire.TASK, "Task", notes),
    )

    def may_tell(item: Item, *kinds: str) -> bool:
        """Whether the item was asked for and not every kind of resource behind it is refused."""
        if item not in told.items:
            return False
        closed = [refusal.covers(kind) for kind in kinds]
        if any(closed):
            _withheld(notes.about(item))
        return not all(closed)

    places = not told.patient.restricted
    if not places and Item.HEALTH_RECORD in told.items:
        notes.add(
            "restricted",
            "The patient is restricted: places are left out.",
            item=Item.HEALTH_RECORD,
        )
    needed = ("Flag", "AllergyIntolerance") if settings.holds_allergies else ("Flag",)
    if Item.HEALTH_NEEDS in told.items and not settings.holds_allergies:
        notes.add(
            "allergies-not-read",
            "Needs are the alerts flagged here; the provider's list of allergies is not read.",
            item=Item.HEALTH_NEEDS,
        )
    return Health(
        ref=f"Patient/{told.patient.id}/health",
        provenance=told.provenance,
        needs=needs(entries, told.now) if may_tell(Item.HEALTH_NEEDS, *needed) else None,
        assessment=assessment(entries, settings, told.now, notes.about(Item.HEALTH_ASSESSMENT))
        if may_tell(Item.HEALTH_ASSESSMENT, "Task", "Observation")
        else None,
        record=events(entries, places=places)
        if may_tell(Item.HEALTH_RECORD, "Flag", "Encounter", "Observation", "Immunization")
        else None,
        notes=notes.all(),
    )


def _kept(told: Told, refusal: Refused, shape: Wire[T], kind: str, notes: Notes) -> list[T]:
    """The readable resources of one type that are about this child and may be passed on."""
    kept: list[T] = []
    for row in shape.rows(told.resources.get(kind, ()), told.notes):
        if row in kept:
            notes.add("row-twice", "An entry came twice and is shown once.")
        elif not about(_subject(row), told.patient.id):
            told.notes.skipped += 1
            told.notes.add(
                "row-of-another-person",
                "An entry that does not name this child as its subject was left out.",
            )
        elif refusal.covers(kind, row.id):
            _withheld(notes)
        else:
            kept.append(row)
    return kept


def _withheld(notes: Notes) -> None:
    notes.add(
        "withheld-at-source",
        "The provider holds a consent directive against sharing part of this. Ask the provider.",
    )


def _subject(
    row: wire.Flag
    | wire.Allergy
    | wire.Encounter
    | wire.Observation
    | wire.Immunization
    | wire.Task,
) -> wire.Reference | None:
    match row:
        case wire.Immunization() | wire.Allergy():
            return row.patient
        case wire.Task():
            return row.for_
        case _:
            return row.subject
