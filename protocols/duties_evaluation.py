"""What follows from an event: every duty of the protocols that apply, worked out from facts alone.

Where a condition is not known, responsible adults are told all the same, and what they may see is
decided when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from protocols.bundle import Bundle
from protocols.clock import ENGLAND, LONDON, Calendar
from protocols.duties import Duty
from protocols.duties_carrying import Piece, carried_out, episodic, overdue, started
from protocols.duties_concerned import concerned, named
from protocols.duties_conditions import hold
from protocols.duties_due import (
    Addressee,
    Answers,
    ClockDue,
    Conflict,
    Due,
    NoticeDue,
    Refused,
    Settled,
    Silence,
    Task,
    TaskKind,
    Why,
    told_once,
)
from protocols.duties_history import (
    Fired,
    Occurrence,
    Tally,
    basis,
    derived,
    same_episode,
)
from protocols.duties_refusals import refusals
from protocols.duties_views import View, views
from protocols.duties_vocabulary import NOTHING_SAID, Circumstances, Event, Key
from protocols.rule import Applies
from protocols.status import Flag, flags
from protocols.vocabulary import UNKNOWN, Fact, Known
from records.people import Standing

T = TypeVar("T")
_FIRST: Final = 0
_ITS_WORKERS: Final = frozenset(
    {Standing.ALLOCATED_WORKER, Standing.MANAGES_CASE, Standing.REVIEWS_CARE}
)


def duties_of(
    bundle: Bundle,
    occurrence: Occurrence,
    facts: Circumstances,
    history: Sequence[Occurrence] = (),
    days: Calendar = ENGLAND,
) -> Due:
    """Everything that the protocols ask for because of this event; nothing where none speaks.

    ``history`` is what is known to have happened to the child before, as it stands after
    corrections. An event that is a clock come due gives what the clock was waiting for, or the next
    step of its ladder. What the event says outweighs the facts, and both what the past implies.
    """
    known: dict[Key, Known] = {
        **NOTHING_SAID,
        **derived(occurrence, history),
        **facts,
        **occurrence.circumstances,
    }
    pieces: list[Piece] = []
    for view in views(bundle, known):
        if occurrence.fired is not None:
            duties = named(bundle, view.protocol, occurrence.fired.name)
            in_force = _in_force(duties, view, occurrence)
            pieces += _came_due(in_force, view, occurrence, occurrence.fired, history, days)
        else:
            duties = concerned(bundle, view.protocol, occurrence.events)
            in_force = _in_force(duties, view, occurrence)
            pieces += _happened(in_force, view, occurrence, history, days)
    return _due(pieces, known.get(Fact.AUTHORITY, UNKNOWN))


def _happened(
    duties: Iterable[Duty],
    view: View,
    occurrence: Occurrence,
    history: Sequence[Occurrence],
    days: Calendar,
) -> Iterator[Piece]:
    tally: Tally | None = None
    for duty in duties:
        yield from _settled(duty, view, occurrence)
        if occurrence.events.isdisjoint(duty.events):
            continue
        if duty.window is not None:
            tally = tally or Tally(occurrence, history)
            if not tally.makes_up(duty.window):
                continue
        outcome = hold(duty.conditions, view.known)
        if outcome is False:
            continue
        because = _why(duty, view, outcome)
        if duty.clock is not None:
            start = basis(duty.clock.starts, occurrence, history)
            met = _met_already(duty, occurrence, history)
            yield from started(duty, view, because, occurrence, start, days, met_by=met)
        if duty.clock is None or not duty.clock.waits:
            yield from carried_out(duty, view, because, occurrence, days)
    yield from refusals(view, occurrence, history)
    if Event.MISSING_RECORDED in occurrence.events:
        tally = tally or Tally(occurrence, history)
        reports = [at.astimezone(LONDON).date() for at in tally.episodes.values()]
        yield from flags(view.protocol, reports, occurrence.at.astimezone(LONDON).date())


def _came_due(
    duties: Iterable[Duty],
    view: View,
    occurrence: Occurrence,
    fired: Fired,
    history: Sequence[Occurrence],
    days: Calendar,
) -> Iterator[Piece]:
    for duty in duties:
        clock = duty.clock
        if clock is None:
            continue
        outcome = hold(duty.conditions, view.known)
        because = _why(duty, view, outcome)
        if clock.repeats is not None and not fired.rung:
            start = fired.basis_at or basis(clock.starts, occurrence, history)
            number = fired.occurrence + 1
            yield from started(duty, view, because, occurrence, start, days, number=number)
        if outcome is False:
            continue
        if clock.waits:
            yield from carried_out(duty, view, because, occurrence, days)
        else:
            yield from overdue(duty, view, because, occurrence, days)


def _in_force(duties: Iterable[Duty], view: View, occurrence: Occurrence) -> Iterator[Duty]:
    on = occurrence.now.astimezone(LONDON).date()
    for duty in duties:
        if duty.applies & view.as_ and duty.in_force(on):
            yield duty


def _why(duty: Duty, view: View, outcome: bool | None) -> Why:  # noqa: FBT001 (three-valued)
    return Why(rule=duty.ref, as_=view.capacity, certain=outcome is True, wording=duty.wording)


def _settled(duty: Duty, view: View, occurrence: Occurrence) -> Iterator[Settled]:
    """A clock stops when what it waited for was done, or when something made it pointless."""
    clock = duty.clock
    if clock is None:
        return
    done = occurrence.events & clock.met_by and hold(clock.only, view.known) is not False
    ended = occurrence.events & clock.stopped_by
    if done or ended:
        yield Settled(
            name=duty.name,
            subject=occurrence.episode if episodic(duty) else None,
            cancelled=not done,
            because=_why(duty, view, outcome=True),
        )


def _met_already(duty: Duty, occurrence: Occurrence, history: Sequence[Occurrence]) -> str | None:
    """What was learnt first and has met or stopped the clock before it started; None where nothing has."""
    clock = duty.clock
    if clock is None or not episodic(duty):
        return None
    ends = clock.met_by | clock.stopped_by
    for past in same_episode(occurrence, history):
        meets = past.events & clock.met_by and hold(clock.only, past.circumstances) is True
        if past.events & ends and (meets or past.events & clock.stopped_by):
            return past.id
    return None


def _due(pieces: Iterable[Piece], owner: Known) -> Due:
    every = list(pieces)
    answers = _once(every, Answers)
    return Due(
        notices=told_once(p for p in every if isinstance(p, NoticeDue)),
        clocks=_once(every, ClockDue),
        tasks=_once(every, Task),
        answers=answers,
        conflicts=tuple(_conflicts(answers, owner)),
        settles=_once(every, Settled),
        rejects=_once(every, Refused),
        silent=_once(every, Silence),
        flags=_once(every, Flag),
    )


def _once(pieces: Iterable[Piece], kind: type[T]) -> tuple[T, ...]:
    """What one rule says in both capacities of one protocol is said once."""
    found: dict[object, T] = {}
    for piece in pieces:
        if isinstance(piece, kind):
            found.setdefault(_identity(piece), piece)
    return tuple(found.values())


def _identity(piece: object) -> object:
    match piece:
        case ClockDue():
            return piece.name, piece.subject, piece.occurrence, piece.rung
        case Task(kind=TaskKind.ASK):
            return piece.says, frozenset(to.same_as for to in piece.owners)
        case Task():
            return piece.because.rule.id, piece.kind
        case Answers() | Silence():
            return piece.because.rule.id
        case Flag():
            return piece.rule.id
        case Settled():
            return piece.name, piece.subject, piece.cancelled
        case Refused():
            return piece.what, piece.verdict, piece.because and piece.because.rule.id
        case _:
            return id(piece)


def _conflicts(answers: Sequence[Answers], owner: Known) -> Iterator[Conflict]:
    """Where protocols differ in whose a matter is. An authority and its own worker or service are one answer.

    Of what one protocol says, what certainly holds goes before what hangs on a fact that is not known.
    """
    by_matter: dict[str, list[Answers]] = {}
    for one in answers:
        by_matter.setdefault(one.matter, []).append(one)
    for matter, claims in by_matter.items():
        who = {frozenset(_whose(to, owner, one.because.as_) for to in one.who) for one in claims}
        protocols = {one.because.rule.protocol for one in claims}
        if len(who) > 1 and len(protocols) > 1:
            own = [one for one in claims if one.because.as_ is Applies.RESPONSIBLE] or claims
            sure = [one for one in own if one.because.certain]
            yield Conflict(matter=matter, claims=tuple(claims), taken=(sure or own)[_FIRST])


def _whose(to: Addressee, owner: Known, as_: Applies) -> object:
    """The authority that somebody answers for, if any; otherwise who they are.

    The service that interviews under the protocol of the child's own authority is that authority's.
    """
    if isinstance(to.authority, str):
        return to.authority
    standing = to.role.standing
    its_own = standing <= _ITS_WORKERS or (
        as_ is Applies.RESPONSIBLE and Standing.INTERVIEWS_CHILD in standing
    )
    if standing and its_own and isinstance(owner, str):
        return owner
    return to.same_as
