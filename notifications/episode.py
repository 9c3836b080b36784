"""A child's episodes, worked out from what happened: late, doubled or corrected messages and all.

Nothing is stored. Messages are put in the order in which things happened and walked through the
table, so that "found" before "missing" comes to the same as the other way about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from disclosure.happenings import SAID_BY
from notifications.episode_table import MOVES, OVER, Step
from notifications.happening import Happened, Happening
from records.episode import EpisodeState
from records.people import Kind

_EPISODE_REF: Final = "episode_ref"
_STATE: Final = "state"
_TASK: Final = "task"
OF_EPISODE: Final = "of_episode"
"""Under which an event of another kind keeps the episode that it was found, or said, to be of."""
_STEPS: Final = {step.value: step for step in Step}
_BY_STATE: Final = {
    EpisodeState.REPORTED.value: Step.REPORTED,
    EpisodeState.MISSING.value: Step.RECORDED,
    EpisodeState.LOCATED.value: Step.LOCATED,
    EpisodeState.FOUND.value: Step.FOUND,
    EpisodeState.CLOSED.value: Step.CLOSED,
    EpisodeState.AWAY_WITHOUT_AUTHORISATION.value: Step.AWAY,
    EpisodeState.ABSENT.value: Step.ABSENT,
}
_DECIDED: Final = "status-decided"
_FIRST_TIME: Final = {
    Step.REPORTED: "reported_at",
    Step.RECORDED: "recorded_at",
    Step.LOCATED: "located_at",
    Step.FOUND: "found_at",
    Step.CHECKED: "checked_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One episode as it is known: its state, and when each thing first happened.

    ``key`` names it for good: the first event that was learnt of it, whatever comes before it later.
    ``events`` are its events' roots in the order in which they happened. ``report_to_come``: it was
    found, and nobody has said yet that it was missing.
    """

    key: str
    state: EpisodeState
    first_at: datetime
    events: tuple[str, ...] = ()
    refs: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    reported_at: datetime | None = None
    recorded_at: datetime | None = None
    located_at: datetime | None = None
    found_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the child is still to be found."""
        return self.state not in OVER

    @property
    def began_at(self) -> datetime | None:
        """The earliest report or record of it."""
        return min((t for t in (self.reported_at, self.recorded_at) if t is not None), default=None)

    @property
    def report_to_come(self) -> bool:
        """Whether it is known from its end only."""
        return self.began_at is None and not self.is_open


def standing(history: Iterable[Happened]) -> list[Happened]:
    """What is said now: of each line of corrections the last, in the order in which things happened."""
    last: dict[str, Happened] = {}
    for event in history:
        there = last.get(event.root)
        if there is None or event.seq > there.seq:
            last[event.root] = event
    return sorted(last.values(), key=lambda event: (event.at, event.seq))


def episodes_of(history: Sequence[Happened]) -> tuple[Episode, ...]:
    """Every episode that these events tell of, in the order in which they began."""
    learnt: dict[str, int] = {}
    for event in history:
        learnt[event.root] = min(learnt.get(event.root, event.seq), event.seq)
    episodes: list[Episode] = []
    for event in standing(history):
        for step in steps_of(event):
            _take(episodes, event, step)
    return tuple(replace(e, key=min(e.events, key=learnt.__getitem__)) for e in episodes)


def episode_of(event: Happened, history: Sequence[Happened]) -> Episode | None:
    """The episode that an event belongs to.

    An event of another kind, such as an interview, belongs to the one that it names or that was
    named for it, what follows from a task to the one that the task is of, and any other to the last
    that began by then. None where there is none.
    """
    if _TASK in event.data:
        cause = next((other for other in history if other.id == event.caused_by), None)
        if cause is not None:
            return episode_of(cause, history)
    episodes = episodes_of(history)
    named = _named(event, episodes)
    if named is not None or steps_of(event):
        return named
    began = [e for e in episodes if e.first_at <= event.at and not is_another(event, e)]
    return began[-1] if began else None


def is_another(said: Happened | Happening, episode: Episode) -> bool:
    """Whether the sender has a name of its own for this episode, and means one of another name."""
    ref = _ref_of(said)
    theirs = {one for one in episode.refs if ref is not None and one[0] == ref[0]}
    return bool(theirs) and ref not in theirs


def _named(event: Happened, episodes: Sequence[Episode]) -> Episode | None:
    """The episode of which the event is a part, or that it names by what it says or was found to be of."""
    ref, chosen = _ref_of(event), event.data.get(OF_EPISODE)
    for episode in episodes:
        if chosen in episode.events or event.root in episode.events:
            return episode
        if ref is not None and ref in episode.refs:
            return episode
    return None


def steps_of(event: Happened) -> tuple[Step, ...]:
    """What a message says of an episode; none where it is about something else.

    A report of a child whom the sender has recorded missing already says both.
    """
    state = _BY_STATE.get(str(event.data.get(_STATE)))
    if event.type == _DECIDED:
        return () if state is None else (state,)
    step = _STEPS.get(event.type)
    if step is None:
        return ()
    if step is Step.REPORTED and state is Step.RECORDED:
        return (Step.REPORTED, Step.RECORDED)
    return (step,)


def is_overruled(event: Happened, episode: Episode | None) -> bool:
    """Whether somebody outside the police says where an episode stands that the police had a report of by then.

    It is kept, and moves nothing: no clock starts or stops by it.

    Source: North East Lincolnshire, Away from placement: "The police will make the ultimate decision".
    """
    if episode is None or event.data.get(SAID_BY) in {None, Kind.POLICE.value}:
        return False
    began = episode.began_at
    return began is not None and began <= event.at and bool(steps_of(event))


def _take(episodes: list[Episode], event: Happened, step: Step) -> None:
    place = _place(episodes, event, step)
    if place is None:
        state = MOVES[EpisodeState.NOT_KNOWN][step].to
        begun = Episode(key=event.root, state=state, first_at=event.at)
        episodes.append(_with(begun, event, step))
        return
    there = episodes[place]
    if is_overruled(event, there):
        episodes[place] = replace(there, events=tuple(dict.fromkeys((*there.events, event.root))))
        return
    moved = replace(there, state=_after(there.state, step))
    episodes[place] = _with(moved, event, step)


def _place(episodes: list[Episode], event: Happened, step: Step) -> int | None:
    """Which of the episodes so far this event goes on; None where it begins another.

    A reference of the sender's decides. Otherwise it is the last one, unless the table says that
    the step begins another.
    """
    ref = _ref_of(event)
    if ref is not None:
        for place, episode in enumerate(episodes):
            if ref in episode.refs:
                return place
    if not episodes or MOVES[episodes[-1].state][step].begins:
        return None
    return len(episodes) - 1


def _after(state: EpisodeState, step: Step) -> EpisodeState:
    """The state after a step within one episode: over is over, whatever is entered late."""
    move = MOVES[state][step]
    return state if move.begins else move.to


def _with(episode: Episode, event: Happened, step: Step) -> Episode:
    ref = _ref_of(event)
    name = _FIRST_TIME.get(step)
    times: dict[str, Any] = {}
    if name is not None and getattr(episode, name) is None:
        times[name] = event.at
    return replace(
        episode,
        events=tuple(dict.fromkeys((*episode.events, event.root))),
        refs=episode.refs if ref is None else episode.refs | {ref},
        **times,
    )


def _ref_of(event: Happened | Happening) -> tuple[str, str] | None:
    ref = event.data.get(_EPISODE_REF)
    return (event.source, ref) if isinstance(ref, str) and ref else None
