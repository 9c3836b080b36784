"""Reading the ledger: its heads, an export, whether it is whole, and the entries about somebody.

Nothing here writes, so that looking at the record leaves no mark in it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import BinaryIO, Final

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.chain import BEGINNING, Line, canonical, instant
from disclosure.entries import LEDGER, REASON, EntryKind, Pseudonyms, Written
from disclosure.verification import Bad, Checker, Head, Verdict, heads_noted
from linking.storage import reading

_HEAD: Final = (
    sa.select(LEDGER.c.seq, LEDGER.c.digest)
    .where(LEDGER.c.writer == sa.bindparam("writer"))
    .order_by(LEDGER.c.seq.desc())
    .limit(1)
)
_NEXT_WRITER: Final = sa.select(sa.func.min(LEDGER.c.writer)).where(
    LEDGER.c.writer > sa.bindparam("writer")
)
_EVERYTHING: Final = sa.select(LEDGER).order_by(LEDGER.c.writer, LEDGER.c.seq)
_IN_ONE_READ: Final = 1_000


async def head(engine: AsyncEngine, writer: str) -> Head:
    """The last row of one chain; number 0 where it has none."""
    async with reading(engine) as connection:
        found = (await connection.execute(_HEAD, {"writer": writer})).one_or_none()
    return Head(0, BEGINNING) if found is None else Head(found.seq, found.digest)


async def heads(engine: AsyncEngine) -> dict[str, Head]:
    """The last row of every chain, by writer: what somebody outside may keep, to check against."""
    found: dict[str, Head] = {}
    writer = ""
    while True:
        async with reading(engine) as connection:
            following = (await connection.execute(_NEXT_WRITER, {"writer": writer})).scalar()
        if following is None:
            return found
        writer = following
        found[writer] = await head(engine, writer)


async def recent_heads(engine: AsyncEngine, chains: int = 50) -> dict[str, Head]:
    """The last rows of the chains that were opened last, by writer.

    What a newly opened chain notes. Older chains were noted by those opened after them, so that
    a replica which restarts a thousand times does not make each note a thousand long.
    """
    opened = (
        sa.select(LEDGER.c.writer)
        .where(LEDGER.c.kind == EntryKind.OPENED.value)
        .order_by(LEDGER.c.at.desc())
        .limit(chains)
    )
    async with reading(engine) as connection:
        writers = (await connection.execute(opened)).scalars().all()
    return {writer: await head(engine, writer) for writer in sorted(set(writers))}


async def export(engine: AsyncEngine, to: BinaryIO) -> int:
    """Write the entire ledger as lines of JSON, chain by chain; how many rows it has.

    Written reasons are not in it: they may name people, and the chain holds without them.
    """
    rows = 0
    async for row in _rows(engine, _EVERYTHING):
        to.write(_line(row) + b"\n")
        rows += 1
    return rows


async def verify_stored(
    engine: AsyncEngine,
    keys: Iterable[Ed25519PublicKey],
    *,
    kept: Mapping[str, tuple[Head, ...]] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Verdict:
    """Whether the ledger in this database is as it was written, by one of these keys.

    Beyond what an export shows, the columns that searches use must say what the rows say, and,
    where the deployment's pseudonyms are at hand, written reasons must be those first written.
    """
    opened = _EVERYTHING.where(LEDGER.c.kind == EntryKind.OPENED.value)
    known = heads_noted([_line(row) async for row in _rows(engine, opened)])
    for writer, found in (kept or {}).items():
        known[writer] = (*known.get(writer, ()), *found)
    checker = Checker(tuple(keys), known)
    number = 0
    with_reasons = _EVERYTHING.add_columns(REASON.c.reason.label("written_reason")).outerjoin(
        REASON, REASON.c.ref == LEDGER.c.ref
    )
    async for row in _rows(engine, with_reasons):
        number += 1
        if not checker.add(_line(row)):
            break
        why = _columns_differ(row, pseudonyms)
        if why is not None:
            verdict = checker.verdict()
            bad = Bad(line=number, writer=row.writer, seq=row.seq, why=why)
            return Verdict(ok=False, rows=number, first_bad=bad, heads=verdict.heads)
    return checker.verdict()


async def entries(
    engine: AsyncEngine,
    *,
    child: str | None = None,
    by: str | None = None,
    kinds: Iterable[EntryKind] = tuple(EntryKind),
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Written]:
    """Entries in the order of their time, oldest first; ``child`` and ``by`` are pseudonyms."""
    wanted = (
        sa.select(LEDGER, REASON.c.reason.label("written_reason"))
        .outerjoin(REASON, REASON.c.ref == LEDGER.c.ref)
        .where(LEDGER.c.kind.in_([kind.value for kind in kinds]))
        .order_by(LEDGER.c.at, LEDGER.c.writer, LEDGER.c.seq)
    )
    for column, value in ((LEDGER.c.child, child), (LEDGER.c.by, by)):
        if value is not None:
            wanted = wanted.where(column == value)
    if since is not None:
        wanted = wanted.where(LEDGER.c.at >= since)
    if until is not None:
        wanted = wanted.where(LEDGER.c.at < until)
    async for row in _rows(engine, wanted):
        yield Written(
            ref=row.ref,
            kind=EntryKind(row.kind),
            at=row.at,
            row=bytes(row.row),
            reason=row.written_reason,
        )


async def _rows(
    engine: AsyncEngine, statement: sa.Select[tuple[object, ...]]
) -> AsyncIterator[sa.Row[tuple[object, ...]]]:
    async with engine.connect() as connection:
        found = await connection.stream(statement.execution_options(yield_per=_IN_ONE_READ))
        async for row in found:
            yield row


def _line(row: sa.Row[tuple[object, ...]]) -> bytes:
    return msgspec.json.encode(Line(msgspec.Raw(row.row), row.digest, row.signature))


def _columns_differ(row: sa.Row[tuple[object, ...]], pseudonyms: Pseudonyms | None) -> str | None:
    said = msgspec.json.decode(row.row)
    columns = {
        "writer": row.writer,
        "seq": row.seq,
        "ref": row.ref,
        "kind": row.kind,
        "at": instant(row.at),
        "child": row.child,
        "by": row.by,
    }
    if any(said[name] != value for name, value in columns.items()):
        return "The columns that searches use do not say what the row says."
    written = row.written_reason
    if (
        pseudonyms is None
        or written is None
        or said["reason"] == pseudonyms.reason(row.ref, written)
    ):
        return None
    return "The written reason is not the one first written."


def readable(row: bytes) -> bytes:
    """A row as people read it, indented; the same words in the same order."""
    return msgspec.json.format(canonical(msgspec.json.decode(row)), indent=2)
