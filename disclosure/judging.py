"""Who may judge what of a child, and for how long a judgement may stand.

Judgements open and close things, and some are made by those whom they open things to: each has
an author, a reason and an end, and each person's are counted. The lengths are ours: no protocol
says how long a judgement holds.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from consent.vocabulary import Fact
from disclosure.acts import CLINICIANS, FORCE, INTERVIEWER, ON_DUTY, SCHOOL, WORKERS, Entitled


class Judgement(enum.Enum):
    """What may be judged by somebody who says so here. The value is the fact's."""

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
    SENSITIVE_DISCLOSURE = "sensitive_disclosure"

    @property
    def fact(self) -> Fact:
        """The fact that rules ask about."""
        return Fact(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class MayJudge:
    """Who may judge something, the longest that it stands, and where the protocols speak of it."""

    entitled: tuple[Entitled, ...]
    longest: timedelta
    source: str


_HOURS_24: Final = timedelta(hours=24)
_WEEK: Final = timedelta(days=7)
_MONTH: Final = timedelta(days=28)
_QUARTER: Final = timedelta(days=90)
_ANY_WORKER: Final = (WORKERS, ON_DUTY, INTERVIEWER, CLINICIANS, FORCE)

WHO_JUDGES: Final[Mapping[Judgement, MayJudge]] = MappingProxyType(
    {
        Judgement.AT_RISK: MayJudge(
            entitled=(*_ANY_WORKER, SCHOOL),
            longest=_WEEK,
            source="Children Act 1989, section 47; somerset-rhi-withhold-police/extract-risk",
        ),
        Judgement.AT_RISK_OF_MISSING: MayJudge(
            entitled=(*_ANY_WORKER, SCHOOL),
            longest=_QUARTER,
            source="staffs-philomena-profile-spoc; somerset-cla-care-plan",
        ),
        Judgement.CRITICAL: MayJudge(
            entitled=(INTERVIEWER, WORKERS, ON_DUTY),
            longest=_HOURS_24,
            source="Staffordshire and Stoke 13.14: whoever holds the interview judges that it is critical",
        ),
        Judgement.URGENT: MayJudge(
            entitled=(INTERVIEWER, WORKERS, ON_DUTY),
            longest=_HOURS_24,
            source="Pan-Lancashire 5.7.4: whoever holds the interview sees the need for urgent action",
        ),
        Judgement.IMMEDIATE_RISK: MayJudge(
            entitled=_ANY_WORKER,
            longest=_HOURS_24,
            source="nelincs-rhi-disclosure-action; nelincs-abuse-contact-immediately",
        ),
        Judgement.LIFE_AT_RISK: MayJudge(
            entitled=(FORCE,),
            longest=_HOURS_24,
            source="Pan-Lancashire 5.3.3: the Senior Investigating Officer",
        ),
        Judgement.CONCERN: MayJudge(
            entitled=(*_ANY_WORKER, SCHOOL), longest=_MONTH, source="staffs-away-record"
        ),
        Judgement.TRAFFICKING: MayJudge(
            entitled=_ANY_WORKER,
            longest=_QUARTER,
            source="Modern Slavery Act 2015, section 52; nelincs-absconder-16-plus/trafficking",
        ),
        Judgement.CRIME_SUSPECTED: MayJudge(
            entitled=_ANY_WORKER,
            longest=_MONTH,
            source="staffs-crime-tell-police; somerset-rhi-withhold-police/extract-crime",
        ),
        Judgement.LIVE_INVESTIGATION: MayJudge(
            entitled=(FORCE,), longest=_QUARTER, source="The force alone knows what it investigates"
        ),
        Judgement.PR_CONTACT_UNSAFE: MayJudge(
            entitled=_ANY_WORKER,
            longest=_QUARTER,
            source="staffs-location-withheld-if-unsafe; panlancs-location-withheld-if-unsafe",
        ),
        Judgement.SENSITIVE_DISCLOSURE: MayJudge(
            entitled=(INTERVIEWER, WORKERS, ON_DUTY, CLINICIANS),
            longest=_QUARTER,
            source="nelincs-rhi-sensitive-separate",
        ),
    }
)

IS_AN_EVENT: Final[Mapping[Judgement, str]] = MappingProxyType(
    {
        Judgement.AT_RISK: "harm-suspected",
        Judgement.CRIME_SUSPECTED: "crime-suspected",
        Judgement.TRAFFICKING: "trafficking-suspected",
        Judgement.URGENT: "interview-urgent-finding",
        Judgement.AT_RISK_OF_MISSING: "repeat-missing-risk",
    }
)
"""What is an event once somebody judges that it is so: others have to be told, and not when they next ask."""

NOT_JUDGED_HERE: Final[Mapping[Fact, str]] = MappingProxyType(
    {
        Fact.OVERRIDE: "by breaking glass alone",
        Fact.RELEASE_DECIDED: "by answering a request",
        Fact.RELATIONSHIP_VERIFIED: "by the register of the authority that verified it",
        Fact.IDENTITY_SEALED: "by the unit that protects the person",
        Fact.ADOPTION_SEALED: "by the adoption agency",
        Fact.GENDER_HISTORY: "by the controller of the record",
        Fact.COURT_FORBIDS: "by the order, as the authority's lawyers enter it",
    }
)
"""What is judged elsewhere, and by whom."""
