"""What a system says has happened to a child: references and codes, never case content.

An event is what somebody has to be told of; what may be told is disclosed when it is sent. So
it carries who it is about, when, the sender's own reference and words, and nothing that was
written about the child.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final

from records.child import Address, IdentityCore
from records.episode import EpisodeState, MissingFromPlace, Risk
from records.identifiers import AuthorityCode, LocalId, NHSNumber
from records.meeting import MeetingKind
from records.record import DataNote, Provenance

Code = str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whom an event is about, as its sender knows them: enough to find the child in the index.

    ``core`` and ``addresses`` are for matching alone, where the sender's own id is not linked yet.
    """

    local_id: LocalId | None = None
    nhs_number: NHSNumber | None = None
    core: IdentityCore | None = field(default=None, repr=False)
    addresses: tuple[Address, ...] = field(default=(), repr=False)


def code(default: Any = None) -> Any:  # noqa: ANN401 - dataclasses.field is typed as what it stands for
    """A field of an event that is a code, a reference or a time: it may be kept with the event."""
    return field(default=default, metadata={"code": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that one system says has happened to one child.

    ``sender_ref`` is the same whenever the sender says the same thing again; said otherwise under
    the same reference it is a correction. ``happened_at`` is None where the sender gave no usable
    time. ``provenance.as_of`` is when it reached us, ``provenance.recorded_at`` when the sender
    recorded it.
    """

    type: ClassVar[str]

    about: Whom
    sender_ref: str = field(repr=False)
    provenance: Provenance
    happened_at: datetime | None = None
    notes: tuple[DataNote, ...] = ()

    @property
    def at(self) -> datetime:
        """The best instant there is: when it happened, else was recorded, else reached us."""
        return self.happened_at or self.provenance.recorded_at or self.provenance.as_of

    @property
    def recorded_at(self) -> datetime | None:
        """When the sender recorded it: kept beside when it happened."""
        return self.provenance.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeEvent(Event):
    """Something in one missing episode.

    ``episode_ref`` is the sender's reference of the episode, by which its events belong together in
    whatever order they come. ``term_as_sent`` is the sender's own word, never translated.
    """

    episode_ref: str = code("")
    force: str | None = code()
    term_as_sent: str | None = code()
    state: EpisodeState = code(EpisodeState.NOT_KNOWN)
    missing_from: datetime | None = code()
    missing_from_place: MissingFromPlace | None = code()
    reported_at: datetime | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildReportedMissing(EpisodeEvent):
    """A child was reported missing. ``happened_at`` is when it was reported to the police."""

    type: ClassVar[str] = "child-reported-missing"

    log_ref: str | None = code()
    pnc_circulated: bool | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildAbsent(EpisodeEvent):
    """A child is absent, where the sender itself has that category."""

    type: ClassVar[str] = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayWithoutAuthorisation(EpisodeEvent):
    """A child is away from the placement without authorisation, and where is known."""

    type: ClassVar[str] = "away-without-authorisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLocated(EpisodeEvent):
    """It is known where the child is; they are not back yet."""

    type: ClassVar[str] = "child-located"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFound(EpisodeEvent):
    """A child was found or came back. It may reach us before the report that they are missing."""

    type: ClassVar[str] = "child-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDecided(EpisodeEvent):
    """Where an episode stands changed in another way, such as closed without a time of return."""

    type: ClassVar[str] = "status-decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSet(EpisodeEvent):
    """The police set a risk grade: normalised and as sent, with the rank that set it."""

    type: ClassVar[str] = "risk-set"

    grade: Risk = code(Risk.NOT_A_GRADE)
    grade_as_sent: str | None = code()
    set_by_rank: str | None = code()
    reason_recorded: bool | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChanged(RiskSet):
    """The police graded anew."""

    type: ClassVar[str] = "risk-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeAndWellDone(EpisodeEvent):
    """The police check on return was made. ``done_by`` is an agency or a job."""

    type: ClassVar[str] = "safe-and-well-done"

    done_by: str | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlanUpdated(Event):
    """A trigger plan was written or changed."""

    type: ClassVar[str] = "trigger-plan-updated"

    plan_ref: str = code("")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionPlanUpdated(Event):
    """A plan against going missing was written, or written anew."""

    type: ClassVar[str] = "prevention-plan-updated"

    plan_ref: str = code("")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewEvent(Event):
    """Something about one return interview: that, and when, and nothing that was said.

    ``interview_ref`` is the sender's reference of the interview. ``episode_ref``, where the sender
    says it, is that of the episode, and ``episode_began_on`` the day on which that began. Of one that
    says neither, whose episode it is may have to be asked.
    """

    interview_ref: str = code("")
    episode_ref: str | None = code()
    episode_began_on: date | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewOffered(InterviewEvent):
    """A return interview was offered."""

    type: ClassVar[str] = "interview-offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewAccepted(InterviewEvent):
    """A return interview was accepted."""

    type: ClassVar[str] = "interview-accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewDeclined(InterviewEvent):
    """A return interview was declined."""

    type: ClassVar[str] = "interview-declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewDone(InterviewEvent):
    """A return interview took place."""

    type: ClassVar[str] = "interview-done"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEvent(Event):
    """Something about one meeting of several agencies: of which kind, and when; never what was said."""

    meeting_ref: str = code("")
    meeting: MeetingKind = code(MeetingKind.OTHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingConvened(MeetingEvent):
    """A meeting was called."""

    type: ClassVar[str] = "meeting-convened"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingHeld(MeetingEvent):
    """A meeting took place."""

    type: ClassVar[str] = "meeting-held"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyDiscussionHeld(MeetingEvent):
    """A strategy discussion took place."""

    type: ClassVar[str] = "strategy-discussion-held"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanReviewed(MeetingEvent):
    """The care plan was reviewed: the meeting that reviews it took place."""

    type: ClassVar[str] = "care-plan-reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHealthAssessmentOverdue(Event):
    """A looked-after child's review health assessment was not done by the day on which it was due."""

    type: ClassVar[str] = "review-health-assessment-overdue"

    due_on: date | None = code()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementEvent(Event):
    """Something about one placement: whose child, in whose area; never the address."""

    placement_ref: str = code("")
    placement_type: str | None = code()
    host_authority: AuthorityCode | None = code()
    responsible_authority: AuthorityCode | None = code()
    started_on: date | None = code()
    ended_on: date | None = code()

    @property
    def out_of_area(self) -> bool | None:
        """Whether the child is placed outside the responsible authority; None where not known."""
        if self.host_authority is None or self.responsible_authority is None:
            return None
        return self.host_authority != self.responsible_authority


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementMade(PlacementEvent):
    """A child was placed who was in no placement before."""

    type: ClassVar[str] = "placement-made"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementMoved(PlacementEvent):
    """A child moved from one placement to another."""

    type: ClassVar[str] = "placement-moved"

    moved_from_ref: str = code("")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementEnded(PlacementEvent):
    """A placement ended and no other followed."""

    type: ClassVar[str] = "placement-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementWithdrawn(PlacementEvent):
    """A placement that was told of stands in the system no more: it may never have been."""

    type: ClassVar[str] = "placement-withdrawn"


EVENT_OF: Final[Mapping[str, type[Event]]] = MappingProxyType(
    {
        kind.type: kind
        for kind in (
            ChildReportedMissing,
            ChildAbsent,
            AwayWithoutAuthorisation,
            ChildLocated,
            ChildFound,
            StatusDecided,
            RiskSet,
            RiskChanged,
            SafeAndWellDone,
            TriggerPlanUpdated,
            PreventionPlanUpdated,
            InterviewOffered,
            InterviewAccepted,
            InterviewDeclined,
            InterviewDone,
            MeetingConvened,
            MeetingHeld,
            StrategyDiscussionHeld,
            CarePlanReviewed,
            ReviewHealthAssessmentOverdue,
            PlacementMade,
            PlacementMoved,
            PlacementEnded,
            PlacementWithdrawn,
        )
    }
)
"""Every event that a system can send, by its type. A test says the table is whole."""


def codes_of(event: Event) -> dict[str, Code]:
    """The event's codes, references and times by name, as they may be kept; what is empty is left out.

    Times are in UTC. Nothing here names the child or was written about them.
    """
    return dict(_codes(event))


def _codes(event: Event) -> Iterator[tuple[str, Code]]:
    for one in dataclasses.fields(event):
        value = getattr(event, one.name)
        if "code" not in one.metadata or value is None or value == "":
            continue
        match value:
            case enum.Enum():
                yield one.name, str(value.value)
            case datetime():
                yield one.name, value.astimezone(UTC).isoformat()
            case date():
                yield one.name, value.isoformat()
            case bool():
                yield one.name, value
            case _:
                yield one.name, str(value)
