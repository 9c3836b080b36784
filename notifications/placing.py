"""Events of which no identifier says whose they are, before a person who does.

They wait at the desk that the deployment names, and with whoever answers for the child whom the
sender's own id leads to. Whoever places one says of a child for whom they answer that it is theirs:
it is kept as that child's, and everybody who is to be told is told.

Source: docs/decisions/0043.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.acts import FORCE, HOST_ON_DUTY, ON_DUTY, WORKERS, Act, Entitled, May, may
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
    situation_of,
    written_reason,
)
from disclosure.entries import Entry, EntryKind
from linking.index import Found
from linking.storage import reading
from notifications.episode import episodes_of
from notifications.ledger import Appended, history
from notifications.receiving import Doubt, Doubtful, Receiving
from notifications.recipients import recipient_id
from records.errors import WrongArgument
from records.people import Role, Standing, Viewer

OFFICE: Final = Entitled(
    roles=frozenset({Role.BUSINESS_SUPPORT}),
    standings=frozenset(
        {Standing.RESPONSIBLE_AUTHORITY, Standing.HOME_AUTHORITY, Standing.HOST_AUTHORITY}
    ),
    source="england-own-record/office: the office sees whose child it is, to pass messages on",
)
PLACERS: Final = (WORKERS, ON_DUTY, HOST_ON_DUTY, FORCE, OFFICE)
"""Who may say of a child that an event is theirs."""

_MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An event that waits, and the child whom the sender's own id leads to, if it leads to one."""

    doubtful: Doubtful
    child_ref: str | None = field(repr=False)


async def doubtful_events(door: Door, receiving: Receiving, doing: Doing) -> list[Waiting]:
    """Those that this caller may place, in the order in which they came. That they looked is written down.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=doing.now,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=doing.access.reason,
            body={**asker(doing.viewer, doing.access), "looked_at": "doubtful-events"},
        )
    )
    if not any(doing.viewer.role in row.roles for row in PLACERS):
        return []
    found: list[Waiting] = []
    # Many events may wait of one child: whether the caller answers for them is asked once.
    answers_for: dict[str | None, bool] = {}
    for doubtful in await receiving.in_doubt():
        one = Waiting(doubtful=doubtful, child_ref=await _child(door, doubtful))
        if one.child_ref not in answers_for:
            answers_for[one.child_ref] = await _sees(door, receiving, doing, one)
        if answers_for[one.child_ref]:
            found.append(one)
        if len(found) == _MOST:
            break
    return found


async def place_event(
    door: Door,
    receiving: Receiving,
    doing: Doing,
    event: str,
    reason: str,
    *,
    episode: str | None = None,
) -> tuple[Done | NotDone, Appended | None]:
    """Say that an event is of the child whom ``doing`` names; what was kept, if it was done just now.

    ``episode`` is of which of the child's episodes an interview is. An event that does not wait, or
    waits elsewhere, is refused like a child who is not theirs.

    Raises:
        WrongArgument: the reason is none, or no episode of the child's is named where one has to be.
        NotRecorded: it could not be written down; nothing was done.
    """
    reason = written_reason(reason)
    said = [event, reason] if episode is None else [event, reason, episode]
    before = await done_before(door, doing, Act.PLACE_EVENT, said)
    if before is not None:
        return before, None
    doubtful = await receiving.waits(event)
    allowed = may(PLACERS, await situation_of(door, doing))
    if allowed is May.YES:
        seen = doubtful is not None and await _sees(
            door,
            receiving,
            doing,
            Waiting(doubtful=doubtful, child_ref=await _child(door, doubtful)),
        )
        allowed = May.YES if seen else May.NOT_THIS_CHILD
    if allowed is May.YES and doubtful is not None:
        await _right_episode(door, doubtful, doing.child_ref, episode)
    kept: list[Appended] = []

    async def effect(connection: AsyncConnection, _ref: str) -> Outcome:
        if doubtful is not None:
            kept.append(
                await receiving.place_in(
                    connection, doubtful, doing.child_ref, episode=episode, now=doing.now
                )
            )
        return {"event": kept[0].event.id}

    step = Step(
        act=Act.PLACE_EVENT,
        kind=EntryKind.INDEX,
        said=said,
        body={"happened": "event-placed", "event": event}
        | ({} if episode is None else {"episode": episode}),
        reason=reason,
    )
    outcome = await do_once(door, doing, step, allowed, effect)
    return outcome, kept[0] if kept else None


def at_desk(receiving: Receiving, viewer: Viewer) -> bool:
    """Whether somebody is of the desk that is told of events that wait."""
    return recipient_id(viewer.organisation, viewer.role) in receiving.desk


async def _right_episode(
    door: Door, doubtful: Doubtful, child_ref: str, episode: str | None
) -> None:
    """Raises WrongArgument unless an episode of the child's is named where one has to be."""
    if episode is None:
        if doubtful.doubt is Doubt.WHICH_EPISODE:
            raise WrongArgument(
                "Say of which episode it is: `whoHasBeenTold` gives the child's episodes their ids."
            )
        return
    async with reading(door.index.engine) as connection:
        past = await history(connection, child_ref)
    if episode not in {one.key for one in episodes_of(past)}:
        raise WrongArgument("This is no episode of the child's: take its id from `whoHasBeenTold`.")


async def _sees(door: Door, receiving: Receiving, doing: Doing, one: Waiting) -> bool:
    if at_desk(receiving, doing.viewer):
        return True
    if one.child_ref is None:
        return False
    situation = await situation_of(door, replace(doing, child_ref=one.child_ref))
    return may(PLACERS, situation) is May.YES


async def _child(door: Door, doubtful: Doubtful) -> str | None:
    if doubtful.local_id is None:
        return None
    found = await door.index.find(local_id=doubtful.local_id)
    return found.child_ref if isinstance(found, Found) else None
