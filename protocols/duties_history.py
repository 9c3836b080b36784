"""What happened, as duties ask about it, and what follows from the past without anybody saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from protocols.clock import LONDON, Window
from protocols.duties import Starts
from protocols.duties_vocabulary import Circumstance, Circumstances, Event, Key
from protocols.vocabulary import Fact, Known

EPISODIC: Final = frozenset(
    {
        Event.REPORTED_MISSING,
        Event.MISSING_RECORDED,
        Event.STATUS_DECIDED,
        Event.WANTED_DECIDED,
        Event.RISK_SET,
        Event.RISK_CHANGED,
        Event.RISK_DISPUTED,
        Event.AWAY_WITHOUT_AUTHORISATION,
        Event.ABSENT,
        Event.CHILD_LOCATED,
        Event.CHILD_FOUND,
        Event.SAFE_AND_WELL_PROPOSED,
        Event.SAFE_AND_WELL_DONE,
        Event.INTERVIEW_OFFERED,
        Event.INTERVIEW_ACCEPTED,
        Event.INTERVIEW_DECLINED,
        Event.INTERVIEW_DONE,
        Event.INTERVIEW_CONFIRMED,
        Event.INTERVIEW_SHARED,
        Event.INTERVIEW_URGENT_FINDING,
    }
)
"""What belongs to one missing episode; the rest belongs to the child."""

_STRATEGY: Final = "strategy"
_PLACED: Final = frozenset({Event.PLACEMENT_MADE, Event.PLACEMENT_MOVED, Event.PLACEMENT_ENDED})
_OTHERWISE_RECORDED: Final = frozenset(
    {Event.ABSENT, Event.AWAY_WITHOUT_AUTHORISATION, Event.CHILD_FOUND}
)
"""With these it is settled how the police have the child: if not as missing before, then not as missing."""

_COUNTED: Final = {28: Circumstance.EPISODES_IN_28_DAYS, 90: Circumstance.EPISODES_IN_90_DAYS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A clock that came due: its name, which of its repetitions, which rung of its ladder."""

    name: str
    occurrence: int = 0
    rung: int = 0
    basis_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """By whom a grade was set, as the status rules name ranks, and whether the reason is on record."""

    rank: str
    reason_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """Something that happened to one child. A report of a child already recorded is both events.

    ``at``: when it happened; ``learnt_at``: when we learnt it. ``episode`` is the reference of the
    missing episode it belongs to. ``reported_at`` and ``recorded_at`` where the event itself states
    them. ``circumstances`` are what the event says beside the facts. ``fired``: the clock, where the
    event is that one came due. ``graded``: by whom, where it is a grade.
    """

    id: str
    events: frozenset[Event]
    at: datetime
    learnt_at: datetime | None = None
    episode: str | None = None
    reported_at: datetime | None = None
    recorded_at: datetime | None = None
    circumstances: Circumstances = field(
        default_factory=lambda: MappingProxyType({}), repr=False, hash=False
    )
    fired: Fired | None = None
    graded: Graded | None = None

    @property
    def now(self) -> datetime:
        """When people can act on it."""
        return self.learnt_at or self.at


def basis(starts: Starts, occurrence: Occurrence, history: Sequence[Occurrence]) -> datetime:
    """The instant from which a clock counts; the nearest that is known where it is not."""
    same = [*_same_episode(occurrence, history), occurrence]
    reported = _first(same, Event.REPORTED_MISSING, lambda one: one.reported_at)
    recorded = _first(same, Event.MISSING_RECORDED, lambda one: one.recorded_at)
    located = _last(same, Event.CHILD_LOCATED)
    found = _last(same, Event.CHILD_FOUND)
    match starts:
        case Starts.EVENT:
            return occurrence.at
        case Starts.REPORTED:
            return reported or recorded or occurrence.at
        case Starts.RECORDED:
            return recorded or reported or occurrence.at
        case Starts.LOCATED:
            return located or found or occurrence.at
        case Starts.FOUND:
            return found or located or occurrence.at


def recorded_episodes(history: Iterable[Occurrence]) -> dict[str, datetime]:
    """Every episode that the police recorded, with the first instant of its record, in order."""
    found: dict[str, datetime] = {}
    for past in history:
        if Event.MISSING_RECORDED in past.events:
            ref = past.episode or past.id
            at = past.recorded_at or past.at
            found[ref] = min(found.get(ref, at), at)
    return dict(sorted(found.items(), key=lambda item: item[1]))


