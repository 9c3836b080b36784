"""What people may say has happened to a child, of which no system tells: meetings, contact, interviews.

Each becomes an event with its notices and clocks. It says that, and when, and never what was said there.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from disclosure.acts import (
    CARERS,
    CLINICIANS,
    FORCE,
    HOST_ON_DUTY,
    INTERVIEWER,
    ON_DUTY,
    SCHOOL,
    WORKERS,
    Act,
    Entitled,
    may,
)
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    do_once,
    done_before,
    situation_of,
)
from disclosure.entries import EntryKind
from disclosure.proceeding_tables import SAID_TO_HAPPEN
from records.errors import WrongArgument

CONSENT_CHANGED: Final = "consent-changed"
LONGEST_AGO: Final = timedelta(days=90)
_MOST_MINUTES: Final = 2 * 24 * 60


class SaidToHappen(enum.Enum):
    """What a person may say has happened. The value is the event's type."""

    CHILD_NOT_LOCATED = "child-not-located"
    UNREPORTED_MISSING_IDENTIFIED = "unreported-missing-identified"
    RISK_DISPUTED = "risk-disputed"
    STRATEGY_DISCUSSION_HELD = "strategy-discussion-held"
    MEETING_CONVENED = "meeting-convened"
    MEETING_HELD = "meeting-held"
    CONTACT_MADE = "contact-made"
    INTERVIEW_OFFERED = "interview-offered"
    INTERVIEW_ACCEPTED = "interview-accepted"
    INTERVIEW_DECLINED = "interview-declined"
    INTERVIEW_DONE = "interview-done"
    PLACEMENT_NOTIFIED = "placement-notified"
    CARE_PLAN_REVIEWED = "care-plan-reviewed"
    PREVENTION_PLAN_UPDATED = "prevention-plan-updated"
    MEDIA_CONSIDERED = "media-considered"
    NATIONAL_ALERT_CONSIDERED = "national-alert-considered"


class ProtocolMeeting(enum.Enum):
    """The meetings that the protocols call. The value is the word of their duties."""

    MFH_RISK_MANAGEMENT = "mfh-risk-management"
    MISSING_INTERVENTION = "missing-intervention"
    MISSING_STRATEGY = "missing-strategy"
    MISSING_CHILDREN_MEETING = "missing-children-meeting"
    MACE_1 = "mace-1"
    MACE_2 = "mace-2"
    STRATEGY = "strategy"
    STRATEGY_14_DAY = "strategy-14-day"
    RISK_MANAGEMENT_48_HOUR = "risk-management-48-hour"
    CP_CONFERENCE = "cp-conference"
    CORE_GROUP = "core-group"
    URGENT_CARE_REVIEW = "urgent-care-review"
    CARE_PLAN_REVIEW = "care-plan-review"
    PLACEMENT_PLANNING = "placement-planning"
    WEEKLY_SUBGROUP = "weekly-subgroup"
    OPERATIONAL_MISSING = "operational-missing"
    UNACCOMPANIED_REVIEW = "unaccompanied-review"
    DISCUSSION_WITH_FAMILY = "discussion-with-family"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaySay:
    """Who may say it, and where the protocols speak of their doing it."""

    entitled: tuple[Entitled, ...]
    source: str


_AUTHORITY: Final = (WORKERS, ON_DUTY)
_CONVENERS: Final = (*_AUTHORITY, HOST_ON_DUTY, FORCE)
_INTERVIEWING: Final = (INTERVIEWER, *_AUTHORITY)
_W = SaidToHappen

