"""DfE's validation rules for missing episodes, as notes: a breach is told, nothing is dropped.

The rules are true of looked-after children; the gateway also serves children at home, so a note
says what was seen and not that it is wrong. A rule that looks at placements, legal statuses or
the date of birth runs only where these stand in the same answer: what may not be given is not
hinted at in a note.

What of each rule runs, and why some of it cannot, stands in `RULES`, which
`homeward adapter missing-rules` prints.

Source: DfE, SSDA903 validation rules on missing episodes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from adapters.notes import Notes
from adapters.times import LONDON
from records.child import Identity, LegalStatus, LegalStatusDetail, Placement, PlacementDetail
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.record import DataNote, Record

STARTS_NOWHERE: Final = DataNote(code="starts-nowhere", says="The episode has no start (DfE 564).")
STARTS_ON_NO_DATE: Final = DataNote(
    code="starts-on-no-date", says="What stands as the start is not a valid date (DfE 1004)."
)
ENDS_ON_NO_DATE: Final = DataNote(
    code="ends-on-no-date", says="What stands as the end is not a valid date (DfE 1005)."
)
ENDS_BEFORE_IT_STARTS: Final = DataNote(
    code="ends-before-it-starts", says="The episode ends before it starts (DfE 567)."
)
KIND_NOT_KNOWN: Final = DataNote(
    code="missing-status-unknown",
    says="The kind of episode (missing or away) is not recorded in a word we know"
    " (DfE 565, 566, 1006).",
)
OVERLAPS: Final = DataNote(
    code="overlaps-another-episode",
    says="The episode begins while an earlier one is still open (DfE 574).",
)
OPEN_AFTER_PLACEMENT: Final = DataNote(
    code="open-after-placement",
    says="The placement from which the child went missing has ended, and the episode has no end"
    " (DfE 575).",
)
OPEN_AFTER_CARE: Final = DataNote(
    code="open-after-care",
    says="The child is no longer looked after, and the episode has no end (DfE 577).",
)
BEGAN_AFTER_CARE: Final = DataNote(
    code="began-after-care",
    says="The episode begins after the child ceased to be looked after (DfE 578).",
)
BEGAN_BEFORE_CARE: Final = DataNote(
    code="began-before-care",
    says="The episode begins before the child was looked after (DfE 581).",
)
BEFORE_BIRTH: Final = DataNote(
    code="before-birth", says="The episode has a date before the child's date of birth (DfE 586)."
)

BEGINS_AFTER_THE_YEAR: Final = DataNote(
    code="begins-after-the-year",
    says="The episode begins after the end of this collection year (DfE 570).",
)
ENDS_AFTER_THE_YEAR: Final = DataNote(
    code="ends-after-the-year",
    says="The episode ends after the end of this collection year (DfE 571).",
)
CARE_CEASED_OTHERWISE: Final = DataNote(
    code="care-ceased-otherwise",
    says="The child was missing when care ended, and another reason than E8 is recorded for it"
    " (DfE 580).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One of DfE's rules: the note that says a breach of it, and what of it cannot be run and why."""

    number: int
    note: DataNote | None
    not_run: str | None = None


