"""Adding to the registers of facts: who is what to a child, what people said, what was judged.

Each function adds one row and returns its number, by which a later row may replace it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from consent.vocabulary import SHAPES, UNKNOWN, Fact, IsUnknown, Value, fits
from disclosure.assertion import (
    ATTRIBUTES,
    BIRTH_DATE,
    FOR_ONE_CALLER,
    JUDGED,
    PERSONAL,
    About,
    Area,
    Capacity,
    Giver,
    Said,
    Says,
)
from disclosure.chain import canonical
from disclosure.fact_tables import (
    AGREEMENT,
    ATTRIBUTE,
    CHILD_AREA,
    JUDGEMENT,
    NOTICE,
    PARTICIPATION,
    PREFERENCE,
    STANDING,
)
from linking.storage import writing
from records.identifiers import AuthorityCode
from records.people import Kind, Purpose, Role, Standing

Database: TypeAlias = AsyncEngine | AsyncConnection
"""A database, or a transaction in it of which the new row is to be a part."""


async def record_standing(
    engine: Database,
    child_ref: str,
    standing: Standing,
    said: Said,
    *,
    person: tuple[str, str] | None = None,
    organisation: str | None = None,
    team: str | None = None,
    role: Role | None = None,
) -> int:
    """Who is what to a child: a person (issuer and subject), an organisation, or a person there.

    Raises:
        ValueError: nobody is named, or a personal standing names no person.
    """
    if person is None and (organisation is None or standing in PERSONAL):
        raise ValueError(f"Name the person who is {standing.value} to the child.")
    issuer, subject = person or (None, None)
    return await _add(
        engine,
        STANDING,
        said,
        child_ref=child_ref,
        standing=standing.value,
        issuer=issuer,
        subject=subject,
        organisation=organisation,
        team=team,
        role=None if role is None else role.value,
    )


async def record_area(
    engine: Database, child_ref: str, area: Area, authority: AuthorityCode | None, said: Said
) -> int:
    """Whose area, or whose child; None where the source says that it cannot tell."""
    code = None if authority is None else authority.code
    return await _add(
        engine, CHILD_AREA, said, child_ref=child_ref, area=area.value, authority=code
    )


async def record_preference(
    engine: Database,
    child_ref: str,
    says: Says,
    said: Said,
    *,
    giver: Giver,
    giver_ref: str,
    capacity: Capacity,
    about: About = About.SHARING,
    audience: Kind | str | None = None,
) -> int:
    """What the child or a parent wants: for everybody, a kind of organisation, or one organisation.

    ``giver_ref`` tells two parents apart and is no name.
    """
    return await _add(
        engine,
        PREFERENCE,
        said,
        child_ref=child_ref,
        about=about.value,
        giver=giver.value,
        giver_ref=giver_ref,
        audience=audience.value if isinstance(audience, Kind) else audience,
        says=says.value,
        capacity=capacity.value,
    )


async def record_participation(
    engine: Database,
    child_ref: str,
    says: Says,
    said: Said,
    *,
    interview: str,
    giver: Giver,
    giver_ref: str,
) -> int:
    """Whether this interview may take place. Not permission to share it."""
    return await _add(
        engine,
        PARTICIPATION,
        said,
        child_ref=child_ref,
        interview=interview,
        giver=giver.value,
        giver_ref=giver_ref,
        says=says.value,
    )


async def record_notice(
    engine: Database, child_ref: str, said: Said, *, told: bool, why: str
) -> int:
    """That the child was told what is shared, or why telling them was unsafe."""
    return await _add(engine, NOTICE, said, child_ref=child_ref, told=told, why=why)


async def record_judgement(
    engine: Database,
    child_ref: str,
    fact: Fact,
    said: Said,
    *,
    value: bool,
    reason: str,
    for_person: tuple[str, str] | None = None,
    for_organisation: str | None = None,
) -> int:
    """What somebody judged, with their reason. It must end: give ``said.valid_to``.

    Raises:
        ValueError: not a thing to be judged, without an end or a reason, or not said for whom.
    """
    if fact not in JUDGED:
        raise ValueError(f"`{fact.value}` is not judged; see disclosure/assertion.py for what is.")
    if said.valid_to is None or not reason.strip():
        raise ValueError("A judgement has a reason and an end.")
    if fact in FOR_ONE_CALLER and for_person is None and for_organisation is None:
        raise ValueError(f"Say for whom `{fact.value}` is judged.")
    issuer, subject = for_person or (None, None)
    return await _add(
        engine,
        JUDGEMENT,
        said,
        child_ref=child_ref,
        fact=fact.value,
        value=value,
        reason=reason,
        for_issuer=issuer,
        for_subject=subject,
        for_organisation=for_organisation,
    )


async def record_attribute(
    engine: Database, child_ref: str, fact: Fact, value: Value | IsUnknown, said: Said
) -> int:
    """What a system says of a child; UNKNOWN where it says that it cannot tell.

    Raises:
        ValueError: a fact that has a register of its own or is worked out, or a value it cannot have.
    """
    if fact not in ATTRIBUTES:
        raise ValueError(f"`{fact.value}` is not stated by a system: it is recorded elsewhere.")
    if value is not UNKNOWN and not fits(fact, value):
        raise ValueError(f"`{fact.value}` is a {SHAPES[fact].form.value}, and cannot be that.")
    written = None if value is UNKNOWN else canonical(_plain(value)).decode()
    return await _add(engine, ATTRIBUTE, said, child_ref=child_ref, fact=fact.value, value=written)


async def record_birth_date(
    engine: Database, child_ref: str, born_on: date | None, said: Said
) -> int:
    """When the child was born, from which the age of any day is worked out; None where not known."""
    written = None if born_on is None else canonical(born_on.isoformat()).decode()
    return await _add(engine, ATTRIBUTE, said, child_ref=child_ref, fact=BIRTH_DATE, value=written)


async def record_agreement(
    engine: Database,
    organisation: str,
    partnership: str,
    said: Said,
    *,
    agreement_ref: str,
    purposes: Collection[Purpose] | None = None,
    dpia_ref: str | None = None,
) -> int:
    """A sharing agreement between an organisation and a partnership; for every purpose unless said."""
    return await _add(
        engine,
        AGREEMENT,
        said,
        organisation=organisation,
        partnership=partnership,
        purposes=None if purposes is None else " ".join(sorted(p.value for p in purposes)),
        agreement_ref=agreement_ref,
        dpia_ref=dpia_ref,
    )


async def end(
    engine: Database, table: sa.Table, number: int, *, at: datetime, by: str, now: datetime
) -> int:
    """End what a row says, from ``at``: a new row says the same up to then, and replaces it.

    Raises:
        LookupError: there is no such row.
    """
    async with _within(engine) as connection:
        found = await connection.execute(sa.select(table).where(table.c.id == number))
        row = found.mappings().one_or_none()
        if row is None:
            raise LookupError(f"`{table.name}` has no row {number}.")
        ended = {
            **{name: value for name, value in row.items() if name != "id"},
            "valid_to": max(at, row["valid_from"]),
            "asserted_by": by,
            "recorded_at": now,
            "replaces": number,
        }
        return _number(await connection.execute(table.insert().values(ended)))


def _plain(value: Value) -> bool | int | str | list[str]:
    return sorted(value) if isinstance(value, frozenset) else value


async def _add(engine: Database, table: sa.Table, said: Said, **columns: object) -> int:
    row: dict[str, Any] = {
        **columns,
        "valid_from": said.valid_from,
        "valid_to": said.valid_to,
        "asserted_by": said.by,
        "recorded_at": said.recorded_at,
        "replaces": said.replaces,
    }
    if "source" in table.c:
        row["source"] = said.source
    async with _within(engine) as connection:
        return _number(await connection.execute(table.insert().values(row)))


@asynccontextmanager
async def _within(database: Database) -> AsyncIterator[AsyncConnection]:
    """The transaction given, or one of its own."""
    if isinstance(database, AsyncConnection):
        yield database
    else:
        async with writing(database) as connection:
            yield connection


def _number(inserted: sa.CursorResult[Any]) -> int:
    (number,) = inserted.inserted_primary_key or (0,)
    return int(number)
