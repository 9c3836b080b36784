"""Possible matches as they wait, and as they were decided: tables whose rows are only ever added.

A row holds how alike two records are, in levels and weights, and never what either of them says.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linking.append_only import append_only
from linking.index import Index
from linking.levels import Aspect, Level
from linking.match import Evidence, Hold
from linking.sealing import Seal
from linking.storage import TABLES, Instant, reading
from linking.tables import LINK
from linking.weighing import LEVELS
from linking.words import SAYS
from records.errors import WrongArgument
from records.identifiers import LocalId


class Step(enum.Enum):
    """What happened to a possible match. The value is stored."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNLINKED = "unlinked"
    SUPERSEDED = "superseded"


class State(enum.Enum):
    """Where a possible match stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNLINKED = "unlinked"


POSSIBLE: Final = append_only(
    sa.Table(
        "possible_match",
        TABLES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("match_ref", sa.String(32), nullable=False, unique=True),
        sa.Column("pair", sa.LargeBinary(64), nullable=False, unique=True),
        sa.Column("one_mark", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("one_source", sa.String(100), nullable=False),
        sa.Column("one_sealed", sa.LargeBinary, nullable=False),
        sa.Column("other_mark", sa.LargeBinary(32), nullable=False, index=True),
        sa.Column("other_source", sa.String(100), nullable=False),
        sa.Column("other_sealed", sa.LargeBinary, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("weights_version", sa.String(32), nullable=False),
        sa.Column("held_back_by", sa.String(32)),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("found_by", sa.String(200), nullable=False),
    )
)
STEP: Final = append_only(
    sa.Table(
        "possible_match_step",
        TABLES,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("match_ref", sa.ForeignKey(POSSIBLE.c.match_ref), nullable=False, index=True),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("joined", sa.LargeBinary),
        sa.Column("side", sa.String(5)),
        sa.Column("pair", sa.LargeBinary(64), index=True),
        sa.Column("local_mark", sa.LargeBinary(32), index=True),
        sa.Column("source", sa.String(100)),
        sa.Column("local_sealed", sa.LargeBinary),
    )
)

TO_TELL: Final = append_only(
    sa.Table(
        "match_to_tell",
        TABLES,
        sa.Column("match_ref", sa.ForeignKey(POSSIBLE.c.match_ref), primary_key=True),
        sa.Column("at", Instant, nullable=False, index=True),
    )
)
"""Of which matches somebody has to be told: written with the match, so that a crash forgets none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Two records that may be of one child, with the evidence in words and no value of either."""

    match_ref: str
    state: State
    one: LocalId
    other: LocalId
    weight: float
    evidence: tuple[Evidence, ...]
    held_back_by: Hold | None
    weights_version: str
    found_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def says(self) -> tuple[str, ...]:
        """The evidence in a reviewer's words, in the order of the aspects."""
        return tuple(SAYS[one.aspect, one.level] for one in self.evidence)


async def waiting(
    index: Index,
    *,
    most: int = 50,
    after: str | None = None,
    of: Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]] | None = None,
) -> tuple[Possible, ...]:
    """Those that nobody has decided, the longest waiting first; ``after`` goes on from a reference.

    ``of`` says of a child's reference whether the child counts: only matches of a record of theirs are given.
    """
    decided = sa.exists().where(
        STEP.c.match_ref == POSSIBLE.c.match_ref, STEP.c.step != Step.SUPERSEDED.value
    )
    query = sa.select(POSSIBLE).where(~decided).order_by(POSSIBLE.c.id).limit(most)
    if after is not None:
        before = sa.select(POSSIBLE.c.id).where(POSSIBLE.c.match_ref == after).scalar_subquery()
        query = query.where(POSSIBLE.c.id > before)
    if of is not None:
        marks = sa.exists().where(
            LINK.c.unlinked_at.is_(None),
            LINK.c.local_mark.in_((POSSIBLE.c.one_mark, POSSIBLE.c.other_mark)),
            of(LINK.c.child_ref),
        )
        later = sa.exists().where(
            STEP.c.match_ref == POSSIBLE.c.match_ref,
            LINK.c.local_mark == STEP.c.local_mark,
            LINK.c.unlinked_at.is_(None),
            of(LINK.c.child_ref),
        )
        query = query.where(marks | later)
    async with reading(index.engine) as connection:
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        steps = await _steps(connection, [row["match_ref"] for row in rows])
    return tuple(_possible(index.seal, row, steps.get(row["match_ref"], [])) for row in rows)


