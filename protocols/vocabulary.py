"""The closed vocabulary of facts that a rule may speak of.

A fact is a choice from a list, a yes or no, a set, or a small number. Whatever needs counting,
comparing or remembering ("three in 90 days") is worked out before, and arrives here as a named
fact. A word that is not in this list refuses to load.

Source: the conditions of the five protocols' share, withhold, consent and status rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from records.people import Purpose, Role, Standing
from records.words import Word


class Unknown(Word):
    """The one value that says nobody can tell: not recorded, or sources disagree."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        """The name people use."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
IsUnknown: TypeAlias = Literal[Unknown.UNKNOWN]
Value: TypeAlias = bool | str | int | frozenset[str]
Known: TypeAlias = Value | Unknown


class Form(Word):
    """The shape that a fact's value has."""

    YES_NO = "yes-no"
    CHOICE = "choice"
    SET = "set"
    NUMBER = "number"
    AUTHORITY = "authority"


class Fact(Word):
    """One thing that a rule may ask about. The value is the key used in rule files."""

    # Members are one of a kind, so identity will do; the inherited hash is written in Python,
    # and each decision looks facts up dozens of times.
    __hash__ = object.__hash__

    # who asks, and why: part of every situation
    ROLE = "role"
    STANDING = "standing"
    PURPOSE = "purpose"
    # how the answer travels, and what was agreed or decided about this answer
    CHANNEL = "channel"
    MEETING = "meeting"
    AGREEMENT = "agreement"
    OVERRIDE = "override"
    RELEASE_DECIDED = "release_decided"
    RELATIONSHIP_VERIFIED = "relationship_verified"
    SECURE_EMAIL_KNOWN = "secure_email_known"
    # the child, and who answers for them
    AGE = "age"
    LOOKED_AFTER = "looked_after"
    LEGAL_STATUS = "legal_status"
    CARE_LEAVER = "care_leaver"
    UASC = "uasc"
    AUTHORITY = "authority"
    HOST_AUTHORITY = "host_authority"
    PLACED_HERE_BY_OTHER_AUTHORITY = "placed_here_by_other_authority"
    PLACED_OUT_OF_AREA = "placed_out_of_area"
    PLACEMENT_TYPE = "placement_type"
    OPEN_TO_SOCIAL_CARE = "open_to_social_care"
    KNOWN_TO_SERVICES = "known_to_services"
    ON_PLAN = "on_plan"
    # the episode
    REPORTED_MISSING = "reported_missing"
    RECORDED_MISSING = "recorded_missing"
    LOCATED = "located"
    WHEREABOUTS_KNOWN = "whereabouts_known"
    WHERE_EXPECTED = "where_expected"
    OUT_OF_CHARACTER = "out_of_character"
    ABSENCE_AUTHORISED = "absence_authorised"
    RISK_GRADE = "risk_grade"
    INVESTIGATION_BEGUN = "investigation_begun"
    COLLECTION_APPROPRIATE = "collection_appropriate"
    WANTED = "wanted"
    ABSCONDER = "absconder"
    LIABLE_TO_ARREST = "liable_to_arrest"
    SAW_BY = "saw_by"
    PATTERN_DEVELOPING = "pattern_developing"
    ABSENT_FROM_SCHOOL = "absent_from_school"
    # risk, as somebody has judged and recorded it
    AT_RISK = "at_risk"
    AT_RISK_OF_MISSING = "at_risk_of_missing"
    CRITICAL = "critical"
    URGENT = "urgent"
    IMMEDIATE_RISK = "immediate_risk"
    LIFE_AT_RISK = "life_at_risk"
    CONCERN = "concern"
    TRAFFICKING = "trafficking"
    CRIME_SUSPECTED = "crime_suspected"
    LIVE_INVESTIGATION = "live_investigation"
    PR_CONTACT_UNSAFE = "pr_contact_unsafe"
    # what people said, each kept apart from the others
    CHILD_SAYS = "child_says"
    PARENT_SAYS = "parent_says"
    PHOTO_SAYS = "photo_says"
    MEDIA_SAYS = "media_says"
    CHILD_TOLD = "child_told"
    INTERVIEW_DECLINED = "interview_declined"
    RHI_BY = "rhi_by"
    SENSITIVE_DISCLOSURE = "sensitive_disclosure"
    # plans and pictures
    TRIGGER_PLAN_EXISTS = "trigger_plan_exists"
    APPEARANCE_CHANGED = "appearance_changed"
    # what the law or a court has closed
    IDENTITY_SEALED = "identity_sealed"
    ADOPTION_SEALED = "adoption_sealed"
    GENDER_HISTORY = "gender_history"
    COURT_FORBIDS = "court_forbids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What values a fact can have, and what may be said of it.

    ``tell`` is whether its value may be spoken of to the caller: true of what concerns the caller,
    false of what concerns the child or the family, where a value is itself a disclosure.
    ``nothing_recorded`` is what an empty register means, for facts that Homeward's own registers
    hold; None for facts that only an agency's system can know.
    """

    form: Form
    values: tuple[str, ...] = ()
    below: int = 0
    tell: bool = False
    nothing_recorded: Value | None = None


def _yes_no(*, tell: bool = False, nothing_recorded: bool | None = None) -> Shape:
    return Shape(form=Form.YES_NO, tell=tell, nothing_recorded=nothing_recorded)


SAYS: Final = ("agrees", "refuses", "withdrew", "not-asked")
"""What somebody said when asked: to share, to take part, to the use of a picture."""

_SAYS = Shape(form=Form.CHOICE, values=SAYS, nothing_recorded="not-asked")

SHAPES: Final[Mapping[Fact, Shape]] = MappingProxyType(
    {
        Fact.ROLE: Shape(form=Form.CHOICE, values=tuple(r.value for r in Role), tell=True),
        Fact.STANDING: Shape(form=Form.SET, values=tuple(s.value for s in Standing), tell=True),
        Fact.PURPOSE: Shape(form=Form.CHOICE, values=tuple(p.value for p in Purpose), tell=True),
        Fact.CHANNEL: Shape(
            form=Form.CHOICE,
            values=(
                "question",
                "feed",
                "webhook",
                "secure-email",
                "interview-mailbox",
                "mesh",
                "fhir",
                "peer",
            ),
            tell=True,
            nothing_recorded="question",
        ),
        Fact.MEETING: Shape(
            form=Form.CHOICE,
            values=(
                "none",
                "mfh-risk-management",
                "missing-intervention",
                "mace-1",
                "strategy",
                "strategy-14-day",
                "risk-management-48-hour",
                "cp-conference",
                "urgent-care-review",
                "weekly-subgroup",
                "care-plan-review",
                "unaccompanied-review",
            ),
            tell=True,
            nothing_recorded="none",
        ),
        Fact.AGREEMENT: _yes_no(tell=True),
        Fact.OVERRIDE: _yes_no(tell=True, nothing_recorded=False),
        Fact.RELEASE_DECIDED: _yes_no(tell=True, nothing_recorded=False),
        Fact.RELATIONSHIP_VERIFIED: _yes_no(tell=True, nothing_recorded=False),
        Fact.SECURE_EMAIL_KNOWN: _yes_no(tell=True),
        Fact.AGE: Shape(form=Form.NUMBER, below=26),
        Fact.LOOKED_AFTER: _yes_no(),
        Fact.LEGAL_STATUS: Shape(
            form=Form.CHOICE,
            values=(
                "none",
                "s20",
                "s21",
                "s31",
                "s38",
                "s44",
                "s46",
                "pace",
                "remand",
                "supervision-with-residence",
                "supervision",
                "secure-order",
                "curfew",
                "tag",
                "bail",
                "other",
            ),
        ),
        Fact.CARE_LEAVER: _yes_no(),
        Fact.UASC: _yes_no(),
        Fact.AUTHORITY: Shape(form=Form.AUTHORITY),
        Fact.HOST_AUTHORITY: Shape(form=Form.AUTHORITY),
        Fact.PLACED_HERE_BY_OTHER_AUTHORITY: _yes_no(),
        Fact.PLACED_OUT_OF_AREA: _yes_no(),
        Fact.PLACEMENT_TYPE: Shape(
            form=Form.CHOICE,
            values=("none", "residential", "foster", "kinship", "secure", "supported", "other"),
        ),
        Fact.OPEN_TO_SOCIAL_CARE: _yes_no(),
        Fact.KNOWN_TO_SERVICES: _yes_no(),
        Fact.ON_PLAN: Shape(
            form=Form.SET,
            values=(
                "child-in-need",
                "child-protection",
                "care",
                "pathway",
                "family-help",
                "multi-agency",
            ),
        ),
        Fact.REPORTED_MISSING: _yes_no(),
        Fact.RECORDED_MISSING: _yes_no(),
        Fact.LOCATED: _yes_no(),
        Fact.WHEREABOUTS_KNOWN: _yes_no(),
        Fact.WHERE_EXPECTED: _yes_no(),
        Fact.OUT_OF_CHARACTER: _yes_no(),
        Fact.ABSENCE_AUTHORISED: _yes_no(),
        Fact.RISK_GRADE: Shape(
            form=Form.CHOICE,
            values=("none", "high", "medium", "low", "standard", "no-apparent-risk", "not-a-grade"),
        ),
        Fact.INVESTIGATION_BEGUN: _yes_no(),
        Fact.COLLECTION_APPROPRIATE: _yes_no(),
        Fact.WANTED: _yes_no(),
        Fact.ABSCONDER: _yes_no(),
        Fact.LIABLE_TO_ARREST: _yes_no(),
        Fact.SAW_BY: Shape(form=Form.CHOICE, values=("nobody", "police", "other-professional")),
        Fact.PATTERN_DEVELOPING: _yes_no(),
        Fact.ABSENT_FROM_SCHOOL: _yes_no(),
        Fact.AT_RISK: _yes_no(nothing_recorded=False),
        Fact.AT_RISK_OF_MISSING: _yes_no(nothing_recorded=False),
        Fact.CRITICAL: _yes_no(nothing_recorded=False),
        Fact.URGENT: _yes_no(nothing_recorded=False),
        Fact.IMMEDIATE_RISK: _yes_no(nothing_recorded=False),
        Fact.LIFE_AT_RISK: _yes_no(nothing_recorded=False),
        Fact.CONCERN: _yes_no(),
        Fact.TRAFFICKING: _yes_no(nothing_recorded=False),
        Fact.CRIME_SUSPECTED: _yes_no(),
        Fact.LIVE_INVESTIGATION: _yes_no(nothing_recorded=False),
        Fact.PR_CONTACT_UNSAFE: _yes_no(),
        Fact.CHILD_SAYS: _SAYS,
        Fact.PARENT_SAYS: _SAYS,
        Fact.PHOTO_SAYS: _SAYS,
        Fact.MEDIA_SAYS: _SAYS,
        Fact.CHILD_TOLD: _yes_no(nothing_recorded=False),
        Fact.INTERVIEW_DECLINED: _yes_no(),
        Fact.RHI_BY: Shape(
            form=Form.CHOICE,
            values=("nobody", "responsible-authority", "host-authority", "service"),
        ),
        Fact.SENSITIVE_DISCLOSURE: _yes_no(),
        Fact.TRIGGER_PLAN_EXISTS: _yes_no(),
        Fact.APPEARANCE_CHANGED: _yes_no(),
        Fact.IDENTITY_SEALED: _yes_no(nothing_recorded=False),
        Fact.ADOPTION_SEALED: _yes_no(nothing_recorded=False),
        Fact.GENDER_HISTORY: _yes_no(nothing_recorded=False),
        Fact.COURT_FORBIDS: _yes_no(nothing_recorded=False),
    }
)

ASKER: Final = frozenset({Fact.ROLE, Fact.STANDING, Fact.PURPOSE})
"""Facts about who asks: a situation has them in fields of their own."""

NOTHING_RECORDED: Final[Mapping[Fact, Value]] = MappingProxyType(
    {f: s.nothing_recorded for f, s in SHAPES.items() if s.nothing_recorded is not None}
)
"""What Homeward's own registers say when they hold nothing about this child and caller.

Whoever gathers facts starts from these. Every other fact that is not given is UNKNOWN.
"""


def fits(fact: Fact, value: Value) -> bool:
    """Whether a fact can have this value at all."""
    shape = SHAPES[fact]
    match shape.form:
        case Form.YES_NO:
            return isinstance(value, bool)
        case Form.CHOICE:
            return isinstance(value, str) and value in shape.values
        case Form.SET:
            return isinstance(value, frozenset) and value.issubset(shape.values)
        case Form.NUMBER:
            return type(value) is int and 0 <= value < shape.below
        case Form.AUTHORITY:
            return isinstance(value, str) and bool(value)