class Tally:
    """The recorded episodes before something happened and with it, counted once for every duty that asks."""

    def __init__(self, occurrence: Occurrence, history: Sequence[Occurrence]) -> None:
        """Count them."""
        ref = occurrence.episode or occurrence.id
        self.episodes: Final = recorded_episodes([*history, occurrence])
        self._earlier = [at for other, at in self.episodes.items() if other != ref]
        self._latest = None if ref in recorded_episodes(history) else self.episodes.get(ref)

    def makes_up(self, window: Window) -> bool:
        """Whether this is the episode that makes up the number."""
        latest, earlier = self._latest, self._earlier
        if latest is None or len(earlier) + 1 < window.at_least:
            return False
        return window.reached_by(latest, earlier)


def derived(occurrence: Occurrence, history: Sequence[Occurrence]) -> Mapping[Key, Known]:
    """What the past itself says: how many episodes, who saw the child last, how far the placement is, whether a meeting was held.

    A review health assessment that was found overdue is outstanding: no system tells that it was done since.
    """
    return dict(_derived(occurrence, history))


def _derived(occurrence: Occurrence, history: Sequence[Occurrence]) -> Iterator[tuple[Key, Known]]:
    episodes = recorded_episodes([*history, occurrence])
    others = {ref: at for ref, at in episodes.items() if ref != occurrence.episode}
    yield Circumstance.FIRST_EPISODE, not others
    for days, counted in _COUNTED.items():
        yield counted, Window.of(1, days).count(episodes.values(), occurrence.at)
    yield Circumstance.EPISODES_EVER, len(episodes)
    if occurrence.episode in episodes:
        yield Circumstance.LATEST_EPISODE, occurrence.episode == [*episodes][-1]
        yield Circumstance.RECORDED_AS_MISSING, True
    elif occurrence.events & _OTHERWISE_RECORDED:
        yield Circumstance.RECORDED_AS_MISSING, False
    earlier = [at for at in others.values() if at <= occurrence.at]
    if earlier:
        gap = occurrence.at.astimezone(LONDON).date() - max(earlier).astimezone(LONDON).date()
        yield Circumstance.DAYS_SINCE_EPISODE, gap.days
    checks = [
        past
        for past in history
        if Event.SAFE_AND_WELL_DONE in past.events
        and (past.episode != occurrence.episode or past.episode is None)
        and Fact.SAW_BY in past.circumstances
    ]
    if checks:
        last = max(checks, key=lambda past: past.at)
        yield Circumstance.PREVIOUS_SAW_BY, last.circumstances[Fact.SAW_BY]
    elif not others:
        yield Circumstance.PREVIOUS_SAW_BY, "nobody"
    if any(Event.REVIEW_HEALTH_ASSESSMENT_OVERDUE in past.events for past in history):
        yield Circumstance.RHA_OUTSTANDING, True
    told = [past for past in history if Circumstance.TRAVEL_MINUTES in past.circumstances]
    moved = [past for past in history if past.events & _PLACED]
    if told and not any(past.at > told[-1].at for past in moved):
        yield Circumstance.TRAVEL_MINUTES, told[-1].circumstances[Circumstance.TRAVEL_MINUTES]
    yield (
        Circumstance.STRATEGY_HELD,
        any(
            Event.STRATEGY_DISCUSSION_HELD in past.events
            or (
                Event.MEETING_HELD in past.events
                and past.circumstances.get(Circumstance.MEETING) == _STRATEGY
            )
            for past in _same_episode(occurrence, history)
        ),
    )


def same_episode(occurrence: Occurrence, history: Sequence[Occurrence]) -> list[Occurrence]:
    """What happened before in the same missing episode; nothing for what belongs to none."""
    return list(_same_episode(occurrence, history))


def _same_episode(occurrence: Occurrence, history: Sequence[Occurrence]) -> Iterator[Occurrence]:
    if occurrence.episode is not None:
        yield from (past for past in history if past.episode == occurrence.episode)


def _first(
    occurrences: Sequence[Occurrence],
    event: Event,
    stated: Callable[[Occurrence], datetime | None],
) -> datetime | None:
    """When it first happened: as an event of the episode states it, else when that event happened."""
    said = [at for one in occurrences if (at := stated(one)) is not None]
    happened = [one.at for one in occurrences if event in one.events]
    return min(said or happened, default=None)


def _last(occurrences: Sequence[Occurrence], event: Event) -> datetime | None:
    return max((one.at for one in occurrences if event in one.events), default=None)
