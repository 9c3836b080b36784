"""A provider's FHIR R4 server as a Source: SystmOne, RiO, EMIS, whatever stands behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from adapters.exchange import local_id
from adapters.harmless import harmless
from adapters.health import telling, wire
from adapters.health.errands import Errands
from adapters.health.patient import core, nhs_number, nhs_numbers
from adapters.health.provider_sign_in import credentials_of
from adapters.health.server import Server
from adapters.health.settings import ProviderSettings
from adapters.health.translation import HEALTH, IDENTITY, Told, records
from adapters.listing import long_walk
from adapters.notes import Notes
from adapters.times import LONDON
from adapters.together import together
from records import polling
from records.errands import Errand, Stands
from records.errors import NotSetUp, SourceContractBroken
from records.events import Whom
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.polling import Changed
from records.record import Provenance
from records.source import Answered, Evidence, Known, Question

_NOT_KNOWN: Final = frozenset({404, 410})
_KEYS: Final = ("id", "meta", "active", "link")
_CORE: Final = ("name", "gender", "birthDate")
_NUMBERS: Final = ("identifier",)


class Provider:
    """One health provider."""

    kind = Kind.HEALTH
    evidence = Evidence.NATIONAL_STANDARD

    def __init__(self, name: str, http: Http, settings: ProviderSettings) -> None:
        self.name = name
        self.system = settings.system
        assessed = (
            {Item.HEALTH_ASSESSMENT} if settings.review_codes or settings.sdq_codes else set()
        )
        self.supplies = IDENTITY | (HEALTH - {Item.HEALTH_ASSESSMENT}) | assessed
        self._settings = settings
        self._server = Server(
            name,
            http,
            settings.url,
            credentials_of(name, http, settings),
            timeout=settings.timeout,
            deadline=settings.deadline,
        )
        self._errands = Errands(self._server)

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked; a record merged into another is followed once.

        Raises:
            SourceError: one of the searches failed: a part is never passed off as all.
        """
        subject, items = local_id(self.name, question), question.items & self.supplies
        async with self._server.exchange.in_time():
            told = await self._told(subject, items, question)
            now_called = None if told is None else _now_called(told.patient, subject)
            if now_called is not None:
                told = await self._told(now_called, items, question)
                if told is None:
                    # "Nothing held" would be untrue: there is a record, and we were sent astray.
                    raise SourceContractBroken(
                        self.name,
                        "names another record for this child, and has none under that id."
                        " Tell the agency that runs it.",
                    )
        if told is None:
            return Answered(records=(), as_of=question.now)
        if now_called is not None:
            told.notes.add(
                "superseded-person",
                "This record was merged into another, which is the one shown.",
            )
        found = records(told, self._settings)
        return harmless(
            Answered(
                records=found,
                as_of=question.now,
                notes=told.notes.all(),
                skipped=told.notes.skipped,
                superseded_by=None if now_called is None else LocalId(self.name, now_called),
            )
        )

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose review health assessment is overdue now; who is listed again unchanged is known.

        Raises:
            NotSetUp: the deployment names no codes of such tasks.
            SourceError: the list could not be read.
        """
        del since
        if not self._settings.review_codes:
            raise NotSetUp(self.name, "cannot be asked what is overdue. Name its `review_codes`.")
        async with self._server.exchange.in_time():
            found = await self._server.search(
                "Task",
                telling.query(self._settings),
                headers={},
                notes=Notes(),
                walk=long_walk(self.name),
            )
        overdue = telling.listed(self.name, found.resources, now.astimezone(LONDON).date())
        return Changed(people=overdue.people(), as_of=now, skipped=overdue.skipped)

    async def told(self, question: Question) -> polling.Told:
        """That one child's assessment is overdue, unless they refuse that it be told.

        Raises:
            SourceError: as for `records`.
        """
        items = question.items & {Item.HEALTH_ASSESSMENT}
        answered = await self.records(dataclasses.replace(question, items=items))
        if answered.superseded_by is not None:
            return polling.Told(events=(), superseded_by=answered.superseded_by)
        about = Whom(local_id=question.subject)
        return polling.Told(events=tuple(telling.happened(answered.records, about)))

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom the provider knows by that NHS number; a replaced record leads to its successor.

        Raises:
            SourceError: as for `records`.
        """
        notes = Notes()
        async with self._server.exchange.in_time():
            found = await self._server.search(
                "Patient",
                (
                    ("identifier", f"{wire.NHS_NUMBER}|{nhs_number.digits}"),
                    ("_elements", ",".join((*_KEYS, *_CORE, *_NUMBERS))),
                ),
                headers={},
                notes=notes,
            )
        return self._known(found.resources, nhs_number, notes)

    async def give(self, errand: Errand) -> str:
        """As `records.errands.TakesErrands.give`: a Communication, and a Task that names it."""
        return await self._errands.give(errand)

    async def stands(self, there: str) -> Stands:
        """As `records.errands.TakesErrands.stands`: by the status of the Task."""
        return await self._errands.stands(there)

    def _known(
        self, resources: Sequence[msgspec.Raw], sought: NHSNumber, notes: Notes
    ) -> tuple[Known, ...]:
        known: dict[LocalId, Known] = {}
        for patient in wire.PATIENT.rows(resources, notes):
            held, _ = nhs_number(patient, notes)
            current = patient.replaced_by
            theirs = sought in nhs_numbers(patient, notes)
            if not theirs or (patient.active is False and current is None):
                continue
            now_called = LocalId(self.name, current or patient.id)
            if current is not None and now_called in known:
                continue
            known[now_called] = Known(
                local_id=now_called,
                # None where the record holds others too, and which is the child's is not settled.
                nhs_number=held,
                core=core(patient, notes, datetime.now(UTC)),
                superseded_from=None if current is None else LocalId(self.name, patient.id),
            )
        if notes.skipped:
            # "Nobody" would be untrue: somebody came whom we could not read.
            raise SourceContractBroken(
                self.name, "named somebody who cannot be read. Tell the agency that runs it."
            )
        return tuple(known.values())

    async def _told(self, subject: str, items: frozenset[Item], question: Question) -> Told | None:
        """Ask for the patient, the consents and what the items need, side by side."""
        headers = {"x-request-id": question.request_ref}
        notes = Notes()

        async def patient() -> tuple[str, Sequence[msgspec.Raw]]:
            reply = await self._server.read(
                "Patient",
                subject,
                query=(("_elements", ",".join(_elements(items))),),
                headers=headers,
                also=_NOT_KNOWN,
            )
            return "Patient", () if reply.status in _NOT_KNOWN else (msgspec.Raw(reply.body),)

        async def search(kind: str, *query: tuple[str, str]) -> tuple[str, Sequence[msgspec.Raw]]:
            # With its type: FHIR allows the bare id too, and there are servers that find nothing by it.
            found = await self._server.search(
                kind, (("patient", f"Patient/{subject}"), *query), headers=headers, notes=notes
            )
            return kind, found.resources

        asked = await together(
            patient(),
            *((search("Consent"),) if self._settings.holds_consents else ()),
            *(search(kind, *query) for kind, query in self._searches(items).items()),
        )
        resources = dict(asked)
        read = [wire.PATIENT.read(self.name, raw) for raw in resources.pop("Patient")]
        if not read:
            return None
        return Told(
            patient=read[0],
            resources=resources,
            items=items,
            provenance=Provenance(source=self.name, system=self.system, as_of=question.now),
            notes=notes,
        )

    def _searches(self, items: frozenset[Item]) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The types of resource that the items need, and how each search is narrowed."""
        wanted: dict[str, tuple[tuple[str, str], ...]] = {}
        if Item.HEALTH_ASSESSMENT in items:
            if self._settings.review_codes:
                wanted["Task"] = (("code", ",".join(self._settings.review_codes)),)
            if self._settings.sdq_codes:
                wanted["Observation"] = (("code", ",".join(self._settings.sdq_codes)),)
        if items & {Item.HEALTH_NEEDS, Item.HEALTH_RECORD}:
            wanted["Flag"] = ()
        if Item.HEALTH_NEEDS in items and self._settings.holds_allergies:
            wanted["AllergyIntolerance"] = ()
        if Item.HEALTH_RECORD in items:
            wanted |= {"Encounter": (), "Observation": (), "Immunization": ()}
        return wanted


def _elements(items: frozenset[Item]) -> tuple[str, ...]:
    wanted: tuple[str, ...] = _KEYS
    if Item.IDENTITY_CORE in items:
        wanted += _CORE
    if Item.IDENTITY_NUMBERS in items:
        wanted += _NUMBERS
    return wanted


def _now_called(patient: wire.Patient, subject: str) -> str | None:
    """The id under which the patient is held now, if it is another than the one asked for."""
    current = patient.replaced_by or patient.id
    return current if current != subject else None
