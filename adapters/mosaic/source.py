"""One council's Mosaic, asked for one child at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from adapters.council_events import TELLING, WHOLE, told_of
from adapters.credentials import Fixed
from adapters.exchange import Exchange, local_id, segment
from adapters.harmless import harmless
from adapters.listing import Listed, long_walk
from adapters.missing_rules import noted
from adapters.mosaic import asking, telling
from adapters.mosaic.asking import (
    LIMIT,
    Section,
    interview_sections,
    interviews_by_episode,
    sections,
)
from adapters.mosaic.council import council
from adapters.mosaic.document_asking import document_sections, meeting_sections, plan_dates
from adapters.mosaic.people import identity, known
from adapters.mosaic.reading import Reading
from adapters.mosaic.settings import MosaicSettings
from adapters.mosaic.wire import RESIDENT, RESIDENTS, Page
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.reading import Wire
from records.events import Whom
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.polling import Changed, Told
from records.record import Provenance, Record
from records.source import Answered, Evidence, Known, Question

_NOT_KNOWN: Final = frozenset({404})
_GONE: Final = 404
_IDENTITY: Final = frozenset(asking.RESIDENT)


_Read = Callable[[], tuple[Sequence[Record], str | None]]
"""Reads what one call brought: its records, and the id of the person this one became."""


class MosaicSource:
    """A `records.source.Source`: Mosaic with one council's field map."""

    def __init__(self, name: str, http: Http, settings: MosaicSettings) -> None:
        self._name = name
        self._council = council(settings.council)
        self._sections = (
            *sections(self._council),
            *interview_sections(self._council),
            *document_sections(self._council),
        )
        self._telling = (
            *sections(self._council),
            *interviews_by_episode(self._council),
            *meeting_sections(self._council),
            *plan_dates(self._council),
        )
        self._exchange = Exchange(
            name,
            http,
            settings.base_url.text,
            credentials=Fixed({"x-api-key": settings.api_key.reveal}),
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def system(self) -> str:
        return f"Mosaic ({self._council.name})"

    @property
    def kind(self) -> Kind:
        return Kind.SOCIAL_CARE

    @property
    def evidence(self) -> Evidence:
        return Evidence.PUBLIC_CODE

    @property
    def supplies(self) -> frozenset[Item]:
        return _IDENTITY.union(*(section.serves for section in self._sections))

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked, a call for each list needed, side by side.

        Raises:
            SourceError: as the `Source` contract says.
        """
        answered, _ = await self._read(question, self._sections)
        return answered

    async def _read(
        self, question: Question, sections: Sequence[Section]
    ) -> tuple[Answered, Reading]:
        subject = local_id(self._name, question)
        reading = Reading(
            source=self._name,
            subject=subject,
            council=self._council,
            items=question.items,
            provenance=Provenance(source=self._name, system=self.system, as_of=question.now),
            now=question.now,
        )
        headers = {
            "x-request-id": question.request_ref,
            "x-on-behalf-of": question.asked_for,
            "x-purpose": question.purpose.value,
        }
        calls = [
            self._section(section, reading, headers)
            for section in sections
            if section.serves & question.items
        ]
        if question.items & _IDENTITY:
            calls.insert(0, self._person(reading, headers))
        # Read in the order asked, whichever came first: an answer's notes then have one order.
        answers = [read() for read in await self._exchange.together(calls)]
        merged = next((found for _, found in answers if found is not None), None)
        answered = harmless(
            Answered(
                records=tuple(noted(record for records, _ in answers for record in records)),
                as_of=question.now,
                notes=reading.notes.all(),
                skipped=reading.notes.skipped,
                superseded_by=LocalId(self._name, merged) if merged is not None else None,
            )
        )
        return answered, reading

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose steps and placements have changed since then, as far as Mosaic's dates tell it.

        Raises:
            SourceError: as the `Source` contract says.
        """
        found = Listed(self._name)
        async with self._exchange.in_time():
            for ask in telling.lists(self._council, since):
                walk = long_walk(self._name)
                rows = await self._pages(ask.path, ask.query, ask.page, {}, walk, frozenset())
                telling.add(found, ask.path, rows or [])
        return Changed(people=found.people(), as_of=now, skipped=found.skipped)

    async def told(self, question: Question) -> Told:
        """What one child's placements, episodes, interviews, meetings and plans tell.

        Raises:
            SourceError: as the `Source` contract says.
        """
        items = question.items & TELLING | {Item.IDENTITY_EXISTS}
        asked = dataclasses.replace(question, items=items)
        answered, reading = await self._read(asked, self._telling)
        if answered.superseded_by is not None:
            return Told(events=(), superseded_by=answered.superseded_by)
        # A person who is known, and of whom a list is not there: that is no empty list.
        kinds = frozenset[str]() if reading.not_there else WHOLE
        told = told_of(answered, Whom(local_id=question.subject), kinds, reading.of_episode)
        return dataclasses.replace(told, unread=told.unread - reading.own_words)

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom the council knows by that NHS number; duplicates stand for whom they became.

        Raises:
            SourceError: as the `Source` contract says.
        """
        notes = Notes()
        query = (("nhs_number", nhs_number.digits),)
        async with self._exchange.in_time():
            rows = await self._pages("residents", query, RESIDENTS, {})
        residents = RESIDENT.rows(rows or [], notes)
        return known(residents, self._name, nhs_number)

    async def _person(self, reading: Reading, headers: dict[str, str]) -> _Read:
        reply = await self._exchange.get(
            f"residents/{segment(reading.subject)}",
            asking.fields(asking.RESIDENT, reading.items),
            headers=headers,
            also=_NOT_KNOWN,
        )
        if reply.status == _GONE:
            return lambda: ([], None)
        resident = RESIDENT.read(self._name, reply.body)

        def read() -> tuple[Sequence[Record], str | None]:
            if not reading.theirs(resident.mosaic_id, "person record"):
                return [], None
            merged = resident.duplicate_of
            return [identity(resident, reading)], str(merged) if merged is not None else None

        return read

    async def _section(self, section: Section, reading: Reading, headers: dict[str, str]) -> _Read:
        rows = await self._pages(
            section.path(reading.subject),
            section.ask(reading.subject, reading.items),
            section.page,
            headers,
        )
        if rows is None:
            reading.not_there.add(section.path(""))
        return lambda: (section.read(rows or [], reading), None)

    async def _pages(
        self,
        path: str,
        query: asking.Query,
        page: Wire[Page],
        headers: dict[str, str],
        walk: Walk | None = None,
        nobody: frozenset[int] = _NOT_KNOWN,
    ) -> list[msgspec.Raw] | None:
        """Every page; None where the person is not known. ``nobody`` are the statuses that say so.

        They say so of the first page alone: a later one that is not there is a list that broke off.
        """
        walk = walk or Walk(self._name)
        rows: list[msgspec.Raw] = []
        cursor: str | None = ""
        while cursor is not None:
            following = (("cursor", cursor),) if cursor else ()
            reply = await self._exchange.get(
                path,
                (*query, *following, ("limit", LIMIT)),
                headers=headers,
                also=frozenset() if cursor else nobody,
            )
            if reply.status == _GONE:
                return None
            found = page.read(self._name, reply.body)
            rows.extend(found.rows)
            cursor = walk.step(len(found.rows), _cursor(found))
        return rows


def _cursor(page: Page) -> str | None:
    return str(page.next_cursor) if page.next_cursor is not None else None
