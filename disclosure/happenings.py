"""Putting on record that something has happened of which no system tells, or that it was said by mistake.

Each becomes an event with its notices and clocks. It says that, and when, and never what was said there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.acts import Act, May
from disclosure.classifying import may_say
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    do_once,
    done_before,
    situation_of,
    written_reason,
)
from disclosure.entries import EntryKind
from disclosure.proceeding_tables import SAID_TO_HAPPEN
from disclosure.sayable import BELONGS, NEEDS, SaidToHappen
from linking.storage import reading
from protocols.duties_vocabulary import Key, shape_of
from protocols.vocabulary import Form, Shape
from records.errors import WrongArgument
from records.people import KIND_OF

CONSENT_CHANGED: Final = "consent-changed"
SAID_BY_MISTAKE: Final = "said-by-mistake"
"""The type of an event that says that the one it corrects did not happen, or not so."""

SAID_BY, SAID_AT = "said_by", "said_at"
"""Under which names it is kept of which kind the organisation of whoever said it is, and which."""

LONGEST_AGO: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What has happened, when, and what more is said of it, by the names that the protocols have for it."""

    what: SaidToHappen
    at: datetime
    more: Mapping[Key, bool | int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what does not belong together.

        Raises:
            WrongArgument: a meeting of no kind, or something that nobody asks of such an event.
        """
        needs = NEEDS.get(self.what)
        if needs is not None and needs not in self.more:
            raise WrongArgument(f"Of `{self.what.value}` say `{needs.value}` too.")
        belongs = BELONGS.get(self.what, frozenset[Key]())
        for key, value in self.more.items():
            if key not in belongs:
                there = ", ".join(sorted(one.value for one in belongs)) or "nothing more"
                raise WrongArgument(
                    f"`{key.value}` is not said of `{self.what.value}`; there is {there}."
                )
            if not _is_one(shape_of(key), value):
                raise WrongArgument(f"`{key.value}` has no such value.")

    @property
    def codes(self) -> dict[str, bool | int | str]:
        """What is kept with the event."""
        return {key.value: value for key, value in self.more.items()}


async def say_happened(door: Door, doing: Doing, saying: Saying) -> Done | NotDone:
    """Put on record that something has happened; an event is made of what is kept here.

    Raises:
        WrongArgument: it lies in the future, or too long ago to be news.
        NotRecorded: it could not be written down; nothing took effect.
    """
    if not doing.now - LONGEST_AGO <= saying.at <= doing.now:
        raise WrongArgument(
            f"Say when it happened: not in the future, and at most {LONGEST_AGO.days} days ago."
        )
    said = {"what": saying.what.value, "at": saying.at.isoformat(), **saying.codes}
    act = Act.RECORD_EVENT
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    situation = await situation_of(door, doing)
    allowed, rules = may_say(saying.what, situation, door.bundle.protocols)
    body = {**said, "rules": [rule.id for rule in rules]} if rules else said

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await keep(connection, ref, doing, saying.what.value, at=saying.at, codes=saying.codes)
        return {"until": None}

    step = Step(act=act, kind=EntryKind.SAID, said=said, body=body, reason=doing.access.reason)
    return await do_once(door, doing, step, allowed, effect)


async def take_back(door: Door, doing: Doing, said: str, because: str) -> Done | NotDone:
    """Put on record that what somebody said under this reference was a mistake; whoever was told is told so.

    Whoever may say that it happened may say that it did not. One that is not of this child, or was
    taken back already, is refused as if there were none.

    Raises:
        WrongArgument: no reason, or a judgement or a wish, each of which is taken back in its own way.
        NotRecorded: it could not be written down; nothing took effect.
    """
    reason = written_reason(because)
    body = {"not": said}
    act = Act.RETRACT_EVENT
    before = await done_before(door, doing, act, [said, reason])
    if before is not None:
        return before
    what = await _said_of(door, doing.child_ref, said)
    situation = await situation_of(door, doing)
    protocols = door.bundle.protocols
    allowed = May.NOT_THIS_CHILD if what is None else may_say(what, situation, protocols)[0]

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await keep(connection, ref, doing, SAID_BY_MISTAKE, codes=body)
        return {"until": None}

    step = Step(act=act, kind=EntryKind.SAID, said=[said, reason], body=body, reason=reason)
    return await do_once(door, doing, step, allowed, effect)


async def keep(
    connection: AsyncConnection,
    ref: str,
    doing: Doing,
    event: str,
    *,
    at: datetime | None = None,
    codes: Mapping[str, bool | int | str] = MappingProxyType({}),
) -> None:
    """Keep that an event is to be made of what somebody has just put on record under this reference."""
    await connection.execute(
        SAID_TO_HAPPEN.insert().values(
            ref=ref,
            child_ref=doing.child_ref,
            type=event,
            at=at or doing.now,
            data=msgspec.json.encode({**codes, **whose_word(doing)}).decode(),
            said_at=doing.now,
        )
    )


def whose_word(doing: Doing) -> dict[str, str]:
    """Of which kind of organisation, and of which, whoever says it is: kept beside what is said."""
    viewer = doing.viewer
    return {SAID_BY: KIND_OF[viewer.role].value, SAID_AT: viewer.organisation}


async def _said_of(door: Door, child_ref: str, said: str) -> SaidToHappen | None:
    """What was said of this child under this reference and still stands.

    Raises:
        WrongArgument: it is a judgement or a wish.
    """
    table = SAID_TO_HAPPEN
    query = sa.select(table.c.type).where(table.c.ref == said, table.c.child_ref == child_ref)
    gone = sa.select(table.c.data).where(
        table.c.child_ref == child_ref, table.c.type == SAID_BY_MISTAKE
    )
    async with reading(door.facts.engine) as connection:
        kept = (await connection.execute(query)).scalar_one_or_none()
        taken = (await connection.execute(gone)).scalars().all()
    if kept is None or any(msgspec.json.decode(one)["not"] == said for one in taken):
        return None
    try:
        return SaidToHappen(kept)
    except ValueError:
        raise WrongArgument(
            "That was a judgement, or what somebody wants shared: say with recordJudgement or"
            " withdrawConsent that it no longer holds."
        ) from None


def _is_one(shape: Shape, value: bool | int | str) -> bool:  # noqa: FBT001 (one of three kinds of value)
    match shape.form:
        case Form.YES_NO:
            return isinstance(value, bool)
        case Form.NUMBER:
            return (
                isinstance(value, int) and not isinstance(value, bool) and 0 <= value < shape.below
            )
        case _:
            return value in shape.values
