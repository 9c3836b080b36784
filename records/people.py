"""Who asks, in what role, for which organisation, and why.

A role and an organisation come from the token. Standing with a child never does:
it is looked up, as of an instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from records.words import Word


class Kind(Word):
    """What kind of organisation a role belongs to."""

    SOCIAL_CARE = "social-care"
    POLICE = "police"
    HEALTH = "health"
    EDUCATION = "education"
    PLACEMENT = "placement"
    VOLUNTARY = "voluntary"
    FAMILY = "family"
    PARTNERSHIP = "partnership"
    NATIONAL = "national"
    ASSURANCE = "assurance"
    OTHER = "other"


class Role(Word):
    """The roles people act in. The value is what a token carries and what is stored."""

    # social care
    SOCIAL_WORKER = "social-worker"
    ALLOCATED_WORKER = "allocated-worker"
    FAMILY_HELP_PRACTITIONER = "family-help-practitioner"
    CHILDRENS_SERVICES = "childrens-services"
    FRONT_DOOR = "front-door"
    EMERGENCY_DUTY_TEAM = "emergency-duty-team"
    MISSING_COORDINATOR = "missing-coordinator"
    MISSING_OFFICER = "missing-officer"
    BUSINESS_SUPPORT = "business-support"
    TEAM_MANAGER = "team-manager"
    SERVICE_MANAGER = "service-manager"
    SENIOR_MANAGER = "senior-manager"
    DIRECTOR_OF_CHILDRENS_SERVICES = "director-of-childrens-services"
    INDEPENDENT_REVIEWING_OFFICER = "independent-reviewing-officer"
    CHILD_PROTECTION_CHAIR = "child-protection-chair"
    RETURN_INTERVIEWER = "return-interviewer"
    YOUTH_JUSTICE_WORKER = "youth-justice-worker"
    EXPLOITATION_WORKER = "exploitation-worker"
    DESIGNATED_OFFICER = "designated-officer"
    FOSTERING_SERVICE = "fostering-service"
    MEETING_CHAIR = "meeting-chair"
    # police
    POLICE_OFFICER = "police-officer"
    POLICE_MISSING_COORDINATOR = "police-missing-coordinator"
    POLICE_CONTROL_ROOM = "police-control-room"
    POLICE_SUPERVISOR = "police-supervisor"
    POLICE_INVESTIGATOR = "police-investigator"
    POLICE_SENIOR_OFFICER = "police-senior-officer"
    POLICE_REFERRAL_MANAGER = "police-referral-manager"
    POLICE_COMMUNITY_SUPPORT = "police-community-support"
    # health
    CLA_NURSE = "cla-nurse"
    HEALTH_PRACTITIONER = "health-practitioner"
    HEALTH_TEAM = "health-team"
    ICB_CHIEF_NURSE = "icb-chief-nurse"
    # education
    SCHOOL = "school"
    EDUCATION_SERVICE = "education-service"
    # placement
    REGISTERED_MANAGER = "registered-manager"
    FOSTER_CARER = "foster-carer"
    CARE_PROFESSIONAL = "care-professional"
    # voluntary
    INDEPENDENT_ADVOCATE = "independent-advocate"
    RETURN_INTERVIEW_SERVICE = "return-interview-service"
    # family
    CHILD = "child"
    PARENT_CARER = "parent-carer"
    PARENTAL_RESPONSIBILITY_HOLDER = "parental-responsibility-holder"
    CARE_LEAVER = "care-leaver"
    # partnership and national bodies
    PARTNER_AGENCY = "partner-agency"
    EXPLOITATION_PANEL = "exploitation-panel"
    SAFEGUARDING_PARTNERSHIP = "safeguarding-partnership"
    MISSING_PERSONS_BUREAU = "missing-persons-bureau"
    NATIONAL_REFERRAL_MECHANISM = "national-referral-mechanism"
    HOME_OFFICE = "home-office"
    NATIONAL_POLICING = "national-policing"
    # those who check us
    INFORMATION_GOVERNANCE_LEAD = "information-governance-lead"
    INSPECTOR = "inspector"
    # everyone else
    REPORTING_PERSON = "reporting-person"
    ADULT_IN_COMPANY = "adult-in-company"
    ENQUIRER = "enquirer"
    TRUSTED_ADULT = "trusted-adult"
    OTHER_AUTHORITY = "other-authority"
    MEDIA_AND_PUBLIC = "media-and-public"


_FIRST_OF_KIND: Final = (
    (Role.SOCIAL_WORKER, Kind.SOCIAL_CARE),
    (Role.POLICE_OFFICER, Kind.POLICE),
    (Role.CLA_NURSE, Kind.HEALTH),
    (Role.SCHOOL, Kind.EDUCATION),
    (Role.REGISTERED_MANAGER, Kind.PLACEMENT),
    (Role.INDEPENDENT_ADVOCATE, Kind.VOLUNTARY),
    (Role.CHILD, Kind.FAMILY),
    (Role.PARTNER_AGENCY, Kind.PARTNERSHIP),
    (Role.MISSING_PERSONS_BUREAU, Kind.NATIONAL),
    (Role.INFORMATION_GOVERNANCE_LEAD, Kind.ASSURANCE),
    (Role.REPORTING_PERSON, Kind.OTHER),
)


def _kinds() -> dict[Role, Kind]:
    """Roles are declared kind by kind, so each takes the kind last begun."""
    begins = dict(_FIRST_OF_KIND)
    kinds: dict[Role, Kind] = {}
    kind = Kind.OTHER
    for role in Role:
        kind = begins.get(role, kind)
        kinds[role] = kind
    return kinds


KIND_OF: Final[Mapping[Role, Kind]] = MappingProxyType(_kinds())


class Standing(Word):
    """What an organisation or a person is to one child, at one time."""

    ALLOCATED_WORKER = "allocated-worker"
    MANAGES_CASE = "manages-case"
    REVIEWS_CARE = "reviews-care"
    RESPONSIBLE_AUTHORITY = "responsible-authority"
    HOST_AUTHORITY = "host-authority"
    HOME_AUTHORITY = "home-authority"
    PROVIDES_PLACEMENT = "provides-placement"
    INVESTIGATING_FORCE = "investigating-force"
    NURSE_TEAM = "nurse-team"
    TREATS_CHILD = "treats-child"
    CHILDS_SCHOOL = "childs-school"
    INTERVIEWS_CHILD = "interviews-child"
    NAMED_PARTNER = "named-partner"
    ADVOCATES = "advocates"
    PARENTAL_RESPONSIBILITY = "parental-responsibility"
    CARES_FOR_CHILD = "cares-for-child"
    IS_THE_CHILD = "is-the-child"
    REPORTED_MISSING = "reported-missing"


class Purpose(Word):
    """Why a child's record is asked for. Required on every read of a child."""

    LOCATE = "locate"
    SAFEGUARD = "safeguard"
    HEALTH_SUPPORT = "health-support"
    RETURN_INTERVIEW = "return-interview"
    CARE = "care"
    EDUCATION = "education"
    ASSURE = "assure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in practitioner, or an agency system, and the role they act in.

    ``subject`` is the issuer's own opaque id for the person, never a name.
    ``organisation`` is a GSS, ODS, Ofsted or force code as the token carries it.
    """

    subject: str
    issuer: str
    role: Role
    organisation: str
    client: str
    expires_at: datetime
    team: str | None = None

    @property
    def kind(self) -> Kind:
        """The kind of organisation that this role belongs to."""
        return KIND_OF[self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Why this read is made: purpose, a written reason, and the asker's case reference."""

    purpose: Purpose
    reason: str
    case_ref: str | None = None
