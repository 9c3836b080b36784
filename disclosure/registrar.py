"""Putting on record what people said and judged: consent, taking part, notice, judgements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.acts import ENTITLED, THE_CHILD, THE_PARENT, Act, may
from disclosure.assertion import About, Capacity, Giver, Said, Says
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    do_once,
    done_before,
    person,
    situation_of,
    written_reason,
)
from disclosure.entries import LEDGER, EntryKind
from disclosure.happenings import CONSENT_CHANGED, keep
from disclosure.judging import IS_AN_EVENT, WHO_JUDGES, Judgement
from disclosure.recording import (
    record_judgement,
    record_notice,
    record_participation,
    record_preference,
)
from linking.storage import reading
from records.errors import WrongArgument
from records.people import Kind

A_WEEK: Final = timedelta(days=7)
_ORGANISATION: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}", re.ASCII)
_MOST_PARENTS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants: about sharing or a picture, with everybody, a kind of organisation, or one.

    ``which_parent`` tells two parents apart; it is no name.
    """

    giver: Giver
    about: About
    says: Says
    capacity: Capacity
    audience: Kind | str | None = None
    which_parent: int = 1

    @property
    def giver_ref(self) -> str:
        """Who of the givers it was."""
        return self.giver.value if self.giver is Giver.CHILD else f"parent-{self.which_parent}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What somebody judges, for how long, and why."""

    judgement: Judgement
    value: bool
    lasts: timedelta
    reason: str = field(repr=False)


async def record_wish(door: Door, doing: Doing, wish: Wish) -> Done | NotDone:
    """What the child or a parent wants, or that they take back what they wanted.

    Taking back and refusing may be written down by more people than agreeing may.

    Raises:
        WrongArgument: no such audience or parent.
        NotRecorded: it could not be written down; nothing took effect.

    Source: design of four things called consent: a preference is no lawful basis.
    """
    audience = wish.audience.value if isinstance(wish.audience, Kind) else wish.audience
    if isinstance(wish.audience, str) and not _ORGANISATION.fullmatch(wish.audience):
        raise WrongArgument("An organisation is named by its code.")
    _check_parent(wish.which_parent)
    act = Act.WITHDRAW_CONSENT if wish.says is Says.WITHDREW else Act.RECORD_CONSENT
    body = {
        "about": wish.about.value,
        "giver": wish.giver_ref,
        "audience": audience,
        "says": wish.says.value,
        "capacity": wish.capacity.value,
    }
    before = await done_before(door, doing, act, body)
    if before is not None:
        return before
    closes = wish.says in {Says.WITHDREW, Says.REFUSES}
    rows = ENTITLED[Act.WITHDRAW_CONSENT if closes else act]
    # Each of the family speaks for themselves.
    if wish.giver is Giver.CHILD:
        rows = tuple(row for row in rows if row is not THE_PARENT)
    else:
        rows = tuple(row for row in rows if row is not THE_CHILD)
    allowed = may(rows, await situation_of(door, doing))

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await keep(connection, ref, doing, CONSENT_CHANGED)
        await record_preference(
            connection,
            doing.child_ref,
            wish.says,
            _said(door, doing),
            giver=wish.giver,
            giver_ref=wish.giver_ref,
            capacity=wish.capacity,
            about=wish.about,
            audience=wish.audience,
        )
        return {"until": None}

    step = Step(act=act, kind=EntryKind.CONSENT, said=body, body=body, reason=doing.access.reason)
    return await do_once(door, doing, step, allowed, effect)


async def record_taking_part(
    door: Door, doing: Doing, *, interview: str, giver: Giver, says: Says, which_parent: int = 1
) -> Done | NotDone:
    """Whether a return interview may take place. It says nothing of sharing what is said there.

    Raises:
        WrongArgument: no such parent.
        NotRecorded: it could not be written down; nothing took effect.
    """
    _check_parent(which_parent)
    giver_ref = giver.value if giver is Giver.CHILD else f"parent-{which_parent}"
    body = {"interview": interview, "giver": giver_ref, "says": says.value}
    act = Act.RECORD_PARTICIPATION
    before = await done_before(door, doing, act, body)
    if before is not None:
        return before
    not_for = THE_PARENT if giver is Giver.CHILD else THE_CHILD
    rows = tuple(row for row in ENTITLED[act] if row is not not_for)
    allowed = may(rows, await situation_of(door, doing))

    async def effect(connection: AsyncConnection, _ref: str) -> Outcome:
        await record_participation(
            connection,
            doing.child_ref,
            says,
            _said(door, doing),
            interview=interview,
            giver=giver,
            giver_ref=giver_ref,
        )
        return {"until": None}

    step = Step(
        act=act, kind=EntryKind.PARTICIPATION, said=body, body=body, reason=doing.access.reason
    )
    return await do_once(door, doing, step, allowed, effect)


