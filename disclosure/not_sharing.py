"""Answering for not sharing: why it would do the child more harm, and who was told so.

Source: Children Act 2004, information sharing duty (england-information-sharing-duty): whoever does
not share what another relevant person needs says why not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.acts import ENTITLED, Act, may
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
from disclosure.entries import EntryKind
from disclosure.narrowing import written
from disclosure.proceeding_tables import NOT_SHARED
from records.errors import WrongArgument
from records.items import Item
from records.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is not shared with whom, why that is right, and which roles were told so."""

    items: frozenset[Item]
    with_role: Role
    told: frozenset[Role]
    reason: str = field(repr=False)


async def record_not_shared(door: Door, doing: Doing, refusal: Refusal) -> Done | NotDone:
    """Put on record that something is not shared, and why.

    It closes nothing by itself: what the rules open stays open to whoever asks.

    Raises:
        WrongArgument: no item is named, nobody was told, or the reason is none.
        NotRecorded: it could not be written down.
    """
    if not refusal.items or not refusal.told:
        raise WrongArgument("Say which items are not shared, and whom you told.")
    reason = written_reason(refusal.reason)
    body = {
        "items": sorted(item.value for item in refusal.items),
        "with_role": refusal.with_role.value,
        "told": sorted(role.value for role in refusal.told),
    }
    said = {**body, "reason": reason}
    act = Act.RECORD_NOT_SHARED
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    allowed = may(ENTITLED[act], await situation_of(door, doing))

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await connection.execute(
            NOT_SHARED.insert().values(
                ref=ref,
                child_ref=doing.child_ref,
                by=person(door, doing.viewer),
                role=doing.viewer.role.value,
                organisation=doing.viewer.organisation,
                items=written(refusal.items),
                reason=reason,
                at=doing.now,
                with_role=refusal.with_role.value,
                told=msgspec.json.encode(body["told"]).decode(),
            )
        )
        return {"until": None}

    step = Step(act=act, kind=EntryKind.NOT_SHARED, said=said, body=body, reason=reason)
    return await do_once(door, doing, step, allowed, effect)
