"""What a child's clocks and recipients come to by the facts of now, beside what runs and who was told.

A duty is judged when something happens. When a fact changes afterwards (the child turns out to be
looked after, the placement moved, the risk was raised, a day was proclaimed a holiday) the same
happenings are judged again: a clock that is no longer asked for stops, one that is now asked for
starts, one that is due at another time is set anew, and whoever should know and was never told is.

Source: the design of deadlines: re-timed by later events; nobody is forgotten; a later joiner gets the
state of play, never silent history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from notifications.episode import episode_of, episodes_of, standing
from notifications.happening import (
    Happened,
    Plan,
    Planning,
    Reason,
    Settle,
    Start,
    Tell,
    deadline_id,
)
from notifications.occurring import events_of
from notifications.overtaken import as_known_now, both, in_order, turned_out_otherwise
from notifications.tables import DeadlineState

LATELY: Final = timedelta(days=30)
"""How long ago a thing may have happened for somebody who was forgotten still to be told of it."""

_MOST_EVENTS: Final = 50
_PENDING: Final = DeadlineState.PENDING.value
_CANCELLED: Final = DeadlineState.CANCELLED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the tables about one child: clocks, and who was told, or was not to be, of which event.

    ``by_rule``: when each recipient was last told of something by each paragraph. ``reconsidered`` are
    the events by which clocks were stopped because a fact had changed.
    """

    clocks: Sequence[Any]
    told: frozenset[tuple[str, str]]
    by_rule: Mapping[tuple[str, str, str], datetime]
    reconsidered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One happening with what follows from it by the facts of now.

    Not ``lately``: it matters only for the clocks that it has started.
    """

    event: Happened
    plan: Plan
    lately: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Somebody who by the facts of now should know of an event, and has no notice of it."""

    event: Happened
    tell: Tell


async def judged(
    planning: Planning, events: Sequence[Happened], basis: Iterable[str], now: datetime
) -> list[Judged]:
    """The happenings that still matter, each with what follows by the facts of now.

    Those of the last episode, those of late that belong to none, and those from which a clock runs.
    """
    found: list[Judged] = []
    for event, lately in _that_matter(events, frozenset(basis), now):
        plan = await as_known_now(event, events, planning, now)
        found.append(Judged(event=event, plan=plan, lately=lately))
    return found


def of_episodes(events: Sequence[Happened], keys: Collection[str]) -> set[str]:
    """The events of these episodes, where any came late: what a clock counts from may be another's after all."""
    if in_order(events):
        return set()
    roots = {root for one in episodes_of(events) if one.key in keys for root in one.events}
    return {event.id for event in events if event.root in roots}


def changes(done: Sequence[Judged], written: Written) -> tuple[list[Start], list[Settle]]:
    """Which clocks have to start or be set anew, and which are no longer asked for."""
    wanted = _wanted(done)
    there = {row.id: row for row in written.clocks}
    weighed = {one.event.id for one in done}
    late = {start.id for one in done if not one.lately for start in one.plan.start}
    starts: list[Start] = []
    for one in wanted.values():
        row = there.get(one.id)
        if row is None:
            starts += [] if one.id in late else [one]
        elif row.state == _CANCELLED and row.settled_by in written.reconsidered:
            starts.append(replace(one, revived=True))
        elif _runs_otherwise(row, one):
            starts.append(one)
    asked_for = {(one.kind, one.subject) for one in wanted.values()}
    settles: dict[tuple[str, str], Settle] = {}
    for row in written.clocks:
        kind = row.kind.partition("#")[0]
        first = there.get(deadline_id(kind, row.subject, 0))
        if row.state != _PENDING or first is None or (kind, row.subject) in asked_for:
            continue
        if first.basis_event in weighed:
            settles[kind, row.subject] = Settle(kind=kind, subject=row.subject, cancelled=True)
    return starts, list(settles.values())


def missed(done: Sequence[Judged], events: Sequence[Happened], written: Written) -> list[Missed]:
    """Who should know by the facts of now, and was told neither of it nor since by the same paragraph."""
    lines: dict[str, list[str]] = {}
    for event in events:
        lines.setdefault(event.root, []).append(event.id)
    return [
        Missed(event=one.event, tell=tell)
        for one in done
        if one.lately
        for tell in one.plan.tell
        if not any((event, tell.recipient) in written.told for event in lines[one.event.root])
        and not any(_since(written, one.event, tell.recipient, reason) for reason in tell.reasons)
    ]


def _since(written: Written, event: Happened, recipient: str, reason: Reason) -> bool:
    """Whether they were told by the same paragraph of something that was learnt since."""
    at = written.by_rule.get((recipient, reason.partnership, reason.rule))
    return at is not None and at >= event.recorded_at


def state_of_play(found: Sequence[Missed]) -> dict[str, Tell]:
    """One notice for each of them: everything that they should know, by every paragraph."""
    told: dict[str, Tell] = {}
    for one in found:
        there = told.get(one.tell.recipient)
        told[one.tell.recipient] = one.tell if there is None else both(there, one.tell)
    return told


def _that_matter(
    events: Sequence[Happened], basis: frozenset[str], now: datetime
) -> list[tuple[Happened, bool]]:
    episodes = episodes_of(events)
    last = episodes[-1] if episodes else None
    late = not in_order(events)
    found: list[tuple[Happened, bool]] = []
    for event in standing(events):
        if not events_of(event):
            continue
        episode = episode_of(event, events)
        lately = now - event.at <= LATELY
        if episode is not None and last is not None:
            lately = (episode.key == last.key and (lately or last.is_open)) or (
                lately and late and turned_out_otherwise(event, events)
            )
        if lately or event.id in basis:
            found.append((event, lately))
    return sorted(found[-_MOST_EVENTS:], key=lambda one: one[0].seq)


def _runs_otherwise(row: Any, start: Start) -> bool:  # noqa: ANN401 (a database row)
    """Whether a clock that runs is due at another time than it now should be, or is another's to see to."""
    if row.state != _PENDING:
        return False
    owners = msgspec.json.decode(row.terms).get("owners", [])
    return bool(row.due_at != start.due_at or owners != start.terms.get("owners", []))


def _wanted(done: Sequence[Judged]) -> Mapping[str, Start]:
    """The clocks that these happenings ask for now; not those that a later one has answered."""
    wanted: dict[str, Start] = {}
    for one in done:
        for settle in one.plan.settle:
            for name in [n for n, start in wanted.items() if _answers(settle, start)]:
                del wanted[name]
        if "deadline" not in one.event.data:
            starts = (replace(start, basis=one.event.id) for start in one.plan.start)
            wanted |= {start.id: start for start in starts if start.met_by is None}
    return wanted


def _answers(settle: Settle, start: Start) -> bool:
    return settle.kind == start.kind and settle.subject in (None, start.subject)
