"""CareDirector as a Source: one council's children, under names that are all configuration."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from adapters.caredirector import telling
from adapters.caredirector.asking import Query, Section, literal, quoted, sections, shown
from adapters.caredirector.document_sections import document_sections
from adapters.caredirector.held import SYSTEM, Held
from adapters.caredirector.names import council
from adapters.caredirector.odata import Service
from adapters.caredirector.person import core, nhs_number
from adapters.caredirector.reading import readers
from adapters.caredirector.settings import Settings
from adapters.caredirector.wire import NotReadable, rows
from adapters.council_events import TELLING, told_of
from adapters.credentials import Credentials, Fixed
from adapters.exchange import local_id
from adapters.harmless import harmless
from adapters.listing import Listed, long_walk
from adapters.missing_rules import noted
from adapters.notes import Notes
from adapters.together import together
from adapters.tokens import ClientSecret, Tokens
from records.child import Identity
from records.errors import NotSetUp, SourceContractBroken
from records.events import Whom
from records.http import Http
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Kind
from records.polling import Changed, Told
from records.record import Record
from records.source import Answered, Evidence, Known, Question

_TRACED: Final = frozenset({Item.IDENTITY_EXISTS, Item.IDENTITY_CORE, Item.IDENTITY_NUMBERS})
_PERSON: Final = "person"


class CareDirector:
    """One council's CareDirector."""

    kind = Kind.SOCIAL_CARE
    evidence = Evidence.INFERENCE
    system = SYSTEM

    def __init__(self, name: str, http: Http, settings: Settings) -> None:
        self.name = name
        self._council = council(settings.council)
        self._sections = sections(self._council) | document_sections(self._council)
        self.supplies = frozenset(
            item for section in self._sections.values() for item in section.fields
        )
        self._in_body = settings.search_in == "body"
        self._service = Service(
            name,
            http,
            settings.url,
            _credentials(name, http, settings),
            page_size=settings.page_size,
            timeout=settings.timeout,
            deadline=settings.deadline,
        )

    async def records(self, question: Question) -> Answered:
        """Everything held of what is asked; each entity set is asked once, side by side.

        A record merged into another is followed once, and what still stands under either is told.

        Raises:
            SourceError: one of the lists could not be read: a part is never passed off as all.
        """
        subject = local_id(self.name, question)
        async with self._service.exchange.in_time():
            held = await self._held(question, subject)
            found, survivor = self._read(held)
            if survivor is None or survivor.casefold() == subject.casefold():
                return _answered(held, found)
            later = await self._held(question, survivor)
        # Who the child is stands in the surviving record; the rest may not have moved with it.
        moved, _ = self._read(later)
        if any(isinstance(record, Identity) for record in moved):
            found = [record for record in found if not isinstance(record, Identity)]
        both = _answered(later, [*moved, *found], held)
        return dataclasses.replace(both, superseded_by=LocalId(self.name, survivor))

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose entities were changed since then.

        Raises:
            NotSetUp: the field map names no time of change.
            SourceError: one of the lists could not be read: a part is never passed off as all.
        """
        asked = list(telling.lists(self._sections, since))
        if not asked:
            raise NotSetUp(
                self.name,
                "cannot be asked what has changed. Name `modified` in the council's field map.",
            )
        return await self._changed(asked, now)

    async def changed_facts(self, since: datetime, *, now: datetime) -> Changed:
        """Whose cases or legal statuses were changed since then, of those that the map says when.

        Raises:
            SourceError: one of the lists could not be read: a part is never passed off as all.
        """
        return await self._changed(list(telling.lists(self._sections, since, telling.FACTS)), now)

    async def facts(self, question: Question) -> Answered:
        """One child's records: the area of a placement stands in them.

        Raises:
            SourceError: as for `records`.
        """
        return await self.records(question)

    async def _changed(self, asked: Sequence[tuple[Section, Query]], now: datetime) -> Changed:
        found = Listed(self.name)
        async with self._service.exchange.in_time():
            for section, query in asked:
                raws = await self._service.list(
                    section.entity.entity_set, query, headers={}, walk=long_walk(self.name)
                )
                telling.add(found, section, raws)
        return Changed(people=found.people(), as_of=now, skipped=found.skipped)

    async def told(self, question: Question) -> Told:
        """What one child's placements, episodes, interviews, meetings and plans tell.

        Raises:
            SourceError: as for `records`.
        """
        items = question.items & TELLING | {Item.IDENTITY_EXISTS}
        question = dataclasses.replace(question, items=items)
        async with self._service.exchange.in_time():
            held = await self._held(
                question, local_id(self.name, question), telling.narrowed(self._sections)
            )
        found, survivor = self._read(held)
        if survivor is not None and survivor.casefold() != held.subject.casefold():
            return Told(events=(), superseded_by=LocalId(self.name, survivor))
        about = Whom(local_id=question.subject)
        kinds = telling.whole(self._sections)
        return told_of(_answered(held, found), about, kinds, held.of_episode)

    async def trace(self, nhs_number: NHSNumber) -> tuple[Known, ...]:
        """Whom the council knows by that NHS number; a merged record leads to the surviving one.

        Raises:
            SourceError: as for `records`.
        """
        field = self._council.person.nhs_number
        if field is None:
            return ()
        section = self._sections[_PERSON]
        query = (
            ("$filter", f"{field} eq {quoted(nhs_number.digits)}"),
            *section.query(_TRACED & self.supplies),
        )
        async with self._service.exchange.in_time():
            raws = await self._service.list(
                section.entity.entity_set, query, headers={}, in_body=self._in_body
            )
        return self._known(raws, nhs_number)

    def _known(self, raws: Sequence[msgspec.Raw], sought: NHSNumber) -> tuple[Known, ...]:
        names, notes = self._council.person, Notes()
        found: dict[str, Known] = {}
        for row in rows(raws, notes):
            try:
                key, merged = row.code(names.key), row.code(names.merged_into)
                if key is None:
                    notes.skip("person entity")
                    continue
                if nhs_number(names, row, notes) != sought:
                    continue
                current = merged or key
                if merged and current in found:
                    continue
                found[current] = Known(
                    local_id=LocalId(self.name, current),
                    nhs_number=sought,
                    core=core(names, row, notes, datetime.now(UTC)),
                    superseded_from=LocalId(self.name, key) if merged else None,
                )
            except NotReadable:
                notes.skip("person entity")
        if notes.skipped:
            # "Nobody" would be untrue: somebody came whom we could not read.
            raise SourceContractBroken(
                self.name, "named somebody who cannot be read. Tell the agency that runs it."
            )
        return tuple(found.values())

    async def _held(
        self, question: Question, subject: str, sections: Mapping[str, Section] | None = None
    ) -> Held:
        key = literal(subject, self._council.keys)
        if key is None:
            raise SourceContractBroken(
                self.name,
                "cannot have given out the id under which the child is linked here. Check the"
                " link, and `keys` in the field map.",
            )
        items = question.items & self.supplies
        asked = {
            name: section
            for name, section in (sections or self._sections).items()
            if items & section.fields.keys() or (name == _PERSON and section.always)
        }
        headers = {"x-request-id": question.request_ref}
        given = await together(
            *(
                self._service.list(
                    section.entity.entity_set,
                    self._query(name, section, key, items),
                    headers=headers,
                )
                for name, section in asked.items()
            )
        )
        return Held(
            source=self.name,
            subject=subject,
            council=self._council,
            items=items,
            now=question.now,
            answers=dict(zip(asked, given, strict=True)),
        )

    def _query(self, name: str, section: Section, key: str, items: frozenset[Item]) -> Query:
        narrowed = f"{section.person} eq {key}"
        names = self._council.interview
        if name == "interview" and names is not None and (only := shown(names)):
            narrowed = f"{narrowed} and ({only})"
        return (("$filter", narrowed), *section.query(items))

    def _read(self, held: Held) -> tuple[list[Record], str | None]:
        """The records, and the key of the person into whose record this one was merged."""
        survivor = self._survivor(held)
        found: list[Record] = []
        for name, make in readers(held).items():
            found += held.read(name, self._sections, make)
        return list(noted(found)), survivor

    def _survivor(self, held: Held) -> str | None:
        names = self._council.person
        if names.merged_into is None:
            return None
        # Read apart: what is noted on the way is noted when the identity is read.
        apart = dataclasses.replace(held, notes=Notes())
        for row, _ in apart.rows(_PERSON, self._sections[_PERSON]):
            try:
                survivor = row.code(names.merged_into)
            except NotReadable:
                held.notes.skip("person entity")
                continue
            if survivor is not None:
                held.notes.add(
                    "superseded-person",
                    "This record was merged into another; what stands under either is shown.",
                )
                return survivor
        return None


def _credentials(name: str, http: Http, settings: Settings) -> Credentials:
    if settings.token_url is None:
        pair = f"{settings.client_id}:{settings.client_secret.reveal}".encode()
        return Fixed({"authorization": f"Basic {b64encode(pair).decode('ascii')}"})
    return Tokens(
        name,
        http,
        settings.token_url,
        ClientSecret(settings.client_id, settings.client_secret),
        scope=settings.scope,
        timeout=settings.timeout,
    )


def _answered(held: Held, records: Sequence[Record], *others: Held) -> Answered:
    """One answer from what was read, with every note."""
    parts = (held, *others)
    return harmless(
        Answered(
            records=tuple(records),
            as_of=held.now,
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes.all())),
            skipped=sum(part.notes.skipped for part in parts),
        )
    )
