"""Reports that a force pushes: a JSON:API document becomes events, or errors that say why not.

Nothing is kept here and nothing is answered here. Whoever keeps events does so first and answers
201 then; the same document sent again, because that answer was lost, gives the same references.

A time that cannot be used costs that time alone, with a note: a missing child is not refused for
the way in which a clock is written. What cannot be read at all is refused whole, so that the
sender knows and sends it another way.
Source: schema.ihub.police.uk, Standard API (``POST /incidents``); interfaces.md section 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from adapters.notes import Notes
from adapters.police.dialect import Reading, Rows
from adapters.police.dialects import DIALECTS, connect, niche
from adapters.police.episodes import Speech, Told
from adapters.police.happenings import Sent, events_of
from adapters.police.nominal import core, known_number
from adapters.police.not_accepted import NotAccepted, Problem, problem
from adapters.police.plans_told import plan_updated
from adapters.police.sdm import PEOPLE, PLACES, Location, Person, all_refs
from adapters.police.settings import Product
from adapters.police.wire import INCLUDED, REPORTS, PlanRow
from adapters.reading import UNREADABLE, Wire
from records.child import Address
from records.events import Event, Whom, codes_of
from records.http import MEBIBYTE
from records.identifiers import LocalId
from records.record import DataNote, Provenance

MOST_BYTES: Final = MEBIBYTE
MOST_ROWS: Final = 500
LONGEST_REFERENCE: Final = 200
_CREATED: Final = 201
_PLANS: Final = "triggerPlan"
_PLACES: Final = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The system that pushes: its name here, its product, and the force it belongs to."""

    source: str
    product: Product
    force: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one document says. ``digest`` is the same whenever the same is said again."""

    document_ref: str
    digest: str
    events: tuple[Event, ...]
    status: int = _CREATED


class _Submission(msgspec.Struct, frozen=True, rename="camel"):
    force_identifier: str | None = None
    external_reference_id: str | None = None
    submission_id: str | None = None


class _About(msgspec.Struct, frozen=True):
    submission: _Submission = _Submission()


class _Head(msgspec.Struct, frozen=True):
    id: str
    type: str
    relationships: _About = _About()


class _Document(msgspec.Struct, frozen=True):
    data: msgspec.Raw
    included: list[msgspec.Raw] = msgspec.field(default_factory=list)


class _Kind(msgspec.Struct, frozen=True):
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pushed:
    """What one product pushes: its type of report, what reads each type, and how it speaks."""

    report: str
    wires: Mapping[str, Wire[Any]]
    told: Callable[[Rows, Reading], Iterator[Told]]
    speech: Speech


_CONNECT_KINDS: Final = ("riskAssessment", "safeAndWellRecord", _PLANS)
_PUSHED: Final[Mapping[Product, _Pushed]] = {
    Product.CONNECT: _Pushed(
        report="missingPersonReport",
        wires={"missingPersonReport": REPORTS, **dict.fromkeys(_CONNECT_KINDS, INCLUDED)},
        told=connect.told,
        speech=connect.SPEECH,
    ),
    Product.NICHE: _Pushed(
        report="occurrence",
        wires={
            "occurrence": niche.OCCURRENCES,
            "riskQuestionnaire": niche.INCLUDED,
            "safeAndWellRecord": niche.INCLUDED,
        },
        told=niche.told,
        speech=niche.SPEECH,
    ),
}
"""COMPACT pushes nothing: its reports are polled, or handed over as e-mails."""


def incident(body: bytes, sender: Sender, *, received_at: datetime) -> Received:
    """The events of one pushed document, for every child it reports on.

    The document is an ``incident`` that includes the report, or the report itself.

    Raises:
        NotAccepted: it cannot be read, or reports nothing about anybody; ``body`` says why.
    """
    pushed = _PUSHED.get(sender.product)
    if pushed is None:
        raise NotAccepted(
            sender.source, 404, Problem(says="This system's reports are not taken as documents.")
        )
    if len(body) > MOST_BYTES:
        raise NotAccepted(sender.source, 413, Problem(says="The document is too large."))
    document, head = _read(body, sender)
    rows = _rows(document, head, pushed, sender)
    events = tuple(_events(rows, pushed, sender, received_at))
    if not events:
        raise NotAccepted(
            sender.source,
            422,
            Problem(
                says=f"The document holds no {pushed.report} about a person named in it.",
                pointer="/included",
            ),
        )
    submission = head.relationships.submission
    ref = submission.external_reference_id or submission.submission_id or head.id
    if wrong := _of_reference(ref, "/data"):
        raise NotAccepted(sender.source, 422, *wrong)
    return Received(
        document_ref=ref,
        digest=digest_of(events),
        events=events,
    )


def _read(body: bytes, sender: Sender) -> tuple[_Document, _Head]:
    try:
        document = _DOCUMENTS.decode(body)
    except msgspec.ValidationError as error:
        raise NotAccepted(sender.source, 422, problem(error, "", "document")) from None
    except UNREADABLE as error:
        raise NotAccepted(sender.source, 400, problem(error, "", "document")) from None
    if len(document.included) > MOST_ROWS:
        raise NotAccepted(
            sender.source, 413, Problem(says="The document is too large.", pointer="/included")
        )
    try:
        return document, _HEADS.decode(document.data)
    except UNREADABLE as error:
        raise NotAccepted(sender.source, 422, problem(error, "/data", "incident")) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The rows of a document by what they are; of other types nothing is read."""

    people: Mapping[str, Person]
    reports: Sequence[msgspec.Raw]
    hanging: Sequence[msgspec.Raw]
    plans: Sequence[PlanRow]
    places: Mapping[str, Location]


