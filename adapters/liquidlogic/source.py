"""Liquidlogic as a Source: one council's children, from its reporting copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from adapters.exchange import Exchange, local_id
from adapters.liquidlogic import wire
from adapters.liquidlogic.asks import DIM_WORKER, Ask, asks, supplies
from adapters.liquidlogic.held import SYSTEM, Answer, Held
from adapters.liquidlogic.interviews import interviews
from adapters.liquidlogic.settings import Settings
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
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.together import together
from adapters.tokens import ClientSecret, Tokens
from records.errors import SourceContractBroken
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.record import Record
from records.source import Answered, Evidence, Known, Question

_TRACED: Final = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
_WORKERS: Final = "DIM_WORKER"


class Liquidlogic:
    """One council's Liquidlogic, LCS and (where it says so) EHM."""

    kind = Kind.SOCIAL_CARE
    evidence = Evidence.INFERENCE
    system = SYSTEM

    def __init__(self, name: str, http: Http, settings: Settings) -> None:
        self.name = name
        self.supplies = supplies(settings)
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

        Raises:
            SourceError: one of the tables could not be read: a part is never passed off as all.
        """
        items = question.items & self.supplies
        subject = local_id(self.name, question)
        async with self._exchange.in_time():
            given = await together(
                *(
                    self._asked(ask, subject, question.request_ref)
                    for ask in asks(items, self._settings)
                )
            )
        answers = {name: answer for part in given for name, answer in part.items()}
        held = Held(
            source=self.name,
            subject=subject,
            items=items,
            now=question.now,
            authority=self._settings.authority,
            answers=answers,
        )
        return self._answered(held)

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom the council knows by that NHS number; a record merged into another is left out.

        Raises:
            SourceError: as for `records`.
        """
        ask = asks(_TRACED, self._settings)[0]
        async with self._exchange.in_time():
            answer = await self._table(ask, (("NHS_NUMBER", nhs_number.digits),), None)
        return self._known(answer, nhs_number)

    def _known(self, answer: Answer, sought: NHSNumber) -> tuple[Known, ...]:
        notes = Notes()
        held = Held(
            source=self.name,
            subject="",
            items=_TRACED,
            now=answer.as_of,
            authority=None,
            answers={},
        )
        found = []
        for row in wire.PERSON.rows(answer.rows, notes):
            person = key(row.dim_person_id)
            if person is None or text(row.duplicated_dttm) is not None:
                continue
            if nhs_number(row, notes) == sought:
                found.append(
                    Known(
                        local_id=LocalId(self.name, person),
                        nhs_number=sought,
                        core=core(row, notes, held),
                    )
                )
        if notes.skipped:
            # "Nobody" would be untrue: somebody came whom we could not read.
            raise SourceContractBroken(
                self.name, "named somebody who cannot be read. Tell the agency that runs it."
            )
        return tuple(dict.fromkeys(found))

    async def _asked(self, ask: Ask, subject: str, request_ref: str) -> Mapping[str, Answer]:
        answer = await self._table(ask, (("DIM_PERSON_ID", subject), *ask.where), request_ref)
        if ask.table != "FACT_INVOLVEMENTS":
            return {ask.name: answer}
        # Names stand in a table of their own, found by the workers' keys.
        involved = wire.INVOLVEMENT.rows(answer.rows, Notes())
        workers = dict.fromkeys(found for row in involved if (found := key(row.dim_worker_id)))
        if not workers:
            return {ask.name: answer}
        where = tuple(("DIM_WORKER_ID", worker) for worker in workers)
        return {ask.name: answer, _WORKERS: await self._table(DIM_WORKER, where, request_ref)}

    async def _table(
        self, ask: Ask, where: Sequence[tuple[str, str]], request_ref: str | None
    ) -> Answer:
        """Every row of one table, page by page; as old as its oldest page."""
        rows: list[msgspec.Raw] = []
        walk = Walk(self.name)
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

    def _answered(self, held: Held) -> Answered:
        people = list(held.rows(wire.PERSON, "DIM_PERSON"))
        missing = list(held.rows(wire.MISSING, "FACT_MISSING_PERSON"))
        records: list[Record] = [
            *identities(held, people),
            *legal_statuses(held),
            *placements(held),
            *involvements(held, self._workers(held)),
            *episodes(held, missing),
            *interviews(held, self._settings.interview_form, missing),
            *health(held),
        ]
        superseded_by = None
        for person, _, _ in people:
            if text(person.duplicated_dttm) is None:
                continue
            held.notes.add(
                "superseded-person",
                "This record was merged into another; later entries may stand there.",
            )
            survivor = key(person.duplicate_of_dim_person_id)
            superseded_by = LocalId(self.name, survivor) if survivor else None
        return Answered(
            records=tuple(records),
            as_of=held.as_of,
            notes=held.notes.all(),
            skipped=held.notes.skipped,
            superseded_by=superseded_by,
        )

    def _workers(self, held: Held) -> Mapping[str, wire.WorkerRow]:
        answer = held.answers.get(_WORKERS)
        rows = wire.WORKER.rows(answer.rows, held.notes) if answer else ()
        return {str(row.dim_worker_id): row for row in rows}
