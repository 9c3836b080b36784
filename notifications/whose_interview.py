"""Of which episode a return interview is, where two episodes lie close together and messages come in any order.

What its system says decides: the episode's reference, the day on which it began, or another message
about the same interview. Where nothing does, it is of the one episode that waits for an interview; of
several, a person says which. An interview is held when a child is back, so an episode that is still
open is of the last resort, and so is one that has had its interview.

A reading beyond the protocols' words, to be confirmed by each partnership's missing coordinator: an
episode that ended more than 28 days before waits for no interview any more. All five have it within
72 hours or a few days of the return.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from notifications.episode import (
    OF_EPISODE,
    Episode,
    episode_of,
    episodes_of,
    is_another,
    standing,
)
from notifications.happening import Happened, Happening
from protocols.clock import LONDON

_LATEST: Final = timedelta(days=28)
_REF: Final = "episode_ref"
_BEGAN: Final = "episode_began_on"
_FROM: Final = "missing_from"
_INTERVIEW: Final = "interview_ref"
_ENDS: Final = frozenset({"interview-done", "interview-declined"})
"""After which an episode waits for no interview."""


def may_be_of(said: Happening, history: Sequence[Happened]) -> tuple[Episode, ...]:
    """The episodes that an interview may be of; one where it is certain, none where none is known."""
    episodes = [e for e in episodes_of(history) if not is_another(said, e)]
    by_ref = [e for e in episodes if (said.source, said.data.get(_REF)) in e.refs]
    if by_ref:
        return (by_ref[0],)
    on = said.data.get(_BEGAN)
    if on is not None:
        found = tuple(e for e in episodes if on in _began_on(e, history))
        if found:
            return found
    for other in reversed(standing(history)):
        if _is_of_the_same_interview(said, other):
            same = episode_of(other, history)
            if same is not None and same.key in {e.key for e in episodes}:
                return (same,)
    return _waiting(said, episodes, history)


def _waiting(
    said: Happening, episodes: Sequence[Episode], history: Sequence[Happened]
) -> tuple[Episode, ...]:
    """Of all that began by then, those that wait for an interview; else the others, best first."""
    begun = [e for e in episodes if e.first_at <= said.at]
    lately = [e for e in begun if e.found_at is None or e.found_at >= said.at - _LATEST]
    had = {
        episode.key
        for event in standing(history)
        if event.type in _ENDS and (episode := episode_of(event, history)) is not None
    }
    back = [e for e in lately if not _is_open_at(e, said)]
    for some in ([e for e in back if e.key not in had], back, lately, begun):
        if some:
            return tuple(some)
    return ()


def _is_open_at(episode: Episode, said: Happening) -> bool:
    """Whether the child was still away when the interview happened."""
    return episode.is_open or (episode.found_at is not None and episode.found_at > said.at)


def _began_on(episode: Episode, history: Sequence[Happened]) -> set[str]:
    """The days, in London, on which anybody has it begin: when the child was last seen, reported, or recorded."""
    said = {
        datetime.fromisoformat(str(began))
        for event in standing(history)
        if event.root in episode.events and (began := event.data.get(_FROM))
    }
    times = said | {episode.began_at or episode.first_at}
    return {at.astimezone(LONDON).date().isoformat() for at in times}


def _is_of_the_same_interview(said: Happening, other: Happened) -> bool:
    interview = said.data.get(_INTERVIEW)
    return (
        bool(interview)
        and other.source == said.source
        and other.data.get(_INTERVIEW) == interview
        and (OF_EPISODE in other.data or _REF in other.data)
    )
