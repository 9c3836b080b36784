"""What a force tells of one report, as events: each with a reference that is the same every time.

A document may come again, come late, and come in any order: a found report before the missing
one. What it says is told as it says it; whoever keeps events puts them in order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.harmless import harmless_event
from adapters.notes import Notes
from adapters.police.episodes import Speech, Told
from adapters.police.risk import risk
from adapters.police.wire import Grading, Report
from records.episode import EpisodeState, MissingFromPlace
from records.events import (
    AwayWithoutAuthorisation,
    ChildAbsent,
    ChildFound,
    ChildLocated,
    ChildReportedMissing,
    EpisodeEvent,
    RiskChanged,
    RiskSet,
    SafeAndWellDone,
    StatusDecided,
    Whom,
)
from records.record import DataNote, Provenance

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
UNKNOWN_STATUS: Final = "unknown-status"
_SKEW: Final = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours before it is remarked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Who sent a document, about whom, and when it reached us.

    ``notes`` are doubts about the child's own particulars: they go with every event.
    """

    source: str
    system: str
    received_at: datetime
    about: Whom
    speech: Speech
    force: str | None = None
    notes: tuple[DataNote, ...] = ()


def events_of(told: Told, sent: Sent) -> Iterator[EpisodeEvent]:
    """Where the episode stands, every grading in the order in which they were set, every check."""
    for event in (_standing(told, sent), *_gradings(told, sent), *_checks(told, sent)):
        told_of = dataclasses.replace(event, notes=(*event.notes, *sent.notes))
        yield harmless_event(told_of)


def _standing(told: Told, sent: Sent) -> EpisodeEvent:
    report, notes, clock = told.report, Notes(), sent.speech.clock
    state = _state(report, sent, notes)
    times = _Times(
        missing_from=clock(report.missing_from_time, notes, "time missing from"),
        reported_at=clock(report.reported_time, notes, "time of the report"),
        found_at=clock(report.found_time, notes, "time found"),
        located_at=clock(report.safety_stated_time, notes, "time of the statement on safety"),
    )
    recorded_at = clock(report.recorded_time, notes, "time of recording")
    began = times.missing_from or times.reported_at
    if times.found_at is not None and began is not None and times.found_at < began:
        notes.add("found-before-missing", "The time found is before the child went missing.")
    if state is EpisodeState.CLOSED and times.found_at is not None:
        kind, name, when = _STANDING[EpisodeState.FOUND]
    else:
        kind, name, when = _STANDING[state]
    happened_at = when(times)
    place = _place(report, notes)
    _note_future((happened_at, recorded_at), sent, notes)
    event = kind(
        about=sent.about,
        sender_ref=f"{told.ref}/{name}",
        provenance=_provenance(sent, recorded_at if state in _AS_RECORDED else None),
        happened_at=happened_at,
        notes=notes.all(),
        episode_ref=told.ref,
        force=sent.force,
        term_as_sent=report.status,
        state=state,
        missing_from=times.missing_from,
        missing_from_place=place,
        reported_at=times.reported_at,
    )
    match event:
        case ChildReportedMissing():
            return dataclasses.replace(
                event, log_ref=report.command_and_control_ref, pnc_circulated=report.pnc_circulated
            )
        case StatusDecided():
            # A status that changes again is another event.
            said = (report.status or "").strip().upper()
            return dataclasses.replace(event, sender_ref=f"{event.sender_ref}/{said}")
        case _:
            return event


def _state(report: Report, sent: Sent, notes: Notes) -> EpisodeState:
    word = (report.status or "").strip().upper()
    state = sent.speech.states.get(word, EpisodeState.NOT_KNOWN)
    if (remark := sent.speech.remarks.get(word)) is not None:
        notes.add(remark.code, remark.says)
    elif state is EpisodeState.NOT_KNOWN:
        notes.add(UNKNOWN_STATUS, "The status is a word we do not know; carried as sent.")
    return state


def _place(report: Report, notes: Notes) -> MissingFromPlace | None:
    word = (report.missing_from_place_type or "").strip().upper()
    place = _PLACES.get(word)
    if word and place is None:
        notes.add("unknown-place", "From where the child is missing is a word we do not know.")
    return place