RULES: Final = (
    Rule(number=564, note=STARTS_NOWHERE),
    Rule(number=565, note=KIND_NOT_KNOWN),
    Rule(number=566, note=KIND_NOT_KNOWN),
    Rule(number=567, note=ENDS_BEFORE_IT_STARTS),
    Rule(number=570, note=BEGINS_AFTER_THE_YEAR),
    Rule(
        number=571,
        note=ENDS_AFTER_THE_YEAR,
        not_run="That it ended before the year began is no breach in a system that rightly keeps"
        " the episodes of past years; it is one in a return alone.",
    ),
    Rule(number=574, note=OVERLAPS),
    Rule(number=575, note=OPEN_AFTER_PLACEMENT),
    Rule(
        number=576,
        note=None,
        not_run="It compares this year's return with last year's as it was sent. No system here"
        " holds returns; in a live system an open episode goes on as the same record.",
    ),
    Rule(number=577, note=OPEN_AFTER_CARE),
    Rule(number=578, note=BEGAN_AFTER_CARE),
    Rule(
        number=580,
        note=CARE_CEASED_OTHERWISE,
        not_run="Where the system sends no reason (CareDirector's map has none by default), or in"
        " words of its own, there is nothing to compare with E8.",
    ),
    Rule(number=581, note=BEGAN_BEFORE_CARE),
    Rule(number=586, note=BEFORE_BIRTH),
    Rule(number=1004, note=STARTS_ON_NO_DATE),
    Rule(number=1005, note=ENDS_ON_NO_DATE),
    Rule(number=1006, note=KIND_NOT_KNOWN),
)
"""Every rule on missing episodes, and what is run of it."""

_E8: Final = re.compile(
    r"E8\b.*|(?:period of being looked[- ]after )?ceased for any other reason", re.IGNORECASE
)
_ANOTHER_CODE: Final = re.compile(r"(?:E(?!8\b)\d{1,2}[A-C]?)\b.*", re.IGNORECASE)
_YEAR_ENDS: Final = (3, 31)
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_OPEN: Final = frozenset(
    {
        EpisodeState.REPORTED,
        EpisodeState.MISSING,
        EpisodeState.AWAY_WITHOUT_AUTHORISATION,
        EpisodeState.ABSENT,
    }
)


def note_dates(
    status: EpisodeStatus, notes: Notes, *, began: str | None, ended: str | None
) -> None:
    """Note a start left blank (564), dates that are none (1004, 1005), an end before the start (567).

    ``began`` and ``ended`` are what the system sent, read already into ``status``.
    """
    if not (began or "").strip():
        _note(notes, STARTS_NOWHERE)
    elif status.missing_from is None:
        _note(notes, STARTS_ON_NO_DATE)
    if (ended or "").strip() and status.found_at is None:
        _note(notes, ENDS_ON_NO_DATE)
    if status.missing_from and status.found_at and status.found_at < status.missing_from:
        _note(notes, ENDS_BEFORE_IT_STARTS)


def note_kind(notes: Notes) -> None:
    """Note that the kind of episode is blank (565, 566) or in a word we do not know (1006)."""
    _note(notes, KIND_NOT_KNOWN)


def _note(notes: Notes, note: DataNote) -> None:
    notes.keep(note)


def noted(records: Iterable[Record]) -> Iterator[Record]:
    """The records in their order; an episode that breaks a rule has a note more."""
    found = list(records)
    dated = [
        (place, record, record.status)
        for place, record in enumerate(found)
        if isinstance(record, MissingEpisode) and record.status is not None
    ]
    if dated:
        beside = _Beside.among(found)
        overlapping = _overlapping([(place, status) for place, _, status in dated])
        for place, episode, status in dated:
            today = episode.provenance.as_of.astimezone(LONDON).date()
            more = (
                *((OVERLAPS,) if place in overlapping else ()),
                *_about_the_year(status, today),
                *beside.breaches(status, today),
            )
            if more:
                found[place] = dataclasses.replace(episode, notes=(*episode.notes, *more))
    yield from found


def _about_the_year(status: EpisodeStatus, today: date) -> Iterator[DataNote]:
    """Dates beyond the collection year in which the answer stands: 1 April to 31 March."""
    ends = date(today.year + ((today.month, today.day) > _YEAR_ENDS), *_YEAR_ENDS)
    began, ended = _day(status.missing_from), _day(status.found_at)
    if began is not None and began > ends:
        yield BEGINS_AFTER_THE_YEAR
    if ended is not None and ended > ends:
        yield ENDS_AFTER_THE_YEAR


