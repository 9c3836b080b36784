"""Sharing agreements: between which organisation and which partnership, from when, until when, and who says so.

An agreement is good practice and no precondition of sharing, and none of the five protocols makes one a condition:
it decides nothing until a row of a protocol names the fact `agreement`. Corrected by a new row, never changed.

Source: ICO, data sharing code of practice: an agreement is good practice; emergencies may go ahead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure import recording
from disclosure.assertion import Said
from disclosure.audit import Ledger
from disclosure.entries import Entry, EntryKind
from disclosure.fact_tables import AGREEMENT
from linking.storage import reading, writing
from records.people import Purpose

_LATER: Final = AGREEMENT.alias("later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement as it stands; ``purposes`` empty: for every purpose. ``ref`` is the paper's own reference."""

    number: int
    organisation: str
    partnership: str
    purposes: tuple[Purpose, ...]
    ref: str
    dpia_ref: str | None
    valid_from: datetime
    valid_to: datetime | None
    by: str
    recorded_at: datetime


async def agreements(
    engine: AsyncEngine, *, at: datetime | None = None, known_at: datetime | None = None
) -> tuple[Agreement, ...]:
    """Every agreement that was not replaced; of those in force at an instant, as far as was known at another."""
    replaced = _LATER.c.replaces == AGREEMENT.c.id
    wanted = sa.select(AGREEMENT).order_by(AGREEMENT.c.organisation, AGREEMENT.c.id)
    if known_at is not None:
        wanted = wanted.where(AGREEMENT.c.recorded_at <= known_at)
        replaced &= _LATER.c.recorded_at <= known_at
    if at is not None:
        wanted = wanted.where(
            AGREEMENT.c.valid_from <= at,
            AGREEMENT.c.valid_to.is_(None) | (AGREEMENT.c.valid_to > at),
        )
    async with reading(engine) as connection:
        rows = await connection.execute(wanted.where(~sa.exists().where(replaced)))
        return tuple(_agreement(row) for row in rows.mappings())


async def agree(
    engine: AsyncEngine,
    ledger: Ledger,
    *,
    organisation: str,
    partnership: str,
    ref: str,
    by: str,
    now: datetime,
    starts: datetime,
    ends: datetime | None = None,
    purposes: Collection[Purpose] = (),
    dpia_ref: str | None = None,
) -> int:
    """Put an agreement on record, in the ledger first; its number.

    Raises:
        NotRecorded: it could not be written down; nothing took effect.
    """
    said = Said(source="", by=by, valid_from=starts, valid_to=ends, recorded_at=now)
    await _write_down(ledger, "agreement", organisation, partnership, ref, by, now)
    async with writing(engine) as connection:
        return await recording.record_agreement(
            connection,
            organisation,
            partnership,
            said,
            agreement_ref=ref,
            purposes=purposes or None,
            dpia_ref=dpia_ref,
        )


async def end_agreement(
    engine: AsyncEngine, ledger: Ledger, number: int, *, at: datetime, by: str, now: datetime
) -> Agreement:
    """End one, from an instant on; the agreement as it stood.

    Raises:
        LookupError: there is none of that number, or it was replaced already.
        NotRecorded: it could not be written down; nothing took effect.
    """
    found = [one for one in await agreements(engine) if one.number == number]
    if not found:
        raise LookupError(f"There is no agreement {number}. `homeward agreement list` shows all.")
    [standing] = found
    ended = (standing.organisation, standing.partnership, standing.ref, by, now)
    await _write_down(ledger, "agreement-ended", *ended)
    async with writing(engine) as connection:
        await recording.end(connection, AGREEMENT, number, at=at, by=by, now=now)
    return standing


async def _write_down(
    ledger: Ledger,
    what: str,
    organisation: str,
    partnership: str,
    ref: str,
    by: str,
    now: datetime,
) -> None:
    await ledger.append(
        Entry(
            kind=EntryKind.FACT,
            at=now,
            body={
                "fact": what,
                "organisation": organisation,
                "partnership": partnership,
                "agreement": ref,
                "said_by": by,
            },
        )
    )


def _agreement(row: Any) -> Agreement:  # noqa: ANN401 (a database row)
    return Agreement(
        number=row["id"],
        organisation=row["organisation"],
        partnership=row["partnership"],
        purposes=tuple(map(Purpose, (row["purposes"] or "").split())),
        ref=row["agreement_ref"],
        dpia_ref=row["dpia_ref"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        by=row["asserted_by"],
        recorded_at=row["recorded_at"],
    )
