"""Events from a council's records, read again: episodes, placements, return interviews, meetings and plans.

No council's system tells of what happens; its records are read again, and what stands in them has
happened. Each event has a reference that is the same every time. Works on records, so that every
council's are told alike, whatever its system.

A reading beyond the sources' words: an episode that a council records as missing is told as one
recorded missing, and as reported to the police only where the record has the time of that report.
To be confirmed by each partnership's missing coordinator.
Source: SSD miss_missing_episode_type and _start_date (when last seen, not when reported).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final, TypeVar

from adapters.harmless import harmless_event
from adapters.meeting_events import meeting_denies, meeting_events
from adapters.missing_rules import KIND_NOT_KNOWN
from adapters.placement_events import between, placement_denies
from adapters.plan_events import plan_events
from records.child import Identity, Placement
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.events import (
    AwayWithoutAuthorisation,
    CarePlanReviewed,
    ChildAbsent,
    ChildFound,
    ChildReportedMissing,
    EpisodeEvent,
    Event,
    InterviewAccepted,
    InterviewDeclined,
    InterviewDone,
    InterviewEvent,
    InterviewOffered,
    MeetingConvened,
    MeetingHeld,
    PlacementEnded,
    PlacementMade,
    PlacementMoved,
    PreventionPlanUpdated,
    StatusDecided,
    StrategyDiscussionHeld,
    Whom,
)
from records.interview import InterviewHeld, InterviewOffer, ReturnInterview, Took
from records.items import Item
from records.meeting import Meeting
from records.plans import PreventionPlan
from records.polling import Told
from records.record import DataNote, Provenance, Record
from records.source import Answered

E = TypeVar("E", bound=EpisodeEvent)
I = TypeVar("I", bound=InterviewEvent)  # noqa: E741 (a type, beside E)

TELLING: Final = frozenset(
    {
        Item.EPISODE_STATUS,
        Item.RHI_OFFER,
        Item.RHI_CONFIRMATION,
        Item.PLACEMENT_DETAIL,
        Item.MEETING_REQUEST,
        Item.PREVENTION_PLAN,
    }
)
"""What a council's records have to be asked for, to tell what is told here."""

TOLD: Final[frozenset[type[Event]]] = frozenset(
    {
        ChildReportedMissing,
        AwayWithoutAuthorisation,
        ChildAbsent,
        ChildFound,
        StatusDecided,
        InterviewOffered,
        InterviewAccepted,
        InterviewDeclined,
        InterviewDone,
        MeetingConvened,
        MeetingHeld,
        StrategyDiscussionHeld,
        CarePlanReviewed,
        PreventionPlanUpdated,
        PlacementMade,
        PlacementMoved,
        PlacementEnded,
    }
)
"""Every event that a council's records can tell."""
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)


WHOLE: Final = frozenset({"placement/", "episode/", "interview/", "meeting/", "plan/"})
"""The kinds of record that are told of here, as references of their events begin."""

