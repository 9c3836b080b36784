"""What a protocol asks of somebody is done, as they say themselves: for whoever the task is laid on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import strawberry

from disclosure.acts import Entitled, May, may
from disclosure.doing import written_reason
from notifications import completing
from notifications.answering import Answer
from notifications.areas import area_of
from notifications.completing import Asked
from notifications.mine import recipients_of
from protocols.protocol import LocalRole
from schema.asker import access_of, desk_of
from schema.context import Context
from schema.notified import board_of
from schema.recorded import Refused, refused
from schema.seeing import Seen, seen_by
from schema.undertaking import TellingRecorded, Undertaken

_NOBODY: Final = "nobody"


@strawberry.input(description="That what a protocol asks of you is done.")
class CompleteTaskInput:
    """A task done. Sent again, it changes nothing."""

    task: strawberry.ID = strawberry.field(description="Its id in `followUps`.")
    how: str = strawberry.field(
        description=(
            "What you did, in your own words: 20 to 1,000 characters. It is in the record and is sent to nobody."
        )
    )


async def complete_task(context: Context, given: CompleteTaskInput) -> TellingRecorded | Refused:
    """A task is done, by somebody whose it is and who may know what it is about.

    Where the paragraph has them tell somebody, the gateway then tells that they have.

    Raises:
        PurposeRequired: the request does not say why.
        WrongArgument: no words that somebody else can judge.
        NotRecorded: it could not be written down, and so was not done.
    """
    access_of(context)
    how = written_reason(given.how)
    board, ids = board_of(context), context.services.ids
    task = await completing.asked(board.engine, ids.read_task(str(given.task)) or "")
    seen = await seen_by(context, ids.invent(_NOBODY) if task is None else task.child)
    allowed = await _may(context, seen, task)
    if task is None or allowed is not May.YES:
        return refused(allowed, desk_of(context))
    answer, done = await completing.complete(
        board.engine,
        context.services.door.ledger,
        board.planning,
        seen.door.bundle,
        task,
        context.viewer,
        how=how,
        now=context.now,
    )
    if done is not None:
        await board.bells.announce(done)
    outcome = Undertaken.DONE if answer is Answer.DONE else Undertaken.ALREADY
    return TellingRecorded(id=given.task, outcome=outcome)


async def _may(context: Context, seen: Seen, task: Asked | None) -> May:
    """Whether the task is theirs; what they may not know of is refused as what there never was."""
    if task is None or not seen.may_know(task.event):
        return May.NOT_THIS_CHILD
    answers = [await _is_whose(context, seen, task, owner) for owner in task.owners]
    return next((one for one in (May.YES, May.NOT_THIS_CHILD) if one in answers), May.NOT_THIS_ROLE)


async def _is_whose(context: Context, seen: Seen, task: Asked, owner: Mapping[str, Any]) -> May:
    """A role at an authority is its own people's; any other is held by standing so to the child."""
    viewer, role = context.viewer, _role(seen, owner)
    if role is None or viewer.role not in role.roles:
        return May.NOT_THIS_ROLE
    if owner["at"] is not None:
        return May.YES if owner["at"] == viewer.organisation else May.NOT_THIS_CHILD
    authority = area_of(task.child)
    if authority is not None:
        there = await recipients_of(board_of(context).engine, viewer)
        serves = any(one.role in role.roles and authority in one.serves for one in there)
        return May.YES if serves else May.NOT_THIS_CHILD
    entitled = Entitled(roles=role.roles, standings=role.standing, source=task.rule)
    return may((entitled,), seen.decided.situation)


def _role(seen: Seen, owner: Mapping[str, Any]) -> LocalRole | None:
    protocol = seen.door.bundle.protocols.get(owner["protocol"])
    roles = () if protocol is None else protocol.roles
    return next((role for role in roles if role.id == owner["role"]), None)