WHO_SAYS: Final[Mapping[SaidToHappen, MaySay]] = MappingProxyType(
    {
        _W.CHILD_NOT_LOCATED: MaySay(
            entitled=(CARERS, SCHOOL, *_AUTHORITY),
            source="Pan-Lancashire 5.1.1; Staffordshire and Stoke 8.4 and 8.5",
        ),
        _W.UNREPORTED_MISSING_IDENTIFIED: MaySay(
            entitled=(*_CONVENERS, CLINICIANS, SCHOOL),
            source="North East Lincolnshire, Children who have not been reported missing",
        ),
        _W.RISK_DISPUTED: MaySay(
            entitled=(*_AUTHORITY, HOST_ON_DUTY, CARERS), source="Staffordshire and Stoke 12.7"
        ),
        _W.STRATEGY_DISCUSSION_HELD: MaySay(
            entitled=_CONVENERS,
            source="Somerset, Case Escalation: by agreement of police and council",
        ),
        _W.MEETING_CONVENED: MaySay(
            entitled=_CONVENERS, source="Staffordshire and Stoke 13.17; Pan-Lancashire 5.5.3"
        ),
        _W.MEETING_HELD: MaySay(
            entitled=_CONVENERS, source="Staffordshire and Stoke 13.23; Pan-Lancashire 5.5.3"
        ),
        _W.CONTACT_MADE: MaySay(
            entitled=_AUTHORITY, source="Essex 3.3.1; Somerset, Returning children"
        ),
        _W.INTERVIEW_OFFERED: MaySay(
            entitled=_INTERVIEWING, source="North East Lincolnshire, Missing catch ups"
        ),
        _W.INTERVIEW_ACCEPTED: MaySay(entitled=_INTERVIEWING, source="Essex, Missing Chat Process"),
        _W.INTERVIEW_DECLINED: MaySay(entitled=_INTERVIEWING, source="Essex, Missing Chat Process"),
        _W.INTERVIEW_DONE: MaySay(
            entitled=_INTERVIEWING,
            source="Staffordshire and Stoke 13.6: by the commissioned provider",
        ),
        _W.PLACEMENT_NOTIFIED: MaySay(
            entitled=(*_AUTHORITY, HOST_ON_DUTY),
            source="Pan-Lancashire 5.5.5 and 6.6; Staffordshire and Stoke 18.2",
        ),
        _W.CARE_PLAN_REVIEWED: MaySay(
            entitled=_AUTHORITY,
            source="Essex 2.4; North East Lincolnshire, Care planning and review",
        ),
        _W.PREVENTION_PLAN_UPDATED: MaySay(entitled=_AUTHORITY, source="Essex 2.1 and 2.2"),
        _W.MEDIA_CONSIDERED: MaySay(
            entitled=(FORCE, *_AUTHORITY), source="Somerset, Use of public media; Essex 4.1.5"
        ),
        _W.NATIONAL_ALERT_CONSIDERED: MaySay(
            entitled=_AUTHORITY, source="Staffordshire and Stoke 21.1 to 21.3"
        ),
    }
)
"""Who may say what. Finding a child, and whether one is missing, stays with the police's own systems."""

_OF_A_MEETING: Final = frozenset({_W.MEETING_CONVENED, _W.MEETING_HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What has happened, and when. ``meeting`` belongs to a meeting, ``travel_minutes`` to a placement.

    ``travel_minutes``: by road from the authority's boundary to the placement.
    """

    what: SaidToHappen
    at: datetime
    meeting: ProtocolMeeting | None = None
    travel_minutes: int | None = None

    def __post_init__(self) -> None:
        """Refuse what does not belong together.

        Raises:
            WrongArgument: a meeting of no kind, a kind without a meeting, or minutes of something else.
        """
        if (self.what in _OF_A_MEETING) is (self.meeting is None):
            raise WrongArgument("Say of which kind a meeting is, and of a meeting alone.")
        if self.travel_minutes is None:
            return
        if self.what is not _W.PLACEMENT_NOTIFIED or not 0 <= self.travel_minutes < _MOST_MINUTES:
            raise WrongArgument(
                "Minutes of travel belong to a placement that was notified, and to less than two days."
            )

    @property
    def codes(self) -> dict[str, str | int]:
        """What is kept with the event."""
        codes: dict[str, str | int] = {}
        if self.meeting is not None:
            codes["meeting"] = self.meeting.value
        if self.travel_minutes is not None:
            codes["travel_minutes"] = self.travel_minutes
        return codes


async def say_happened(door: Door, doing: Doing, saying: Saying) -> Done | NotDone:
    """Put on record that something has happened; an event is made of what is kept here.

    Raises:
        WrongArgument: it lies in the future, or too long ago to be news.
        NotRecorded: it could not be written down; nothing took effect.
    """
    if not doing.now - LONGEST_AGO <= saying.at <= doing.now:
        raise WrongArgument(
            f"Say when it happened: not in the future, and at most {LONGEST_AGO.days} days ago."
        )
    body = {"what": saying.what.value, "at": saying.at.isoformat(), **saying.codes}
    act = Act.RECORD_EVENT
    before = await done_before(door, doing, act, body)
    if before is not None:
        return before
    allowed = may(WHO_SAYS[saying.what].entitled, await situation_of(door, doing))

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await keep(connection, ref, doing, saying.what.value, at=saying.at, codes=saying.codes)
        return {"until": None}

    step = Step(act=act, kind=EntryKind.SAID, said=body, body=body, reason=doing.access.reason)
    return await do_once(door, doing, step, allowed, effect)


async def keep(
    connection: AsyncConnection,
    ref: str,
    doing: Doing,
    event: str,
    *,
    at: datetime | None = None,
    codes: Mapping[str, str | int] = MappingProxyType({}),
) -> None:
    """Keep that an event is to be made of what somebody has just put on record under this reference."""
    await connection.execute(
        SAID_TO_HAPPEN.insert().values(
            ref=ref,
            child_ref=doing.child_ref,
            type=event,
            at=at or doing.now,
            data=msgspec.json.encode(dict(codes)).decode(),
            said_at=doing.now,
        )
    )
