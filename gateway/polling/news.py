"""Which of a child's events are news: a poll reads all that ever happened, and tells what is new of it.

What was kept already in the same words is no news; in other words it is a correction, which is. What
happened before polling began is none either: nobody is told today of last year's placement.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from linking.index import Ambiguous, Found, Index
from linking.storage import reading
from notifications.receiving import happening_of
from notifications.tables import EVENT, INBOX
from records.events import Event
from records.identifiers import LocalId

_IN_ONE_QUERY: Final = 200
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


class News:
    """Tells news from what is known, by what each sender has sent under which reference."""

    def __init__(self, index: Index) -> None:
        self._index = index

    async def among(
        self, events: Sequence[Event], local_id: LocalId, began_at: datetime
    ) -> list[Event]:
        """Those that are news, in their order."""
        found = await self._index.find(local_id=local_id)
        child = found.child_ref if isinstance(found, Found) else ""
        known = await self._known(events)
        dated = _last_of_each_record(events)
        news = []
        for event in events:
            before = known.get(event.sender_ref, [])
            at = _time(event) or dated.get(_record(event), _LATEST)
            if before:
                is_news = isinstance(found, Ambiguous) or not _was_said(event, child, before)
            else:
                is_news = at >= began_at
            if is_news:
                news.append(event)
        return news

    async def _known(self, events: Sequence[Event]) -> dict[str, list[tuple[str, datetime]]]:
        """What was kept under each reference: the digest of what was said, and when that was."""
        found: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
        refs = sorted({event.sender_ref for event in events})
        async with reading(self._index.engine) as connection:
            for start in range(0, len(refs), _IN_ONE_QUERY):
                query = (
                    sa.select(INBOX.c.sender_ref, INBOX.c.digest, EVENT.c.at)
                    .join(EVENT, EVENT.c.id == INBOX.c.event)
                    .where(
                        INBOX.c.source == events[0].provenance.source,
                        INBOX.c.sender_ref.in_(refs[start : start + _IN_ONE_QUERY]),
                    )
                )
                for row in await connection.execute(query):
                    found[row.sender_ref].append((row.digest, row.at))
        return found


def _was_said(event: Event, child: str, before: Iterable[tuple[str, datetime]]) -> bool:
    """Whether it was kept before in these words.

    An event without a time of its own is dated by when its row was last changed or first read, which
    is no part of what it says.
    """
    happening = happening_of(event, child)
    if event.happened_at is not None:
        return any(digest == happening.digest for digest, _ in before)
    return any(digest == dataclasses.replace(happening, at=at).digest for digest, at in before)


def _last_of_each_record(events: Iterable[Event]) -> dict[str, datetime]:
    """The latest time that any event of the same record has: it dates those that have none."""
    found: dict[str, datetime] = {}
    for event in events:
        at = _time(event)
        if at is not None:
            found[_record(event)] = max(at, found.get(_record(event), at))
    return found


def _record(event: Event) -> str:
    return event.sender_ref.rpartition("/")[0]


def _time(event: Event) -> datetime | None:
    return event.happened_at or event.provenance.recorded_at
