"""Where a system's list goes on: a link resolved against the page that names it, never elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urljoin, urlsplit

from records.errors import SourceContractBroken


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a system, taken apart: its origin, its path and its query."""

    origin: tuple[str, str]
    path: str
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, url: str) -> Self:
        """The place of an address."""
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        return cls((parts.scheme, parts.netloc), parts.path, tuple(query))

    @property
    def root(self) -> str:
        """The origin as an address."""
        return "://".join(self.origin)

    def follow(self, link: str, source: str) -> Place:
        """Where a link on the page fetched from here leads: relative or absolute, same origin only.

        Raises:
            SourceContractBroken: it leads to another scheme, host or port, or nowhere.
        """
        try:
            there = Place.at(urljoin(f"{self.root}{self.path}", link))
        except ValueError:
            there = None
        if there is None or there.origin != self.origin:
            raise SourceContractBroken(
                source,
                "pointed to another place for its next page; the gateway does not go there."
                " Check its address.",
            )
        return there
