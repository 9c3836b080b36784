"""Who may put what on record about a child: by their role, and by what they are to the child.

The role comes from the token; what somebody is to the child is looked up and must be certain. For
what closes things the circle is wider than for what opens them. A role that is not listed is
refused by its name alone; a listed one without the standing is refused as for a child that nobody knows.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from consent.situation import Situation
from consent.vocabulary import UNKNOWN
from records.people import KIND_OF, Kind, Role, Standing


class Act(enum.Enum):
    """Something done about a child that is put on record. The value is stored."""

    RECORD_CONSENT = "record-consent"
    WITHDRAW_CONSENT = "withdraw-consent"
    RECORD_PARTICIPATION = "record-participation"
    RECORD_NOTICE = "record-notice"
    RECORD_JUDGEMENT = "record-judgement"
    BREAK_GLASS = "break-glass"
    REVIEW_BREAK_GLASS = "review-break-glass"
    REQUEST_DISCLOSURE = "request-disclosure"
    ANSWER_REQUEST = "answer-request"
    RECORD_NOT_SHARED = "record-not-shared"
    READ_ACCESS_LOG = "read-access-log"
    EXPLAIN_FULLY = "explain-fully"
    CONFIRM_MATCH = "confirm-match"
    REJECT_MATCH = "reject-match"
    UNLINK_MATCH = "unlink-match"
    PLACE_EVENT = "place-event"
    RECORD_EVENT = "record-event"
    RECORD_STANDING = "record-standing"
    END_STANDING = "end-standing"
    RETRACT_EVENT = "retract-event"


class May(enum.Enum):
    """Whether somebody may: yes; not in this role, whoever the child is; or not for this child."""

    YES = "yes"
    NOT_THIS_ROLE = "not-this-role"
    NOT_THIS_CHILD = "not-this-child"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """These roles, when they are one of these to the child; whatever they are to it where None is named."""

    roles: frozenset[Role]
    standings: frozenset[Standing] | None
    source: str


def roles_of(*kinds: Kind) -> frozenset[Role]:
    """Every role in organisations of these kinds."""
    return frozenset(role for role, kind in KIND_OF.items() if kind in kinds)


_R, _S = Role, Standing

THE_CHILD: Final = Entitled(
    roles=frozenset({_R.CHILD, _R.CARE_LEAVER}),
    standings=frozenset({_S.IS_THE_CHILD}),
    source="UN Convention on the Rights of the Child, Article 12: the child's own words about themselves",
)
THE_PARENT: Final = Entitled(
    roles=frozenset({_R.PARENT_CARER, _R.PARENTAL_RESPONSIBILITY_HOLDER}),
    standings=frozenset({_S.PARENTAL_RESPONSIBILITY}),
    source="Children Act 1989, section 3; Essex 5.3 and Pan-Lancashire 6.3 ask the parent too",
)
INTERVIEWER: Final = Entitled(
    roles=frozenset({_R.RETURN_INTERVIEWER, _R.RETURN_INTERVIEW_SERVICE}),
    standings=frozenset({_S.INTERVIEWS_CHILD}),
    source="Staffordshire and Stoke 13.13: the interviewer says who will have it, and gains consent",
)
WORKERS: Final = Entitled(
    roles=roles_of(Kind.SOCIAL_CARE),
    standings=frozenset({_S.ALLOCATED_WORKER, _S.MANAGES_CASE, _S.REVIEWS_CARE}),
    source="Children Act 1989, sections 17, 22 and 47: the worker finds out the child's wishes and feelings",
)
ON_DUTY: Final = Entitled(
    roles=frozenset(
        {
            _R.FRONT_DOOR,
            _R.EMERGENCY_DUTY_TEAM,
            _R.MISSING_COORDINATOR,
            _R.MISSING_OFFICER,
            _R.TEAM_MANAGER,
            _R.SERVICE_MANAGER,
            _R.SENIOR_MANAGER,
        }
    ),
    standings=frozenset({_S.RESPONSIBLE_AUTHORITY, _S.HOME_AUTHORITY}),
    source="Each protocol's duties of the authority that answers for the child, out of hours as well",
)
HOST_ON_DUTY: Final = Entitled(
    roles=ON_DUTY.roles,
    standings=frozenset({_S.HOST_AUTHORITY}),
    source="Each protocol's duties of the authority in whose area a child of another is placed",
)
HOME: Final = Entitled(
    roles=frozenset({_R.REGISTERED_MANAGER}),
    standings=frozenset({_S.PROVIDES_PLACEMENT}),
    source="Children's Homes (England) Regulations 2015, regulation 13: the manager answers for who works there",
)
NURSES: Final = Entitled(
    roles=frozenset({_R.CLA_NURSE}),
    standings=frozenset({_S.NURSE_TEAM}),
    source="Our reading, for the designated nurse to confirm: the team knows which of its people look after whom",
)
ADVOCATE: Final = Entitled(
    roles=frozenset({_R.INDEPENDENT_ADVOCATE}),
    standings=frozenset({_S.ADVOCATES}),
    source="Staffordshire and Stoke 13.13: an independent advocate speaks with the child",
)
CLINICIANS: Final = Entitled(
    roles=roles_of(Kind.HEALTH),
    standings=frozenset({_S.NURSE_TEAM, _S.TREATS_CHILD}),
    source="The common-law duty of confidence: whoever treats the child asks before sharing",
)
FORCE: Final = Entitled(
    roles=roles_of(Kind.POLICE),
    standings=frozenset({_S.INVESTIGATING_FORCE}),
    source="Each protocol's duties of the force that looks for the child",
)
SCHOOL: Final = Entitled(
    roles=roles_of(Kind.EDUCATION),
    standings=frozenset({_S.CHILDS_SCHOOL}),
    source="Keeping Children Safe in Education, part one: a child tells whom they trust",
)
CARERS: Final = Entitled(
    roles=roles_of(Kind.PLACEMENT) | {_R.PARENT_CARER, _R.PARENTAL_RESPONSIBILITY_HOLDER},
    standings=frozenset({_S.PROVIDES_PLACEMENT, _S.CARES_FOR_CHILD, _S.PARENTAL_RESPONSIBILITY}),
    source="Each protocol's duties of parents and carers, who report and are to be heard",
)
ASSURERS: Final = Entitled(
    roles=frozenset({_R.INFORMATION_GOVERNANCE_LEAD}),
    standings=frozenset({_S.RESPONSIBLE_AUTHORITY, _S.HOME_AUTHORITY}),
    source="UK GDPR, Articles 5(2), 24 and 39: the controller answers for the record",
)
INSPECTORS: Final = Entitled(
    roles=frozenset({_R.INSPECTOR}),
    standings=None,
    source="Education and Inspections Act 2006, part 8; Children Act 2004, section 20",
)
ANY_RELEVANT_PERSON: Final = Entitled(
    roles=roles_of(Kind.POLICE, Kind.SOCIAL_CARE, Kind.HEALTH, Kind.EDUCATION),
    standings=frozenset(Standing),
    source="Children Act 2004, information sharing duty: whoever holds it answers for not sharing it",
)
ANYBODY: Final = Entitled(
    roles=frozenset(Role),
    standings=None,
    source="Every refusal names somebody to ask; asking tells nobody anything",
)

# The police may write down that a child refuses, and not that a child agrees: agreement opens the
# interview to the police themselves. A home or carer writes down neither, because a refusal
# could keep from others what the child says about the home.
_WHO_ASKS: Final = (THE_CHILD, THE_PARENT, INTERVIEWER, WORKERS, ON_DUTY, ADVOCATE, CLINICIANS)

ENTITLED: Final[Mapping[Act, tuple[Entitled, ...]]] = MappingProxyType(
    {
        Act.RECORD_CONSENT: _WHO_ASKS,
        Act.WITHDRAW_CONSENT: (*_WHO_ASKS, FORCE, SCHOOL),
        Act.RECORD_PARTICIPATION: (THE_CHILD, THE_PARENT, INTERVIEWER, WORKERS, ON_DUTY, ADVOCATE),
        Act.RECORD_NOTICE: (INTERVIEWER, WORKERS, ON_DUTY, CLINICIANS, FORCE),
        Act.RECORD_STANDING: (ON_DUTY, HOST_ON_DUTY, HOME, NURSES),
        Act.END_STANDING: (ON_DUTY, HOST_ON_DUTY, HOME, NURSES),
        Act.REQUEST_DISCLOSURE: (ANYBODY,),
        Act.RECORD_NOT_SHARED: (ANY_RELEVANT_PERSON,),
        Act.READ_ACCESS_LOG: (THE_CHILD, ASSURERS, INSPECTORS),
        Act.EXPLAIN_FULLY: (ASSURERS, INSPECTORS),
    }
)
"""Who may do what. Judging, breaking glass, reviewing and answering have tables of their own."""


def may(rows: tuple[Entitled, ...], situation: Situation) -> May:
    """Whether somebody in this situation is entitled by one of these rows; a standing must be certain."""
    listed = [row for row in rows if situation.role in row.roles]
    if not listed:
        return May.NOT_THIS_ROLE
    standings = frozenset() if situation.standings is UNKNOWN else situation.standings
    for row in listed:
        if row.standings is None or not row.standings.isdisjoint(standings):
            return May.YES
    return May.NOT_THIS_CHILD
