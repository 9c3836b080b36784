"""All that one system says of a child now, put in the place of what it said before.

What it says still stays as it was written; what it says anew is added, from when it says so; what it
says no more is ended. Read again, the same records write nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.vocabulary import UNKNOWN, Fact, IsUnknown, Value
from disclosure.assertion import ATTRIBUTES, BIRTH_DATE, Area
from disclosure.chain import canonical
from disclosure.fact_tables import ATTRIBUTE, CHILD_AREA, STANDING
from disclosure.recording import end
from records.identifiers import AuthorityCode
from records.people import Role, Standing

Topic: TypeAlias = tuple[str, str]
"""What a claim is about: a table, and the standing, area or fact."""

_KEY: Final = {STANDING.name: "standing", CHILD_AREA.name: "area", ATTRIBUTE.name: "fact"}
SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    STANDING.name: ("standing", "issuer", "subject", "organisation", "team", "role"),
    CHILD_AREA.name: ("area", "authority"),
    ATTRIBUTE.name: ("fact", "value"),
}
_OF_AN_EVENT: Final = "event "


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a system says of a child. Without ``since``, from when we learnt it."""

    table: sa.Table
    says: tuple[str | None, ...] = field(repr=False)
    since: datetime | None = None
    until: datetime | None = None

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return self.table.name, str(self.says[0])


def stands(
    standing: Standing,
    organisation: str | None,
    *,
    person: tuple[str, str] | None = None,
    team: str | None = None,
    role: Role | None = None,
    until: datetime | None = None,
) -> Claim:
    """Somebody is something to the child."""
    issuer, subject = person or (None, None)
    named = None if role is None else role.value
    says = (standing.value, issuer, subject, organisation, team, named)
    return Claim(table=STANDING, says=says, until=until)


def lies(area: Area, authority: AuthorityCode, since: datetime | None) -> Claim:
    """In whose area the child is, or whose child it is."""
    return Claim(table=CHILD_AREA, says=(area.value, authority.code), since=since)


def holds(fact: Fact, value: Value | IsUnknown, since: datetime | None = None) -> Claim:
    """A fact of the child; UNKNOWN where the system cannot tell.

    Raises:
        ValueError: a fact that no system states.
    """
    if fact not in ATTRIBUTES:
        raise ValueError(f"`{fact.value}` is not stated by a system.")
    plain = sorted(value) if isinstance(value, frozenset) else value
    written = None if plain is UNKNOWN else canonical(plain).decode()
    return Claim(table=ATTRIBUTE, says=(fact.value, written), since=since)


def born(on: date) -> Claim:
    """When the child was born."""
    return Claim(table=ATTRIBUTE, says=(BIRTH_DATE, canonical(on.isoformat()).decode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """All that one reading of a system's records says. Of what is not ``covered`` nothing is ended.

    ``vouched_to`` is the instant up to which the system knows what it holds: what an event of its own
    has stated since is not ended.
    """

    source: str
    by: str
    claims: Collection[Claim]
    covered: frozenset[Topic]
    vouched_to: datetime


async def restate(transaction: AsyncConnection, child_ref: str, says: Says, now: datetime) -> int:
    """Bring the registers to what the system says now; how many rows that took."""
    wanted = {(claim.table.name, claim.says): claim for claim in says.claims}
    written = 0
    for table in (STANDING, CHILD_AREA, ATTRIBUTE):
        for row in await _standing(transaction, table, child_ref, says, now):
            said = (table.name, tuple(row[name] for name in SAYS[table.name]))
            claim = wanted.get(said)
            if claim is not None and claim.until == row["valid_to"]:
                del wanted[said]
            elif claim is not None or _is_over(table, row, says):
                await end(transaction, table, row["id"], at=now, by=says.by, now=now)
                written += 1
    for claim in wanted.values():
        await transaction.execute(claim.table.insert().values(_row(child_ref, claim, says, now)))
    return written + len(wanted)


def _is_over(table: sa.Table, row: Mapping[Any, Any], says: Says) -> bool:
    """Whether the system would say it again if it still held."""
    if (table.name, row[_KEY[table.name]]) not in says.covered:
        return False
    later = row["recorded_at"] > says.vouched_to
    return not (later and row["asserted_by"].startswith(_OF_AN_EVENT))


async def _standing(
    transaction: AsyncConnection, table: sa.Table, child_ref: str, says: Says, now: datetime
) -> list[Mapping[Any, Any]]:
    """What stands of this system's own saying: as read from its records, or as its events stated it."""
    later = table.alias("later")
    found = await transaction.execute(
        sa.select(table)
        .where(
            table.c.child_ref == child_ref,
            table.c.source == says.source,
            (table.c.asserted_by == says.by) | table.c.asserted_by.startswith(_OF_AN_EVENT),
            table.c.valid_to.is_(None) | (table.c.valid_to > now),
            ~sa.exists().where(later.c.replaces == table.c.id),
        )
        .order_by(table.c.id)
    )
    return [dict(row) for row in found.mappings()]


def _row(child_ref: str, claim: Claim, says: Says, now: datetime) -> dict[str, Any]:
    return {
        "child_ref": child_ref,
        **dict(zip(SAYS[claim.table.name], claim.says, strict=True)),
        "valid_from": min(claim.since or now, now),
        "valid_to": claim.until,
        "source": says.source,
        "asserted_by": says.by,
        "recorded_at": now,
        "replaces": None,
    }