_PLACES: Final[Mapping[str, MissingFromPlace]] = {one.name: one for one in MissingFromPlace}
"""The kinds of place as our extension of the standard has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """The times of a report, read."""

    missing_from: datetime | None
    reported_at: datetime | None
    found_at: datetime | None
    located_at: datetime | None


_When = Callable[[_Times], datetime | None]
_STANDING: Final[Mapping[EpisodeState, tuple[type[EpisodeEvent], str, _When]]] = {
    EpisodeState.REPORTED: (ChildReportedMissing, "missing", lambda times: times.reported_at),
    EpisodeState.MISSING: (ChildReportedMissing, "missing", lambda times: times.reported_at),
    EpisodeState.LOCATED: (ChildLocated, "located", lambda times: times.located_at),
    EpisodeState.FOUND: (ChildFound, "found", lambda times: times.found_at),
    EpisodeState.CLOSED: (StatusDecided, "status", lambda _: None),
    EpisodeState.AWAY_WITHOUT_AUTHORISATION: (
        AwayWithoutAuthorisation,
        "away",
        lambda times: times.reported_at,
    ),
    EpisodeState.ABSENT: (ChildAbsent, "absent", lambda times: times.reported_at),
    EpisodeState.NOT_KNOWN: (StatusDecided, "status", lambda _: None),
}
"""Which event each standing of an episode is, its name in the reference, and its time."""

_AS_RECORDED: Final = frozenset(
    {
        EpisodeState.REPORTED,
        EpisodeState.MISSING,
        EpisodeState.AWAY_WITHOUT_AUTHORISATION,
        EpisodeState.ABSENT,
    }
)
"""Of these a report's time of recording speaks; when a return was recorded no report says."""


def _gradings(told: Told, sent: Sent) -> Iterator[EpisodeEvent]:
    """The first grading sets the risk and the later ones change it; repeats have the same reference."""
    dated: list[tuple[datetime | None, Grading, Notes]] = []
    for grading in told.gradings:
        notes = Notes()
        dated.append(
            (sent.speech.clock(grading.graded_time, notes, "time of grading"), grading, notes)
        )
    dated.sort(key=lambda one: one[0] or _EARLIEST)
    for place, (set_at, grading, notes) in enumerate(dated):
        grade = risk(grading.grade, notes)
        _note_future((set_at,), sent, notes)
        # When it was set tells two gradings apart; one corrected keeps its time.
        own = set_at.isoformat() if set_at is not None else (grading.grade or "").strip().upper()
        kind = RiskSet if place == 0 else RiskChanged
        yield kind(
            about=sent.about,
            sender_ref=f"{told.ref}/risk/{own}",
            provenance=_provenance(sent, None),
            happened_at=set_at,
            episode_ref=told.ref,
            force=sent.force,
            grade=grade,
            grade_as_sent=grading.grade,
            set_by_rank=grading.graded_by_rank,
            reason_recorded=bool((grading.rationale or "").strip()),
            notes=notes.all(),
        )


def _checks(told: Told, sent: Sent) -> Iterator[EpisodeEvent]:
    for ref, check in told.checks:
        notes = Notes()
        done_at = sent.speech.clock(check.done_time, notes, "time of the check")
        _note_future((done_at,), sent, notes)
        yield SafeAndWellDone(
            about=sent.about,
            sender_ref=f"{told.ref}/check/{ref}",
            provenance=_provenance(sent, None),
            happened_at=done_at,
            episode_ref=told.ref,
            force=sent.force,
            done_by=check.done_by,
            notes=notes.all(),
        )


def _provenance(sent: Sent, recorded_at: datetime | None) -> Provenance:
    return Provenance(
        source=sent.source,
        system=sent.system,
        as_of=sent.received_at,
        recorded_at=recorded_at,
    )


def _note_future(times: tuple[datetime | None, ...], sent: Sent, notes: Notes) -> None:
    if any(at is not None and at > sent.received_at + _SKEW for at in times):
        notes.add("time-in-future", "A time is later than now: the sender's clock may be wrong.")
