"""Speak OData v4 to one service: lists, page by page, from its own origin only.

Source: OASIS OData Protocol 4.01: server-driven paging, ``Prefer: odata.maxpagesize``, ``$query``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from adapters.caredirector.wire import PAGE
from adapters.credentials import Credentials
from adapters.exchange import Exchange
from adapters.links import Place
from adapters.paging import Walk
from adapters.settings import Url
from records.errors import SourceContractBroken, SourceUnavailable
from records.http import Http

_PROTOCOL: Final = {"odata-version": "4.0", "odata-maxversion": "4.01"}


class Service:
    """One OData service."""

    def __init__(
        self,
        source: str,
        http: Http,
        base: Url,
        credentials: Credentials,
        *,
        page_size: int,
        timeout: float,
        deadline: float | None,
    ) -> None:
        self.source = source
        self._base = base.text
        self._page_size = page_size
        # Asked from the origin on, because a server's own links need not stay below its base.
        self.exchange = Exchange(
            source,
            http,
            Place.at(base.text).root,
            credentials=credentials,
            timeout=timeout,
            deadline=deadline,
        )

    async def list(
        self,
        entity_set: str,
        query: Sequence[tuple[str, str]],
        *,
        headers: Mapping[str, str],
        in_body: bool = False,
        walk: Walk | None = None,
    ) -> list[msgspec.Raw]:
        """Every entity that matches, page by page. The first page may be asked for in a body.

        An entity set that is not there (404) breaks the contract: it is the field map's mistake,
        and no sign that nothing is held.

        Raises:
            SourceError: as `Exchange.ask`, and when the server says half way that it failed.
        """
        found: list[msgspec.Raw] = []
        walk = walk or Walk(self.source)
        place = Place.at(f"{self._base}/{entity_set}")
        asked: Sequence[tuple[str, str]] = query
        told = {
            **_PROTOCOL,
            "prefer": f"odata.maxpagesize={self._page_size}",
            **headers,
        }
        while True:
            if in_body:
                reply = await self.exchange.ask(
                    "POST",
                    f"{place.path}/$query",
                    body=urlencode(list(asked), quote_via=quote).encode("ascii"),
                    headers={**told, "content-type": "text/plain"},
                )
                in_body = False
            else:
                reply = await self.exchange.get(place.path, asked, headers=told)
            page = PAGE.read(self.source, reply.body)
            if page.failed:
                raise SourceUnavailable(self.source, "reports a fault of its own. Ask again later.")
            if page.value is None:
                raise SourceContractBroken(
                    self.source, "sent a page without a list. Tell the agency that runs it."
                )
            found.extend(page.value)
            following = walk.step(len(page.value), page.next_link)
            if following is None:
                return found
            place = place.follow(following, self.source)
            asked = place.query
