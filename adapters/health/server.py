"""Speak to one FHIR server: read a resource, or search page by page without leaving its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec

from adapters.credentials import Credentials
from adapters.exchange import Exchange, segment
from adapters.health import wire
from adapters.health.outcome import heed
from adapters.links import Place
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.settings import Url
from records.errors import SourceContractBroken
from records.http import Http, HttpReply

FHIR: Final = frozenset({"application/fhir+json", "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, not yet read, and the codes with which the server commented on it."""

    resources: Sequence[msgspec.Raw]
    codes: frozenset[str]


class Server:
    """One FHIR R4 server."""

    def __init__(
        self,
        source: str,
        http: Http,
        base: Url,
        credentials: Credentials,
        *,
        timeout: float,
        deadline: float | None,
    ) -> None:
        self.source = source
        self._base = base.text
        # Asked from the origin on, because a server's own links need not stay below its base.
        self.exchange = Exchange(
            source,
            http,
            Place.at(base.text).root,
            credentials=credentials,
            timeout=timeout,
            deadline=deadline,
        )

    async def read(
        self,
        kind: str,
        resource_id: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str],
        also: frozenset[int] = frozenset(),
    ) -> HttpReply:
        """One resource by its id; statuses in ``also`` come back as they are.

        Raises:
            SourceError: as `Exchange.ask`.
        """
        path = urlsplit(f"{self._base}/{kind}/{segment(resource_id)}").path
        return await self.exchange.get(path, query, headers=headers, accepts=FHIR, also=also)

    async def create(
        self, kind: str, body: bytes, *, headers: Mapping[str, str], also: frozenset[int]
    ) -> HttpReply:
        """Have a resource made; statuses in ``also`` come back as they are. Never repeated by itself.

        Raises:
            SourceError: as `Exchange.ask`.
        """
        path = Place.at(f"{self._base}/{kind}").path
        headers = {"content-type": "application/fhir+json", **headers}
        return await self.exchange.ask(
            "POST", path, body=body, headers=headers, accepts=FHIR, also=also
        )

    async def search(
        self,
        kind: str,
        query: Sequence[tuple[str, str]],
        *,
        headers: Mapping[str, str],
        notes: Notes,
        walk: Walk | None = None,
    ) -> Found:
        """Every resource of one type that matches; what was only included with them is left out.

        Raises:
            SourceError: as `Exchange.ask`, and when an OperationOutcome among the answers
                says so; a page that leads elsewhere or in circles breaks the contract.
        """
        found: list[msgspec.Raw] = []
        codes: frozenset[str] = frozenset()
        walk = walk or Walk(self.source)
        place = Place.at(f"{self._base}/{kind}")
        asked: Sequence[tuple[str, str]] = query
        while True:
            reply = await self.exchange.get(place.path, asked, headers=headers, accepts=FHIR)
            bundle, said = self._page(kind, reply, found, notes)
            codes |= said
            if bundle is None:
                return Found(resources=found, codes=codes)
            following = walk.step(len(bundle.entry), bundle.next_url())
            if following is None:
                return Found(resources=found, codes=codes)
            place = place.follow(following, self.source)
            asked = place.query

    async def look_once(
        self,
        kind: str,
        query: Sequence[tuple[str, str]],
        *,
        headers: Mapping[str, str],
        notes: Notes,
    ) -> Found:
        """As `search`, in one call that is never repeated: for where being asked leaves a trace.

        Raises:
            SourceError: as `search`, and when there is more than the one page.
        """
        path = Place.at(f"{self._base}/{kind}").path
        reply = await self.exchange.get(
            path, query, headers=headers, accepts=FHIR, repeatable=False
        )
        found: list[msgspec.Raw] = []
        bundle, codes = self._page(kind, reply, found, notes)
        if bundle is not None and bundle.next_url():
            raise SourceContractBroken(
                self.source,
                "sent a page of several where one answer was due. Tell the agency that runs it.",
            )
        return Found(resources=found, codes=codes)

    def _page(
        self, kind: str, reply: HttpReply, found: list[msgspec.Raw], notes: Notes
    ) -> tuple[wire.Bundle | None, frozenset[str]]:
        """One page, its matches added to those found; None for an outcome in place of a page."""
        if wire.RESOURCE.read(self.source, reply.body).resource_type == "OperationOutcome":
            outcome = wire.OUTCOME.read(self.source, reply.body)
            heed(self.source, outcome, notes)
            return None, outcome.codes()
        bundle = wire.BUNDLE.read(self.source, reply.body)
        codes: frozenset[str] = frozenset()
        for entry in bundle.entry:
            codes |= self._sort(kind, entry, found, notes)
        return bundle, codes

    def _sort(
        self, kind: str, entry: wire.Entry, found: list[msgspec.Raw], notes: Notes
    ) -> frozenset[str]:
        """Keep a match; heed an outcome; pass over the rest."""
        if bytes(entry.resource) in {b"", b"null"}:
            return frozenset()
        for resource in wire.RESOURCE.rows((entry.resource,), notes):
            if resource.resource_type == "OperationOutcome":
                outcome = wire.OUTCOME.read(self.source, entry.resource)
                heed(self.source, outcome, notes)
                return outcome.codes()
            mode = entry.search.mode if entry.search else None
            if resource.resource_type == kind and mode != "include":
                found.append(entry.resource)
        return frozenset()


def about(reference: wire.Reference | None, subject: str) -> bool:
    """Whether a reference points to this patient: relative, absolute, or of one version."""
    parts = (reference.reference if reference else None) or ""
    segments = parts.split("/_history/", 1)[0].split("/")
    return segments[-2:] == ["Patient", subject]
