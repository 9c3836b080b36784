"""Who stands in a list of what has changed: each person once, with a digest of all that was listed of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from adapters.paging import Walk
from records.identifiers import LocalId

if TYPE_CHECKING:
    import msgspec


_MOST_PAGES: Final = 2_000
_MOST_ROWS: Final = 200_000
"""All that one system changes in some days, with room to spare."""


def long_walk(source: str) -> Walk:
    """A walk through a list about everybody."""
    return Walk(source, pages=_MOST_PAGES, rows=_MOST_ROWS)


class Listed:
    """The people of one look, collected row by row. The order of rows does not matter."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows: defaultdict[str, list[bytes]] = defaultdict(list)
        self.skipped = 0

    def add(self, person: str, row: bytes | msgspec.Raw, *, among: str = "") -> None:
        """This row is about this person. ``among`` tells lists apart that may hold the same row."""
        self._rows[person].append(among.encode() + b"\0" + bytes(row))

    def people(self) -> dict[LocalId, str]:
        """Each person with the digest of their rows."""
        return {
            LocalId(self._source, person): hashlib.sha256(b"\0".join(sorted(rows))).hexdigest()
            for person, rows in self._rows.items()
        }
