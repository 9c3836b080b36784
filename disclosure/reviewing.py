"""Reviewing broken glass: by somebody else, within one working day, with an outcome.

The queue is of whoever leads or supervises where glass was broken, and of the information-governance
lead of the authority that answers for the child. A glass that should not have been broken ends at once.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.bundle import RuleRef
from consent.vocabulary import UNKNOWN
from disclosure.acts import ASSURERS, Act, May, may
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    asker,
    do_once,
    done_before,
    person,
    written_reason,
)
from disclosure.entries import LEDGER, Entry, EntryKind
from disclosure.fact_tables import JUDGEMENT
from disclosure.narrowing import read
from disclosure.proceeding_tables import BREAK_GLASS, BREAK_GLASS_REVIEW
from disclosure.recording import end
from disclosure.registrar import A_WEEK
from linking.storage import reading
from records.items import Item
from records.people import Access, Role, Viewer

SUPERVISORS: Final = frozenset(
    {
        Role.INFORMATION_GOVERNANCE_LEAD,
        Role.TEAM_MANAGER,
        Role.SERVICE_MANAGER,
        Role.SENIOR_MANAGER,
        Role.DIRECTOR_OF_CHILDRENS_SERVICES,
        Role.POLICE_SUPERVISOR,
        Role.POLICE_SENIOR_OFFICER,
        Role.ICB_CHIEF_NURSE,
    }
)
"""Who reviews what somebody of their own organisation did; never what they did themselves."""

_MOST: Final = 500


class Finding(enum.Enum):
    """What a review finds. Glass that should not have been broken no longer opens anything."""

    JUSTIFIED = "justified"
    JUSTIFIED_WITH_LEARNING = "justified-with-learning"
    NOT_JUSTIFIED = "not-justified"
    REFERRED = "referred-for-investigation"


_ENDS: Final = frozenset({Finding.NOT_JUSTIFIED, Finding.REFERRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReview:
    """One breaking of glass that nobody has reviewed yet.

    ``set_aside`` are the denials that it sets aside. ``this_week`` and ``judgements_this_week`` count
    what the same person did in the seven days up to it.
    """

    ref: str
    child_ref: str = field(repr=False)
    role: Role
    organisation: str
    items: tuple[Item, ...]
    reason: str = field(repr=False)
    at: datetime
    expires_at: datetime
    review_due: datetime
    overdue: bool
    set_aside: tuple[RuleRef, ...]
    this_week: int
    judgements_this_week: int


async def reviews(door: Door, viewer: Viewer, access: Access, now: datetime) -> list[ToReview]:
    """What this caller may review, those due first. That they looked is written down.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=now,
            by=(viewer.issuer, viewer.subject),
            reason=access.reason,
            body={**asker(viewer, access), "looked_at": "break-glass-reviews"},
        )
    )
    if viewer.role not in SUPERVISORS:
        return []
    async with reading(door.facts.engine) as connection:
        found = await connection.execute(
            sa.select(BREAK_GLASS)
            .where(
                ~sa.exists().where(BREAK_GLASS_REVIEW.c.break_glass == BREAK_GLASS.c.ref),
                BREAK_GLASS.c.by != person(door, viewer),
            )
            .order_by(BREAK_GLASS.c.review_due, BREAK_GLASS.c.ref)
            .limit(_MOST)
        )
        rows = found.mappings().all()
    return [
        await _to_review(door, row, now)
        for row in rows
        if await _is_theirs(door, row, viewer, access, now)
    ]


