"""What one duty asks for, once its time has come: its notices, tasks, records, refusals, its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from protocols.clock import Calendar
from protocols.duties import Clock, Doubt, Duty, Tell, Treatment
from protocols.duties_due import (
    Answers,
    ClockDue,
    Happens,
    NoticeDue,
    Refused,
    Settled,
    Silence,
    Task,
    TaskKind,
    Why,
)
from protocols.duties_history import EPISODIC, Occurrence
from protocols.duties_views import View
from protocols.status import Flag, Verdict

Piece: TypeAlias = NoticeDue | ClockDue | Task | Answers | Settled | Refused | Silence | Flag


def carried_out(
    duty: Duty, view: View, because: Why, occurrence: Occurrence, days: Calendar
) -> Iterator[Piece]:
    """Everything that the row says, but for its clock."""
    if duty.doubt is Doubt.HOLD and not because.certain:
        yield _task(TaskKind.ASK, duty, view, because)
        return
    for tell in duty.tells:
        yield from _notices(duty, tell, view, because, occurrence, days)
    if duty.meeting is not None:
        yield _task(TaskKind.MEET, duty, view, because)
    elif duty.owner and duty.doubt is not Doubt.HOLD and Treatment.SURFACED in duty.treatments:
        yield _task(TaskKind.DO, duty, view, because)
    if duty.keeping is not None:
        yield _task(TaskKind.RECORD, duty, view, because)
    if duty.responsibility is not None:
        who = view.everyone(duty.responsibility.who)
        yield Answers(matter=duty.responsibility.matter, who=who, because=because)
    if duty.refuses is not None:
        yield Refused(what=duty.ref.id, verdict=Verdict.REFUSED, says=duty.refuses, because=because)
    if duty.silent:
        yield Silence(because=because, searched=duty.searched)


def overdue(
    duty: Duty, view: View, because: Why, occurrence: Occurrence, days: Calendar
) -> Iterator[Piece]:
    """The step of the ladder that a missed deadline has come to, and the clock of the next one.

    Without a ladder of the protocol's own, whoever had to see to it is told that it is overdue.
    """
    fired = occurrence.fired
    rung = 0 if fired is None else fired.rung
    if not duty.ladder:
        for to in view.everyone(duty.owner):
            yield NoticeDue(to=to, items=frozenset(), because=(because,), urgent=True, overdue=True)
        return
    first = duty.ladder[0].after
    if rung == 0 and first is not None:
        yield _step(duty, view, because, occurrence, days.later(occurrence.at, first), 1)
        return
    place = rung - 1 if first is not None else rung
    for to in view.everyone(duty.ladder[place].to):
        yield NoticeDue(to=to, items=frozenset(), because=(because,), urgent=True, overdue=True)
    if place + 1 < len(duty.ladder):
        after = duty.ladder[place + 1].after
        at = occurrence.at if after is None else days.later(occurrence.at, after)
        yield _step(duty, view, because, occurrence, at, rung + 1)


def started(
    duty: Duty,
    view: View,
    because: Why,
    occurrence: Occurrence,
    start: datetime,
    days: Calendar,
    *,
    number: int = 0,
    met_by: str | None = None,
) -> Iterator[ClockDue]:
    """The duty's clock, counted from an instant; nothing for a duty without one.

    Repetitions are counted from the same instant, so that a late one does not make the next late.
    """
    clock = duty.clock
    if clock is None:
        return
    yield ClockDue(
        name=duty.name,
        subject=subject_of(duty, occurrence),
        happens=Happens.THEN if clock.waits else Happens.BY,
        basis_at=start,
        due_at=due_at(clock, start, days, number),
        occurrence=number,
        rung=0,
        repeats=clock.repeats,
        says=duty.ref.says,
        because=because,
        owners=view.everyone(duty.owner),
        ladder=duty.ladder,
        advisory=clock.advisory,
        met_by=met_by,
    )


def due_at(clock: Clock, start: datetime, days: Calendar, number: int = 0) -> datetime:
    """When a clock is due that counts from an instant; the ``number``-th time for one that repeats."""
    if clock.by is not None:
        return days.next_at(start, clock.by)
    period = clock.period if clock.repeats is None else clock.period + clock.repeats * number
    at = days.later(start, period)
    return days.end_of_working_day(at) if clock.to_end_of_working_day else at


def episodic(duty: Duty) -> bool:
    """Whether a duty is about one missing episode, rather than about the child."""
    return not EPISODIC.isdisjoint(duty.events)


def subject_of(duty: Duty, occurrence: Occurrence) -> str:
    """What a clock is about: the episode, or the event that started it."""
    return (occurrence.episode or occurrence.id) if episodic(duty) else occurrence.id


def _step(
    duty: Duty, view: View, because: Why, occurrence: Occurrence, at: datetime, rung: int
) -> ClockDue:
    fired = occurrence.fired
    return ClockDue(
        name=duty.name,
        subject=subject_of(duty, occurrence),
        happens=Happens.BY,
        basis_at=occurrence.at,
        due_at=at,
        occurrence=0 if fired is None else fired.occurrence,
        rung=rung,
        repeats=None,
        says=duty.ref.says,
        because=because,
        owners=view.everyone(duty.owner),
        ladder=duty.ladder,
        advisory=False,
        met_by=None,
    )


def _notices(
    duty: Duty, tell: Tell, view: View, because: Why, occurrence: Occurrence, days: Calendar
) -> Iterator[NoticeDue]:
    there = not tell.hours or any(h.open_at(occurrence.now, days) for h in tell.hours)
    for role in tell.who if there else tell.otherwise:
        yield NoticeDue(
            to=view.addressee(role),
            items=tell.items,
            because=(
                Why(
                    rule=because.rule,
                    as_=because.as_,
                    certain=because.certain,
                    wording=because.wording,
                    role=role.id,
                    items=tell.items,
                ),
            ),
            urgent=duty.urgent,
            channel=tell.channel,
        )


def _task(kind: TaskKind, duty: Duty, view: View, because: Why) -> Task:
    meeting = duty.meeting if kind is TaskKind.MEET else None
    return Task(
        kind=kind,
        owners=view.everyone(duty.owner),
        says=duty.task or duty.ref.says,
        because=because,
        meeting=None if meeting is None else meeting.name,
        attendees=() if meeting is None else view.everyone(meeting.attendees),
        chair=() if meeting is None else view.everyone(meeting.chair),
        keep=duty.keeping if kind is TaskKind.RECORD else None,
    )
