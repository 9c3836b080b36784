"""What a message that comes late changes of what was made of those that happened after it.

Two reports look like one episode until the return in between is learnt of; a third episode is no third
until the second is known. Whoever came in first was planned without that, so what now follows from it,
and did not before, is an event of its own in the transaction of the late message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from disclosure.chain import Plain
from notifications.episode import episode_of, episodes_of, standing, steps_of
from notifications.happening import OURSELVES, Happened, Happening, Plan, Planning, Start, Tell

STATE_OF_PLAY: Final = "state-of-play"
"""Somebody is told how things stand who was not there, or not known, when they happened."""

RECONSIDERED: Final = "clocks-reconsidered"
"""Clocks were stopped, started or re-timed because a fact changed. Nobody is told of it."""


def overtaken(late: Happened, history: Sequence[Happened]) -> tuple[Happened, ...]:
    """What of the last episode happened after this, and was learnt before it; nothing where this is of none."""
    if not steps_of(late) or not any(past.at > late.at for past in history):
        return ()
    episodes = episodes_of(history)
    if not episodes:
        return ()
    return tuple(
        event
        for event in standing(history)
        if event.root in episodes[-1].events
        and event.seq < late.seq
        and event.at > late.at
        and event.root != late.root
    )


def learnt_since(event: Happened, events: Sequence[Happened]) -> list[Happened]:
    """What happened before an event, says something of an episode, and was learnt after it."""
    return [
        other
        for other in events
        if other.seq > event.seq
        and other.at < event.at
        and other.root != event.root
        and steps_of(other)
    ]


def caused_by(late: Happened, plan: Plan) -> tuple[Happening, ...]:
    """The event with which it is kept that more follows now; nothing where nothing does."""
    if not (plan.tell or plan.start or plan.follow_up):
        return ()
    what = STATE_OF_PLAY if plan.tell else RECONSIDERED
    return (
        Happening(
            type=what,
            child=late.child,
            at=late.recorded_at,
            source=OURSELVES,
            sender_ref=f"{what}/{late.id}",
            caused_by=late.id,
        ),
    )


def rests_on(event: Happened, history: Sequence[Happened]) -> Happened:
    """What an event is about: itself, or what was judged again where it keeps only that."""
    if event.source != OURSELVES or event.type not in (STATE_OF_PLAY, RECONSIDERED):
        return event
    return next((one for one in history if one.id == event.caused_by), event)


def cause_of(event: Happened, history: Sequence[Happened]) -> Happened | None:
    """The late message because of which such an event is kept; None of any other event."""
    if event.source != OURSELVES or event.type not in (STATE_OF_PLAY, RECONSIDERED):
        return None
    return next((one for one in history if one.id == event.caused_by), None)


def news(event: Happened, before: Plan, after: Plan) -> Plan:
    """What follows from an event now and did not before: whom else to tell, or by which rule, which clocks."""
    clocks = {start.id: start.due_at for start in before.start}
    return Plan(
        tell=tuple(_more(before.tell, after.tell)),
        start=tuple(
            replace(start, basis=event.id)
            for start in after.start
            if clocks.get(start.id) != start.due_at
        ),
        stands=tuple(one for one in after.stands if one not in before.stands),
        follow_up=_added(before.follow_up or {}, after.follow_up or {}),
    )


def together(plans: Iterable[Plan]) -> Plan:
    """Several plans as one: everybody told once, each clock once, the later word counting."""
    tells: dict[str, Tell] = {}
    starts: dict[str, Start] = {}
    whole = Plan()
    for plan in plans:
        for tell in plan.tell:
            there = tells.get(tell.recipient)
            tells[tell.recipient] = tell if there is None else both(there, tell)
        starts |= {start.id: start for start in plan.start}
        whole = Plan(
            settle=tuple(dict.fromkeys((*whole.settle, *plan.settle))),
            stands=tuple(dict.fromkeys((*whole.stands, *plan.stands))),
            follow_up=_joined(whole.follow_up or {}, plan.follow_up or {}),
        )
    return replace(whole, tell=tuple(tells.values()), start=tuple(starts.values()))


def both(one: Tell, other: Tell) -> Tell:
    """One notice with what two would say, by every paragraph of either."""
    return replace(
        one,
        items=one.items | other.items,
        reasons=tuple(dict.fromkeys(one.reasons + other.reasons)),
        urgent=one.urgent or other.urgent,
    )


async def as_known_now(
    event: Happened,
    events: Sequence[Happened],
    planning: Planning,
    now: datetime,
) -> Plan:
    """What follows from an event by the facts of now, with what happened before it and was learnt since."""
    weighed = replace(event, weighed_at=now)
    past = [other for other in events if other.seq <= event.seq]
    if in_order(events):
        return await planning(weighed, past)
    if turned_out_otherwise(event, events):
        return await planning(weighed, events)
    plan = await planning(weighed, past)
    since = learnt_since(event, events)
    if not since:
        return plan
    whole = sorted([*past, *since], key=lambda one: one.seq)
    return together((plan, await planning(weighed, whole)))


def in_order(events: Sequence[Happened]) -> bool:
    """Whether what is said of episodes was learnt as it happened: then nothing turns out otherwise."""
    ats = [event.at for event in events if steps_of(event)]
    return all(one <= later for one, later in pairwise(ats))


def turned_out_otherwise(event: Happened, events: Sequence[Happened]) -> bool:
    """Whether what was learnt since shows that it, or what was taken for the same episode, is of another."""
    if not steps_of(event) or not any(o.seq > event.seq and steps_of(o) for o in events):
        return False
    then = episode_of(event, [other for other in events if other.seq <= event.seq])
    there = episode_of(event, events)
    if then is None or there is None:
        return then is not there
    return then.key != there.key or not set(then.events) <= set(there.events)


def _more(before: Sequence[Tell], after: Sequence[Tell]) -> Iterable[Tell]:
    told = {tell.recipient: set(tell.reasons) for tell in before}
    for tell in after:
        reasons = tuple(r for r in tell.reasons if r not in told.get(tell.recipient, ()))
        if reasons:
            yield replace(tell, reasons=reasons)


def _added(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> Mapping[str, Plain] | None:
    kept: dict[str, Plain] = {}
    for name, rows in after.items():
        there = before.get(name)
        if isinstance(rows, Sequence):
            known = there if isinstance(there, Sequence) else ()
            new = [row for row in rows if row not in known]
            kept |= {name: new} if new else {}
    return kept or None


def _joined(one: Mapping[str, Plain], other: Mapping[str, Plain]) -> Mapping[str, Plain] | None:
    more = _added(one, other) or {}
    kept: dict[str, Plain] = dict(one)
    for name, rows in more.items():
        there = one.get(name)
        kept[name] = [
            *(there if isinstance(there, list) else ()),
            *(rows if isinstance(rows, list) else ()),
        ]
    return kept or None
