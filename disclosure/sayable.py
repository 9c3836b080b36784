"""What people may say has happened to a child, of which no system tells; who may say it, and what more of it.

A meeting, contact, an interview, a check: that, and when, and the codes that the protocols ask
about; never what was said there.

Who may say what is a reading, for each partnership to confirm: whoever the protocols name as doing
it, when they are that to the child.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from disclosure.acts import (
    CARERS,
    CLINICIANS,
    FORCE,
    HOST_ON_DUTY,
    INTERVIEWER,
    ON_DUTY,
    SCHOOL,
    WORKERS,
    Entitled,
)
from protocols.duties_vocabulary import Circumstance, Key
from protocols.vocabulary import Fact
from records.people import Role, Standing


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
    WANTED_DECIDED = "wanted-decided"
    MISSING_ABROAD = "missing-abroad"
    SCHOOL_ABSENCE = "school-absence"
    SAFE_AND_WELL_PROPOSED = "safe-and-well-proposed"
    SAFE_AND_WELL_DONE = "safe-and-well-done"
    INTERVIEW_SHARED = "interview-shared"
    REFERRAL_RECEIVED = "referral-received"
    ABDUCTION_NOTICE_CONSIDERED = "abduction-notice-considered"
    PLACEMENT_PLANNED = "placement-planned"
    TRIGGER_PLAN_DUE = "trigger-plan-due"
    TRIGGER_PLAN_UPDATED = "trigger-plan-updated"
    PREVENTION_PLAN_DUE = "prevention-plan-due"
    PHOTO_HELD = "photo-held"
    DECISION_RECORDED = "decision-recorded"
    RECORD_MADE = "record-made"
    AWAY_WITHOUT_AUTHORISATION = "away-without-authorisation"
    ABSENT = "absent"
    CHILD_LOCATED = "child-located"
    CHILD_FOUND = "child-found"


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


class CheckedBy(enum.Enum):
    """Who saw the child in a safe and well check."""

    NOBODY = "nobody"
    POLICE = "police"
    OTHER_PROFESSIONAL = "other-professional"


class CheckRisk(enum.Enum):
    """How risky it is that somebody else than the police makes the check."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaySay:
    """Who may say it, and where the protocols speak of their doing it."""

    entitled: tuple[Entitled, ...]
    source: str


_AUTHORITY: Final = (WORKERS, ON_DUTY)
_CONVENERS: Final = (*_AUTHORITY, HOST_ON_DUTY, FORCE)
_INTERVIEWING: Final = (INTERVIEWER, *_AUTHORITY)
_TRIGGER_PLAN: Final = (*_INTERVIEWING, FORCE)
CARING: Final = frozenset(
    {
        Role.REGISTERED_MANAGER,
        Role.CARE_PROFESSIONAL,
        Role.FOSTER_CARER,
        Role.FOSTERING_SERVICE,
    }
)
"""Who cares for a child in a placement, and the service that answers for whoever does."""

_PLACEMENT: Final = Entitled(
    roles=CARING,
    standings=frozenset({Standing.PROVIDES_PLACEMENT, Standing.CARES_FOR_CHILD}),
    source="North East Lincolnshire, Away from placement without authorisation: staff of the home, or carer",
)
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
        _W.WANTED_DECIDED: MaySay(
            entitled=(FORCE,),
            source="Pan-Lancashire 5.3.4; North East Lincolnshire, Wanted/missing",
        ),
        _W.MISSING_ABROAD: MaySay(
            entitled=(FORCE, *_AUTHORITY), source="Pan-Lancashire 5.3.3: an INTERPOL enquiry"
        ),
        _W.SCHOOL_ABSENCE: MaySay(
            entitled=(SCHOOL, *_AUTHORITY),
            source="Essex 4.2.2, 7.1 and 7.2; North East Lincolnshire, Truanting",
        ),
        _W.SAFE_AND_WELL_PROPOSED: MaySay(
            entitled=(FORCE, CARERS, *_AUTHORITY, HOST_ON_DUTY),
            source="Pan-Lancashire 5.7.3; Staffordshire and Stoke 13.4",
        ),
        _W.SAFE_AND_WELL_DONE: MaySay(
            entitled=(FORCE,),
            source="Staffordshire and Stoke 13.4; Pan-Lancashire 5.7.3: the police answer for it",
        ),
        _W.INTERVIEW_SHARED: MaySay(
            entitled=_INTERVIEWING,
            source="Essex, Missing Chat Process; North East Lincolnshire, Actions following the Missing Catch Up",
        ),
        _W.REFERRAL_RECEIVED: MaySay(
            entitled=(*_AUTHORITY, HOST_ON_DUTY),
            source="Essex 4.2: by the Hub; Staffordshire and Stoke 20.4: by the front door",
        ),
        _W.ABDUCTION_NOTICE_CONSIDERED: MaySay(
            entitled=(FORCE,), source="Staffordshire and Stoke 22: served by the police"
        ),
        _W.PLACEMENT_PLANNED: MaySay(
            entitled=_AUTHORITY,
            source="North East Lincolnshire, On admission to the placement; Pan-Lancashire 5.5.5",
        ),
        _W.TRIGGER_PLAN_DUE: MaySay(
            entitled=_TRIGGER_PLAN, source="Pan-Lancashire 5.5: with the support of all partners"
        ),
        _W.TRIGGER_PLAN_UPDATED: MaySay(
            entitled=_TRIGGER_PLAN,
            source="Pan-Lancashire 5.5 and Appendix B: by the allocated worker, else the interviewer",
        ),
        _W.PREVENTION_PLAN_DUE: MaySay(
            entitled=_AUTHORITY,
            source="North East Lincolnshire, Children who repeatedly run away and go missing",
        ),
        _W.PHOTO_HELD: MaySay(
            entitled=(CARERS, *_AUTHORITY),
            source="North East Lincolnshire, On admission to the placement: a recent photograph",
        ),
        _W.DECISION_RECORDED: MaySay(
            entitled=_CONVENERS,
            source="Essex, Missing from Home, Not Open; Pan-Lancashire 6.9: reasons for departures",
        ),
        _W.RECORD_MADE: MaySay(
            entitled=_CONVENERS, source="Pan-Lancashire 6.9: actions, on the record"
        ),
        _W.AWAY_WITHOUT_AUTHORISATION: MaySay(
            entitled=(_PLACEMENT,),
            source="North East Lincolnshire, Away from placement; Essex, Appendix 1; Pan-Lancashire 5.5.2; "
            "Staffordshire and Stoke 8.8",
        ),
        _W.ABSENT: MaySay(
            entitled=(FORCE,), source="Somerset, Timescales: the duty Police Inspector"
        ),
        _W.CHILD_LOCATED: MaySay(
            entitled=(_PLACEMENT,),
            source="The same paragraphs, of an absence that nobody has reported to the police",
        ),
        _W.CHILD_FOUND: MaySay(
            entitled=(_PLACEMENT,),
            source="The same paragraphs, of an absence that nobody has reported to the police",
        ),
    }
)
"""Who may say what. Whether a child is missing, and that a missing child is found, stays with the police's own systems."""

