"""What a machine may not decide: possible matches wait for a named person, who confirms or refuses.

Nothing is ever changed or deleted here; each step is a row. Every step is also returned as changes
of the index, which the caller writes into the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from linking.enrolment import Change
from linking.holding import hold
from linking.index import Index
from linking.joining import Joined, Moved, join, part
from linking.match import Match
from linking.possible import POSSIBLE, STEP, TO_TELL, Possible, State, Step, loaded, written
from linking.sealing import Seal
from linking.storage import reading, writing
from linking.tables import LINK
from records.errors import WrongArgument
from records.identifiers import LocalId
from records.references import new_reference

_OVERLAP: Final = 500
"""Steps that are read again at each look: a lower number may become visible after a higher one."""

_DECISIONS_AFTER: Final = (
    sa.select(STEP.c.id, STEP.c.match_ref, STEP.c.joined)
    .where(
        STEP.c.id > sa.bindparam("after"),
        STEP.c.step.in_((Step.CONFIRMED.value, Step.UNLINKED.value)),
    )
    .order_by(STEP.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision did to the index, for the ledger; and the child that both are now, if one.

    ``joined`` is what became one by it, or by the confirmation that it takes back.
    """

    match_ref: str
    step: Step
    child_ref: str | None
    changes: tuple[Change, ...]
    joined: Joined | None = None


async def propose(
    index: Index,
    one: LocalId,
    other: LocalId,
    match: Match,
    *,
    by: str,
    now: datetime,
    tell: bool = False,
) -> str:
    """Put two records before a person, once: asked again, the first reference is given.

    So a pair that somebody has refused does not come back. ``tell``: that somebody has to be told of it
    is kept with it.
    """
    if one == other:
        raise WrongArgument("A record cannot be matched with itself.")
    pair = _pair(index.seal, one, other)
    async with writing(index.engine) as connection:
        await hold(connection, [pair])
        there = (await connection.execute(_known_pair(pair))).scalars().first()
        match_ref = new_reference() if there is None else str(there)
        if there is None:
            await connection.execute(
                sa.insert(POSSIBLE).values(
                    match_ref=match_ref,
                    pair=pair,
                    one_mark=index.seal.local_mark(one),
                    one_source=one.source,
                    one_sealed=index.seal.seal(one),
                    other_mark=index.seal.local_mark(other),
                    other_source=other.source,
                    other_sealed=index.seal.seal(other),
                    weight=match.weight,
                    evidence=written(match.evidence),
                    weights_version=match.weights_version,
                    held_back_by=match.held_back_by.value if match.held_back_by else None,
                    found_at=now,
                    found_by=by,
                )
            )
        if tell:
            kept = sa.select(TO_TELL.c.at).where(TO_TELL.c.match_ref == match_ref)
            if (await connection.execute(kept)).first() is None:
                await connection.execute(sa.insert(TO_TELL).values(match_ref=match_ref, at=now))
    return match_ref


async def confirm(index: Index, match_ref: str, *, by: str, now: datetime) -> Decided:
    """A person says that they are one child: the two become one, with everything linked to either.

    Raises:
        WrongArgument: it is decided already, the NHS numbers disagree, or a record is in doubt.
    """
    async with writing(index.engine) as connection:
        return await confirm_in(connection, index.seal, match_ref, by=by, now=now)


async def confirm_in(
    connection: AsyncConnection, seal: Seal, match_ref: str, *, by: str, now: datetime
) -> Decided:
    """The same within a transaction of the caller's, with what else follows from it.

    Raises:
        WrongArgument: as for `confirm`.
    """
    _named(by)
    found = await _undecided(connection, seal, match_ref)
    joined, changes = await join(connection, seal, found.one, found.other, by=by, now=now)
    await _step(connection, match_ref, Step.CONFIRMED, by, now, joined=msgspec.json.encode(joined))
    return Decided(
        match_ref=match_ref,
        step=Step.CONFIRMED,
        child_ref=joined.kept,
        changes=tuple(changes),
        joined=joined,
    )


