"""Events, notices and clocks of a child whom a person found to be another: kept under that one from now on.

Nothing that was kept is changed or lost. Each event is kept anew under the child it is of, with
all that follows for whoever has not been told of it; who was told stays told, under the same
notice; a clock that runs goes on, to the same hour. Each step is a row, by which it is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.carrying import carry_facts
from notifications.carried_table import CARRIED, Carried
from notifications.episode import episode_of
from notifications.facts_stated import state_facts
from notifications.happening import OURSELVES, Happened, Happening, Plan, Planning
from notifications.ledger import append_all, history, lock_child
from notifications.tables import DEADLINE, DELIVERY, FOLLOW_UP, INBOX, NOT_TOLD

LOOKS_BACK: Final = timedelta(days=14)
"""How long ago something may have happened, of an episode that is over, for it still to be told."""

_A_MOMENT: Final = timedelta(microseconds=1)


async def carry(
    transaction: AsyncConnection,
    match_ref: str,
    *,
    of: str,
    to: str,
    planning: Planning,
    now: datetime,
) -> tuple[str, ...]:
    """Keep everything of one child under another; the recipients for whom there is something new."""
    await hold(transaction, of, to)
    rows = [
        _row(match_ref, Carried.FACT, f"{table}/{was}", str(was), str(became), now)
        for table, was, became in await carry_facts(transaction, of=of, to=to, now=now)
    ]
    clocks = await _clocks(transaction, of)
    await transaction.execute(sa.update(DEADLINE).where(DEADLINE.c.child == of).values(child=to))
    past = await history(transaction, of)
    refs = await _sender_refs(transaction, [event.id for event in past])
    told = await _told(transaction, of)
    became: dict[str, Happened] = {}
    woken: set[str] = set()
    for at, event in enumerate(past):
        copy = Happening(
            type=event.type,
            child=to,
            at=event.at,
            source=event.source,
            sender_ref=refs[event.id],
            data=event.data,
            aside={"carried_from": event.id},
            caused_by=_of(became, event.caused_by),
        )
        plans = _for_whom_it_is_new(planning, event, past, told.get(event.id, {}), now)
        then = now + at * _A_MOMENT
        done = await append_all(transaction, to, (copy,), plans, now=then, also=state_facts)
        if not done[0].new:
            # It was carried here before, and taken back: it is said again.
            again = replace(copy, data={**event.data, "carried": match_ref})
            done = await append_all(transaction, to, (again,), plans, now=then, also=state_facts)
        became[event.id] = done[0].event
        woken.update(done[0].recipients)
        await _follow_up(transaction, event.id, done[0].event)
    rows += [
        _row(match_ref, Carried.EVENT, was, of, event.id, now) for was, event in became.items()
    ]
    rows += await _notices(transaction, match_ref, became, told, now)
    for clock, basis in clocks.items():
        if basis in became:
            rows.append(_row(match_ref, Carried.CLOCK, clock, basis, became[basis].id, now))
            await transaction.execute(
                sa.update(DEADLINE)
                .where(DEADLINE.c.id == clock)
                .values(basis_event=became[basis].id)
            )
    if rows:
        await transaction.execute(sa.insert(CARRIED), rows)
    return tuple(sorted(woken))


async def hold(transaction: AsyncConnection, *children: str) -> None:
    """Hold these children, their events and their clocks until the transaction ends."""
    for child in sorted(children):
        await lock_child(transaction, child)


def _for_whom_it_is_new(
    planning: Planning,
    was: Happened,
    past: Sequence[Happened],
    told: Mapping[str, str],
    now: datetime,
) -> Planning:
    """What follows from an event under the child it is of, for those who have not been told of it.

    Nothing follows anew from what the gateway itself brought about, nor from what is long over.
    """
    caused = {event.type for event in past if event.caused_by == was.id}
    episode = episode_of(was, past)
    live = (episode is not None and episode.is_open) or was.at > now - LOOKS_BACK

    async def plans(event: Happened, history: Sequence[Happened]) -> Plan:
        if was.source == OURSELVES or not live:
            return Plan()
        plan = await planning(event, history)
        return replace(
            plan,
            tell=tuple(tell for tell in plan.tell if tell.recipient not in told),
            causes=tuple(cause for cause in plan.causes if cause.type not in caused),
        )

    return plans


async def _notices(
    transaction: AsyncConnection,
    match_ref: str,
    became: Mapping[str, Happened],
    told: Mapping[str, Mapping[str, str]],
    now: datetime,
) -> list[dict[str, Any]]:
    """Every notice there was belongs to the event that its own became, with what came of it."""
    rows: list[dict[str, Any]] = []
    for was, notices in told.items():
        event = became[was]
        await transaction.execute(
            sa.update(DELIVERY)
            .where(DELIVERY.c.notice_ref.in_(list(notices.values())))
            .values(event=event.id, child=event.child, child_seq=event.seq)
        )
        rows += [
            _row(match_ref, Carried.NOTICE, notice, was, event.id, now)
            for notice in notices.values()
        ]
    decided = sa.select(NOT_TOLD).where(NOT_TOLD.c.event.in_(list(became)))
    for row in (await transaction.execute(decided)).mappings().all():
        event = became[row["event"]]
        copy = {**row, "event": event.id, "child": event.child}
        del copy["id"]
        await transaction.execute(sa.insert(NOT_TOLD).values(**copy))
    return rows


async def _follow_up(transaction: AsyncConnection, was: str, event: Happened) -> None:
    """What else was asked for because of an event is still asked for, unless it is asked for anew."""
    query = sa.select(FOLLOW_UP.c.event, FOLLOW_UP.c.body).where(
        FOLLOW_UP.c.event.in_((was, event.id))
    )
    found = {row.event: row.body for row in await transaction.execute(query)}
    if was in found and event.id not in found:
        row = {"event": event.id, "child": event.child, "body": found[was]}
        await transaction.execute(sa.insert(FOLLOW_UP).values(**row))


async def _clocks(transaction: AsyncConnection, child: str) -> dict[str, str]:
    query = sa.select(DEADLINE.c.id, DEADLINE.c.basis_event).where(DEADLINE.c.child == child)
    return {row.id: row.basis_event for row in await transaction.execute(query)}


async def _sender_refs(transaction: AsyncConnection, events: Sequence[str]) -> dict[str, str]:
    query = sa.select(INBOX.c.event, INBOX.c.sender_ref).where(INBOX.c.event.in_(list(events)))
    return {row.event: row.sender_ref for row in await transaction.execute(query)}


async def _told(transaction: AsyncConnection, child: str) -> dict[str, dict[str, str]]:
    """Who has a notice of each event of a child, and which."""
    query = sa.select(DELIVERY.c.event, DELIVERY.c.recipient, DELIVERY.c.notice_ref)
    found: dict[str, dict[str, str]] = {}
    for row in await transaction.execute(query.where(DELIVERY.c.child == child)):
        found.setdefault(row.event, {})[row.recipient] = row.notice_ref
    return found


def _of(became: Mapping[str, Happened], cause: str | None) -> str | None:
    event = None if cause is None else became.get(cause)
    return cause if event is None else event.id


def _row(
    match_ref: str, what: Carried, key: str, was: str, became: str, now: datetime
) -> dict[str, Any]:
    return {
        "match_ref": match_ref,
        "what": what.value,
        "key": key,
        "was": was,
        "became": became,
        "at": now,
    }
