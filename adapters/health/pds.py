"""The Personal Demographics Service as a Source: who somebody is, by NHS number or by name.

One call a question. It is repeated only for a fresh token, or because PDS did not answer, and
then with the same X-Request-ID; never more than five calls a second.
Where somebody lives is not read: PDS strips it for restricted patients, and an address that
is absent must not read as an address that is not known.

Source: NHS England, PDS FHIR API specification.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from adapters.exchange import judge, local_id
from adapters.harmless import harmless
from adapters.health import wire
from adapters.health.national import credentials_for
from adapters.health.patient import core, nhs_number, numbers
from adapters.health.role import SESSION_ROLE, role_asked_in
from adapters.health.server import Server
from adapters.health.settings import PdsSettings
from adapters.notes import Notes
from records.child import Identity, Sex
from records.errors import NeedsSignIn, SourceContractBroken
from records.http import Http, HttpReply
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.record import DataNote, Provenance
from records.source import Answered, Evidence, Known, Question

_NOT_FOUND: Final = 404
_BAD_REQUEST: Final = 400
_READ: Final = frozenset({_NOT_FOUND, _BAD_REQUEST})
_TOO_MANY: Final = "TOO_MANY_MATCHES"
_INVALIDATED: Final = "INVALIDATED_RESOURCE"
# A wildcard may not stand among the first two characters.
_WILDCARD_FROM: Final = 2
_GENDER: Final[Mapping[Sex, str]] = {Sex.MALE: "male", Sex.FEMALE: "female"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Somebody looked for by name and birth date. A postcode keeps restricted patients out."""

    family: str
    birth_date: date
    given: str | None = None
    sex: Sex | None = None
    postcode: str | None = None

    def __repr__(self) -> str:
        """Never a name."""
        return "Sought(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Whom a search found: at most one for a gateway that asks as an application.

    ``too_many`` means that several fit: not the same as nobody. ``restricted_left_out`` means
    that a restricted patient would not have been found, so "nobody" is not "no record".
    """

    known: tuple[Known, ...]
    too_many: bool = False
    restricted_left_out: bool = False


class Pds:
    """PDS, asked as an application (one match or none) or as whoever asks. Nothing is written."""

    kind = Kind.NATIONAL
    evidence = Evidence.PUBLIC_CODE
    system = "NHS Personal Demographics Service"
    supplies = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
    calls_per_second = 5.0
    """Source: NHS England, PDS FHIR API: five a second for a new application, then 429."""

    def __init__(self, name: str, http: Http, settings: PdsSettings) -> None:
        self.name = name
        self._ods_code = settings.ods_code
        self._for_people = settings.access == "user-restricted"
        self._server = Server(
            name,
            http,
            settings.url,
            credentials_for(name, http, settings),
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    async def records(self, question: Question) -> Answered:
        """The identity behind an NHS number; followed when PDS says that the number has changed.

        Raises:
            SourceError: as `records.source.Source.records`.
        """
        subject = local_id(self.name, question)
        patient, notes = await self._patient(subject, question.request_ref)
        if patient is None:
            return Answered(records=(), as_of=question.now, notes=notes.all())
        own = Notes()
        if patient.restricted:
            own.add(
                "restricted",
                "PDS marks this person as restricted: where they live must not be given out.",
            )
        identity = Identity(
            ref=f"Patient/{patient.id}",
            provenance=Provenance(source=self.name, system=self.system, as_of=question.now),
            core=core(patient, own, question.now) if Item.IDENTITY_CORE in question.items else None,
            numbers=numbers(self.name, patient, own)
            if Item.IDENTITY_NUMBERS in question.items
            else None,
            notes=own.all(),
        )
        changed = patient.id != subject
        return harmless(
            Answered(
                records=(identity,),
                as_of=question.now,
                notes=(*notes.all(), *(_SUPERSEDED if changed else ())),
                superseded_by=LocalId(self.name, patient.id) if changed else None,
            )
        )

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Who has, or had, that NHS number; nobody when PDS does not know it or has invalidated it.

        Raises:
            SourceError: as for `records`.
        """
        patient, notes = await self._patient(nhs_number.digits, str(uuid.uuid4()))
        if patient is None:
            return ()
        known = self._known(patient, notes)
        if known is None:
            raise SourceContractBroken(
                self.name, "sent a patient without an NHS number. Tell the agency that runs it."
            )
        if patient.id == nhs_number.digits:
            return (known,)
        return (
            Known(
                local_id=known.local_id,
                nhs_number=known.nhs_number,
                core=known.core,
                superseded_from=LocalId(self.name, nhs_number.digits),
            ),
        )

    async def find(self, sought: Sought, *, request_ref: str) -> Found:
        """Whom PDS knows by name and birth date, past names and addresses included.

        Raises:
            SourceError: as for `records`.
        """
        notes = Notes()
        query = [
            ("_history", "true"),
            ("family", sought.family),
            ("birthdate", f"eq{sought.birth_date.isoformat()}"),
        ]
        if sought.given:
            wild = "*" if len(sought.given) >= _WILDCARD_FROM else ""
            query.append(("given", f"{sought.given}{wild}"))
        gender = _GENDER.get(sought.sex) if sought.sex else None
        if gender is not None:
            query.append(("gender", gender))
        if sought.postcode:
            query.append(("address-postalcode", sought.postcode))
        async with self._server.exchange.in_time():
            found = await self._server.search(
                "Patient", query, headers=self._headers(request_ref), notes=notes
            )
        patients = wire.PATIENT.rows(found.resources, notes)
        known = [self._known(patient, notes) for patient in patients]
        if notes.skipped or None in known:
            raise SourceContractBroken(
                self.name, "named somebody who cannot be read. Tell the agency that runs it."
            )
        return Found(
            known=tuple(one for one in known if one is not None),
            too_many=_TOO_MANY in found.codes,
            restricted_left_out=sought.postcode is not None,
        )

    async def _patient(self, number: str, request_ref: str) -> tuple[wire.Patient | None, Notes]:
        notes = Notes()
        async with self._server.exchange.in_time():
            reply = await self._server.read(
                "Patient", number, headers=self._headers(request_ref), also=_READ
            )
        if reply.status == _BAD_REQUEST:
            self._no_role(reply)
            judge(self.name, reply)
        if reply.status != _NOT_FOUND:
            return wire.PATIENT.read(self.name, reply.body), notes
        # A 404 without PDS's own words may come from anything on the way: it is no "not known".
        outcome = wire.OUTCOME.read(self.name, reply.body)
        if _INVALIDATED in outcome.codes():
            notes.add(
                "invalidated", "This NHS number has been invalidated: it is nobody's any more."
            )
        return None, notes

    def _no_role(self, reply: HttpReply) -> None:
        """Raises NeedsSignIn where a person's role is what PDS misses, or does not take."""
        if self._for_people and SESSION_ROLE in reply.body.decode("utf-8", "replace").lower():
            raise NeedsSignIn(
                self.name,
                "does not know in which role you ask. Sign in to NHS Care Identity again and choose"
                " the role.",
            )

    def _known(self, patient: wire.Patient, notes: Notes) -> Known | None:
        number, _ = nhs_number(patient, notes)
        if number is None:
            return None
        return Known(
            local_id=LocalId(self.name, patient.id),
            nhs_number=number,
            core=core(patient, notes, datetime.now(UTC)),
        )

    def _headers(self, request_ref: str) -> Mapping[str, str]:
        headers = {
            "x-request-id": request_ref,
            "x-correlation-id": request_ref,
            "nhsd-end-user-organisation-ods": self._ods_code,
        }
        role = role_asked_in() if self._for_people else None
        return headers if role is None else {**headers, SESSION_ROLE: role}


_SUPERSEDED: Final = (
    DataNote(
        code="superseded-person",
        says="The NHS number asked for was replaced by another, which is the one shown.",
    ),
)