async def record_telling(door: Door, doing: Doing, *, told: bool, why: str) -> Done | NotDone:
    """That the child was told who gets what, when and why; or why telling them was unsafe.

    Raises:
        WrongArgument: the reason is none.
        NotRecorded: it could not be written down; nothing took effect.

    Source: Staffordshire and Stoke 13.13; Essex 5.3.
    """
    why = written_reason(why)
    act = Act.RECORD_NOTICE
    before = await done_before(door, doing, act, [told, why])
    if before is not None:
        return before
    allowed = may(ENTITLED[act], await situation_of(door, doing))

    async def effect(connection: AsyncConnection, _ref: str) -> Outcome:
        await record_notice(connection, doing.child_ref, _said(door, doing), told=told, why=why)
        return {"until": None}

    step = Step(act=act, kind=EntryKind.NOTICE, said=[told, why], body={"told": told}, reason=why)
    return await do_once(door, doing, step, allowed, effect)


async def judge(door: Door, doing: Doing, judged: Judged) -> Done | NotDone:
    """What somebody judges of the child, until it runs out by itself.

    The told ``this_week`` is how many judgements this person has made in seven days, this one
    included: most open something to somebody, some to whoever makes them.

    Raises:
        WrongArgument: it would stand for longer than such a judgement may, or the reason is none.
        NotRecorded: it could not be written down; nothing took effect.
    """
    who = WHO_JUDGES[judged.judgement]
    if not timedelta(0) < judged.lasts <= who.longest:
        hours = int(who.longest.total_seconds()) // 3600
        raise WrongArgument(f"Such a judgement stands for 1 to {hours} hours. Judge again after.")
    reason = written_reason(judged.reason)
    lasts = int(judged.lasts.total_seconds())
    said = [judged.judgement.value, judged.value, lasts, reason]
    act = Act.RECORD_JUDGEMENT
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    situation = await situation_of(door, doing)
    allowed = may(who.entitled, situation)
    # What stands already and is judged again is no news.
    stood = situation.facts.get(judged.judgement.fact) is True
    event = IS_AN_EVENT.get(judged.judgement) if judged.value and not stood else None
    until = doing.now + judged.lasts
    this_week = 1 + await count_by(door, doing, EntryKind.JUDGEMENT)

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        if event is not None:
            await keep(connection, ref, doing, event)
        await record_judgement(
            connection,
            doing.child_ref,
            judged.judgement.fact,
            Said(
                source=doing.viewer.organisation,
                by=person(door, doing.viewer),
                valid_from=doing.now,
                valid_to=until,
                recorded_at=doing.now,
            ),
            value=judged.value,
            reason=reason,
        )
        return {"until": until.isoformat(), "this_week": this_week}

    step = Step(
        act=act,
        kind=EntryKind.JUDGEMENT,
        said=said,
        body={
            "fact": judged.judgement.value,
            "value": judged.value,
            "until": until.isoformat(),
            "this_week": this_week,
        },
        reason=reason,
    )
    return await do_once(door, doing, step, allowed, effect)


async def count_by(door: Door, doing: Doing, kind: EntryKind) -> int:
    """How often this person has done, or tried, this kind of thing in the seven days before now."""
    async with reading(door.facts.engine) as connection:
        found = await connection.execute(
            sa.select(sa.func.count())
            .select_from(LEDGER)
            .where(
                LEDGER.c.by == person(door, doing.viewer),
                LEDGER.c.kind == kind.value,
                LEDGER.c.at > doing.now - A_WEEK,
            )
        )
        return int(found.scalar_one())


def _said(door: Door, doing: Doing) -> Said:
    return Said(
        source=doing.viewer.organisation,
        by=person(door, doing.viewer),
        valid_from=doing.now,
        recorded_at=doing.now,
    )


def _check_parent(which: int) -> None:
    if not 1 <= which <= _MOST_PARENTS:
        raise WrongArgument(f"Parents are told apart by a number from 1 to {_MOST_PARENTS}.")