def _overlapping(episodes: Iterable[tuple[int, EpisodeStatus]]) -> set[int]:
    """The places of those that begin before an earlier one ended (574)."""
    dated = [
        (status.missing_from, place, status.found_at)
        for place, status in episodes
        if status.missing_from is not None
    ]
    found: set[int] = set()
    open_until: datetime | None = _EARLIEST
    for start, place, end in sorted(dated, key=lambda one: (one[0], one[1])):
        if open_until is None or start < open_until:
            found.add(place)
        if open_until is not None:
            open_until = None if end is None else max(open_until, end)
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands in the same answer and bears on an episode."""

    placements: Sequence[PlacementDetail]
    statuses: Sequence[LegalStatusDetail]
    born: date | None

    @classmethod
    def among(cls, records: Iterable[Record]) -> _Beside:
        placements: list[PlacementDetail] = []
        statuses: list[LegalStatusDetail] = []
        births: set[date] = set()
        for record in records:
            match record:
                case Placement(detail=PlacementDetail() as detail):
                    placements.append(detail)
                case LegalStatus(status=LegalStatusDetail() as status):
                    statuses.append(status)
                case Identity(core=core) if core is not None and core.birth_date is not None:
                    births.add(core.birth_date)
                case _:
                    pass
        # Two dates of birth are a doubt of their own, and no measure.
        return cls(placements, statuses, births.pop() if len(births) == 1 else None)

    def breaches(self, status: EpisodeStatus, today: date) -> Iterator[DataNote]:
        began = _day(status.missing_from)
        is_open = status.found_at is None and status.state in _OPEN
        if began is not None and is_open and self._placement_ended(began, today):
            yield OPEN_AFTER_PLACEMENT
        until = None if is_open else _day(status.found_at)
        yield from self._about_care(began, until, today, is_open=is_open)
        days = (began, _day(status.found_at))
        if self.born is not None and any(day is not None and day < self.born for day in days):
            yield BEFORE_BIRTH

    def _placement_ended(self, began: date, today: date) -> bool:
        """Whether every placement in which the child was that day has ended since."""
        there = [
            placed
            for placed in self.placements
            if placed.started_on is not None
            and placed.started_on <= began
            and (placed.ended_on is None or placed.ended_on >= began)
        ]
        return bool(there) and all(
            placed.ended_on is not None and placed.ended_on <= today for placed in there
        )

    def _ceased_otherwise(self, began: date, ended: date, until: date | None) -> bool:
        """Whether the child was missing on the last day of care, which ended for another reason than E8."""
        missing = began <= ended and (until is None or until >= ended)
        return missing and any(
            placed.ended_on == ended and _is_another_reason(placed.ceased_because)
            for placed in self.placements
        )

    def _about_care(
        self, began: date | None, until: date | None, today: date, *, is_open: bool
    ) -> Iterator[DataNote]:
        care = [status for status in self.statuses if status.looked_after]
        # A status that may or may not be care settles nothing.
        if not care or any(status.looked_after is None for status in self.statuses):
            return
        ended = _last_day(care)
        if is_open and ended is not None and ended <= today:
            yield OPEN_AFTER_CARE
        if began is not None and ended is not None and began > ended:
            yield BEGAN_AFTER_CARE
        if began is not None and ended is not None and self._ceased_otherwise(began, ended, until):
            yield CARE_CEASED_OTHERWISE
        starts = [status.started_on for status in care]
        known = [start for start in starts if start is not None]
        if began is not None and len(known) == len(starts) and began < min(known):
            yield BEGAN_BEFORE_CARE


def _is_another_reason(sent: str | None) -> bool:
    """Whether a reason is plainly one of the codes and not E8; words that may be either say nothing."""
    said = " ".join((sent or "").split())
    return _E8.fullmatch(said) is None and _ANOTHER_CODE.fullmatch(said) is not None


def _last_day(care: Sequence[LegalStatusDetail]) -> date | None:
    """The last day of care; None while any of it goes on."""
    known = [status.ended_on for status in care if status.ended_on is not None]
    return max(known) if len(known) == len(care) else None


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.astimezone(LONDON).date()
