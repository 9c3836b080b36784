"""Missing episodes, and the check that the police make when a child returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from records.identifiers import PNCId
from records.items import Category, Item
from records.record import Record, part
from records.words import Word


class EpisodeState(Word):
    """Where an episode stands. AWAY and ABSENT only where the sender itself says so."""

    REPORTED = "reported"
    MISSING = "missing"
    LOCATED = "located"
    FOUND = "found"
    CLOSED = "closed"
    AWAY_WITHOUT_AUTHORISATION = "away-without-authorisation"
    ABSENT = "absent"
    NOT_KNOWN = "not-known"


class Risk(Word):
    """Police grading, in the College of Policing's words; NOT_A_GRADE for a word we do not know."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NO_APPARENT_RISK = "no-apparent-risk"
    NOT_A_GRADE = "not-a-grade"


class MissingFromPlace(Word):
    """From where a child is missing."""

    HOME = "home"
    PLACEMENT = "placement"
    SCHOOL = "school"
    EDUCATION = "education"
    HEALTH = "health"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeStatus:
    """That the child is or was missing, and when.

    ``term_as_sent`` is the sender's own word, never translated. ``reported_at`` starts the
    carer's and the authority's duties, ``recorded_at`` the police system's notification; both kept.
    Social care's start is when the child was last seen by a responsible adult: ``missing_from``.
    """

    state: EpisodeState
    term_as_sent: str | None = None
    missing_from: datetime | None = None
    reported_at: datetime | None = None
    recorded_at: datetime | None = None
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeDetail:
    """Circumstances and references of an episode. ``force_ref`` and ``log_ref`` are opaque."""

    circumstances: str | None
    reported_by: str | None = None
    found_by: str | None = None
    force: str | None = None
    force_ref: str | None = None
    log_ref: str | None = None
    pnc_circulated: bool | None = None
    pnc_id: PNCId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskGrade:
    """The risk grade, normalised and as sent, who set it (rank, not name) and when."""

    grade: Risk
    grade_as_sent: str | None
    set_by_rank: str | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAnswer:
    """One question of the force's risk assessment and the answer given."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment:
    """The police risk assessment behind the grade."""

    rationale: str | None
    answers: tuple[RiskAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where the child was last seen, or is."""

    place: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Whether the child is known to be safe; nothing about where."""

    known_safe: bool | None
    as_stated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEpisode(Record):
    """One period in which a child's whereabouts are not established."""

    category: ClassVar[Category] = Category.EPISODES
    exists: ClassVar[Item] = Item.EPISODE_EXISTS

    status: EpisodeStatus | None = part(Item.EPISODE_STATUS)
    detail: EpisodeDetail | None = part(Item.EPISODE_DETAIL)
    risk: RiskGrade | None = part(Item.RISK_GRADE)
    assessment: RiskAssessment | None = part(Item.RISK_ASSESSMENT)
    last_seen: Sighting | None = part(Item.WHEREABOUTS_LOCATION)
    safety: Safety | None = part(Item.WHEREABOUTS_SAFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDone:
    """That the safe and well check was made, when and by whom (agency or job, not name)."""

    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFindings:
    """What the safe and well check found."""

    findings: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeAndWellCheck(Record):
    """The police check on return, whatever it is called locally."""

    category: ClassVar[Category] = Category.SAFE_AND_WELL
    exists: ClassVar[Item] = Item.SAW_EXISTS

    confirmation: CheckDone | None = part(Item.SAW_CONFIRMATION)
    findings: CheckFindings | None = part(Item.SAW_RECORD)
