"""A child's standing and facts as one system has them, read from its records and kept.

Nothing of it is shown to anybody. What is kept is codes: who is what to the child, in whose area, under
what status, born when. Names that come beside them are dropped when the claims are made.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.stating import Says, Topic, restate
from gateway.polling.tables import UNREAD_CODE
from gateway.settings import PollSettings
from gateway.stating.reading import LONGEST_UNREAD, Unread, asked, read
from gateway.stating.workers import Workers
from linking.storage import reading
from linking.tables import LINK
from notifications.turns import writing_in_turn
from records.identifiers import LocalId
from records.people import Purpose
from records.polling import ListsFacts
from records.source import Question, Source

_KEYS: Final = (
    (STANDING, STANDING.c.standing),
    (CHILD_AREA, CHILD_AREA.c.area),
    (ATTRIBUTE, ATTRIBUTE.c.fact),
)
_LATER: Final = LINK.alias("still")


def by(source: str) -> str:
    """Who states what was read from a source's records."""
    return f"poll of {source}"


class Stating:
    """Reads one source's facts of one child after another, and keeps them.

    Raises:
        WrongSettings: the list of workers cannot be read.
    """

    def __init__(self, source: Source, poll: PollSettings, engine: AsyncEngine) -> None:
        assert poll.facts is not None  # noqa: S101 (asked of those alone that have it)
        self.settings = poll.facts
        self._source = source
        self._asked_for = poll.asked_for
        self._engine = engine
        self._items = asked(source.kind, poll.facts) & source.supplies
        self._workers = Workers(source.name, poll.facts)

    async def state(self, child_ref: str, local_id: LocalId, now: datetime) -> int:
        """Ask for the facts of one child, and keep what is said; how many rows that took.

        Of an answer in which rows could not be read, nothing is ended: what they said may still hold.

        Raises:
            SourceError: as `records.source.Source`; nothing was changed.
        """
        if not self._items:
            return 0
        self._workers.refresh()
        ask = self._source.facts if isinstance(self._source, ListsFacts) else self._source.records
        answered = await ask(
            Question(
                subject=local_id,
                items=self._items,
                purpose=Purpose.SAFEGUARD,
                asked_for=self._asked_for,
                request_ref=str(uuid.uuid4()),
                now=now,
            )
        )
        found = read(
            answered.records, self._items, self._source.kind, self.settings, self._workers, now
        )
        says = Says(
            source=self._source.name,
            by=by(self._source.name),
            claims=found.claims,
            covered=frozenset() if answered.skipped else found.covered,
            vouched_to=answered.as_of,
        )
        async with writing_in_turn(self._engine) as transaction:
            written = await restate(transaction, child_ref, says, now)
            await note_unread(transaction, self._source.name, found.unread, now)
        return written

    async def forget_the_parted(self, now: datetime) -> int:
        """End what this source says of children to whom none of its ids leads any more; how many there were."""
        name = self._source.name
        parted = (
            sa.select(LINK.c.child_ref)
            .where(
                LINK.c.source == name,
                LINK.c.unlinked_at.is_not(None),
                ~sa.exists().where(
                    _LATER.c.child_ref == LINK.c.child_ref,
                    _LATER.c.source == name,
                    _LATER.c.unlinked_at.is_(None),
                ),
                # Of most who were ever parted nothing stands any more: they are not gone through again.
                sa.or_(*(_stands(table, LINK.c.child_ref, name, now) for table, _ in _KEYS)),
            )
            .distinct()
        )
        async with reading(self._engine) as connection:
            children = list((await connection.execute(parted)).scalars())
        ended = 0
        for child_ref in children:
            async with writing_in_turn(self._engine) as transaction:
                says = Says(
                    source=name,
                    by=by(name),
                    claims=(),
                    covered=await _everything(transaction, child_ref, name),
                    vouched_to=now,
                )
                ended += bool(await restate(transaction, child_ref, says, now))
        return ended


def _stands(
    table: sa.Table, child: sa.ColumnElement[str], source: str, now: datetime
) -> sa.ColumnElement[bool]:
    """Whether anything that was read from this source of a child still holds."""
    later = table.alias()
    return sa.exists().where(
        table.c.child_ref == child,
        table.c.source == source,
        table.c.asserted_by == by(source),
        table.c.valid_to.is_(None) | (table.c.valid_to > now),
        ~sa.exists().where(later.c.replaces == table.c.id),
    )


async def _everything(connection: AsyncConnection, child_ref: str, source: str) -> frozenset[Topic]:
    """Every topic on which this source has read anything of this child."""
    found: set[Topic] = set()
    for table, key in _KEYS:
        rows = await connection.execute(
            sa.select(key)
            .where(
                table.c.child_ref == child_ref,
                table.c.source == source,
                table.c.asserted_by == by(source),
            )
            .distinct()
        )
        found |= {(table.name, topic) for topic in rows.scalars()}
    return frozenset(found)


async def note_unread(
    transaction: AsyncConnection, source: str, unread: Iterable[Unread], now: datetime
) -> None:
    """Keep which codes nothing reads, and drop those that have not been seen for days."""
    await transaction.execute(
        sa.delete(UNREAD_CODE).where(
            UNREAD_CODE.c.source == source, UNREAD_CODE.c.seen_at < now - LONGEST_UNREAD
        )
    )
    for one in sorted(unread, key=lambda each: (each.kind, each.code)):
        key = {"source": source, "kind": one.kind, "code": one.code}
        where = [UNREAD_CODE.c[name] == value for name, value in key.items()]
        seen = await transaction.execute(sa.update(UNREAD_CODE).where(*where).values(seen_at=now))
        if not seen.rowcount:
            await transaction.execute(UNREAD_CODE.insert().values(**key, seen_at=now))
