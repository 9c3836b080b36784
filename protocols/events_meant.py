"""What each event is, in the practice's words: the whole of `protocols.duties_vocabulary.Event`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from protocols.duties_vocabulary import Event

_E = Event
MEANT: Final[Mapping[Event, str]] = MappingProxyType(
    {
        _E.CHILD_NOT_LOCATED: "A carer or school cannot find the child; nobody has told the police yet.",
        _E.REPORTED_MISSING: "The child was reported missing to the police.",
        _E.MISSING_RECORDED: "The police, or a council, recorded the child as missing.",
        _E.UNREPORTED_MISSING_IDENTIFIED: "It is found out that a child was away whom nobody had reported.",
        _E.STATUS_DECIDED: "It was decided where an episode stands.",
        _E.WANTED_DECIDED: "The police decided whether a child is wanted rather than missing.",
        _E.RISK_SET: "The police graded the risk.",
        _E.RISK_CHANGED: "The police graded the risk anew.",
        _E.RISK_DISPUTED: "Somebody does not agree with the grade.",
        _E.AWAY_WITHOUT_AUTHORISATION: "The child is away from the placement without leave, and where is known.",
        _E.ABSENT: "The child is not where they should be, and not held to be missing.",
        _E.SCHOOL_ABSENCE: "The child is absent from school without leave.",
        _E.MISSING_ABROAD: "The child is missing outside the country.",
        _E.CHILD_LOCATED: "It is known where the child is; they are not back yet.",
        _E.CHILD_FOUND: "The child was found or came back.",
        _E.EPISODE_COUNT_REACHED: "A number of episodes within a time was reached.",
        _E.SAFE_AND_WELL_PROPOSED: "It is proposed who makes the safe and well check.",
        _E.SAFE_AND_WELL_DONE: "The safe and well check was made.",
        _E.INTERVIEW_OFFERED: "A return interview was offered.",
        _E.INTERVIEW_ACCEPTED: "The return interview was accepted.",
        _E.INTERVIEW_DECLINED: "The return interview was declined.",
        _E.INTERVIEW_DONE: "The return interview took place.",
        _E.INTERVIEW_CONFIRMED: "The allocated social worker confirmed that the return interview took place.",
        _E.INTERVIEW_SHARED: "What was said in the return interview was passed on.",
        _E.INTERVIEW_URGENT_FINDING: "The return interview brought something to light that cannot wait.",
        _E.HARM_SUSPECTED: "Harm to the child is suspected.",
        _E.CRIME_SUSPECTED: "A crime against the child is suspected.",
        _E.TRAFFICKING_SUSPECTED: "It is suspected that the child was trafficked.",
        _E.REFERRAL_RECEIVED: "A front door received a referral.",
        _E.ABDUCTION_NOTICE_CONSIDERED: "A child abduction warning notice was considered.",
        _E.MEDIA_CONSIDERED: "An appeal through the media was considered.",
        _E.NATIONAL_ALERT_CONSIDERED: "A national alert was considered, or one was received.",
        _E.PLACEMENT_PLANNED: "A placement is planned.",
        _E.PLACEMENT_MADE: "The child was placed.",
        _E.PLACEMENT_MOVED: "The child moved to another placement.",
        _E.PLACEMENT_ENDED: "A placement ended.",
        _E.PLACEMENT_NOTIFIED: "The host authority was notified of a placement.",
        _E.PLACEMENT_NEVER_NOTIFIED: "A child went missing where nobody had been notified of the placement.",
        _E.REPEAT_MISSING_RISK: "The child is likely to go missing, or to do so again.",
        _E.TRIGGER_PLAN_DUE: "A trigger plan has to be written or changed.",
        _E.TRIGGER_PLAN_UPDATED: "A trigger plan was written or changed.",
        _E.PREVENTION_PLAN_DUE: "A plan against going missing has to be written.",
        _E.PREVENTION_PLAN_UPDATED: "A plan against going missing was written or changed.",
        _E.CARE_PLAN_REVIEWED: "The care plan was reviewed.",
        _E.REVIEW_HEALTH_ASSESSMENT_OVERDUE: "A review health assessment was not done by its day.",
        _E.PHOTO_HELD: "A recent photograph of the child is held.",
        _E.CONSENT_CHANGED: "The child or a parent said, or took back, what may be shared.",
        _E.STRATEGY_DISCUSSION_HELD: "A strategy discussion was held.",
        _E.MEETING_CONVENED: "A meeting was called.",
        _E.MEETING_HELD: "A meeting was held.",
        _E.CONTACT_MADE: "A worker made contact with the child or family.",
        _E.DECISION_RECORDED: "A decision and its reasons were written down.",
        _E.RECORD_MADE: "What was done was written down.",
        _E.PERIOD_ENDED: "A week, month, quarter or year ended.",
        _E.PROTOCOL_APPLIES: "The protocol begins to hold for an episode of this child.",
        _E.DEADLINE_REACHED: "A clock reached its time.",
        _E.DEADLINE_MET: "What a clock waited for was done in time.",
        _E.DEADLINE_BREACHED: "What a clock waited for was not done in time.",
    }
)
