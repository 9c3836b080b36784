"""Walk through pages without being led in circles or into the endless."""

from __future__ import annotations

from typing import Final

from records.errors import SourceContractBroken

MOST_PAGES: Final = 50
MOST_ROWS: Final = 5_000
"""One child's records, with room to spare: the most-missing child known has a few hundred."""


class Walk:
    """One walk through the pages of one list.

    Call `step` with each page's rows and the cursor it gives for the next.
    """

    def __init__(self, source: str, *, pages: int = MOST_PAGES, rows: int = MOST_ROWS) -> None:
        self._source = source
        self._pages = pages
        self._rows = rows
        self._seen: set[str] = set()

    def step(self, rows: int, following: str | None) -> str | None:
        """The cursor to follow, or None at the end (an empty cursor is an end).

        Raises:
            SourceContractBroken: a cursor came twice, or there is no end in sight.
        """
        self._rows -= rows
        self._pages -= 1
        if self._rows < 0:
            raise SourceContractBroken(
                self._source,
                "sent more rows than one child can have. Tell the agency that runs it.",
            )
        if not following:
            return None
        if following in self._seen:
            raise SourceContractBroken(
                self._source, "sent a page that leads back to itself. Tell the agency that runs it."
            )
        if self._pages <= 0:
            raise SourceContractBroken(
                self._source, "sent pages without end. Tell the agency that runs it."
            )
        self._seen.add(following)
        return following