def to_tell(since: datetime, told: sa.ColumnElement[bool], most: int) -> sa.Select[str]:
    """Matches that wait for a person, of which somebody has to be told and, by ``told``, nobody was; the latest first."""
    decided = sa.exists().where(
        STEP.c.match_ref == TO_TELL.c.match_ref, STEP.c.step != Step.SUPERSEDED.value
    )
    return (
        sa.select(TO_TELL.c.match_ref)
        .where(TO_TELL.c.at >= since, ~decided, ~told)
        .order_by(TO_TELL.c.at.desc())
        .limit(most)
    )


async def how_many_wait(engine: AsyncEngine) -> tuple[int, datetime | None]:
    """How many nobody has decided, and since when the oldest of them waits."""
    decided = sa.exists().where(
        STEP.c.match_ref == POSSIBLE.c.match_ref, STEP.c.step != Step.SUPERSEDED.value
    )
    query = sa.select(sa.func.count(), sa.func.min(POSSIBLE.c.found_at)).where(~decided)
    async with reading(engine) as connection:
        count, oldest = (await connection.execute(query)).one()
    return count, oldest


async def one_match(index: Index, match_ref: str) -> Possible:
    """One possible match, decided or not.

    Raises:
        WrongArgument: there is none of that reference.
    """
    async with reading(index.engine) as connection:
        return await loaded(connection, index.seal, match_ref, lock=False)


async def loaded(
    connection: AsyncConnection, seal: Seal, match_ref: str, *, lock: bool
) -> Possible:
    """One possible match, inside a transaction; locked until its end if it is to be decided."""
    query = sa.select(POSSIBLE).where(POSSIBLE.c.match_ref == match_ref)
    if lock:
        # Two people who decide at once are one after the other (SQLite writes one at a time anyway).
        query = query.with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise WrongArgument("There is no possible match of that reference.")
    steps = await _steps(connection, [match_ref])
    return _possible(seal, dict(row), steps.get(match_ref, []))


async def _steps(
    connection: AsyncConnection, refs: Sequence[str]
) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    if refs:
        query = sa.select(STEP).where(STEP.c.match_ref.in_(refs)).order_by(STEP.c.id)
        for row in (await connection.execute(query)).mappings():
            found.setdefault(row["match_ref"], []).append(dict(row))
    return found


def _possible(seal: Seal, row: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Possible:
    ids = {
        "one": seal.open(row["one_source"], row["one_sealed"]),
        "other": seal.open(row["other_source"], row["other_sealed"]),
    }
    decision: Mapping[str, Any] | None = None
    for step in steps:
        if step["step"] == Step.SUPERSEDED.value:
            ids[step["side"]] = seal.open(step["source"], step["local_sealed"])
        else:
            decision = step
    return Possible(
        match_ref=row["match_ref"],
        state=State(decision["step"]) if decision else State.WAITING,
        one=ids["one"],
        other=ids["other"],
        weight=row["weight"],
        evidence=_read(row["evidence"]),
        held_back_by=Hold(row["held_back_by"]) if row["held_back_by"] else None,
        weights_version=row["weights_version"],
        found_at=row["found_at"],
        decided_by=decision["by"] if decision else None,
        decided_at=decision["at"] if decision else None,
    )


def written(evidence: tuple[Evidence, ...]) -> str:
    """Evidence as it is kept: aspect, level and weight."""
    rows = [(one.aspect.value, one.level.value, round(one.weight, 3)) for one in evidence]
    return msgspec.json.encode(rows).decode()


def _read(text: str) -> tuple[Evidence, ...]:
    rows = msgspec.json.decode(text, type=list[tuple[str, str, float]])
    return tuple(
        Evidence(Aspect(aspect), cast("Level", LEVELS[Aspect(aspect)](level)), weight)
        for aspect, level, weight in rows
    )
