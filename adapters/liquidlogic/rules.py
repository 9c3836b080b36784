"""DfE's validation rules for missing episodes, as notes: a breach is told and nothing is dropped.

The rules are true of looked-after children; the note says what was seen, not that it is wrong.

Source: SSDA903 validation rules 564, 567 and 574.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from adapters.liquidlogic.wire import Missing
from adapters.liquidlogic.words import text
from adapters.notes import Notes
from records.episode import EpisodeStatus, MissingEpisode
from records.record import DataNote

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_OVERLAPS: Final = DataNote(
    code="overlaps-another-episode",
    says="The episode begins while an earlier one is still open (DfE 574).",
)


def note_dates(row: Missing, status: EpisodeStatus, notes: Notes) -> None:
    """Note a start that was left blank (564) and an end before the start (567)."""
    if text(row.start_dttm) is None:
        notes.add("starts-nowhere", "The episode has no start (DfE 564).")
    start, end = status.missing_from, status.found_at
    if start and end and end < start:
        notes.add("ends-before-it-starts", "The episode ends before it starts (DfE 567).")


def noted_overlaps(episodes: Iterable[MissingEpisode]) -> Iterator[MissingEpisode]:
    """The episodes in their order; one that begins before an earlier one ended is noted (574)."""
    found = list(episodes)
    dated = [
        (episode.status.missing_from, episode.status.found_at, place)
        for place, episode in enumerate(found)
        if episode.status is not None and episode.status.missing_from is not None
    ]
    open_until: datetime | None = _EARLIEST
    for start, end, place in sorted(dated, key=lambda one: (one[0], one[2])):
        if open_until is None or start < open_until:
            episode = found[place]
            found[place] = dataclasses.replace(episode, notes=(*episode.notes, _OVERLAPS))
        if open_until is not None:
            open_until = None if end is None else max(open_until, end)
    yield from found
