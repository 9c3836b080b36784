"""Which of a child's events are news: a poll reads all that ever happened, and tells what is new of it.

What was kept already in the same words is no news; in other words it is a correction, which is, and so
is what was taken back and stands in the records again. What happened before polling began is none
either: nobody is told today of last year's placement.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from disclosure.happenings import SAID_BY_MISTAKE
from linking.index import Ambiguous, Found, Index
from linking.storage import reading
from notifications.episode import OF_EPISODE
from notifications.happening import Happening
from notifications.receiving import happening_of, of_episode, restoring
from notifications.tables import EVENT, INBOX
from records.events import Event
from records.identifiers import LocalId

_IN_ONE_QUERY: Final = 200
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """One event that is news. ``restores`` is the event by which it was taken back before, if it was."""

    event: Event
    restores: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was kept under one reference: whether it was taken back, in which words, and when that was."""

    id: str
    digest: str
    at: datetime
    taken_back: bool
    of_episode: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """The news among a child's events, in their order, and the references under which anything stands."""

    news: tuple[Fresh, ...]
    stands: frozenset[str] = field(repr=False)


class News:
    """Tells news from what is known, by what each sender has sent under which reference."""

    def __init__(self, index: Index) -> None:
        self._index = index

    async def among(self, events: Sequence[Event], local_id: LocalId, began_at: datetime) -> Sifted:
        """Those that are news, in their order, and all that is known once they are kept."""
        found = await self._index.find(local_id=local_id)
        child = found.child_ref if isinstance(found, Found) else ""
        known = await self._known(events)
        dated = _last_of_each_record(events)
        news: list[Fresh] = []
        for event in events:
            before = known.get(event.sender_ref, [])
            at = _time(event) or dated.get(_record(event), _LATEST)
            restores = next((one.id for one in reversed(before) if one.taken_back), None)
            if before:
                said = _was_said(event, child, before, restores)
                is_news = isinstance(found, Ambiguous) or not said
            else:
                is_news = at >= began_at
            if is_news:
                news.append(Fresh(event=event, restores=restores))
        stands = known.keys() | {one.event.sender_ref for one in news}
        return Sifted(news=tuple(news), stands=frozenset(stands))

    async def _known(self, events: Sequence[Event]) -> dict[str, list[_Kept]]:
        """What was kept under each reference, in the order in which it was."""
        found: defaultdict[str, list[_Kept]] = defaultdict(list)
        refs = sorted({event.sender_ref for event in events})
        async with reading(self._index.engine) as connection:
            for start in range(0, len(refs), _IN_ONE_QUERY):
                query = (
                    sa.select(
                        *(INBOX.c.sender_ref, INBOX.c.digest),
                        *(EVENT.c.id, EVENT.c.at, EVENT.c.type, EVENT.c.data),
                    )
                    .join(EVENT, EVENT.c.id == INBOX.c.event)
                    .where(
                        INBOX.c.source == events[0].provenance.source,
                        INBOX.c.sender_ref.in_(refs[start : start + _IN_ONE_QUERY]),
                    )
                    .order_by(INBOX.c.received_at, EVENT.c.child_seq)
                )
                for row in await connection.execute(query):
                    back = row.type == SAID_BY_MISTAKE
                    kept = _Kept(
                        id=row.id,
                        digest=row.digest,
                        at=row.at,
                        taken_back=back,
                        of_episode=msgspec.json.decode(row.data).get(OF_EPISODE),
                    )
                    found[row.sender_ref].append(kept)
        return found


def _was_said(event: Event, child: str, before: Sequence[_Kept], restores: str | None) -> bool:
    """Whether it was kept before in these words.

    An event without a time of its own is dated by when its row was last changed or first read, which
    is no part of what it says.
    """
    happening = restoring(happening_of(event, child), restores)
    return any(kept.digest == _as_kept(happening, event, kept).digest for kept in before)


def _as_kept(said: Happening, event: Event, kept: _Kept) -> Happening:
    """What is said, dated and with the episode, as it was kept then."""
    dated = said if event.happened_at is not None else dataclasses.replace(said, at=kept.at)
    return dated if kept.of_episode is None else of_episode(dated, kept.of_episode)


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
