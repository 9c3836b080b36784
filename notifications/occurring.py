"""What happened, as the duties of the protocols ask about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from disclosure.chain import Plain
from notifications.episode import Episode, episode_of, is_overruled, standing, steps_of
from notifications.episode_table import GONE, Step
from notifications.happening import Happened
from protocols.duties_history import Fired, Graded, Occurrence
from protocols.duties_vocabulary import KEYS, Circumstances, Event, Key, shape_of
from protocols.vocabulary import UNKNOWN, Fact, Form, Known, Value, fits

_CODE: Final = re.compile(r"[EWSN]\d{8}")
_TYPES: Final = {event.value: event for event in Event}
_OF_STEP: Final = {
    Step.REPORTED: Event.REPORTED_MISSING,
    Step.RECORDED: Event.MISSING_RECORDED,
    Step.AWAY: Event.AWAY_WITHOUT_AUTHORISATION,
    Step.ABSENT: Event.ABSENT,
    Step.LOCATED: Event.CHILD_LOCATED,
    Step.FOUND: Event.CHILD_FOUND,
    Step.CHECKED: Event.SAFE_AND_WELL_DONE,
    # However it was closed, the child is no longer looked for.
    Step.CLOSED: Event.CHILD_FOUND,
}
_UNFOUND: Final = frozenset({Step.REPORTED, Step.RECORDED})
"""Who is missing cannot be found: so all five protocols have it."""

_CALLED: Final[Mapping[str, Key]] = {
    "grade": Fact.RISK_GRADE,
    "responsible_authority": Fact.AUTHORITY,
    "done_by": Fact.SAW_BY,
}
"""What an event's codes are called among the facts, where the names differ."""


def events_of(event: Happened) -> frozenset[Event]:
    """What a message is, to the protocols; nothing for what only the engine knows."""
    own = _TYPES.get(event.type)
    of_steps = frozenset(_OF_STEP[step] for step in steps_of(event))
    return of_steps if own is None else of_steps | {own}


def occurrence_of(event: Happened, history: Sequence[Happened]) -> Occurrence:
    """An event as the duties ask about it. With the first word of an episode, the protocols begin to hold."""
    episode = episode_of(event, history)
    occurrence = _occurrence(event, episode)
    if episode is None or not begins(event, episode, history):
        return occurrence
    return replace(occurrence, events=occurrence.events | {Event.PROTOCOL_APPLIES})


def begins(event: Happened, episode: Episode, history: Sequence[Happened]) -> bool:
    """Whether this, or what it corrects, was the first word that the child is gone, of this episode."""
    if GONE.isdisjoint(steps_of(event)):
        return False
    said = [e for e in history if e.root in episode.events and not GONE.isdisjoint(steps_of(e))]
    return min(said, key=lambda e: e.seq, default=event).root == event.root


def before(event: Happened, history: Sequence[Happened]) -> list[Occurrence]:
    """What is known to have happened besides this event, as it stands after corrections."""
    others = [other for other in standing(history) if other.root != event.root]
    return [_occurrence(o, episode_of(o, history)) for o in others if events_of(o)]


def again(event: Happened, history: Sequence[Happened]) -> bool:
    """Whether this only repeats what another message has said of the same episode already."""
    steps = set(steps_of(event))
    episode = episode_of(event, history)
    if not steps or episode is None:
        return False
    said: set[Step] = set()
    for other in standing(history):
        if other.root in episode.events and other.root != event.root and other.seq < event.seq:
            said |= set(steps_of(other))
    return steps <= said


def circumstances_of(event: Happened) -> dict[Key, Value]:
    """What an event's codes say that a duty may ask about; what fits no shape is left out."""
    found: dict[Key, Value] = {}
    for name, said in event.data.items():
        key = _CALLED.get(name) or KEYS.get(name)
        value = _value(said)
        if key is not None and value is not None and _fits(key, value):
            found[key] = value
    if not _UNFOUND.isdisjoint(steps_of(event)):
        found.setdefault(Fact.WHEREABOUTS_KNOWN, False)
    return found


def still_said(said: Circumstances, known: Mapping[Any, Known]) -> Circumstances:
    """What an event's codes say that no later word of a register has overtaken.

    Of the child's own state, what is known now counts for more than what a message said then: a grade
    that was raised, a placement that moved. What belongs to the event alone stands.
    """
    return {
        key: value
        for key, value in said.items()
        if not isinstance(key, Fact) or known.get(key, UNKNOWN) in (UNKNOWN, value)
    }


def _occurrence(event: Happened, episode: Episode | None) -> Occurrence:
    fired = _fired(event)
    subject = event.data.get("subject")
    return Occurrence(
        id=event.root,
        events=frozenset() if is_overruled(event, episode) else events_of(event),
        at=event.at,
        learnt_at=event.recorded_at,
        episode=str(subject) if fired is not None else None if episode is None else episode.key,
        reported_at=None if episode is None else episode.reported_at,
        recorded_at=None if episode is None else episode.recorded_at,
        circumstances={} if fired is not None else circumstances_of(event),
        fired=fired,
        graded=_graded(event),
    )


def _graded(event: Happened) -> Graded | None:
    rank, reasoned = event.data.get("set_by_rank"), event.data.get("reason_recorded")
    if not isinstance(rank, str):
        return None
    return Graded(rank="-".join(rank.lower().split()), reason_recorded=reasoned is not False)


def _fired(event: Happened) -> Fired | None:
    terms = event.data.get("terms")
    if not isinstance(terms, Mapping) or not isinstance(terms.get("name"), str):
        return None
    return Fired(
        name=str(terms["name"]),
        occurrence=_whole(event.data.get("occurrence")),
        rung=_whole(terms.get("rung")),
        basis_at=datetime.fromisoformat(str(event.data["basis_at"])),
    )


def _whole(value: Plain) -> int:
    return value if isinstance(value, int) else 0


def _value(said: Plain) -> Value | None:
    if isinstance(said, bool | str | int):
        return said
    if isinstance(said, Sequence):
        return frozenset(str(one) for one in said)
    return None


def _fits(key: Key, value: Value) -> bool:
    if isinstance(key, Fact):
        return fits(key, value)
    shape = shape_of(key)
    match shape.form:
        case Form.YES_NO:
            return isinstance(value, bool)
        case Form.CHOICE:
            return value in shape.values
        case Form.SET:
            return isinstance(value, frozenset) and value.issubset(shape.values)
        case Form.NUMBER:
            return (
                isinstance(value, int) and not isinstance(value, bool) and 0 <= value < shape.below
            )
        case Form.AUTHORITY:
            # A time goes by the same name as a place, "missing from": only a code is an authority.
            return isinstance(value, str) and _CODE.fullmatch(value) is not None
