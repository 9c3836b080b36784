"""Where polling stands, in the database: how far each source is, and who waits to be read again.

Who has changed is written in the transaction that moves the source on, so that whatever dies
afterwards, nobody is forgotten. Every step may be done twice: one who is read again tells the same
events under the same references.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.polling.tables import POLL, POLLED_CHILD, UNREAD_CODE
from linking.sealing import Seal
from linking.storage import reading
from linking.tables import LINK
from notifications.turns import writing_in_turn
from records.identifiers import LocalId
from records.polling import Changed

_IN_ONE_QUERY: Final = 500
_WAITS: Final = POLLED_CHILD.c.sealed.isnot(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one source stands. ``waiting_since``: the oldest instant up to which a child who waits is known."""

    source: str
    began_at: datetime
    as_of: datetime
    next_at: datetime
    polled_at: datetime | None
    failures: int
    failing_since: datetime | None
    failure: str | None
    waiting: int = 0
    waiting_since: datetime | None = None

    @property
    def known_to(self) -> datetime:
        """The instant up to which everything that happened there has been told."""
        return min(self.as_of, self.waiting_since or self.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A child who is to be read again. ``version`` is what was listed of them when they were taken."""

    local_id: LocalId = field(repr=False)
    version: str
    failures: int


async def standings(engine: AsyncEngine) -> dict[str, Standing]:
    """Where every source stands that was ever polled."""
    waiting = (
        sa.select(
            POLLED_CHILD.c.source,
            sa.func.count().label("waiting"),
            sa.func.min(POLLED_CHILD.c.waits_since).label("waiting_since"),
        )
        .where(_WAITS)
        .group_by(POLLED_CHILD.c.source)
        .subquery()
    )
    found = sa.select(
        POLL,
        sa.func.coalesce(waiting.c.waiting, 0).label("waiting"),
        sa.type_coerce(waiting.c.waiting_since, POLL.c.as_of.type).label("waiting_since"),
    ).outerjoin(waiting, waiting.c.source == POLL.c.source)
    async with reading(engine) as connection:
        rows = (await connection.execute(found)).mappings().all()
    return {row["source"]: Standing(**row) for row in rows}


async def begin(engine: AsyncEngine, source: str, *, since: datetime, now: datetime) -> None:
    """Begin to poll a source, unless it is polled already: what happened before ``since`` is no news."""
    row = {"source": source, "began_at": since, "as_of": since, "next_at": now, "failures": 0}
    async with writing_in_turn(engine) as transaction:
        there = sa.select(POLL.c.source).where(POLL.c.source == source)
        if (await transaction.execute(there)).first() is None:
            await transaction.execute(POLL.insert(), row)


async def listed(
    engine: AsyncEngine,
    seal: Seal,
    source: str,
    changed: Changed,
    *,
    now: datetime,
    next_at: datetime,
) -> int:
    """Take in who has changed, and move the source on; how many are to be read that were not before."""
    async with writing_in_turn(engine) as transaction:
        as_of = (
            await transaction.execute(
                sa.select(POLL.c.as_of).where(POLL.c.source == source).with_for_update()
            )
        ).scalar_one()
        new = await _take_in(transaction, seal, source, changed.people, since=as_of, now=now)
        await transaction.execute(
            sa.update(POLL)
            .where(POLL.c.source == source)
            .values(
                # A look that was overtaken moves nothing back.
                as_of=max(as_of, changed.as_of),
                polled_at=now,
                next_at=next_at,
                failures=0,
                failing_since=None,
                failure=None,
            )
        )
    return new


async def _take_in(
    transaction: AsyncConnection,
    seal: Seal,
    source: str,
    people: Mapping[LocalId, str],
    *,
    since: datetime,
    now: datetime,
) -> int:
    marks = {seal.local_mark(person): person for person in people}
    known: dict[bytes, tuple[str, datetime | None]] = {}
    everybody = sorted(marks)
    for start in range(0, len(everybody), _IN_ONE_QUERY):
        some = everybody[start : start + _IN_ONE_QUERY]
        rows = await transaction.execute(
            sa.select(
                POLLED_CHILD.c.mark, POLLED_CHILD.c.version, POLLED_CHILD.c.waits_since
            ).where(POLLED_CHILD.c.source == source, POLLED_CHILD.c.mark.in_(some))
        )
        known |= {row.mark: (row.version, row.waits_since) for row in rows}
    new: list[dict[str, object]] = []
    again: list[dict[str, object]] = []
    for mark in everybody:
        person = marks[mark]
        version, waits_since = known.get(mark, (None, None))
        if version == people[person]:
            continue
        row = {
            "version": people[person],
            "sealed": seal.seal(person),
            "waits_since": waits_since or since,
            "next_at": now,
            "failures": 0,
        }
        if version is None:
            new.append({"source": source, "mark": mark, **row})
        else:
            again.append({"of": source, "who": mark, **row})
    if new:
        await transaction.execute(POLLED_CHILD.insert(), new)
    if again:
        changed = sa.update(POLLED_CHILD).where(
            POLLED_CHILD.c.source == sa.bindparam("of"), POLLED_CHILD.c.mark == sa.bindparam("who")
        )
        await transaction.execute(changed, again)
    return len(new) + len(again)


async def waiting(
    engine: AsyncEngine, seal: Seal, source: str, *, now: datetime, most: int
) -> Sequence[Waiting]:
    """Some of those who are to be read now, who waited longest first."""
    query = (
        sa.select(POLLED_CHILD)
        .where(POLLED_CHILD.c.source == source, _WAITS, POLLED_CHILD.c.next_at <= now)
        .order_by(POLLED_CHILD.c.next_at, POLLED_CHILD.c.mark)
        .limit(most)
    )
    async with reading(engine) as connection:
        rows = (await connection.execute(query)).all()
    return [
        Waiting(local_id=seal.open(source, row.sealed), version=row.version, failures=row.failures)
        for row in rows
    ]


async def due_again(
    engine: AsyncEngine, source: str, *, before: datetime, now: datetime, most: int
) -> int:
    """Have children read of whom no facts were ever read here, or none since; how many were taken.

    Whoever is linked is read once, although nothing of them has changed since they were enrolled.
    """
    known = POLLED_CHILD.c.source == LINK.c.source, POLLED_CHILD.c.mark == LINK.c.local_mark
    query = (
        sa.select(LINK.c.local_mark, LINK.c.local_sealed, POLLED_CHILD.c.mark)
        .outerjoin(POLLED_CHILD, sa.and_(*known))
        .where(
            LINK.c.source == source,
            LINK.c.unlinked_at.is_(None),
            POLLED_CHILD.c.mark.is_(None)
            | (
                POLLED_CHILD.c.sealed.is_(None)
                & (POLLED_CHILD.c.facts_at.is_(None) | (POLLED_CHILD.c.facts_at < before))
            ),
        )
        .order_by(POLLED_CHILD.c.facts_at, LINK.c.local_mark)
        .limit(most)
    )
    async with writing_in_turn(engine) as transaction:
        # One id on two children is asked about once.
        found = {row[0]: row for row in await transaction.execute(query)}
        for mark, sealed, there in found.values():
            wait = {"sealed": sealed, "waits_since": now, "next_at": now, "failures": 0}
            if there is None:
                row = {"source": source, "mark": mark, "version": "", **wait}
                await transaction.execute(POLLED_CHILD.insert().values(row))
            else:
                await transaction.execute(
                    sa.update(POLLED_CHILD)
                    .where(POLLED_CHILD.c.source == source, POLLED_CHILD.c.mark == mark)
                    .values(wait)
                )
    return len(found)


async def without_facts(engine: AsyncEngine, source: str) -> int:
    """How many children are linked in a source of whom no facts have been read from it yet."""
    known = (
        POLLED_CHILD.c.source == LINK.c.source,
        POLLED_CHILD.c.mark == LINK.c.local_mark,
        POLLED_CHILD.c.facts_at.is_not(None),
    )
    query = (
        sa.select(sa.func.count())
        .select_from(LINK)
        .where(LINK.c.source == source, LINK.c.unlinked_at.is_(None), ~sa.exists().where(*known))
    )
    async with reading(engine) as connection:
        return int((await connection.execute(query)).scalar_one())


async def unread_codes(engine: AsyncEngine) -> Sequence[tuple[str, str, str]]:
    """Every code that no setting reads: the source, the kind of code, and the code."""
    columns = UNREAD_CODE.c.source, UNREAD_CODE.c.kind, UNREAD_CODE.c.code
    async with reading(engine) as connection:
        rows = await connection.execute(sa.select(*columns).order_by(*columns))
        return [(row.source, row.kind, row.code) for row in rows]


async def read(
    engine: AsyncEngine,
    seal: Seal,
    one: Waiting,
    *,
    now: datetime,
    facts_at: datetime | None = None,
) -> None:
    """A child's events are kept: they wait no more, unless they have changed again meanwhile."""
    done: dict[str, object] = {
        "read_at": now,
        "sealed": None,
        "waits_since": None,
        "next_at": None,
        "failures": 0,
    }
    if facts_at is not None:
        done["facts_at"] = facts_at
    async with writing_in_turn(engine) as transaction:
        await transaction.execute(sa.update(POLLED_CHILD).where(*_still(seal, one)).values(**done))


async def put_off(engine: AsyncEngine, seal: Seal, one: Waiting, *, until: datetime) -> None:
    """A child could not be read: they wait on, and hold up nobody else."""
    async with writing_in_turn(engine) as transaction:
        await transaction.execute(
            sa.update(POLLED_CHILD)
            .where(*_still(seal, one))
            .values(next_at=until, failures=one.failures + 1)
        )


async def failed(
    engine: AsyncEngine, source: str, why: str, *, now: datetime, wait: timedelta
) -> None:
    """The source could not be asked: it is asked again after a while, from where it stands."""
    async with writing_in_turn(engine) as transaction:
        await transaction.execute(
            sa.update(POLL)
            .where(POLL.c.source == source)
            .values(
                next_at=now + wait,
                failures=POLL.c.failures + 1,
                failing_since=sa.func.coalesce(
                    POLL.c.failing_since, sa.bindparam("since", type_=POLL.c.failing_since.type)
                ),
                failure=why,
            ),
            {"since": now},
        )


def _still(seal: Seal, one: Waiting) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        POLLED_CHILD.c.source == one.local_id.source,
        POLLED_CHILD.c.mark == seal.local_mark(one.local_id),
        POLLED_CHILD.c.version == one.version,
    )