_OPEN: Final = frozenset(
    {
        EpisodeState.MISSING,
        EpisodeState.REPORTED,
        EpisodeState.AWAY_WITHOUT_AUTHORISATION,
        EpisodeState.ABSENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfEpisode:
    """Which episode an interview is of, as its system says it: by its reference, or the day on which it began."""

    ref: str | None = None
    began_on: date | None = None


_NO_EPISODE: Final = OfEpisode()


def told_of(
    answered: Answered,
    about: Whom,
    asked: frozenset[str],
    of: Mapping[str, OfEpisode] = MappingProxyType({}),
) -> Told:
    """What a whole answer tells, and what was told before that is not so. ``asked`` are the kinds asked for.

    Of a child whose own record the system does not show, and of rows that could not be read, nothing
    follows for what is not there.
    """
    records = answered.records
    events = events_of(records, about, of)
    known = any(isinstance(record, Identity) for record in records)
    return Told(
        events=events,
        whole=asked if known and not answered.skipped else frozenset(),
        there=frozenset(filter(None, map(_record_of, records))),
        not_so=frozenset(ref for one in records for ref in _denies(one)),
        unread=frozenset(
            word for one in records if isinstance(one, MissingEpisode) for word in unread(one)
        ),
    )


def unread(episode: MissingEpisode) -> Iterator[str]:
    """The council's word for what kind of episode this is, if nobody knows it."""
    status = episode.status
    noted = any(note.code == KIND_NOT_KNOWN.code for note in episode.notes)
    if noted and status is not None and status.term_as_sent:
        yield status.term_as_sent


def _record_of(record: Record) -> str | None:
    """How references of a record's events begin."""
    match record:
        case Placement():
            return f"placement/{record.ref}"
        case MissingEpisode():
            return f"episode/{record.ref}"
        case ReturnInterview():
            return f"interview/{record.ref}"
        case Meeting():
            return f"meeting/{record.ref}"
        case PreventionPlan():
            return f"plan/{record.ref}"
        case _:
            return None


def _denies(record: Record) -> Iterator[str]:
    match record:
        case Placement():
            yield from placement_denies(record)
        case MissingEpisode():
            yield from episode_denies(record)
        case ReturnInterview():
            yield from offer_denies(record.ref, record.offer)
            if record.confirmation is None and not record.notes:
                yield f"interview/{record.ref}/done"
        case Meeting():
            yield from meeting_denies(record)
        case _:
            return


def episode_denies(episode: MissingEpisode) -> Iterator[str]:
    """References of an end that was told of an episode which is recorded as open now."""
    if episode.status is not None and episode.status.state in _OPEN and not episode.notes:
        yield f"episode/{episode.ref}/found"
        yield f"episode/{episode.ref}/closed"


def offer_denies(ref: str, offer: InterviewOffer | None) -> Iterator[str]:
    """References of what was told of an offer of which the opposite is recorded now."""
    if offer is None:
        return
    if offer.offered in {Took.NO, Took.NOT_APPLICABLE}:
        yield f"interview/{ref}/offered"
    if offer.accepted in {Took.NO, Took.NOT_APPLICABLE}:
        yield f"interview/{ref}/accepted"
    if offer.accepted in {Took.YES, Took.NOT_APPLICABLE}:
        yield f"interview/{ref}/declined"


def events_of(
    records: Iterable[Record],
    about: Whom,
    of: Mapping[str, OfEpisode] = MappingProxyType({}),
) -> tuple[Event, ...]:
    """Everything that these records tell: where the child lives first, then episodes, interviews, meetings, plans.

    ``of`` says of interviews, by their references, which episode they are of.
    """
    held = list(records)
    placements = [one for one in held if isinstance(one, Placement)]
    episodes = [one for one in held if isinstance(one, MissingEpisode)]
    found: list[Event] = [*between((), placements, about)]
    for episode in sorted(episodes, key=_began):
        found += episode_events(episode, about)
    for one in held:
        if isinstance(one, ReturnInterview):
            of_this = of.get(one.ref, _NO_EPISODE)
            said = OfInterview(one.ref, one.provenance, about, of_this, notes=one.notes)
            found += said.offer(one.offer)
            found += said.held(one.confirmation)
    found += (
        event for one in held if isinstance(one, Meeting) for event in meeting_events(one, about)
    )
    found += (
        event
        for one in held
        if isinstance(one, PreventionPlan)
        for event in plan_events(one, about)
    )
    return tuple(map(harmless_event, found))


def episode_events(episode: MissingEpisode, about: Whom) -> Iterator[EpisodeEvent]:
    """That an episode began, and how it ended: two events where it is over and was missing."""
    status = episode.status
    if status is None:
        return
    of = _OfEpisode(episode, status, about)
    began = status.missing_from or status.reported_at
    match status.state:
        case EpisodeState.MISSING | EpisodeState.REPORTED:
            yield of.missing()
        case EpisodeState.AWAY_WITHOUT_AUTHORISATION:
            yield of.event(AwayWithoutAuthorisation, "away", began, status.state)
        case EpisodeState.ABSENT:
            yield of.event(ChildAbsent, "absent", began, status.state)
        case EpisodeState.FOUND:
            if began is not None:
                yield of.missing()
            yield of.event(ChildFound, "found", status.found_at, status.state)
        case EpisodeState.CLOSED:
            yield of.event(StatusDecided, "closed", status.found_at, status.state)
        case EpisodeState.LOCATED | EpisodeState.NOT_KNOWN:
            # Councils record no "located", and a word that nobody knows is not made into an event.
            return


class _OfEpisode:
    """The events of one episode."""

    def __init__(self, episode: MissingEpisode, status: EpisodeStatus, about: Whom) -> None:
        self._episode = episode
        self._status = status
        self._about = about

    def missing(self) -> EpisodeEvent:
        """That the child is missing: reported, where the record says when, and else recorded."""
        reported_at = self._status.reported_at
        if reported_at is not None:
            return self.event(ChildReportedMissing, "missing", reported_at, EpisodeState.MISSING)
        began = self._status.missing_from
        return self.event(StatusDecided, "missing", began, EpisodeState.MISSING)

    def event(self, kind: type[E], name: str, at: datetime | None, state: EpisodeState) -> E:
        return kind(
            about=self._about,
            sender_ref=f"episode/{self._episode.ref}/{name}",
            provenance=self._episode.provenance,
            happened_at=at,
            notes=self._episode.notes,
            episode_ref=self._episode.ref,
            term_as_sent=self._status.term_as_sent,
            state=state,
            missing_from=self._status.missing_from,
            reported_at=self._status.reported_at,
        )


class OfInterview:
    """The events of one interview. ``ref`` has to be the same at every reading."""

    def __init__(
        self,
        ref: str,
        provenance: Provenance,
        about: Whom,
        of: OfEpisode = _NO_EPISODE,
        *,
        notes: tuple[DataNote, ...] = (),
    ) -> None:
        self._ref = ref
        self._provenance = provenance
        self._about = about
        self._of = of
        self._notes = notes

    def offer(self, offer: InterviewOffer | None) -> Iterator[InterviewEvent]:
        """That it was offered, and whether it was accepted or declined. Not offered is no event."""
        if offer is None:
            return
        if offer.offered is Took.YES:
            yield self._event(InterviewOffered, "offered", offer.offered_at)
        if offer.accepted is Took.YES:
            yield self._event(InterviewAccepted, "accepted", None)
        if offer.accepted is Took.NO:
            yield self._event(InterviewDeclined, "declined", None)

    def held(self, held: InterviewHeld | None) -> Iterator[InterviewEvent]:
        """That it took place."""
        if held is not None:
            yield self._event(InterviewDone, "done", held.held_at)

    def _event(self, kind: type[I], name: str, at: datetime | None) -> I:
        return kind(
            about=self._about,
            sender_ref=f"interview/{self._ref}/{name}",
            provenance=self._provenance,
            happened_at=at,
            notes=self._notes,
            interview_ref=self._ref,
            episode_ref=self._of.ref,
            episode_began_on=self._of.began_on,
        )


def _began(episode: MissingEpisode) -> datetime:
    status = episode.status
    return (status and (status.missing_from or status.reported_at)) or _EARLIEST
