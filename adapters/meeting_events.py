"""Meeting events from a council's records: that a meeting was called, and that it was held.

A day on which a meeting is to meet does not say that it met, so it is told as held only where the
council has an answer for that. The meeting that reviews the care plan, once held, has reviewed it. A day counts from its beginning: a meeting of that day is never
taken for one about an episode that began later on it. A reading beyond the protocols' words, to be
confirmed by each council's missing coordinator.

Source: Staffordshire and Stoke 13.17 to 13.23; Pan-Lancashire 5.5.3; Somerset, Case Escalation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final

from adapters.times import LONDON
from records.events import (
    CarePlanReviewed,
    MeetingConvened,
    MeetingEvent,
    MeetingHeld,
    StrategyDiscussionHeld,
    Whom,
)
from records.meeting import Meeting, MeetingKind

_HELD: Final[dict[MeetingKind, type[MeetingEvent]]] = {MeetingKind.STRATEGY: StrategyDiscussionHeld}
"""A strategy discussion has an event of its own."""


def meeting_events(meeting: Meeting, about: Whom) -> Iterator[MeetingEvent]:
    """What the dates of one meeting tell; nothing of one that has none."""
    called = meeting.called
    if called is None:
        return
    if called.called_on is not None:
        yield _event(MeetingConvened, meeting, about, "convened", called.called_on)
    if called.held_on is not None:
        kind = _HELD.get(meeting.kind, MeetingHeld)
        yield _event(kind, meeting, about, "held", called.held_on)
        if meeting.kind is MeetingKind.CARE_PLAN_REVIEW:
            yield _event(CarePlanReviewed, meeting, about, "reviewed", called.held_on)


def meeting_denies(meeting: Meeting) -> Iterator[str]:
    """References of what was told of this meeting and is not so: a day that is recorded no more."""
    called = meeting.called
    if called is None or meeting.notes:
        return
    if called.called_on is None:
        yield _ref(meeting, "convened")
    if called.held_on is None:
        yield _ref(meeting, "held")
        yield _ref(meeting, "reviewed")


def _ref(meeting: Meeting, name: str) -> str:
    return f"meeting/{meeting.ref}/{name}"


def _event(
    kind: type[MeetingEvent], meeting: Meeting, about: Whom, name: str, on: date
) -> MeetingEvent:
    return kind(
        about=about,
        sender_ref=_ref(meeting, name),
        provenance=meeting.provenance,
        happened_at=datetime.combine(on, time(0), LONDON).astimezone(UTC),
        notes=meeting.notes,
        meeting_ref=meeting.ref,
        meeting=meeting.kind,
    )