async def linked_by_machine(
    index: Index,
    one: LocalId,
    other: LocalId,
    match: Match,
    *,
    child_ref: str,
    by: str,
    now: datetime,
) -> str:
    """Keep that the weights linked the first record to the child of the other, so that a person can undo it.

    Gives the match's reference.
    """
    match_ref = await propose(index, one, other, match, by=by, now=now)
    moved = Moved(one.source, index.seal.local_mark(one).hex())
    joined = Joined(kept=child_ref, other=None, moved=[moved], number_moved=False)
    async with writing(index.engine) as connection:
        if (await loaded(connection, index.seal, match_ref, lock=True)).state is State.WAITING:
            await _step(
                connection, match_ref, Step.CONFIRMED, by, now, joined=msgspec.json.encode(joined)
            )
    return match_ref


async def is_refused(index: Index, one: LocalId, other: LocalId) -> bool:
    """Whether a person has said of two records that they are of two children."""
    async with reading(index.engine) as connection:
        known = (await connection.execute(_known_pair(_pair(index.seal, one, other)))).scalars()
        match_ref = known.first()
        if match_ref is None:
            return False
        found = await loaded(connection, index.seal, match_ref, lock=False)
    return found.state in {State.REFUSED, State.UNLINKED}


async def matches_of(index: Index, child_ref: str) -> tuple[Possible, ...]:
    """Every match of a child's records, decided or not, in the order in which they were found."""
    marks = sa.select(LINK.c.local_mark).where(
        LINK.c.child_ref == child_ref, LINK.c.unlinked_at.is_(None)
    )
    query = sa.union(
        sa.select(POSSIBLE.c.id, POSSIBLE.c.match_ref).where(POSSIBLE.c.one_mark.in_(marks)),
        sa.select(POSSIBLE.c.id, POSSIBLE.c.match_ref).where(POSSIBLE.c.other_mark.in_(marks)),
        sa.select(POSSIBLE.c.id, POSSIBLE.c.match_ref)
        .join(STEP, STEP.c.match_ref == POSSIBLE.c.match_ref)
        .where(STEP.c.local_mark.in_(marks)),
    ).order_by("id")
    async with reading(index.engine) as connection:
        refs = [row.match_ref for row in await connection.execute(query)]
        found = [await loaded(connection, index.seal, ref, lock=False) for ref in refs]
    return tuple(found)


async def refuse(index: Index, match_ref: str, *, by: str, now: datetime) -> Decided:
    """A person says that they are two children. Nothing in the index changes.

    Raises:
        WrongArgument: it is decided already.
    """
    async with writing(index.engine) as connection:
        return await refuse_in(connection, index.seal, match_ref, by=by, now=now)


async def refuse_in(
    connection: AsyncConnection, seal: Seal, match_ref: str, *, by: str, now: datetime
) -> Decided:
    """The same within a transaction of the caller's.

    Raises:
        WrongArgument: as for `refuse`.
    """
    _named(by)
    await _undecided(connection, seal, match_ref)
    await _step(connection, match_ref, Step.REFUSED, by, now)
    return Decided(match_ref=match_ref, step=Step.REFUSED, child_ref=None, changes=())


async def unlink_match(index: Index, match_ref: str, *, by: str, now: datetime) -> Decided:
    """A person takes a confirmation back: the two are two children again, each with what was theirs.

    Raises:
        WrongArgument: it was not confirmed.
    """
    async with writing(index.engine) as connection:
        return await unlink_in(connection, index.seal, match_ref, by=by, now=now)


async def unlink_in(
    connection: AsyncConnection, seal: Seal, match_ref: str, *, by: str, now: datetime
) -> Decided:
    """The same within a transaction of the caller's.

    Raises:
        WrongArgument: as for `unlink_match`.
    """
    _named(by)
    found = await loaded(connection, seal, match_ref, lock=True)
    if found.state is not State.CONFIRMED:
        raise WrongArgument("Only a confirmed match can be unlinked; this one is not confirmed.")
    joined = await _joined(connection, match_ref)
    back, changes = await part(connection, joined, by=by, now=now)
    await _step(connection, match_ref, Step.UNLINKED, by, now)
    return Decided(
        match_ref=match_ref,
        step=Step.UNLINKED,
        child_ref=None,
        changes=tuple(changes),
        joined=msgspec.structs.replace(joined, other=back),
    )