BY_PARAGRAPH: Final = frozenset(
    {_W.AWAY_WITHOUT_AUTHORISATION, _W.ABSENT, _W.CHILD_LOCATED, _W.CHILD_FOUND}
)
"""What only those may say whom a protocol that applies to the child names for it: see `disclosure.classifying`."""

_C = Circumstance
BELONGS: Final[Mapping[SaidToHappen, frozenset[Key]]] = MappingProxyType(
    {
        _W.CHILD_NOT_LOCATED: frozenset(
            {
                _C.MISSING_FROM_PLACE,
                _C.SIGNIFICANT_HARM_SUSPECTED,
                _C.PARENTAL_ABDUCTION_SUSPECTED,
                _C.SAFETY_PLAN_IMMEDIATE,
            }
        ),
        _W.RISK_DISPUTED: frozenset({_C.FIRST_REVIEW_DONE}),
        _W.MEETING_CONVENED: frozenset({_C.MEETING}),
        _W.MEETING_HELD: frozenset({_C.MEETING, _C.CONCERNS_CONTINUE}),
        _W.INTERVIEW_OFFERED: frozenset({_C.CONTACTABLE}),
        _W.INTERVIEW_DONE: frozenset({_C.ALLEGATION_AGAINST_PROFESSIONAL}),
        _W.PLACEMENT_NOTIFIED: frozenset({_C.TRAVEL_MINUTES}),
        _W.CARE_PLAN_REVIEWED: frozenset({_C.CONCERNS_CONTINUE}),
        _W.NATIONAL_ALERT_CONSIDERED: frozenset({_C.ALERT_RECEIVED}),
        _W.SCHOOL_ABSENCE: frozenset(
            {
                _C.ATTENDANCE_PERCENT,
                _C.PART_TIME_TIMETABLE,
                _C.NOT_ON_ROLL,
                _C.REPEATED,
                _C.SIGNIFICANT_HARM_SUSPECTED,
            }
        ),
        _W.SAFE_AND_WELL_PROPOSED: frozenset({Fact.SAW_BY, _C.SAW_RISK}),
        _W.SAFE_AND_WELL_DONE: frozenset(
            {Fact.SAW_BY, _C.RETURN_SAFE, _C.SIGNIFICANT_HARM_SUSPECTED, _C.EXPLOITATION_RISK}
        ),
        _W.AWAY_WITHOUT_AUTHORISATION: frozenset(
            {
                Fact.WHEREABOUTS_KNOWN,
                _C.CONTACTABLE,
                Fact.IMMEDIATE_RISK,
                _C.CONCERN_INCREASED,
                Fact.ABSENCE_AUTHORISED,
                _C.SIGNIFICANT_HARM_SUSPECTED,
                _C.SAFETY_PLAN_IMMEDIATE,
            }
        ),
        _W.ABSENT: frozenset({_C.CONTACTABLE, Fact.IMMEDIATE_RISK, _C.SIGNIFICANT_HARM_SUSPECTED}),
        _W.REFERRAL_RECEIVED: frozenset({_C.PERSISTENT_ABSENCE}),
        _W.ABDUCTION_NOTICE_CONSIDERED: frozenset({_C.NOTICE_SERVED}),
        _W.TRIGGER_PLAN_DUE: frozenset({_C.NEW_INFORMATION}),
        _W.DECISION_RECORDED: frozenset({_C.TIER_4}),
    }
)
"""What more may be said of each: what the duties that wait for it ask about. A meeting needs its kind."""

NEEDS: Final[Mapping[SaidToHappen, Key]] = MappingProxyType(
    {
        _W.MEETING_CONVENED: _C.MEETING,
        _W.MEETING_HELD: _C.MEETING,
        _W.SAFE_AND_WELL_DONE: Fact.SAW_BY,
        _W.AWAY_WITHOUT_AUTHORISATION: Fact.WHEREABOUTS_KNOWN,
    }
)
"""Without which an event says nothing."""
