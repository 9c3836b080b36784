"""Standing, areas and facts that somebody enters, because no system tells them: written down first, then kept.

What stands already in the same words is not written again, so that a file may be taken in twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disclosure.audit import Ledger
from disclosure.chain import Plain
from disclosure.entries import Entry, EntryKind
from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.recording import end
from disclosure.stating import SAYS, Claim
from linking.storage import reading, writing
from records.errors import WrongArgument

TABLES: Final = (STANDING, CHILD_AREA, ATTRIBUTE)
_BY_NAME: Final = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One row as it stands: its number, what it says, since and until when, and who says so."""

    table: str
    number: int
    says: Mapping[str, str | None] = field(repr=False)
    valid_from: datetime
    valid_to: datetime | None
    source: str
    by: str

    @property
    def ref(self) -> str:
        """What it is called where it is to be ended: the register and the number."""
        return f"{self.table}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One thing to be entered about one child. ``source`` is the system or register that it comes from."""

    child_ref: str = field(repr=False)
    claim: Claim
    source: str


async def held(engine: AsyncEngine, child_ref: str, now: datetime) -> tuple[Held, ...]:
    """Every standing, area and fact of a child that holds now or is to hold, and was not replaced."""
    async with reading(engine) as connection:
        found = [await held_in(connection, table, child_ref, now) for table in TABLES]
    return tuple(one for of_table in found for one in of_table)


async def held_in(
    connection: AsyncConnection, table: sa.Table, child_ref: str, now: datetime
) -> list[Held]:
    """The same of one register, within a transaction."""
    later = table.alias("later")
    rows = await connection.execute(
        sa.select(table)
        .where(
            table.c.child_ref == child_ref,
            table.c.valid_to.is_(None) | (table.c.valid_to > now),
            ~sa.exists().where(later.c.replaces == table.c.id),
        )
        .order_by(table.c.id)
    )
    return [_held(table, row) for row in rows.mappings()]


async def enter(
    engine: AsyncEngine, ledger: Ledger, new: Sequence[Entered], *, by: str, now: datetime
) -> int:
    """Put these on record, each in the ledger first; how many did not stand already.

    Raises:
        NotRecorded: they could not be written down; nothing took effect.
    """
    async with reading(engine) as connection:
        missing = [one for one in new if not await _stands(connection, one, now)]
    if not missing:
        return 0
    async with asyncio.TaskGroup() as writing_down:
        for one in missing:
            writing_down.create_task(
                _write_down(ledger, one.child_ref, str(one.claim.table.name), _said(one), by, now)
            )
    async with writing(engine) as connection:
        for one in missing:
            await put(connection, one, by=by, now=now)
    return len(missing)


async def put(connection: AsyncConnection, one: Entered, *, by: str, now: datetime) -> int:
    """Add the row, within a transaction of somebody who has written it down; its number."""
    claim = one.claim
    inserted = await connection.execute(
        claim.table.insert().values(
            child_ref=one.child_ref,
            **dict(zip(SAYS[claim.table.name], claim.says, strict=True)),
            valid_from=claim.since or now,
            valid_to=claim.until,
            source=one.source,
            asserted_by=by,
            recorded_at=now,
            replaces=None,
        )
    )
    (number,) = inserted.inserted_primary_key or (0,)
    return int(number)


async def end_one(
    engine: AsyncEngine,
    ledger: Ledger,
    child_ref: str,
    ref: str,
    *,
    at: datetime,
    by: str,
    now: datetime,
) -> Held:
    """End one row of a child, from an instant on; the row as it stood.

    Raises:
        WrongArgument: nothing of that name stands of this child.
        NotRecorded: it could not be written down; nothing took effect.
    """
    found = [one for one in await held(engine, child_ref, now) if one.ref == ref]
    if not found:
        raise WrongArgument("Nothing of that name stands of this child; `list` shows what does.")
    (row,) = found
    await _write_down(ledger, child_ref, f"{row.table}-ended", dict(row.says), by, now)
    async with writing(engine) as connection:
        await end(connection, _BY_NAME[row.table], row.number, at=at, by=by, now=now)
    return row


async def _write_down(
    ledger: Ledger,
    child_ref: str,
    what: str,
    says: Mapping[str, str | None],
    by: str,
    now: datetime,
) -> None:
    """What is entered, of which child, and by whom; who is named and what a fact says stand in the register alone."""
    (topic, *_) = says.values()
    body: dict[str, Plain] = {
        "fact": what,
        "of": topic,
        "whose": says.get("organisation"),
        "said_by": by,
    }
    await ledger.append(Entry(kind=EntryKind.FACT, at=now, child_ref=child_ref, body=body))


async def _stands(connection: AsyncConnection, one: Entered, now: datetime) -> bool:
    table, later = one.claim.table, one.claim.table.alias("later")
    said = zip(SAYS[table.name], one.claim.says, strict=True)
    until = one.claim.until
    found = await connection.execute(
        sa.select(table.c.id).where(
            table.c.child_ref == one.child_ref,
            table.c.source == one.source,
            *(
                table.c[name].is_(None) if says is None else table.c[name] == says
                for name, says in said
            ),
            table.c.valid_to.is_(None) if until is None else table.c.valid_to == until,
            table.c.valid_from <= max(one.claim.since or now, now),
            ~sa.exists().where(later.c.replaces == table.c.id),
        )
    )
    return found.first() is not None


def _said(one: Entered) -> Mapping[str, str | None]:
    return dict(zip(SAYS[one.claim.table.name], one.claim.says, strict=True))


def _held(table: sa.Table, row: Any) -> Held:  # noqa: ANN401 (a database row)
    return Held(
        table=table.name,
        number=row["id"],
        says={name: row[name] for name in SAYS[table.name]},
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        source=row["source"],
        by=row["asserted_by"],
    )
