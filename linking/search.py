"""Finding records by name, birth date and address without holding any of them.

Each record is kept as keyed marks of several facts together, and its sealed id. Whoever is found
this way is a candidate: what their system says of them is fetched and weighed, or read by a
person, before anything follows from it.

Source: docs/decisions/0041.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.index import Index
from linking.keys import Key, keys
from linking.particulars import Likeness, Particulars
from linking.sealing import Seal
from linking.storage import TABLES, Instant, reading, writing
from linking.tables import LINK
from records.identifiers import LocalId

RECORD: Final = sa.Table(
    "search_record",
    TABLES,
    sa.Column("record", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("local_mark", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("local_sealed", sa.LargeBinary, nullable=False),
    sa.Column("marks", sa.LargeBinary, nullable=False),
    sa.Column("marked_at", Instant, nullable=False),
)
MARK: Final = sa.Table(
    "search_mark",
    TABLES,
    sa.Column("mark", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("record", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

_WORTH: Final[Mapping[Key, int]] = {
    Key.UPN: 8,
    Key.NAMES_AND_BIRTH: 4,
    Key.BIRTH_AND_POSTCODE: 4,
    Key.NAMES_AND_DISTRICT: 2,
    Key.GIVEN_AND_BIRTH: 2,
    Key.FAMILY_AND_BIRTH: 2,
    Key.NAMES_AND_YEAR: 1,
    Key.NAMES_AND_DAY: 1,
}
_MOST_OF_ONE_MARK: Final = 100
_IN_ONE_QUERY: Final = 500
_PLACES: Final = 16
_ATTEMPTS: Final = 3
_SHORT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record that a system holds, to be found again. ``superseded_from`` is no longer found."""

    local_id: LocalId
    particulars: Particulars
    superseded_from: LocalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be the one looked for, and the children it is linked to: mostly one or none.

    ``agrees`` says which facts brought it here; ``rank`` orders candidates and proves nothing.
    """

    local_id: LocalId
    child_refs: tuple[str, ...]
    agrees: frozenset[Key]
    rank: int


async def remember(index: Index, seen: Iterable[Seen], *, now: datetime) -> int:
    """Make records findable, or findable anew where something about them changed; how many were.

    Give them in batches of a few thousand. Done again, it changes nothing.
    """
    batch = list({one.local_id: one for one in seen}.values())
    rows = [_row(index.seal, one, now) for one in batch]
    gone = [index.seal.local_mark(one.superseded_from) for one in batch if one.superseded_from]
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _remembered(index, rows, gone)
        except IntegrityError:
            # Another replica made the same record findable between our look and our write.
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError  # pragma: no cover


async def _remembered(index: Index, rows: Sequence[dict[str, Any]], gone: Sequence[bytes]) -> int:
    async with writing(index.engine) as connection:
        there = await _there(connection, [*(row["local_mark"] for row in rows), *gone])
        changed = [row for row in rows if there.get(row["record"]) != row["marks"]]
        outdated = {row["record"] for row in changed} | {_short(mark) for mark in gone}
        await _remove(connection, {one: there[one] for one in outdated if one in there})
        if changed:
            await connection.execute(sa.insert(RECORD), changed)
            marks = [
                {"mark": mark, "record": row["record"]} for row in changed for mark in _marks(row)
            ]
            if marks:
                await connection.execute(sa.insert(MARK), marks)
    return len(changed)


async def forget(index: Index, local_id: LocalId) -> None:
    """Make a record unfindable: its system has it no longer, or may not have it found."""
    async with writing(index.engine) as connection:
        await _remove(connection, await _there(connection, [index.seal.local_mark(local_id)]))


async def look_up(
    index: Index, particulars: Particulars, *, most: int = 20
) -> tuple[Candidate, ...]:
    """Records that agree in enough to be worth weighing, the likeliest first.

    Nothing is found by a name alone, or by a birth date alone.
    """
    asked = search_marks(index.seal, particulars)
    if not asked:
        return ()
    found: defaultdict[bytes, set[Key]] = defaultdict(set)
    children: defaultdict[bytes, dict[str, None]] = defaultdict(dict)
    sealed: dict[bytes, tuple[str, bytes]] = {}
    async with reading(index.engine) as connection:
        rows = await connection.execute(_look_up(_places(len(asked))), _bound(list(asked)))
    for mark, local_mark, source, local_sealed, child_ref in rows:
        local = bytes(local_mark)
        found[local].add(asked[mark])
        sealed[local] = (source, local_sealed)
        if child_ref is not None:
            children[local][child_ref] = None
    ranked = sorted(found, key=lambda local: (-_rank(found[local]), local))[:most]
    return tuple(
        Candidate(
            local_id=index.seal.open(*sealed[local]),
            child_refs=tuple(sorted(children[local])),
            agrees=frozenset(found[local]),
            rank=_rank(found[local]),
        )
        for local in ranked
    )


def search_marks(seal: Seal, particulars: Particulars) -> dict[int, Key]:
    """What a record is found by: two that may be of one child share a mark."""
    return {seal.search_mark(key.value, *parts): key for key, parts in keys(Likeness(particulars))}


def _rank(agrees: Iterable[Key]) -> int:
    return sum(_WORTH[key] for key in agrees)


@lru_cache(maxsize=8)
def _look_up(marks: int) -> sa.Select[Any]:
    # A mark that very many share may not crowd out the others: each brings so many at most.
    each = [
        sa.select(
            sa.select(MARK.c.mark, MARK.c.record)
            .where(MARK.c.mark == sa.bindparam(f"mark_{at}", type_=sa.BigInteger))
            .limit(_MOST_OF_ONE_MARK)
            .subquery()
        )
        for at in range(marks)
    ]
    hit = sa.union_all(*each).subquery("hit")
    return (
        sa.select(
            hit.c.mark, RECORD.c.local_mark, RECORD.c.source, RECORD.c.local_sealed,
            LINK.c.child_ref,
        )
        .join(RECORD, RECORD.c.record == hit.c.record)
        .outerjoin(
            LINK, (LINK.c.local_mark == RECORD.c.local_mark) & LINK.c.unlinked_at.is_(None)
        )
    )  # fmt: skip


def _places(marks: int) -> int:
    """How many marks the statement has room for: few lengths, so that each is prepared once.

    A statement of a length that is new to a connection costs 10 ms to compile and plan, and five times
    that on a busy core: with a length for every number of marks, now and then a look-up was the first.
    """
    return -(-marks // _PLACES) * _PLACES


def _bound(marks: Sequence[int]) -> dict[str, int | None]:
    """Each mark in its place. A place left over is null, and finds nothing."""
    places: list[int | None] = [*marks, *[None] * (_places(len(marks)) - len(marks))]
    return {f"mark_{at}": mark for at, mark in enumerate(places)}


def _row(seal: Seal, one: Seen, now: datetime) -> dict[str, Any]:
    local_mark = seal.local_mark(one.local_id)
    marks = sorted(search_marks(seal, one.particulars))
    return {
        "record": _short(local_mark),
        "source": one.local_id.source,
        "local_mark": local_mark,
        "local_sealed": seal.seal(one.local_id),
        "marks": struct.pack(f">{len(marks)}q", *marks),
        "marked_at": now,
    }


def _marks(row: Mapping[str, Any]) -> Iterator[int]:
    return (mark for (mark,) in struct.iter_unpack(">q", row["marks"]))


def _short(local_mark: bytes) -> int:
    return int.from_bytes(local_mark[:_SHORT], "big", signed=True)


async def _there(connection: AsyncConnection, marks: Sequence[bytes]) -> dict[int, bytes]:
    """The search marks of those of these records that are kept already."""
    found: dict[int, bytes] = {}
    records = [_short(mark) for mark in marks]
    for start in range(0, len(records), _IN_ONE_QUERY):
        rows = await connection.execute(
            sa.select(RECORD.c.record, RECORD.c.marks).where(
                RECORD.c.record.in_(records[start : start + _IN_ONE_QUERY])
            )
        )
        found.update((record, bytes(kept)) for record, kept in rows)
    return found


async def _remove(connection: AsyncConnection, there: Mapping[int, bytes]) -> None:
    if not there:
        return
    pairs = [
        {"a_mark": mark, "a_record": record}
        for record, kept in there.items()
        for mark in _marks({"marks": kept})
    ]
    if pairs:
        await connection.execute(
            sa.delete(MARK).where(
                MARK.c.mark == sa.bindparam("a_mark"), MARK.c.record == sa.bindparam("a_record")
            ),
            pairs,
        )
    await connection.execute(
        sa.delete(RECORD).where(RECORD.c.record == sa.bindparam("a_record")),
        [{"a_record": record} for record in there],
    )
