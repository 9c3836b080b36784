"""One force's record system, asked for one child at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from adapters.credentials import Fixed
from adapters.exchange import Exchange, local_id, segment
from adapters.harmless import harmless
from adapters.listing import long_walk
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.police import plans_told
from adapters.police.dialect import Query, Reading, Rows, Section
from adapters.police.dialects import DIALECTS
from adapters.police.handover import LABELS, handed_over
from adapters.police.inbound import Received, Sender, incident
from adapters.police.mail import taken_apart
from adapters.police.nominal import core, known_number
from adapters.police.not_accepted import NotAccepted, Problem
from adapters.police.sdm import LIST_OF_PEOPLE, LISTING, PEOPLE, SINGLE, Meta
from adapters.police.settings import PoliceSettings, Product
from adapters.police.telling import TELLINGS, happened, listed, since_then, unread
from adapters.times import instant
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.polling import ASKED, Changed, Told
from records.record import Provenance, Record
from records.source import Answered, Evidence, Known, Question

JSON_API: Final = frozenset({"application/vnd.api+json", "application/json"})
_NOT_KNOWN: Final = frozenset({404})
_GONE: Final = 404


class PoliceSource:
    """A `records.source.Source`: a police system in one of the dialects."""

    def __init__(self, name: str, http: Http, settings: PoliceSettings) -> None:
        self._name = name
        self._product = settings.product
        self._dialect = DIALECTS[settings.product]
        self._force = settings.force
        self._reads_plans = (
            settings.reads_trigger_plans and Item.TRIGGER_PLAN_EXISTS in self._dialect.supplies
        )
        self._labels = {**LABELS, **settings.mail_labels}
        self._sender = Sender(source=name, product=settings.product, force=settings.force)
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
        sections = [s for s in self._dialect.sections if s.serves & question.items]
        headers = _headers(question)
        answers = await self._exchange.together(
            self._got(section, subject, question.items, headers) for section in sections
        )
        notes = Notes()
        as_of = _as_of([meta for got in answers for meta in got.metas], question.now, notes)
        reading = self._reading(question, as_of, notes)
        records: list[Record] = []
        for section, got in zip(sections, answers, strict=True):
            ids = {subject, *(one.superseded_by or subject for one in answers)}
            rows = Rows(data=got.data, included=got.included, nominals=frozenset(ids))
            records.extend(section.read(rows, reading))
        merged = next((one.superseded_by for one in answers if one.superseded_by), subject)
        return harmless(
            Answered(
                records=tuple(records),
                as_of=as_of,
                notes=notes.all(),
                skipped=notes.skipped,
                superseded_by=LocalId(self._name, merged) if merged != subject else None,
            )
        )

    def event(self, body: bytes, *, received_at: datetime) -> Received:
        """What a document says that this force pushed.

        Raises:
            NotAccepted: it cannot be read, or says nothing about anybody.
        """
        return incident(body, self._sender, received_at=received_at)

    def mail(self, body: bytes, *, received_at: datetime) -> Received:
        """What an e-mail says that this force sent; of a product whose reports come so.

        Raises:
            NotAccepted: it cannot be read, says nothing about anybody, or this product sends none.
        """
        if self._product is not Product.COMPACT:
            raise NotAccepted(
                self._name, 415, Problem(says="This system's reports are not taken as e-mails.")
            )
        message = taken_apart(body, self._name)
        return handed_over(message, self._sender, received_at=received_at, labels=self._labels)

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose reports have changed since then; of a system that shows nothing before a refresh, by the last.

        Raises:
            SourceError: as the `Source` contract says.
        """
        telling = TELLINGS[self._product]
        query = (*since_then(since), *telling.ask(ASKED & self.supplies))
        planned = None
        async with self._exchange.in_time():
            got = await self._listed(telling.path, query, {}, long_walk(self._name), frozenset())
            if self._reads_plans:
                asked = (*since_then(since), *plans_told.ASK)
                walk = long_walk(self._name)
                planned = await self._listed("nominals", asked, {}, walk, frozenset())
        found = listed(self._name, got.rows())
        if planned is not None:
            plans_told.add(found, planned.rows())
        # A refresh between two pages: what the first did not show is known up to the one before.
        as_of = _as_of(got.metas, now, Notes())
        return Changed(people=found.people(), as_of=as_of, skipped=found.skipped)

    async def told(self, question: Question) -> Told:
        """What the reports on one nominal, and their trigger plans, tell.

        Raises:
            SourceError: as the `Source` contract says.
        """
        subject, telling = local_id(self._name, question), TELLINGS[self._product]
        query = (("subject", subject), *telling.ask(question.items))
        planned = None
        async with self._exchange.in_time():
            got = await self._listed(telling.path, query, _headers(question))
            if self._reads_plans and Item.TRIGGER_PLAN_EXISTS in question.items:
                planned = await self._nominal(subject, plans_told.ASK, _headers(question))
        if got.superseded_by not in {None, subject}:
            return Told(events=(), superseded_by=LocalId(self._name, str(got.superseded_by)))
        reading = self._reading(question, question.now, Notes())
        plans = None if planned is None else planned.rows(subject)
        events = happened(
            got.rows(subject), reading, telling, subject=subject, system=self.system, plans=plans
        )
        return Told(events=events, unread=unread(events))

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

    def _reading(self, question: Question, as_of: datetime, notes: Notes) -> Reading:
        return Reading(
            source=self._name,
            items=question.items,
            provenance=Provenance(source=self._name, system=self.system, as_of=as_of),
            now=question.now,
            force=self._force,
            notes=notes,
        )

    async def _got(
        self,
        section: Section,
        subject: str,
        items: frozenset[Item],
        headers: Mapping[str, str],
    ) -> _Got:
        asked = section.ask(items)
        if section.lists:
            return await self._listed(section.path, (("subject", subject), *asked), headers)
        return await self._nominal(subject, asked, headers, section.path)

    async def _nominal(
        self,
        subject: str,
        asked: Query,
        headers: Mapping[str, str],
        path: str = "nominals/{subject}",
    ) -> _Got:
        reply = await self._exchange.get(
            path.format(subject=segment(subject)),
            asked,
            headers=headers,
            accepts=JSON_API,
            also=_NOT_KNOWN,
        )
        if reply.status == _GONE:
            return _Got()
        single = SINGLE.read(self._name, reply.body)
        return _Got(data=[single.data], included=single.included, metas=[single.meta])

    async def _listed(
        self,
        path: str,
        asked: Query,
        headers: Mapping[str, str],
        walk: Walk | None = None,
        nobody: frozenset[int] = _NOT_KNOWN,
    ) -> _Got:
        """Every page. ``nobody`` are the statuses that say of one nominal that nothing is held.

        They say so of the first page alone: a later one that is not there is a list that broke off.
        """
        walk, got = walk or Walk(self._name), _Got()
        cursor: str | None = ""
        while cursor is not None:
            query = (*asked, *((("cursor", cursor),) if cursor else ()))
            reply = await self._exchange.get(
                path,
                query,
                headers=headers,
                accepts=JSON_API,
                also=frozenset() if cursor else nobody,
            )
            if reply.status == _GONE:
                break
            page = LISTING.read(self._name, reply.body)
            got.data.extend(page.data)
            got.included.extend(page.included)
            got.metas.append(page.meta)
            cursor = walk.step(len(page.data) + len(page.included), page.links.next)
        return got


@dataclass(slots=True)
class _Got:
    """What one call, or one walk through pages, brought."""

    data: list[msgspec.Raw] = field(default_factory=list)
    included: list[msgspec.Raw] = field(default_factory=list)
    metas: list[Meta] = field(default_factory=list)

    @property
    def superseded_by(self) -> str | None:
        """The nominal into which the one asked for was merged, if any page says so."""
        return next((meta.superseded_by for meta in self.metas if meta.superseded_by), None)

    def rows(self, *nominals: str) -> Rows:
        """All that came, for these nominals."""
        return Rows(data=self.data, included=self.included, nominals=frozenset(nominals))


def _as_of(metas: Iterable[Meta], now: datetime, notes: Notes) -> datetime:
    """The oldest instant that an answer vouches for: now, or its last refresh."""
    told = [instant(meta.refreshed_time, notes, "time of the last refresh") for meta in metas]
    return min((now, *(one for one in told if one is not None)))


def _headers(question: Question) -> dict[str, str]:
    """For the force's own audit: on whose behalf, and why. Nobody is named."""
    return {
        "x-request-id": question.request_ref,
        "x-on-behalf-of": question.asked_for,
        "x-purpose": question.purpose.value,
    }
