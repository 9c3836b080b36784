"""Which episode a caller is given who may know of the current one and not of the past.

Past episodes are an item of their own (`episode.history`). Without it a system's records come
down to one episode at most: the one that is open now, else the latest. How many others there
are, and whether there are any, is then not to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from records.episode import EpisodeState, MissingEpisode

# Systems note one report at different times: the carer's call, the police log, the social worker's form.
_SAME_START: Final = timedelta(hours=24)
_OVER: Final = frozenset({EpisodeState.FOUND, EpisodeState.CLOSED})
_UNDATED: Final = datetime.min.replace(tzinfo=UTC)


class _Placed(NamedTuple):
    """One record on the line of time, as far as its open parts tell."""

    is_open: bool
    began: datetime
    ended: datetime | None
    ref: str
    record: MissingEpisode

    @property
    def rank(self) -> tuple[bool, datetime, str]:
        """Open before over, later before earlier; the reference makes the choice the same each time."""
        return (self.is_open, self.began, self.ref)

    def is_same_episode_as(self, other: _Placed) -> bool:
        """Whether two systems' records speak of one episode: they began together, or overlap."""
        if abs(self.began - other.began) <= _SAME_START:
            return True
        earlier, later = sorted((self, other), key=lambda one: one.began)
        return earlier.is_open or (earlier.ended is not None and earlier.ended > later.began)


def current_only(episodes: Iterable[MissingEpisode]) -> set[int]:
    """Which of these may be given without the history, by `id`; at most one of each source.

    Only what the records hold is looked at, and they hold permitted parts alone: where the status is
    not open, the dates that are stand in for it, and after them when the record last changed.
    """
    best: dict[str, _Placed] = {}
    for episode in episodes:
        placed, source = _placed(episode), episode.provenance.source
        if source not in best or placed.rank > best[source].rank:
            best[source] = placed
    if not best:
        return set()
    current = max(best.values(), key=lambda one: one.rank)
    return {id(one.record) for one in best.values() if one.is_same_episode_as(current)}


def _placed(record: MissingEpisode) -> _Placed:
    status = record.status
    if status is None:
        return _Placed(False, _last_known(record), None, record.ref, record)  # noqa: FBT003 (a field)
    began = status.reported_at or status.missing_from or status.recorded_at
    is_open = status.found_at is None and status.state not in _OVER
    return _Placed(
        is_open,
        began or status.found_at or _last_known(record),
        status.found_at,
        record.ref,
        record,
    )


def _last_known(record: MissingEpisode) -> datetime:
    """The latest instant that anything open in the record tells."""
    known = [
        None if record.risk is None else record.risk.set_at,
        None if record.last_seen is None else record.last_seen.at,
        None if record.safety is None else record.safety.as_stated_at,
        record.provenance.recorded_at,
    ]
    return max((at for at in known if at is not None), default=_UNDATED)
