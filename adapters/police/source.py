"""One force's record system, asked for one child at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from adapters.credentials import Fixed
from adapters.exchange import Exchange, local_id, segment
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.police.dialect import Query, Reading, Rows, Section
from adapters.police.dialects import DIALECTS
from adapters.police.nominal import core, known_number
from adapters.police.sdm import LIST_OF_PEOPLE, LISTING, PEOPLE, SINGLE
from adapters.police.settings import PoliceSettings
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.record import Provenance, Record
from records.source import Answered, Evidence, Known, Question

JSON_API: Final = frozenset({"application/vnd.api+json", "application/json"})
_NOT_KNOWN: Final = frozenset({404})
_GONE: Final = 404


class PoliceSource:
    """A `records.source.Source`: a police system in one of the dialects."""

    def __init__(self, name: str, http: Http, settings: PoliceSettings) -> None:
        self._name = name
        self._dialect = DIALECTS[settings.product]
        self._force = settings.force
        self._exchange = Exchange(
            name,
            http,
            settings.base_url.text,
            credentials=Fixed(
                {
                    settings.id_header: settings.client_id,
                    settings.secret_header: settings.client_secret.reveal,
                }
            ),
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def system(self) -> str:
        return self._dialect.system

    @property
    def kind(self) -> Kind:
        return Kind.POLICE

    @property
    def evidence(self) -> Evidence:
        return self._dialect.evidence

    @property
    def supplies(self) -> frozenset[Item]:
        return self._dialect.supplies

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked: at most one list and one nominal, side by side.

        Raises:
            SourceError: as the `Source` contract says.
        """
        subject = local_id(self._name, question)
        provenance = Provenance(source=self._name, system=self.system, as_of=question.now)
        reading = Reading(
            source=self._name,
            items=question.items,
            provenance=provenance,
            now=question.now,
            force=self._force,
        )
        sections = [s for s in self._dialect.sections if s.serves & question.items]
        headers = _headers(question)
        answers = await self._exchange.together(
            self._rows(section, subject, question.items, headers) for section in sections
        )
        records: list[Record] = []
        for section, (rows, _) in zip(sections, answers, strict=True):
            records.extend(section.read(rows, reading))
        merged = next((new for _, new in answers if new is not None and new != subject), None)
        return Answered(
            records=tuple(records),
            as_of=question.now,
            notes=reading.notes.all(),
            skipped=reading.notes.skipped,
            superseded_by=LocalId(self._name, merged) if merged else None,
        )

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Nominals that the force holds under this NHS number; few forces record it.

        The number goes in a body, so that it stands in nobody's access log.

        Raises:
            SourceError: as the `Source` contract says.
        """
        async with self._exchange.in_time():
            reply = await self._exchange.ask(
                "POST",
                "nominals/search",
                body=msgspec.json.encode({"nhsNumber": nhs_number.digits}),
                headers={"content-type": "application/json"},
                accepts=JSON_API,
                also=_NOT_KNOWN,
            )
        if reply.status == _GONE:
            return ()
        notes = Notes()
        found = LIST_OF_PEOPLE.read(self._name, reply.body)
        return tuple(
            Known(
                local_id=LocalId(self._name, person.id),
                nhs_number=known_number(person.attributes, notes),
                core=core(person.attributes, notes, None),
            )
            for person in PEOPLE.rows(found.data, notes)
            if person.id.strip()
        )

    async def _rows(
        self,
        section: Section,
        subject: str,
        items: frozenset[Item],
        headers: Mapping[str, str],
    ) -> tuple[Rows, str | None]:
        asked = section.ask(items)
        if section.lists:
            return await self._listed(section.path, subject, asked, headers)
        reply = await self._exchange.get(
            section.path.format(subject=segment(subject)),
            asked,
            headers=headers,
            accepts=JSON_API,
            also=_NOT_KNOWN,
        )
        if reply.status == _GONE:
            return Rows(data=(), included=(), nominals=frozenset()), None
        single = SINGLE.read(self._name, reply.body)
        merged = single.meta.superseded_by
        nominals = frozenset({subject, *([merged] if merged else ())})
        return Rows(data=(single.data,), included=single.included, nominals=nominals), merged

    async def _listed(
        self, path: str, subject: str, asked: Query, headers: Mapping[str, str]
    ) -> tuple[Rows, str | None]:
        walk = Walk(self._name)
        data: list[msgspec.Raw] = []
        included: list[msgspec.Raw] = []
        merged: str | None = None
        cursor: str | None = ""
        while cursor is not None:
            query = (("subject", subject), *asked, *((("cursor", cursor),) if cursor else ()))
            reply = await self._exchange.get(
                path, query, headers=headers, accepts=JSON_API, also=_NOT_KNOWN
            )
            if reply.status == _GONE:
                break
            page = LISTING.read(self._name, reply.body)
            data.extend(page.data)
            included.extend(page.included)
            merged = page.meta.superseded_by or merged
            cursor = walk.step(len(page.data) + len(page.included), page.links.next)
        nominals = frozenset({subject, *([merged] if merged else ())})
        return Rows(data=data, included=included, nominals=nominals), merged


def _headers(question: Question) -> dict[str, str]:
    """For the force's own audit: on whose behalf, and why. Nobody is named."""
    return {
        "x-request-id": question.request_ref,
        "x-on-behalf-of": question.asked_for,
        "x-purpose": question.purpose.value,
    }
