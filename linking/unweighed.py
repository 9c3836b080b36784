"""Records that could not be weighed or traced when they came, because a system was silent: to be tried again.

A row is the record's sealed id, and its sealed NHS number where that is still to be traced; what
the record says is fetched anew. Any number of replicas may look: a row is taken by moving its time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from linking.index import Index
from linking.storage import TABLES, Instant, reading, writing
from records.identifiers import LocalId, NHSNumber

UNWEIGHED: Final = sa.Table(
    "unweighed_record",
    TABLES,
    sa.Column("local_mark", sa.LargeBinary(32), primary_key=True),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("local_sealed", sa.LargeBinary, nullable=False),
    sa.Column("number_sealed", sa.LargeBinary),
    sa.Column("since", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False, index=True),
)

_PUT_OFF: Final = sa.text(
    "INSERT INTO unweighed_record"
    " (local_mark, source, local_sealed, number_sealed, since, tries, next_at)"
    " VALUES (:local_mark, :source, :local_sealed, :number_sealed, :since, 0, :next_at)"
    " ON CONFLICT (local_mark) DO NOTHING"
).bindparams(
    *(
        sa.bindparam(column.name, type_=column.type)
        for column in UNWEIGHED.c
        if column.name != "tries"
    )
)
_NUMBER: Final = "nhs-number"
_FIRST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unweighed:
    """One record, and the NHS number that is still to be traced."""

    local_id: LocalId
    nhs_number: NHSNumber | None = field(repr=False)
    since: datetime
    tries: int


async def put_off(
    index: Index, local_id: LocalId, nhs_number: NHSNumber | None, *, now: datetime
) -> None:
    """Keep a record to be tried again in a minute; one that is kept already stays as it is."""
    seal = index.seal
    mark = seal.local_mark(local_id)
    number = None if nhs_number is None else seal.seal(LocalId(_NUMBER, nhs_number.digits))
    row = {
        "local_mark": mark,
        "source": local_id.source,
        "local_sealed": seal.seal(local_id),
        "number_sealed": number,
        "since": now,
        "next_at": now + _FIRST,
    }
    async with writing(index.engine) as connection:
        await connection.execute(_PUT_OFF, row)


async def take(index: Index, *, now: datetime, most: int = 20) -> list[Unweighed]:
    """Those that are due, each for this replica alone until it is due again, later each time."""
    query = sa.select(UNWEIGHED).where(UNWEIGHED.c.next_at <= now)
    query = query.order_by(UNWEIGHED.c.next_at).limit(most)
    async with reading(index.engine) as connection:
        due = list(await connection.execute(query))
    taken: list[Unweighed] = []
    for row in due:
        wait = min(_FIRST * 2 ** min(row.tries + 1, 20), _LONGEST)
        async with writing(index.engine) as connection:
            moved = await connection.execute(
                sa.update(UNWEIGHED)
                .where(UNWEIGHED.c.local_mark == row.local_mark, UNWEIGHED.c.tries == row.tries)
                .values(tries=row.tries + 1, next_at=now + wait)
            )
        if moved.rowcount:
            taken.append(
                Unweighed(
                    local_id=index.seal.open(row.source, row.local_sealed),
                    nhs_number=_number(index, row.number_sealed),
                    since=row.since,
                    tries=row.tries + 1,
                )
            )
    return taken


async def done_with(index: Index, local_id: LocalId) -> None:
    """It has been weighed and traced: it is not tried again."""
    async with writing(index.engine) as connection:
        await connection.execute(
            sa.delete(UNWEIGHED).where(UNWEIGHED.c.local_mark == index.seal.local_mark(local_id))
        )


async def how_many(engine: AsyncEngine) -> int:
    """How many wait."""
    async with reading(engine) as connection:
        query = sa.select(sa.func.count()).select_from(UNWEIGHED)
        return int((await connection.execute(query)).scalar_one())


def _number(index: Index, sealed: bytes | None) -> NHSNumber | None:
    return None if sealed is None else NHSNumber(index.seal.open(_NUMBER, sealed).value)