async def review(
    door: Door, doing: Doing, broken: str, finding: Finding, reason: str
) -> Done | NotDone:
    """What somebody else found of a breaking of glass. The child is the one it was about.

    One that is not there, is not theirs to review, or was reviewed already is refused alike.

    Raises:
        WrongArgument: the reason is none.
        NotRecorded: it could not be written down; nothing took effect.
    """
    reason = written_reason(reason)
    said = [broken, finding.value, reason]
    act = Act.REVIEW_BREAK_GLASS
    row = await _row(door, broken)
    doing = dataclasses.replace(doing, child_ref="" if row is None else row["child_ref"])
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    allowed = May.NOT_THIS_ROLE if doing.viewer.role not in SUPERVISORS else May.NOT_THIS_CHILD
    if (
        allowed is not May.NOT_THIS_ROLE
        and row is not None
        and not row["reviewed"]
        and row["by"] != person(door, doing.viewer)
        and await _is_theirs(door, row, doing.viewer, doing.access, doing.now)
    ):
        allowed = May.YES
    about = {"of": broken if allowed is May.YES else None, "finding": finding.value}
    step = Step(act=act, kind=EntryKind.REVIEW, said=said, body=about, reason=reason)

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await connection.execute(
            BREAK_GLASS_REVIEW.insert().values(
                break_glass=broken,
                ref=ref,
                by=person(door, doing.viewer),
                outcome=finding.value,
                reason=reason,
                at=doing.now,
            )
        )
        if finding in _ENDS and row is not None and row["expires_at"] > doing.now:
            await end(
                connection,
                JUDGEMENT,
                row["judgement"],
                at=doing.now,
                by=person(door, doing.viewer),
                now=doing.now,
            )
        return {"finding": finding.value}

    return await do_once(door, doing, step, allowed, effect)


async def _row(door: Door, ref: str) -> sa.RowMapping | None:
    """One breaking of glass, and whether it was ``reviewed``."""
    reviewed = sa.exists().where(BREAK_GLASS_REVIEW.c.break_glass == BREAK_GLASS.c.ref)
    wanted: sa.Select[Any] = sa.select(BREAK_GLASS, reviewed.label("reviewed"))
    async with reading(door.facts.engine) as connection:
        found = await connection.execute(wanted.where(BREAK_GLASS.c.ref == ref))
        row: sa.RowMapping | None = found.mappings().one_or_none()
        return row


async def _is_theirs(
    door: Door, row: sa.RowMapping, viewer: Viewer, access: Access, now: datetime
) -> bool:
    """Whether it was broken in the caller's own organisation, or about a child it answers for."""
    if row["organisation"] == viewer.organisation:
        return True
    if viewer.role is not Role.INFORMATION_GOVERNANCE_LEAD:
        return False
    situation = await door.situation(viewer, access, row["child_ref"], now)
    return situation.standings is not UNKNOWN and may((ASSURERS,), situation) is May.YES


async def _to_review(door: Door, row: sa.RowMapping, now: datetime) -> ToReview:
    refs = {rule.ref.id: rule.ref for rule in door.bundle.rules}
    kept: dict[str, list[str]] = msgspec.json.decode(row["set_aside"])
    ids = dict.fromkeys(one for each in kept.values() for one in each)
    counts = await _counts(door, row)
    return ToReview(
        ref=row["ref"],
        child_ref=row["child_ref"],
        role=Role(row["role"]),
        organisation=row["organisation"],
        items=_in_order(read(row["items"])),
        reason=row["reason"],
        at=row["at"],
        expires_at=row["expires_at"],
        review_due=row["review_due"],
        overdue=now > row["review_due"],
        set_aside=tuple(refs[one] for one in ids if one in refs),
        this_week=counts.get(EntryKind.BREAK_GLASS.value, 0),
        judgements_this_week=counts.get(EntryKind.JUDGEMENT.value, 0),
    )


async def _counts(door: Door, row: sa.RowMapping) -> dict[str, int]:
    counted: sa.Select[Any] = (
        sa.select(LEDGER.c.kind, sa.func.count())
        .where(
            LEDGER.c.by == row["by"],
            LEDGER.c.kind.in_([EntryKind.BREAK_GLASS.value, EntryKind.JUDGEMENT.value]),
            LEDGER.c.at > row["at"] - A_WEEK,
            LEDGER.c.at <= row["at"],
        )
        .group_by(LEDGER.c.kind)
    )
    async with reading(door.facts.engine) as connection:
        found: Sequence[Any] = (await connection.execute(counted)).all()
    return {kind: int(times) for kind, times in found}


def _in_order(items: frozenset[Item]) -> tuple[Item, ...]:
    return tuple(item for item in Item if item in items)
