"""Whose facts have changed since we last looked: read from the tables of facts by their running numbers.

However a fact came in (a system, a practitioner, a command) it is a row, and rows are never changed.
A number may become visible after a higher one: rows of the last minute are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.vocabulary import Fact
from disclosure.fact_tables import (
    ATTRIBUTE,
    CHILD_AREA,
    JUDGEMENT,
    PARTICIPATION,
    PREFERENCE,
    STANDING,
)
from linking.storage import reading
from notifications.happening import OURSELVES
from notifications.reconsidering_tables import HOLIDAY_OVERRIDE, RECONSIDERED
from notifications.tables import CHILD_HEAD, DEADLINE, EVENT, DeadlineState
from notifications.turns import writing_in_turn

EVERYBODY: Final = "everybody"
"""Under this name stands when all children with something pending were last looked at."""

HOLIDAYS: Final = HOLIDAY_OVERRIDE.name
_PAGES: Final = 4
_SETTLING: Final = timedelta(minutes=1)
_OF_AN_EPISODE: Final = (
    Fact.REPORTED_MISSING.value,
    Fact.RECORDED_MISSING.value,
    Fact.LOCATED.value,
    Fact.WHEREABOUTS_KNOWN.value,
)
"""Stated by the events themselves, whose own duties start and stop their clocks."""

_TABLES: Final = (STANDING, CHILD_AREA, PREFERENCE, PARTICIPATION, JUDGEMENT, ATTRIBUTE)
_UPTO: Final = sa.select(RECONSIDERED.c.what, RECONSIDERED.c.upto, RECONSIDERED.c.at)
_KEEP: Final = sa.text(
    "INSERT INTO reconsidered (what, upto, at) VALUES (:what, :upto, :at)"
    " ON CONFLICT (what) DO UPDATE SET upto = :upto, at = :at"
).bindparams(sa.bindparam("at", type_=RECONSIDERED.c.at.type))


@dataclass(slots=True)
class Changes:
    """What was looked at of late, so that it is not looked at twice by one process."""

    seen: dict[str, set[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Children whose facts have changed, and how far each table has been read. ``days``: a holiday, too."""

    children: tuple[str, ...]
    days: bool
    upto: dict[str, int]


async def changed(engine: AsyncEngine, seen: Changes, *, now: datetime, most: int) -> Changed:
    """The children of whom something was learnt since the last look, with events or clocks of theirs.

    At the first look of all nothing has changed: whoever looks at everybody finds the rest.
    """
    children: dict[str, None] = {}
    upto: dict[str, int] = {}
    async with reading(engine) as connection:
        stands = {row.what: row.upto for row in await connection.execute(_UPTO)}
        for table in (*_TABLES, HOLIDAY_OVERRIDE):
            if table.name not in stands:
                upto[table.name] = await _newest(connection, table)
        for table in _TABLES:
            if table.name in stands and len(children) < most:
                rows = await _rows(connection, table, stands[table.name], most)
                upto |= _read(rows, table.name, seen, children, now)
                if len(rows) < most * _PAGES:
                    upto |= await _passed(connection, table, stands[table.name], now)
        proclaimed = await _newest(connection, HOLIDAY_OVERRIDE)
        known = {
            row.child
            for row in await connection.execute(
                sa.select(CHILD_HEAD.c.child).where(CHILD_HEAD.c.child.in_(list(children)))
            )
        }
    days = proclaimed > stands.get(HOLIDAYS, proclaimed)
    if days:
        upto[HOLIDAYS] = proclaimed
    return Changed(
        children=tuple(child for child in children if child in known), days=days, upto=upto
    )


async def keep(engine: AsyncEngine, upto: dict[str, int], *, now: datetime) -> None:
    """Note how far everything has been read, once what followed is durable."""
    if upto:
        async with writing_in_turn(engine) as transaction:
            rows = [{"what": what, "upto": number, "at": now} for what, number in upto.items()]
            await transaction.execute(_KEEP, rows)


async def everybody_since(engine: AsyncEngine) -> datetime | None:
    """When all children with something pending were last looked at; None where never."""
    wanted = _UPTO.where(RECONSIDERED.c.what == EVERYBODY)
    async with reading(engine) as connection:
        row = (await connection.execute(wanted)).one_or_none()
    return None if row is None else row.at


async def with_clocks(engine: AsyncEngine, after: str, *, most: int) -> list[str]:
    """Children with a clock that runs, in order of their references, by the page."""
    page = (
        sa.select(DEADLINE.c.child)
        .distinct()
        .where(DEADLINE.c.child > after, DEADLINE.c.state == DeadlineState.PENDING.value)
        .order_by(DEADLINE.c.child)
        .limit(most)
    )
    async with reading(engine) as connection:
        return list((await connection.execute(page)).scalars())


async def with_news(engine: AsyncEngine, after: str, *, since: datetime, most: int) -> list[str]:
    """Children of whom the last event was learnt since then, in order of their references, by the page."""
    page = (
        sa.select(CHILD_HEAD.c.child)
        .join(
            EVENT,
            sa.and_(EVENT.c.child == CHILD_HEAD.c.child, EVENT.c.child_seq == CHILD_HEAD.c.seq),
        )
        .where(CHILD_HEAD.c.child > after, EVENT.c.recorded_at >= since)
        .order_by(CHILD_HEAD.c.child)
        .limit(most)
    )
    async with reading(engine) as connection:
        return list((await connection.execute(page)).scalars())


async def _newest(connection: AsyncConnection, table: sa.Table) -> int:
    found = await connection.execute(sa.select(sa.func.max(table.c.id)))
    return found.scalar() or 0


async def _rows(
    connection: AsyncConnection, table: sa.Table, upto: int, most: int
) -> list[tuple[int, str, datetime]]:
    found = (
        sa.select(table.c.id, table.c.child_ref, table.c.recorded_at)
        .where(table.c.id > upto)
        .order_by(table.c.id)
        .limit(most * _PAGES)
    )
    if table is ATTRIBUTE:
        found = found.where(ATTRIBUTE.c.fact.not_in(_OF_AN_EPISODE))
    if table is STANDING:
        # A service of the area that an event was told to: whoever it makes a standing of, knows.
        found = found.where(STANDING.c.source != OURSELVES)
    rows = await connection.execute(found)
    return [(row.id, row.child_ref, row.recorded_at) for row in rows]


async def _passed(
    connection: AsyncConnection, table: sa.Table, upto: int, now: datetime
) -> dict[str, int]:
    """How far a table has been read for good where all its rows were looked at, or left out."""
    settling = table.c.recorded_at > now - _SETTLING
    found = sa.select(
        sa.func.max(table.c.id), sa.func.min(sa.case((settling, table.c.id), else_=None))
    ).where(table.c.id > upto)
    newest, first = (await connection.execute(found)).one()
    if newest is None:
        return {}
    return {table.name: newest if first is None else max(upto, first - 1)}


def _read(
    rows: list[tuple[int, str, datetime]],
    name: str,
    seen: Changes,
    children: dict[str, None],
    now: datetime,
) -> dict[str, int]:
    """Take up whose rows these are; how far the table has been read for good."""
    before = seen.seen.setdefault(name, set())
    settled: int | None = None
    settling = False
    for number, child, recorded_at in rows:
        if number not in before:
            children[child] = None
            before.add(number)
        settling = settling or now - recorded_at < _SETTLING
        if not settling:
            settled = number
    if settled is None:
        return {}
    seen.seen[name] = {number for number in before if number > settled}
    return {name: settled}