def _rows(document: _Document, head: _Head, pushed: _Pushed, sender: Sender) -> _Sorted:
    """Every row that matters, read once to see that it can be: one bad row refuses the document."""
    people: dict[str, Person] = {}
    reports: list[msgspec.Raw] = []
    hanging: list[msgspec.Raw] = []
    plans: list[PlanRow] = []
    places: dict[str, Location] = {}
    problems: list[Problem] = []
    every = [("/data", document.data)] if head.type == pushed.report else []
    every += [(f"/included/{place}", raw) for place, raw in enumerate(document.included)]
    for pointer, raw in every:
        try:
            kind = _KINDS.decode(raw).type
            if kind == "person":
                person = PEOPLE.decode(raw)
                people[person.id] = person
                problems += _of_reference(person.id, pointer)
            elif kind == _PLACES:
                places |= _place(raw)
            elif kind in pushed.wires:
                row = pushed.wires[kind].decode(raw)
                problems += _of_reference(row.id, pointer)
                if isinstance(row, PlanRow):
                    plans.append(row)
                (reports if kind == pushed.report else hanging).append(raw)
        except UNREADABLE as error:
            problems.append(problem(error, pointer, "record"))
    if problems:
        raise NotAccepted(sender.source, 422, *problems)
    return _Sorted(people=people, reports=reports, hanging=hanging, plans=plans, places=places)


def _place(raw: msgspec.Raw) -> dict[str, Location]:
    """A place by its id; one that cannot be read is passed over: nothing that is told rests on it."""
    try:
        place = PLACES.decode(raw)
    except UNREADABLE:
        return {}
    return {place.id: place}


def _of_reference(ref: str, pointer: str) -> list[Problem]:
    """What is wrong with a reference: it is kept as a key, and so is never made harmless."""
    if ref.isprintable() and len(ref) <= LONGEST_REFERENCE:
        return []
    says = "A reference is too long, or has characters in it that no reference has."
    return [Problem(says=says, pointer=f"{pointer}/id")]


def _events(
    rows: _Sorted, pushed: _Pushed, sender: Sender, received_at: datetime
) -> Iterator[Event]:
    system = DIALECTS[sender.product].system
    provenance = Provenance(source=sender.source, system=system, as_of=received_at)
    for person in rows.people.values():
        if not person.id.strip():
            continue
        about, notes = _whom(person, rows.places, sender)
        sent = Sent(
            source=sender.source,
            system=system,
            received_at=received_at,
            about=about,
            speech=pushed.speech,
            force=sender.force,
            notes=notes,
        )
        reading = Reading(
            source=sender.source,
            items=frozenset(),
            provenance=provenance,
            now=received_at,
            force=sender.force,
        )
        theirs = Rows(data=rows.reports, included=rows.hanging, nominals=frozenset({person.id}))
        for told in pushed.told(theirs, reading):
            yield from events_of(told, sent)
        for plan in rows.plans:
            if plan.id in _plans_of(person):
                yield plan_updated(plan, sent)


def _plans_of(person: Person) -> frozenset[str]:
    return frozenset(all_refs(person.relationships.trigger_plans))


def _whom(
    person: Person, places: Mapping[str, Location], sender: Sender
) -> tuple[Whom, tuple[DataNote, ...]]:
    notes = Notes()
    whom = Whom(
        local_id=LocalId(sender.source, person.id),
        nhs_number=known_number(person.attributes, notes),
        core=core(person.attributes, notes, None),
        addresses=tuple(
            Address(lines=(), postcode=places[ref].postcode)
            for ref in all_refs(person.relationships.current_address)
            if ref in places and places[ref].postcode
        ),
    )
    return whom, notes.all()


def digest_of(events: Iterable[Event]) -> str:
    """The digest of all that is said: how it is written, and when it was sent again, aside."""
    said = [
        [
            event.type,
            event.sender_ref,
            event.happened_at,
            event.recorded_at,
            codes_of(event),
        ]
        for event in events
    ]
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


_DOCUMENTS: Final = msgspec.json.Decoder(_Document)
_HEADS: Final = msgspec.json.Decoder(_Head)
_KINDS: Final = msgspec.json.Decoder(_Kind)
