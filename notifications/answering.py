"""What people answer: that they have a notice, that they decided not to tell, that they depart from a deadline.

Each is in the ledger before it takes effect, and each done twice is done once. A written reason
stands in the ledger alone, from which it can be erased; here is its reference.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.chain import Plain
from disclosure.entries import Entry, EntryKind
from linking.storage import reading
from notifications import clocks
from notifications.happening import Settle
from notifications.ledger import lock_child
from notifications.notices import ACKNOWLEDGE, UNREACHABLE
from notifications.tables import (
    DEADLINE,
    DELIVERY,
    EVENT,
    NOT_TOLD,
    RECIPIENT,
    DeadlineState,
    DeliveryState,
)
from notifications.turns import writing_in_turn
from protocols.rule import Strength
from records.errors import WrongArgument
from records.people import Viewer

_NOTICE: Final = (
    sa.select(
        DELIVERY.c.recipient,
        DELIVERY.c.seq,
        DELIVERY.c.child,
        DELIVERY.c.event,
        DELIVERY.c.state,
        DELIVERY.c.delivered_at,
        RECIPIENT.c.organisation,
        RECIPIENT.c.role,
        RECIPIENT.c.issuer,
        RECIPIENT.c.subject,
        RECIPIENT.c.team,
    )
    .join(RECIPIENT, RECIPIENT.c.id == DELIVERY.c.recipient)
    .where(DELIVERY.c.notice_ref == sa.bindparam("ref"), RECIPIENT.c.ended_at.is_(None))
)
_STANDS: Final = sa.select(DELIVERY.c.state).where(
    DELIVERY.c.event == sa.bindparam("of"), DELIVERY.c.recipient == sa.bindparam("who")
)
_DECIDED: Final = sa.select(NOT_TOLD.c.id).where(
    NOT_TOLD.c.event == sa.bindparam("of"), NOT_TOLD.c.recipient == sa.bindparam("who")
)
_TOLD: Final = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.ACKNOWLEDGED})
_UNTOLD: Final = (DeliveryState.PENDING, DeliveryState.FAILED)
_UNDONE: Final = (DeadlineState.PENDING, DeadlineState.FIRED)
_STOPPED: Final = sa.case(
    (DEADLINE.c.state == DeadlineState.PENDING.value, DeadlineState.DEPARTED.value),
    else_=DEADLINE.c.state,
)


class Answer(enum.Enum):
    """What became of an answer. NOT_YOURS is also said of what there never was."""

    DONE = "done"
    ALREADY = "already"
    NOT_YOURS = "not-yours"


async def acknowledge(
    engine: AsyncEngine, ledger: Ledger, notice_ref: str, viewer: Viewer, *, now: datetime
) -> Answer:
    """Somebody says that they have a notice that was for them: nobody is chased for it any more.

    Also before it was sent by any channel, and after it has escalated.

    Raises:
        NotRecorded: it could not be written down, and so was not done.
    """
    async with reading(engine) as connection:
        notice = (await connection.execute(_NOTICE, {"ref": notice_ref})).one_or_none()
    if notice is None or not _is_for(notice, viewer):
        return Answer.NOT_YOURS
    if notice.state == DeliveryState.ACKNOWLEDGED.value:
        return Answer.ALREADY
    body: dict[str, Plain] = {
        "did": "acknowledged",
        "notice": notice_ref,
        "event": notice.event,
        "recipient": notice.recipient,
    }
    ref = await ledger.append(entry(viewer, notice.child, body, now))
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, notice.child)
        changed = await transaction.execute(
            sa.update(DELIVERY)
            .where(
                DELIVERY.c.notice_ref == notice_ref,
                DELIVERY.c.state != DeliveryState.ACKNOWLEDGED.value,
            )
            .values(
                state=DeliveryState.ACKNOWLEDGED.value,
                acknowledged_at=now,
                acknowledged_by=_by(ledger, viewer),
                delivered_at=sa.func.coalesce(
                    DELIVERY.c.delivered_at, sa.literal(now, DELIVERY.c.delivered_at.type)
                ),
                settled_at=now,
                lease_until=None,
            )
        )
        if not changed.rowcount:
            return Answer.ALREADY
        answered = [Settle(kind=kind, subject=notice_ref) for kind in (ACKNOWLEDGE, UNREACHABLE)]
        await clocks.settle(transaction, notice.child, answered, at=now, by=ref)
    return Answer.DONE


async def record_not_told(
    engine: AsyncEngine,
    ledger: Ledger,
    event: str,
    recipient: str,
    viewer: Viewer,
    *,
    reason: str,
    now: datetime,
) -> Answer:
    """A person decided not to tell a recipient of an event: what waits for them, or was given up, is not sent.

    Raises:
        WrongArgument: there is no reason, or no such event, or they have been told.
        NotRecorded: it could not be written down, and so was not done.
    """
    if not reason.strip():
        raise WrongArgument("Say why they are not told.")
    these = {"of": event, "who": recipient}
    async with reading(engine) as connection:
        child = (
            await connection.execute(sa.select(EVENT.c.child).where(EVENT.c.id == event))
        ).scalar()
        stands = (await connection.execute(_STANDS, these)).scalar()
        decided_before = (await connection.execute(_DECIDED, these)).first() is not None
    if child is None:
        raise WrongArgument("There is no such event.")
    if decided_before:
        return Answer.ALREADY
    if stands is not None and DeliveryState(stands) in _TOLD:
        raise WrongArgument("They have been told already: there is nothing left to decide.")
    body: dict[str, Plain] = {"did": "not-told", "event": event, "recipient": recipient}
    ref = await ledger.append(entry(viewer, child, body, now, reason))
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, child)
        decided = {
            "child": child,
            "event": event,
            "recipient": recipient,
            "at": now,
            "by": _by(ledger, viewer),
            "reason_ref": ref,
        }
        await transaction.execute(NOT_TOLD.insert(), decided)
        held = await transaction.execute(
            sa.update(DELIVERY)
            .where(
                DELIVERY.c.event == event,
                DELIVERY.c.recipient == recipient,
                DELIVERY.c.state.in_([state.value for state in _UNTOLD]),
            )
            .values(state=DeliveryState.WITHHELD.value, settled_at=now, lease_until=None)
            .returning(DELIVERY.c.notice_ref)
        )
        dropped = [
            Settle(kind=kind, subject=notice, cancelled=True)
            for notice in held.scalars()
            for kind in (ACKNOWLEDGE, UNREACHABLE)
        ]
        await clocks.settle(transaction, child, dropped, at=now, by=ref)
    return Answer.DONE


async def depart(
    engine: AsyncEngine,
    ledger: Ledger,
    deadline: str,
    viewer: Viewer,
    *,
    reason: str,
    now: datetime,
) -> Answer:
    """A person decided, with a reason, not to do what a clock waits for: it stops, and says so.

    What a paragraph says must be done stays due: its clock runs on, with the reason beside it.

    Raises:
        WrongArgument: there is no reason, or it was done or called off before.
        NotRecorded: it could not be written down, and so was not done.
    """
    if not reason.strip():
        raise WrongArgument("Say why this is not done.")
    async with reading(engine) as connection:
        found = await connection.execute(
            sa.select(
                DEADLINE.c.child,
                DEADLINE.c.kind,
                DEADLINE.c.state,
                DEADLINE.c.departure,
                DEADLINE.c.terms,
            ).where(DEADLINE.c.id == deadline)
        )
        clock = found.one_or_none()
    if clock is None or clock.kind in (ACKNOWLEDGE, UNREACHABLE):
        return Answer.NOT_YOURS
    if clock.departure is not None:
        return Answer.ALREADY
    if DeadlineState(clock.state) not in _UNDONE:
        raise WrongArgument(
            "This clock no longer runs: what it waited for was done, or called off."
        )
    body: dict[str, Plain] = {"did": "departed", "deadline": deadline}
    ref = await ledger.append(entry(viewer, clock.child, body, now, reason))
    strength = msgspec.json.decode(clock.terms, type=dict[str, Any]).get("strength")
    kept: dict[str, Any] = {"departure": ref}
    if strength != Strength.MUST.value:
        kept |= {"state": _STOPPED, "settled_at": now}
    async with writing_in_turn(engine) as transaction:
        await lock_child(transaction, clock.child)
        changed = await transaction.execute(
            sa.update(DEADLINE)
            .where(
                DEADLINE.c.id == deadline,
                DEADLINE.c.state.in_([state.value for state in _UNDONE]),
                DEADLINE.c.departure.is_(None),
            )
            .values(**kept)
        )
    return Answer.DONE if changed.rowcount else Answer.ALREADY


def _is_for(notice: Any, viewer: Viewer) -> bool:  # noqa: ANN401 (a database row)
    """Whether the notice was for them: for that person, or for their role at their organisation, in that team."""
    if notice.subject is not None:
        return (notice.issuer, notice.subject) == (viewer.issuer, viewer.subject)
    if notice.team is not None and notice.team != viewer.team:
        return False
    mine = (viewer.organisation, viewer.role.value)
    return (notice.organisation, notice.role) == mine


def _by(ledger: Ledger, viewer: Viewer) -> str:
    return ledger.pseudonyms.person(viewer.issuer, viewer.subject)


def entry(
    viewer: Viewer,
    child: str,
    body: dict[str, Plain],
    now: datetime,
    reason: str | None = None,
) -> Entry:
    """What somebody did about what they are told or asked, as it is written down."""
    asker: dict[str, Plain] = {
        "role": viewer.role.value,
        "organisation": viewer.organisation,
        "client": viewer.client,
    }
    return Entry(
        kind=EntryKind.DELIVERY,
        at=now,
        child_ref=child,
        by=(viewer.issuer, viewer.subject),
        reason=reason,
        body=asker | body,
    )
