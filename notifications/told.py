"""Who should know, who has been told, who has not, and why not: for one child, from the record.

What stands here are references, codes and rules. Whoever shows it to somebody asks the door first
whether they may know that there was such an event: `notifications.content.SAYS` names the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.entries import REASON
from linking.storage import reading
from notifications.happening import Reason
from notifications.tables import (
    ATTEMPT,
    DEADLINE,
    DELIVERY,
    EVENT,
    FOLLOW_UP,
    NOT_TOLD,
    DeadlineState,
    DeliveryState,
)

_LAST_TRY: Final = (
    sa.select(ATTEMPT.c.outcome)
    .where(ATTEMPT.c.recipient == DELIVERY.c.recipient, ATTEMPT.c.seq == DELIVERY.c.seq)
    .order_by(ATTEMPT.c.n.desc())
    .limit(1)
    .scalar_subquery()
)
_TOLD: Final = (
    sa.select(
        DELIVERY,
        EVENT.c.type.label("event_type"),
        EVENT.c.at.label("event_at"),
        EVENT.c.caused_by,
        _LAST_TRY.label("last_try"),
    )
    .join(EVENT, EVENT.c.id == DELIVERY.c.event)
    .where(DELIVERY.c.child == sa.bindparam("of"))
    .order_by(DELIVERY.c.child_seq, DELIVERY.c.recipient)
)
_DECIDED: Final = (
    sa.select(NOT_TOLD, EVENT.c.type, EVENT.c.at.label("event_at"), EVENT.c.caused_by)
    .join(EVENT, EVENT.c.id == NOT_TOLD.c.event)
    .where(NOT_TOLD.c.child == sa.bindparam("of"))
    .order_by(NOT_TOLD.c.id)
)
_CLOCKS: Final = (
    sa.select(DEADLINE)
    .where(DEADLINE.c.child == sa.bindparam("of"))
    .order_by(DEADLINE.c.due_at, DEADLINE.c.id)
)
_FOLLOW_UPS: Final = (
    sa.select(FOLLOW_UP.c.event, FOLLOW_UP.c.body, EVENT.c.type, EVENT.c.at)
    .join(EVENT, EVENT.c.id == FOLLOW_UP.c.event)
    .where(FOLLOW_UP.c.child == sa.bindparam("of"))
    .order_by(EVENT.c.child_seq)
)
_DECIDED_NOT_TO: Final = "somebody decided not to, with a reason"
_WHY_NOT: Final = {
    DeliveryState.PENDING.value: "not read or not sent yet",
    DeliveryState.WITHHELD.value: "when it was to be sent, the rules opened nothing of it",
    DeliveryState.FAILED.value: "nobody could be reached",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One recipient of one event: by which paragraphs, and what became of it.

    Without a notice where somebody decided that there should be none before there was one: then
    ``notice_ref`` and ``state`` are None. ``why_not`` is None once they were told. ``withheld`` are the items that were kept back when it
    was sent, each with why.
    """

    notice_ref: str | None
    recipient: str
    event: str
    event_type: str
    at: datetime
    caused_by: str | None
    because: tuple[Reason, ...]
    items: tuple[str, ...]
    state: DeliveryState | None
    channel: str | None
    attempts: int
    last_try: str | None
    created_at: datetime
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    disclosed: tuple[str, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    why_not: str | None = None
    decided_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One clock of a child: what it waits for, by when, by which paragraphs, and where it stands.

    ``departure`` is the ledger's reference of a written reason for not doing it.
    """

    id: str
    kind: str
    state: DeadlineState
    due_at: datetime
    basis_at: datetime
    basis_event: str
    occurrence: int
    terms: dict[str, Any] = field(repr=False)
    settled_at: datetime | None
    settled_by: str | None
    fired_at: datetime | None
    departure: str | None


async def who_has_been_told(engine: AsyncEngine, child: str) -> list[Told]:
    """Everybody for whom there is a notice about this child, event by event; then those decided against before."""
    async with reading(engine) as connection:
        rows = list(await connection.execute(_TOLD, {"of": child}))
        decided = {
            (row.event, row.recipient): row
            for row in await connection.execute(_DECIDED, {"of": child})
        }
    told = [_told(row, decided.pop((row.event, row.recipient), None)) for row in rows]
    return told + [_never(row) for row in decided.values()]


async def clocks_of(engine: AsyncEngine, child: str) -> list[Running]:
    """Every clock about this child, by when it is due; those for acknowledgements among them."""
    async with reading(engine) as connection:
        rows = list(await connection.execute(_CLOCKS, {"of": child}))
    return [
        Running(
            id=row.id,
            kind=row.kind,
            state=DeadlineState(row.state),
            due_at=row.due_at,
            basis_at=row.basis_at,
            basis_event=row.basis_event,
            occurrence=row.occurrence,
            terms=msgspec.json.decode(row.terms),
            settled_at=row.settled_at,
            settled_by=row.settled_by,
            fired_at=row.fired_at,
            departure=row.departure,
        )
        for row in rows
    ]


async def follow_ups(engine: AsyncEngine, child: str) -> list[tuple[str, dict[str, Any]]]:
    """What else was asked for because of each event: its id, and tasks, conflicts and refusals."""
    async with reading(engine) as connection:
        rows = list(await connection.execute(_FOLLOW_UPS, {"of": child}))
    return [
        (row.event, {"type": row.type, "at": row.at, **msgspec.json.decode(row.body)})
        for row in rows
    ]


async def departures(engine: AsyncEngine, refs: Sequence[str]) -> dict[str, str]:
    """Why clocks were departed from, in the words of whoever wrote it, by the ledger's references."""
    if not refs:
        return {}
    async with reading(engine) as connection:
        rows = await connection.execute(sa.select(REASON).where(REASON.c.ref.in_(refs)))
        return {row.ref: row.reason for row in rows}


def _never(row: Any) -> Told:  # noqa: ANN401 (a database row)
    """Somebody of whom it was decided before there was a notice for them."""
    return Told(
        notice_ref=None,
        recipient=row.recipient,
        event=row.event,
        event_type=row.type,
        at=row.event_at,
        caused_by=row.caused_by,
        because=(),
        items=(),
        state=None,
        channel=None,
        attempts=0,
        last_try=None,
        created_at=row.at,
        delivered_at=None,
        acknowledged_at=None,
        why_not=_DECIDED_NOT_TO,
        decided_ref=row.reason_ref,
    )


def _told(row: Any, decided: Any) -> Told:  # noqa: ANN401 (database rows, or None)
    decision = {} if row.decision is None else msgspec.json.decode(row.decision)
    why_not = None if row.acknowledged_at is not None else _WHY_NOT.get(row.state)
    if row.acknowledged_at is not None and decision.get("told") is False:
        # They said that they have the number. What it stood for was never said to them.
        why_not = _WHY_NOT[DeliveryState.WITHHELD.value]
    if decided is not None and row.state == DeliveryState.WITHHELD.value:
        why_not = _DECIDED_NOT_TO
    elif row.state == DeliveryState.FAILED.value and row.channel is None:
        why_not = "nobody is registered for this role"
    return Told(
        notice_ref=row.notice_ref,
        recipient=row.recipient,
        event=row.event,
        event_type=row.event_type,
        at=row.event_at,
        caused_by=row.caused_by,
        because=msgspec.json.decode(row.reasons, type=tuple[Reason, ...]),
        items=tuple(msgspec.json.decode(row.items)),
        state=DeliveryState(row.state),
        channel=row.channel,
        attempts=row.attempts,
        last_try=row.last_try,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        disclosed=tuple(decision.get("disclosed", ())),
        withheld=tuple((w["item"], w["because"]) for w in decision.get("withheld", ())),
        why_not=why_not,
        decided_ref=None if decided is None else decided.reason_ref,
    )


def not_told(told: Sequence[Told]) -> list[Told]:
    """Of these, those who have not been told."""
    return [one for one in told if one.why_not is not None]
