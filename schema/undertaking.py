"""What people answer: that they have a notice, that somebody is not told, that something due is not done."""

from __future__ import annotations

import enum
from typing import Annotated, Final

import sqlalchemy as sa
import strawberry

from disclosure.acts import May, may
from disclosure.doing import written_reason
from linking.storage import reading
from notifications import answering
from notifications.answering import Answer
from notifications.areas import area_of
from notifications.tables import DEADLINE, EVENT
from records.errors import WrongArgument
from schema.asker import access_of, desk_of
from schema.context import Context
from schema.notified import board_of
from schema.recorded import Refused, refused
from schema.seeing import UNDERTAKERS, seen_by
from schema.words import as_enum

_MOST: Final = 100
_NOBODY: Final = "nobody"


class Undertaken(enum.Enum):
    """What became of it: done now, or done before."""

    DONE = "done"
    ALREADY = "already"


_OUTCOMES: Final = {Answer.DONE: Undertaken.DONE, Answer.ALREADY: Undertaken.ALREADY}

as_enum(Undertaken)
as_enum(Answer, "AcknowledgeOutcome")


@strawberry.input(description="The notices that you have.")
class AcknowledgeInput:
    """An acknowledgement. Sent again, it changes nothing."""

    notices: list[strawberry.ID] = strawberry.field(
        description=f"Their ids, at most {_MOST}. Do not send one that you have not read."
    )


@strawberry.type(description="What became of acknowledging one notice.")
class Acknowledgement:
    """The answer for one notice."""

    notice: strawberry.ID = strawberry.field(description="The notice's id.")
    outcome: Answer = strawberry.field(
        description="DONE, ALREADY, or NOT_YOURS, which is also said of what there never was."
    )


@strawberry.input(description="That somebody who should know is not told.")
class RecordNotToldInput:
    """A decision not to tell."""

    tell: strawberry.ID = strawberry.field(description="The line's id in `whoHasBeenTold`.")
    because: str = strawberry.field(
        description="Why, in your own words: 20 to 1,000 characters. Somebody else will read it."
    )


@strawberry.input(description="That what a clock waits for is not done.")
class RecordDepartureInput:
    """A departure from what a protocol asks for."""

    deadline: strawberry.ID = strawberry.field(description="The clock's id.")
    because: str = strawberry.field(
        description="Why, in your own words: 20 to 1,000 characters. Somebody else will read it."
    )


@strawberry.type(description="It is on record.")
class TellingRecorded:
    """A receipt."""

    id: strawberry.ID = strawberry.field(description="What it is about, by the id that you gave.")
    outcome: Undertaken = strawberry.field(description="Whether it was done now, or before.")


TellingResult = Annotated[
    TellingRecorded | Refused,
    strawberry.union("TellingResult", description="A receipt, or a refusal."),
]


async def acknowledge(context: Context, given: AcknowledgeInput) -> list[Acknowledgement]:
    """Each notice, acknowledged by whoever it was for.

    Raises:
        WrongArgument: too many at once.
        NotRecorded: it could not be written down, and so was not done.
    """
    if not 1 <= len(given.notices) <= _MOST:
        raise WrongArgument(f"Acknowledge 1 to {_MOST} notices at once.")
    board, ledger = board_of(context), context.services.door.ledger
    done: list[Acknowledgement] = []
    for notice in dict.fromkeys(given.notices):
        answer = await answering.acknowledge(
            board.engine, ledger, str(notice), context.viewer, now=context.now
        )
        done.append(Acknowledgement(notice=notice, outcome=answer))
    return done


async def record_not_told(context: Context, given: RecordNotToldInput) -> TellingRecorded | Refused:
    """A decision not to tell, by somebody who answers for the child and may know what it is about.

    Raises:
        PurposeRequired: the request does not say why.
        WrongArgument: no reason that somebody else can judge, or they have been told.
        NotRecorded: it could not be written down, and so was not done.
    """
    access_of(context)
    reason = written_reason(given.because)
    board = board_of(context)
    event, recipient = context.services.ids.read_tell(str(given.tell)) or ("", "")
    child = await _found(context, sa.select(EVENT.c.child).where(EVENT.c.id == event))
    refusal = await _refusal(context, child, event)
    if refusal is not None:
        return refusal
    answer = await answering.record_not_told(
        board.engine,
        context.services.door.ledger,
        event,
        recipient,
        context.viewer,
        reason=reason,
        now=context.now,
    )
    return TellingRecorded(id=given.tell, outcome=_OUTCOMES[answer])


async def record_departure(
    context: Context, given: RecordDepartureInput
) -> TellingRecorded | Refused:
    """That a clock's duty is not done, by somebody who answers for the child and may know of it.

    Raises:
        PurposeRequired: the request does not say why.
        WrongArgument: no reason that somebody else can judge.
        NotRecorded: it could not be written down, and so was not done.
    """
    access_of(context)
    reason = written_reason(given.because)
    board = board_of(context)
    clock = context.services.ids.read_clock(str(given.deadline)) or ""
    child = await _found(context, sa.select(DEADLINE.c.child).where(DEADLINE.c.id == clock))
    event = await _found(context, sa.select(DEADLINE.c.basis_event).where(DEADLINE.c.id == clock))
    refusal = await _refusal(context, child, event)
    if refusal is not None:
        return refusal
    answer = await answering.depart(
        board.engine,
        context.services.door.ledger,
        clock,
        context.viewer,
        reason=reason,
        now=context.now,
    )
    if answer is Answer.NOT_YOURS:
        return refused(May.NOT_THIS_CHILD, desk_of(context))
    return TellingRecorded(id=given.deadline, outcome=_OUTCOMES[answer])


async def _refusal(context: Context, child: str, event: str) -> Refused | None:
    """Why this is not theirs to do; decided and written down alike where there is no such child."""
    seen = await seen_by(context, child)
    allowed = may(UNDERTAKERS, seen.decided.situation)
    if area_of(child) == context.viewer.organisation:
        allowed = May.YES
    if allowed is May.YES and not seen.may_know(event):
        allowed = May.NOT_THIS_CHILD
    return None if allowed is May.YES else refused(allowed, desk_of(context))


async def _found(context: Context, wanted: sa.Select[tuple[str]]) -> str:
    """What is found; somebody invented where there is nothing."""
    async with reading(board_of(context).engine) as connection:
        found = (await connection.execute(wanted)).scalar_one_or_none()
    return context.services.ids.invent(_NOBODY) if found is None else str(found)
