"""Liquidlogic as a Source: one council's children, from its reporting copy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from adapters.council_events import TELLING
from adapters.exchange import Exchange, local_id
from adapters.harmless import harmless
from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import DIM_WORKER, Ask, asks, supplies
from adapters.liquidlogic.document_asks import document_asks, supplied
from adapters.liquidlogic.documents import documents
from adapters.liquidlogic.held import SYSTEM, Answer, Held
from adapters.liquidlogic.interviews import interviews
from adapters.liquidlogic.reviews import MEETING, REVIEWS
from adapters.liquidlogic.settings import Settings
from adapters.liquidlogic.telling import (
    asks_of_facts,
    asks_of_telling,
    listed,
    lists,
    lists_of_facts,
    since_then,
    told,
)
from adapters.liquidlogic.translation import (
    core,
    episodes,
    health,
    identities,
    involvements,
    legal_statuses,
    nhs_number,
    placements,
)
from adapters.liquidlogic.words import key, text
from adapters.listing import long_walk
from adapters.missing_rules import noted
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.together import together
from adapters.tokens import ClientSecret, Tokens
from records.child import Identity
from records.errors import SourceContractBroken
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.polling import Changed, Told
from records.record import Provenance, Record
from records.source import Answered, Evidence, Known, Question

_TRACED: Final = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
_PEOPLE: Final = "DIM_PERSON"
_WORKERS: Final = "DIM_WORKER"
_AT_ONCE: Final = 40
"""Workers asked for in one call: an address has no room for hundreds."""


class Liquidlogic:
    """One council's Liquidlogic, LCS and (where it says so) EHM."""

    kind = Kind.SOCIAL_CARE
    evidence = Evidence.INFERENCE
    system = SYSTEM

    def __init__(self, name: str, http: Http, settings: Settings) -> None:
        self.name = name
        self.supplies = supplies(settings) | supplied(settings)
        self._settings = settings
        self._exchange = Exchange(
            name,
            http,
            settings.url.text,
            credentials=Tokens(
                name,
                http,
                settings.token_url,
                ClientSecret(settings.client_id, settings.client_secret),
                scope=settings.scope,
                extra={"supplierkey": settings.supplier_key.reveal},
                timeout=settings.timeout,
            ),
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked; each table is asked once, side by side.

        A record merged into another is followed once, and what still stands under either is told.

        Raises:
            SourceError: one of the tables could not be read: a part is never passed off as all.
        """
        subject = local_id(self.name, question)
        async with self._exchange.in_time():
            held = await self._held(question, subject)
            found, survivor = self._read(held)
            if survivor is None or survivor == subject:
                return _answered(held, found)
            later = await self._held(question, survivor)
        # Who the child is stands in the surviving record; the rest may not have moved with it.
        moved, _ = self._read(later)
        if any(isinstance(record, Identity) for record in moved):
            found = [record for record in found if not isinstance(record, Identity)]
        both = _answered(later, [*moved, *found], held)
        return dataclasses.replace(both, superseded_by=LocalId(self.name, survivor))

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom the council knows by that NHS number; a merged record leads to the surviving one.

        Raises:
            SourceError: as for `records`.
        """
        ask = asks(_TRACED, self._settings)[0]
        async with self._exchange.in_time():
            answer = await self._table(ask, (("NHS_NUMBER", nhs_number.digits),), None)
        return self._known(answer, nhs_number)

    def _known(self, answer: Answer, sought: NHSNumber) -> tuple[Known, ...]:
        notes = Notes()
        found: dict[LocalId, Known] = {}
        for row in wire.PERSON.rows(answer.rows, notes):
            person = key(row.dim_person_id)
            merged = text(row.duplicated_dttm) is not None
            current = key(row.duplicate_of_dim_person_id) if merged else person
            if person is None or current is None or nhs_number(row, notes) != sought:
                continue
            now_called = LocalId(self.name, current)
            if merged and now_called in found:
                continue
            found[now_called] = Known(
                local_id=now_called,
                nhs_number=sought,
                core=core(row, notes, answer.as_of),
                superseded_from=LocalId(self.name, person) if merged else None,
            )
        if notes.skipped:
            # "Nobody" would be untrue: somebody came whom we could not read.
            raise SourceContractBroken(
                self.name, "named somebody who cannot be read. Tell the agency that runs it."
            )
        return tuple(found.values())

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose rows the copy has changed since then, up to the instant that its oldest table vouches for.

        Raises:
            SourceError: one of the tables could not be read: a part is never passed off as all.
        """
        return await self._changed(lists(self._settings), since, now)

    async def changed_facts(self, since: datetime, *, now: datetime) -> Changed:
        """Whose workers, referrals or legal statuses the copy has changed since then.

        Raises:
            SourceError: one of the tables could not be read: a part is never passed off as all.
        """
        return await self._changed(lists_of_facts(), since, now)

    async def facts(self, question: Question) -> Answered:
        """One child's records without their name, and with a placement's postcode where only that tells the area.

        Raises:
            SourceError: as for `records`.
        """
        subject, items = local_id(self.name, question), question.items & self.supplies
        asked = asks_of_facts(items, self._settings)
        async with self._exchange.in_time():
            held = await self._held(question, subject, asked)
        found, _ = self._read(held)
        return _answered(held, found)

    async def _changed(self, asked: Sequence[Ask], since: datetime, now: datetime) -> Changed:
        async with self._exchange.in_time():
            answers = await together(
                *(
                    self._table(ask, (*ask.where, *since_then(since)), None, long_walk(self.name))
                    for ask in asked
                )
            )
        found = listed(self.name, list(zip(asked, answers, strict=True)))
        return Changed(
            people=found.people(),
            as_of=min(now, *(answer.as_of for answer in answers)),
            skipped=found.skipped,
        )

    async def told(self, question: Question) -> Told:
        """What one child's placements, episodes, interviews, meetings and plans tell.

        Raises:
            SourceError: as for `records`.
        """
        subject = local_id(self.name, question)
        question = dataclasses.replace(question, items=question.items & TELLING)
        asked = asks_of_telling(question.items & self.supplies, self._settings)
        if self._settings.reads_reviews and Item.MEETING_REQUEST in question.items:
            asked = (*asked, REVIEWS)
        async with self._exchange.in_time():
            held = await self._held(question, subject, asked)
        survivor = _merged_into(list(held.rows(wire.PERSON, _PEOPLE)), Notes())
        if survivor is not None and survivor != subject:
            return Told(events=(), superseded_by=LocalId(self.name, survivor))
        return told(held, self._settings)

    async def _held(
        self, question: Question, subject: str, asked: Sequence[Ask] | None = None
    ) -> Held:
        items = question.items & self.supplies
        given = await together(
            *(
                self._asked(ask, subject, question.request_ref)
                for ask in (self._asks(items) if asked is None else asked)
            )
        )
        return Held(
            source=self.name,
            subject=subject,
            items=items,
            now=question.now,
            authority=self._settings.authority,
            placed_in=self._settings.placed_in,
            answers={name: answer for part in given for name, answer in part.items()},
        )

    def _asks(self, items: frozenset[Item]) -> tuple[Ask, ...]:
        return (*asks(items, self._settings), *document_asks(items, self._settings))

    async def _asked(self, ask: Ask, subject: str, request_ref: str) -> Mapping[str, Answer]:
        answer = await self._table(ask, (("DIM_PERSON_ID", subject), *ask.where), request_ref)
        # Workers' names, and whether a meeting was cancelled, stand in tables of their own.
        match ask.table:
            case "FACT_INVOLVEMENTS":
                involved = wire.INVOLVEMENT.rows(answer.rows, Notes())
                keys = [r.dim_worker_id for r in involved if key(r.dim_person_id) == subject]
                beside = await self._by_key(DIM_WORKER, keys, request_ref)
            case "FACT_CLA_REVIEW":
                reviewed = wire.REVIEW.rows(answer.rows, Notes())
                keys = [r.fact_meeting_id for r in reviewed if key(r.dim_person_id) == subject]
                beside = await self._by_key(MEETING, keys, request_ref)
            case _:
                beside = {}
        return {ask.name: answer, **beside}

    async def _by_key(
        self, ask: Ask, keys: Sequence[wire.Key | None], request_ref: str
    ) -> Mapping[str, Answer]:
        """The rows of another table that these keys of it name, some at a time; nothing if none is named."""
        wanted = list(dict.fromkeys(filter(None, map(key, keys))))
        if not wanted:
            return {}
        named = await together(
            *(
                self._table(
                    ask,
                    [(ask.columns[0], one) for one in wanted[start : start + _AT_ONCE]],
                    request_ref,
                )
                for start in range(0, len(wanted), _AT_ONCE)
            )
        )
        whole = Answer(
            rows=[row for part in named for row in part.rows],
            as_of=min(part.as_of for part in named),
        )
        return {ask.name: whole}

    async def _table(
        self,
        ask: Ask,
        where: Sequence[tuple[str, str]],
        request_ref: str | None,
        walk: Walk | None = None,
    ) -> Answer:
        """Every row of one table, page by page; as old as its oldest page."""
        rows: list[msgspec.Raw] = []
        walk = walk or Walk(self.name)
        cursor: str | None = None
        as_of = None
        columns = ("columns", ",".join(ask.columns))
        headers = {} if request_ref is None else {"x-request-id": request_ref}
        while True:
            query = [*where, columns] + ([("cursor", cursor)] if cursor else [])
            reply = await self._exchange.get(f"records/{ask.table}", query, headers=headers)
            page = wire.PAGE.read(self.name, reply.body)
            if page.record_type != ask.table:
                raise SourceContractBroken(
                    self.name,
                    "sent records of another type than asked. Tell the agency that runs it.",
                )
            rows += page.rows
            as_of = page.as_of if as_of is None else min(as_of, page.as_of)
            cursor = walk.step(len(page.rows), page.next_cursor)
            if cursor is None:
                return Answer(rows=rows, as_of=as_of)

    def _read(self, held: Held) -> tuple[list[Record], str | None]:
        """The records, and the key of the person into whose record this one was merged."""
        people = list(held.rows(wire.PERSON, _PEOPLE))
        missing = list(held.rows(wire.MISSING, "FACT_MISSING_PERSON"))
        records: list[Record] = [
            *identities(held, people),
            *legal_statuses(held),
            *placements(held),
            *involvements(held, self._workers(held)),
            *episodes(held, missing),
            *interviews(held, self._settings.interview_form, missing),
            *health(held),
            *documents(held, self._settings),
        ]
        survivor = _merged_into(people, held.notes)
        return list(noted(records)), survivor

    def _workers(self, held: Held) -> Mapping[str, wire.WorkerRow]:
        answer = held.answers.get(_WORKERS)
        rows = wire.WORKER.rows(answer.rows, held.notes) if answer else ()
        return {str(row.dim_worker_id): row for row in rows}


def _merged_into(people: Sequence[tuple[wire.Person, str, Provenance]], notes: Notes) -> str | None:
    """The key of the person into whose record this one was merged, noted."""
    survivor = None
    for person, _, _ in people:
        if text(person.duplicated_dttm) is not None:
            survivor = key(person.duplicate_of_dim_person_id)
            notes.add(
                "superseded-person",
                "This record was merged into another; what stands under either is shown."
                if survivor
                else "This record was merged into another, and the system does not say which.",
            )
    return survivor


def _answered(held: Held, records: Sequence[Record], *others: Held) -> Answered:
    """One answer from what was read, with every note, as old as the oldest part."""
    parts = (held, *others)
    return harmless(
        Answered(
            records=tuple(records),
            as_of=min(part.as_of for part in parts),
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes.all())),
            skipped=sum(part.notes.skipped for part in parts),
        )
    )
