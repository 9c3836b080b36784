"""Items of information: the smallest things that are shared or withheld.

Items form a graph: each names what it includes. Granting an item grants what it
includes; withholding an item withholds whatever includes it. "Reduced" is what is
left open below the item that was asked for.

Source: the information categories of the five protocols' catalogue; the order full >
synopsis > confirmation is the same in every protocol, whatever the interview is called.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from records.words import Word

if TYPE_CHECKING:
    from collections.abc import Mapping


class Category(Word):
    """What a child can be asked about: one Answer field each."""

    __hash__ = object.__hash__  # as for Item

    IDENTITY = "identity"
    LEGAL_STATUS = "legal-status"
    PLACEMENTS = "placements"
    INVOLVEMENTS = "involvements"
    EPISODES = "missing-episodes"
    SAFE_AND_WELL = "safe-and-well-checks"
    INTERVIEWS = "return-interviews"
    TRIGGER_PLANS = "trigger-plans"
    HEALTH = "health"
    INTELLIGENCE = "intelligence"
    EDUCATION = "education"
    CARE_PLANS = "care-plans"
    PLACEMENT_PLANS = "placement-plans"
    PREVENTION_PLANS = "prevention-plans"
    PHILOMENA_FORMS = "philomena-forms"
    MEETINGS = "meetings"
    RECORD_KEEPING = "record-keeping"


class Item(Word):
    """One item of information. The part before the dot is its subject."""

    # Members are one of a kind, so identity will do; the inherited hash is written in Python,
    # and each question looks items up hundreds of times.
    __hash__ = object.__hash__

    IDENTITY_EXISTS = "identity.exists"
    IDENTITY_CORE = "identity.core"
    IDENTITY_NUMBERS = "identity.numbers"
    IDENTITY_SPECIAL = "identity.special"

    LEGAL_EXISTS = "legal.exists"
    LEGAL_STATUS = "legal.status"

    PLACEMENT_EXISTS = "placement.exists"
    PLACEMENT_DETAIL = "placement.detail"
    PLACEMENT_ADDRESS = "placement.address"

    CASE_EXISTS = "case.exists"
    CASE_STATUS = "case.status"
    CASE_WORKER = "case.worker"

    EPISODE_EXISTS = "episode.exists"
    EPISODE_STATUS = "episode.status"
    EPISODE_DETAIL = "episode.detail"
    EPISODE_HISTORY = "episode.history"

    RISK_GRADE = "risk.grade"
    RISK_ASSESSMENT = "risk.assessment"

    WHEREABOUTS_SAFE = "whereabouts.safe"
    WHEREABOUTS_LOCATION = "whereabouts.location"

    SAW_EXISTS = "saw.exists"
    SAW_CONFIRMATION = "saw.confirmation"
    SAW_RECORD = "saw.record"

    RHI_EXISTS = "rhi.exists"
    RHI_OFFER = "rhi.offer"
    RHI_CONFIRMATION = "rhi.confirmation"
    RHI_SAFEGUARDING = "rhi.safeguarding"
    RHI_SAFEGUARDING_PROVIDER = "rhi.safeguarding-provider"
    RHI_NEEDS = "rhi.needs"
    RHI_SYNOPSIS = "rhi.synopsis"
    RHI_FULL = "rhi.full"
    RHI_SENSITIVE = "rhi.sensitive"

    TRIGGER_PLAN_EXISTS = "trigger-plan.exists"
    TRIGGER_PLAN_FULL = "trigger-plan.full"
    TRIGGER_PLAN_ASSOCIATES = "trigger-plan.associates"
    TRIGGER_PLAN_PHOTO = "trigger-plan.photo"
    TRIGGER_PLAN_CREDENTIALS = "trigger-plan.credentials"

    HEALTH_EXISTS = "health.exists"
    HEALTH_NEEDS = "health.needs"
    HEALTH_ASSESSMENT = "health.assessment"
    HEALTH_RECORD = "health.record"

    INTELLIGENCE_EXISTS = "intelligence.exists"
    INTELLIGENCE_REPORT = "intelligence.report"
    INTELLIGENCE_ABDUCTION_NOTICE = "intelligence.abduction-notice"

    EDUCATION_SCHOOL = "education.school"

    PHILOMENA_FORM = "plan.philomena"
    PREVENTION_PLAN = "plan.prevention"
    PLACEMENT_PLAN = "plan.placement"
    CARE_PLAN = "plan.care"

    MEETING_REQUEST = "meeting.request"
    MEETING_MINUTES = "meeting.minutes"

    CONSENT_RECORD = "record.consent"
    NOTICE_GIVEN = "record.notice-given"
    CONTACT_RECORD = "record.contact"
    STATUS_DECISION = "record.status-decision"
    DECISION_RATIONALE = "record.decision-rationale"
    PARENT_INFORMATION = "record.parent-information"
    EVIDENCE = "record.evidence"
    MEDIA_MATERIAL = "record.media"
    AGGREGATE_DATA = "record.aggregate"


_C = Category
_I = Item

ITEM_CATEGORY: Final[Mapping[Item, Category]] = MappingProxyType(
    {
        _I.IDENTITY_EXISTS: _C.IDENTITY,
        _I.IDENTITY_CORE: _C.IDENTITY,
        _I.IDENTITY_NUMBERS: _C.IDENTITY,
        _I.IDENTITY_SPECIAL: _C.IDENTITY,
        _I.LEGAL_EXISTS: _C.LEGAL_STATUS,
        _I.LEGAL_STATUS: _C.LEGAL_STATUS,
        _I.PLACEMENT_EXISTS: _C.PLACEMENTS,
        _I.PLACEMENT_DETAIL: _C.PLACEMENTS,
        _I.PLACEMENT_ADDRESS: _C.PLACEMENTS,
        _I.CASE_EXISTS: _C.INVOLVEMENTS,
        _I.CASE_STATUS: _C.INVOLVEMENTS,
        _I.CASE_WORKER: _C.INVOLVEMENTS,
        _I.EPISODE_EXISTS: _C.EPISODES,
        _I.EPISODE_STATUS: _C.EPISODES,
        _I.EPISODE_DETAIL: _C.EPISODES,
        _I.EPISODE_HISTORY: _C.EPISODES,
        _I.RISK_GRADE: _C.EPISODES,
        _I.RISK_ASSESSMENT: _C.EPISODES,
        _I.WHEREABOUTS_SAFE: _C.EPISODES,
        _I.WHEREABOUTS_LOCATION: _C.EPISODES,
        _I.SAW_EXISTS: _C.SAFE_AND_WELL,
        _I.SAW_CONFIRMATION: _C.SAFE_AND_WELL,
        _I.SAW_RECORD: _C.SAFE_AND_WELL,
        _I.RHI_EXISTS: _C.INTERVIEWS,
        _I.RHI_OFFER: _C.INTERVIEWS,
        _I.RHI_CONFIRMATION: _C.INTERVIEWS,
        _I.RHI_SAFEGUARDING: _C.INTERVIEWS,
        _I.RHI_SAFEGUARDING_PROVIDER: _C.INTERVIEWS,
        _I.RHI_NEEDS: _C.INTERVIEWS,
        _I.RHI_SYNOPSIS: _C.INTERVIEWS,
        _I.RHI_FULL: _C.INTERVIEWS,
        _I.RHI_SENSITIVE: _C.INTERVIEWS,
        _I.TRIGGER_PLAN_EXISTS: _C.TRIGGER_PLANS,
        _I.TRIGGER_PLAN_FULL: _C.TRIGGER_PLANS,
        _I.TRIGGER_PLAN_ASSOCIATES: _C.TRIGGER_PLANS,
        _I.TRIGGER_PLAN_PHOTO: _C.TRIGGER_PLANS,
        _I.TRIGGER_PLAN_CREDENTIALS: _C.TRIGGER_PLANS,
        _I.HEALTH_EXISTS: _C.HEALTH,
        _I.HEALTH_NEEDS: _C.HEALTH,
        _I.HEALTH_ASSESSMENT: _C.HEALTH,
        _I.HEALTH_RECORD: _C.HEALTH,
        _I.INTELLIGENCE_EXISTS: _C.INTELLIGENCE,
        _I.INTELLIGENCE_REPORT: _C.INTELLIGENCE,
        _I.INTELLIGENCE_ABDUCTION_NOTICE: _C.INTELLIGENCE,
        _I.EDUCATION_SCHOOL: _C.EDUCATION,
        _I.PHILOMENA_FORM: _C.PHILOMENA_FORMS,
        _I.PREVENTION_PLAN: _C.PREVENTION_PLANS,
        _I.PLACEMENT_PLAN: _C.PLACEMENT_PLANS,
        _I.CARE_PLAN: _C.CARE_PLANS,
        _I.MEETING_REQUEST: _C.MEETINGS,
        _I.MEETING_MINUTES: _C.MEETINGS,
        _I.CONSENT_RECORD: _C.RECORD_KEEPING,
        _I.NOTICE_GIVEN: _C.RECORD_KEEPING,
        _I.CONTACT_RECORD: _C.RECORD_KEEPING,
        _I.STATUS_DECISION: _C.RECORD_KEEPING,
        _I.DECISION_RATIONALE: _C.RECORD_KEEPING,
        _I.PARENT_INFORMATION: _C.RECORD_KEEPING,
        _I.EVIDENCE: _C.RECORD_KEEPING,
        _I.MEDIA_MATERIAL: _C.RECORD_KEEPING,
        _I.AGGREGATE_DATA: _C.RECORD_KEEPING,
    }
)

INCLUDES: Final[Mapping[Item, frozenset[Item]]] = MappingProxyType(
    {
        _I.IDENTITY_CORE: frozenset({_I.IDENTITY_EXISTS}),
        _I.IDENTITY_NUMBERS: frozenset({_I.IDENTITY_EXISTS}),
        _I.IDENTITY_SPECIAL: frozenset({_I.IDENTITY_EXISTS}),
        _I.LEGAL_STATUS: frozenset({_I.LEGAL_EXISTS}),
        _I.PLACEMENT_DETAIL: frozenset({_I.PLACEMENT_EXISTS}),
        _I.PLACEMENT_ADDRESS: frozenset({_I.PLACEMENT_EXISTS}),
        _I.CASE_STATUS: frozenset({_I.CASE_EXISTS}),
        _I.CASE_WORKER: frozenset({_I.CASE_EXISTS}),
        _I.EPISODE_STATUS: frozenset({_I.EPISODE_EXISTS}),
        _I.EPISODE_DETAIL: frozenset({_I.EPISODE_STATUS}),
        _I.EPISODE_HISTORY: frozenset({_I.EPISODE_STATUS}),
        _I.RISK_GRADE: frozenset({_I.EPISODE_EXISTS}),
        _I.RISK_ASSESSMENT: frozenset({_I.RISK_GRADE}),
        _I.WHEREABOUTS_SAFE: frozenset({_I.EPISODE_EXISTS}),
        _I.WHEREABOUTS_LOCATION: frozenset({_I.WHEREABOUTS_SAFE}),
        _I.SAW_CONFIRMATION: frozenset({_I.SAW_EXISTS}),
        _I.SAW_RECORD: frozenset({_I.SAW_CONFIRMATION}),
        _I.RHI_OFFER: frozenset({_I.RHI_EXISTS}),
        _I.RHI_CONFIRMATION: frozenset({_I.RHI_EXISTS}),
        _I.RHI_SAFEGUARDING: frozenset({_I.RHI_EXISTS}),
        _I.RHI_SAFEGUARDING_PROVIDER: frozenset({_I.RHI_EXISTS}),
        _I.RHI_NEEDS: frozenset({_I.RHI_EXISTS}),
        _I.RHI_SYNOPSIS: frozenset({_I.RHI_CONFIRMATION}),
        _I.RHI_FULL: frozenset(
            {
                _I.RHI_SYNOPSIS,
                _I.RHI_OFFER,
                _I.RHI_NEEDS,
                _I.RHI_SAFEGUARDING,
                _I.RHI_SAFEGUARDING_PROVIDER,
            }
        ),
        _I.RHI_SENSITIVE: frozenset({_I.RHI_EXISTS}),
        _I.TRIGGER_PLAN_FULL: frozenset({_I.TRIGGER_PLAN_EXISTS}),
        _I.TRIGGER_PLAN_ASSOCIATES: frozenset({_I.TRIGGER_PLAN_EXISTS}),
        _I.TRIGGER_PLAN_PHOTO: frozenset({_I.TRIGGER_PLAN_EXISTS}),
        _I.TRIGGER_PLAN_CREDENTIALS: frozenset({_I.TRIGGER_PLAN_EXISTS}),
        _I.HEALTH_NEEDS: frozenset({_I.HEALTH_EXISTS}),
        _I.HEALTH_ASSESSMENT: frozenset({_I.HEALTH_EXISTS}),
        _I.HEALTH_RECORD: frozenset({_I.HEALTH_NEEDS, _I.HEALTH_ASSESSMENT}),
        _I.INTELLIGENCE_REPORT: frozenset({_I.INTELLIGENCE_EXISTS}),
        _I.INTELLIGENCE_ABDUCTION_NOTICE: frozenset({_I.INTELLIGENCE_EXISTS}),
        # Whoever has the minutes knows that there was a meeting.
        _I.MEETING_MINUTES: frozenset({_I.MEETING_REQUEST}),
    }
)
"""What each item directly includes; items not named here include nothing."""


@cache
def below(item: Item) -> frozenset[Item]:
    """The item and everything it includes, however deep: what a grant opens."""
    found = {item}
    for lower in INCLUDES.get(item, frozenset()):
        found |= below(lower)
    return frozenset(found)


@cache
def above(item: Item) -> frozenset[Item]:
    """The item and everything that includes it: what a refusal closes."""
    return frozenset(other for other in Item if item in below(other))
