"""What a duty may speak of beyond the facts of a question: what happened, and the circumstances of it.

Source: the events and conditions of the five protocols' notify, deadline, trigger, escalate, meeting,
record and responsibility rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from protocols.vocabulary import NOTHING_RECORDED, SHAPES, Fact, Form, Known, Shape, Value
from records.words import Word


class Event(Word):
    """Something that happens to a child, or that somebody says or decides. The value is stored."""

    # missing, and back
    CHILD_NOT_LOCATED = "child-not-located"
    REPORTED_MISSING = "child-reported-missing"
    MISSING_RECORDED = "missing-recorded"
    UNREPORTED_MISSING_IDENTIFIED = "unreported-missing-identified"
    STATUS_DECIDED = "status-decided"
    WANTED_DECIDED = "wanted-decided"
    RISK_SET = "risk-set"
    RISK_CHANGED = "risk-changed"
    RISK_DISPUTED = "risk-disputed"
    AWAY_WITHOUT_AUTHORISATION = "away-without-authorisation"
    ABSENT = "absent"
    SCHOOL_ABSENCE = "school-absence"
    MISSING_ABROAD = "missing-abroad"
    CHILD_LOCATED = "child-located"
    CHILD_FOUND = "child-found"
    EPISODE_COUNT_REACHED = "episode-count-reached"
    # the check and the interview on return
    SAFE_AND_WELL_PROPOSED = "safe-and-well-proposed"
    SAFE_AND_WELL_DONE = "safe-and-well-done"
    INTERVIEW_OFFERED = "interview-offered"
    INTERVIEW_ACCEPTED = "interview-accepted"
    INTERVIEW_DECLINED = "interview-declined"
    INTERVIEW_DONE = "interview-done"
    INTERVIEW_CONFIRMED = "interview-confirmed"
    INTERVIEW_SHARED = "interview-shared"
    INTERVIEW_URGENT_FINDING = "interview-urgent-finding"
    # harm
    HARM_SUSPECTED = "harm-suspected"
    CRIME_SUSPECTED = "crime-suspected"
    TRAFFICKING_SUSPECTED = "trafficking-suspected"
    REFERRAL_RECEIVED = "referral-received"
    ABDUCTION_NOTICE_CONSIDERED = "abduction-notice-considered"
    MEDIA_CONSIDERED = "media-considered"
    NATIONAL_ALERT_CONSIDERED = "national-alert-considered"
    # where the child lives
    PLACEMENT_PLANNED = "placement-planned"
    PLACEMENT_MADE = "placement-made"
    PLACEMENT_MOVED = "placement-moved"
    PLACEMENT_ENDED = "placement-ended"
    PLACEMENT_NOTIFIED = "placement-notified"
    PLACEMENT_NEVER_NOTIFIED = "placement-never-notified"
    # plans, meetings, health, consent
    REPEAT_MISSING_RISK = "repeat-missing-risk"
    TRIGGER_PLAN_DUE = "trigger-plan-due"
    TRIGGER_PLAN_UPDATED = "trigger-plan-updated"
    PREVENTION_PLAN_DUE = "prevention-plan-due"
    PREVENTION_PLAN_UPDATED = "prevention-plan-updated"
    CARE_PLAN_REVIEWED = "care-plan-reviewed"
    REVIEW_HEALTH_ASSESSMENT_OVERDUE = "review-health-assessment-overdue"
    PHOTO_HELD = "photo-held"
    CONSENT_CHANGED = "consent-changed"
    STRATEGY_DISCUSSION_HELD = "strategy-discussion-held"
    MEETING_CONVENED = "meeting-convened"
    MEETING_HELD = "meeting-held"
    # records and time
    CONTACT_MADE = "contact-made"
    DECISION_RECORDED = "decision-recorded"
    RECORD_MADE = "record-made"
    PERIOD_ENDED = "period-ended"
    PROTOCOL_APPLIES = "protocol-applies"
    DEADLINE_REACHED = "deadline-reached"
    DEADLINE_MET = "deadline-met"
    DEADLINE_BREACHED = "deadline-breached"


class Circumstance(Word):
    """One thing about an event or an episode that a duty may ask. The value is the key in duties.toml."""

    # the report and the episode
    RECORDED_AS_MISSING = "recorded_as_missing"
    FIRST_EPISODE = "first_episode"
    EPISODES_IN_28_DAYS = "episodes_in_28_days"
    EPISODES_IN_90_DAYS = "episodes_in_90_days"
    EPISODES_EVER = "episodes_ever"
    LATEST_EPISODE = "latest_episode"
    FREQUENTLY_MISSING = "frequently_missing"
    LIKELY_REPEAT = "likely_repeat"
    REPEATED = "repeated"
    CONTACTABLE = "contactable"
    MISSING_FROM = "missing_from"
    MISSING_FROM_PLACE = "missing_from_place"
    DISTRICT = "district"
    DOWNGRADE = "downgrade"
    EXCEPTIONAL = "exceptional"
    ALERT_RECEIVED = "alert_received"
    PARENTAL_ABDUCTION_SUSPECTED = "parental_abduction_suspected"
    POLICE_ACCESS_REFUSED = "police_access_refused"
    NOTICE_SERVED = "notice_served"
    # harm, as somebody has judged it
    SIGNIFICANT_HARM_SUSPECTED = "significant_harm_suspected"
    EXPLOITATION_RISK = "exploitation_risk"
    PROFESSIONAL_JUDGEMENT = "professional_judgement"
    CONCERNS_CONTINUE = "concerns_continue"
    CONCERN_INCREASED = "concern_increased"
    ALLEGATION_AGAINST_PROFESSIONAL = "allegation_against_professional"
    SAFETY_PLAN_IMMEDIATE = "safety_plan_immediate"
    NRM_IN_PROGRESS = "nrm_in_progress"
    # the return
    LOCATED_BY = "located_by"
    RETURNED_BY = "returned_by"
    RETURN_SAFE = "return_safe"
    LOCATION_SUITABLE = "location_suitable"
    SAW_RISK = "saw_risk"
    PREVIOUS_SAW_BY = "previous_saw_by"
    # where the child lives, and who works with them
    PLACED_IN = "placed_in"
    PLACEMENT_SAFE = "placement_safe"
    TRAVEL_MINUTES = "travel_minutes"
    NOTIFICATION_RECEIVED = "notification_received"
    OPEN_TO = "open_to"
    PARENTS_ENGAGED = "parents_engaged"
    TIER_4 = "tier_4"
    SCHOOL_ON_RECORD = "school_on_record"
    RHA_OUTSTANDING = "rha_outstanding"
    # school
    PERSISTENT_ABSENCE = "persistent_absence"
    ATTENDANCE_PERCENT = "attendance_percent"
    PART_TIME_TIMETABLE = "part_time_timetable"
    NOT_ON_ROLL = "not_on_roll"
    # meetings, plans, records
    MEETING = "meeting"
    STRATEGY_HELD = "strategy_held"
    FIRST_REVIEW_DONE = "first_review_done"
    NEW_INFORMATION = "new_information"
    DAYS_SINCE_EPISODE = "days_since_episode"
    PERIOD = "period"


def _yes_no(*, nothing_recorded: bool | None = None) -> Shape:
    return Shape(form=Form.YES_NO, nothing_recorded=nothing_recorded)


_C = Circumstance
_JUDGED = (
    _C.LIKELY_REPEAT,
    _C.REPEATED,
    _C.DOWNGRADE,
    _C.EXCEPTIONAL,
    _C.ALERT_RECEIVED,
    _C.PARENTAL_ABDUCTION_SUSPECTED,
    _C.POLICE_ACCESS_REFUSED,
    _C.NOTICE_SERVED,
    _C.SIGNIFICANT_HARM_SUSPECTED,
    _C.EXPLOITATION_RISK,
    _C.PROFESSIONAL_JUDGEMENT,
    _C.CONCERNS_CONTINUE,
    _C.CONCERN_INCREASED,
    _C.ALLEGATION_AGAINST_PROFESSIONAL,
    _C.SAFETY_PLAN_IMMEDIATE,
    _C.NRM_IN_PROGRESS,
    _C.TIER_4,
    _C.PERSISTENT_ABSENCE,
    _C.PART_TIME_TIMETABLE,
    _C.NOT_ON_ROLL,
    _C.FIRST_REVIEW_DONE,
    _C.NEW_INFORMATION,
)
"""What holds only once somebody has said so: nothing recorded means no."""

_UNSURE = (
    _C.RECORDED_AS_MISSING,
    _C.FIRST_EPISODE,
    _C.LATEST_EPISODE,
    _C.FREQUENTLY_MISSING,
    _C.CONTACTABLE,
    _C.RETURN_SAFE,
    _C.LOCATION_SUITABLE,
    _C.PLACEMENT_SAFE,
    _C.NOTIFICATION_RECEIVED,
    _C.PARENTS_ENGAGED,
    _C.SCHOOL_ON_RECORD,
    _C.RHA_OUTSTANDING,
    _C.STRATEGY_HELD,
)
"""What nobody may take for granted either way."""

MEETINGS: Final = (
    "mfh-risk-management",
    "missing-intervention",
    "missing-strategy",
    "missing-children-meeting",
    "mace-1",
    "mace-2",
    "strategy",
    "strategy-14-day",
    "risk-management-48-hour",
    "cp-conference",
    "core-group",
    "urgent-care-review",
    "care-plan-review",
    "placement-planning",
    "weekly-subgroup",
    "operational-missing",
    "unaccompanied-review",
    "discussion-with-family",
    "other",
)
"""The meetings of the five protocols. A strategy discussion has an event of its own beside."""

PERIODS: Final = ("week", "month", "two-months", "quarter", "year")
"""What ends with `period-ended`. The end of a quarter and that of its last month are two events."""

_MINUTES: Final = 2 * 24 * 60
_EPISODES: Final = 400
_DAYS: Final = 3660

CIRCUMSTANCES: Final[Mapping[Circumstance, Shape]] = MappingProxyType(
    {
        **{name: _yes_no(nothing_recorded=False) for name in _JUDGED},
        **{name: _yes_no() for name in _UNSURE},
        _C.EPISODES_IN_28_DAYS: Shape(form=Form.NUMBER, below=_EPISODES),
        _C.EPISODES_IN_90_DAYS: Shape(form=Form.NUMBER, below=_EPISODES),
        _C.EPISODES_EVER: Shape(form=Form.NUMBER, below=_EPISODES),
        _C.MISSING_FROM: Shape(form=Form.AUTHORITY),
        _C.MISSING_FROM_PLACE: Shape(
            form=Form.CHOICE, values=("home", "placement", "school", "education", "health", "other")
        ),
        _C.DISTRICT: Shape(form=Form.AUTHORITY),
        _C.LOCATED_BY: Shape(form=Form.CHOICE, values=("police", "carer", "somebody-else")),
        _C.RETURNED_BY: Shape(form=Form.CHOICE, values=("police", "own-accord", "somebody-else")),
        _C.SAW_RISK: Shape(form=Form.CHOICE, values=("high", "medium", "low")),
        _C.PREVIOUS_SAW_BY: Shape(
            form=Form.CHOICE, values=("nobody", "police", "other-professional")
        ),
        _C.PLACED_IN: Shape(form=Form.AUTHORITY),
        _C.TRAVEL_MINUTES: Shape(form=Form.NUMBER, below=_MINUTES),
        _C.OPEN_TO: Shape(
            form=Form.SET,
            values=(
                "social-work",
                "early-help",
                "family-help",
                "family-intervention",
                "youth-justice",
            ),
        ),
        _C.MEETING: Shape(form=Form.CHOICE, values=MEETINGS),
        _C.ATTENDANCE_PERCENT: Shape(form=Form.NUMBER, below=101),
        _C.DAYS_SINCE_EPISODE: Shape(form=Form.NUMBER, below=_DAYS),
        _C.PERIOD: Shape(form=Form.CHOICE, values=PERIODS),
    }
)

Key: TypeAlias = Fact | Circumstance
_OF_A_QUESTION: Final = frozenset(
    {
        Fact.ROLE,
        Fact.STANDING,
        Fact.PURPOSE,
        Fact.CHANNEL,
        Fact.MEETING,
        Fact.AGREEMENT,
        Fact.OVERRIDE,
    }
)
KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {k.value: k for k in Fact if k not in _OF_A_QUESTION} | {k.value: k for k in Circumstance}
)
"""Everything that may stand in the `when` of a duty, by its name."""

_NOTHING_SAID: dict[Key, Value] = {
    c: s.nothing_recorded for c, s in CIRCUMSTANCES.items() if s.nothing_recorded is not None
}
_NOTHING_SAID.update(NOTHING_RECORDED.items())
NOTHING_SAID: Final[Mapping[Key, Value]] = MappingProxyType(_NOTHING_SAID)
"""What holds where nobody has said anything; everything else is not known."""

Circumstances: TypeAlias = Mapping[Key, Known]


def shape_of(key: Key) -> Shape:
    """The shape of a fact or a circumstance."""
    return SHAPES[key] if isinstance(key, Fact) else CIRCUMSTANCES[key]