async def follow(index: Index, old: LocalId, new: LocalId, *, by: str, now: datetime) -> int:
    """A system has given a record another id: matches of the old one go on under the new one.

    So what waits is decided for the right record, and what was refused does not come back.
    How many were carried over.
    """
    if old == new:
        return 0
    mark = index.seal.local_mark(old)
    async with writing(index.engine) as connection:
        carried = 0
        for match_ref in (await connection.execute(_involving(mark))).scalars().all():
            found = await loaded(connection, index.seal, match_ref, lock=True)
            if old not in {found.one, found.other}:
                continue
            side, remains = ("one", found.other) if found.one == old else ("other", found.one)
            await _step(
                connection, match_ref, Step.SUPERSEDED, by, now,
                side=side,
                pair=_pair(index.seal, remains, new),
                source=new.source,
                local_mark=index.seal.local_mark(new),
                local_sealed=index.seal.seal(new),
            )  # fmt: skip
            carried += 1
    return carried


async def look_at_joins(index: Index) -> None:
    """Learn which children people have made one until now, so that older references go on working.

    Reads what was decided since the last look, and a little more.
    """
    kept = index.kept
    async with reading(index.engine) as connection:
        after = {"after": kept.upto - _OVERLAP}
        rows = (await connection.execute(_DECISIONS_AFTER, after)).all()
    if not rows:
        return
    joins: dict[str, tuple[str, str] | None] = {}
    for row in rows:
        joined = None if row.joined is None else msgspec.json.decode(row.joined, type=Joined)
        other = None if joined is None else joined.other
        joins[row.match_ref] = None if joined is None or other is None else (other, joined.kept)
    kept.learn(joins, upto=rows[-1].id)


def _known_pair(pair: bytes) -> sa.CompoundSelect[Any]:
    """The reference of a pair, under the ids it was found with or under later ones."""
    return sa.union_all(
        sa.select(POSSIBLE.c.match_ref).where(POSSIBLE.c.pair == pair),
        sa.select(STEP.c.match_ref).where(STEP.c.pair == pair),
    )


def _involving(mark: bytes) -> sa.CompoundSelect[Any]:
    return sa.union(
        sa.select(POSSIBLE.c.match_ref).where(POSSIBLE.c.one_mark == mark),
        sa.select(POSSIBLE.c.match_ref).where(POSSIBLE.c.other_mark == mark),
        sa.select(STEP.c.match_ref).where(STEP.c.local_mark == mark),
    )


def _named(by: str) -> None:
    if not by.strip():
        raise WrongArgument("A decision about a match needs the name of the person who makes it.")


def _pair(seal: Seal, one: LocalId, other: LocalId) -> bytes:
    return b"".join(sorted((seal.local_mark(one), seal.local_mark(other))))


async def _undecided(connection: AsyncConnection, seal: Seal, match_ref: str) -> Possible:
    found = await loaded(connection, seal, match_ref, lock=True)
    if found.state is not State.WAITING:
        raise WrongArgument(f"This match has been decided already: {found.state.value}.")
    return found


async def _joined(connection: AsyncConnection, match_ref: str) -> Joined:
    query = (
        sa.select(STEP.c.joined)
        .where(STEP.c.match_ref == match_ref, STEP.c.step == Step.CONFIRMED.value)
        .order_by(STEP.c.id.desc())
        .limit(1)
    )
    return msgspec.json.decode((await connection.execute(query)).scalar_one(), type=Joined)


async def _step(
    connection: AsyncConnection,
    match_ref: str,
    step: Step,
    by: str,
    now: datetime,
    **more: Any,  # noqa: ANN401 (the columns that this kind of step has)
) -> None:
    await connection.execute(
        sa.insert(STEP).values(match_ref=match_ref, step=step.value, at=now, by=by, **more)
    )
