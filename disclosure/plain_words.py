"""Items, purposes and roles in words that a child of eleven can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from records.items import Item, above
from records.people import Purpose, Role

_I = Item

ITEMS: Final[Mapping[Item, str]] = MappingProxyType(
    {
        _I.IDENTITY_EXISTS: "whether you are known",
        _I.IDENTITY_CORE: "your name and date of birth",
        _I.IDENTITY_NUMBERS: "your NHS number and other numbers",
        _I.IDENTITY_SPECIAL: "private details about who you are",
        _I.LEGAL_EXISTS: "whether there is a legal order about you",
        _I.LEGAL_STATUS: "the legal order about you",
        _I.PLACEMENT_EXISTS: "whether you are placed somewhere",
        _I.PLACEMENT_DETAIL: "where you are placed and with whom",
        _I.PLACEMENT_ADDRESS: "the address where you live",
        _I.CASE_EXISTS: "whether a team works with you",
        _I.CASE_STATUS: "which teams work with you",
        _I.CASE_WORKER: "who your worker is",
        _I.EPISODE_EXISTS: "whether you have been missing",
        _I.EPISODE_STATUS: "when you were missing and when you were found",
        _I.EPISODE_DETAIL: "what happened when you went missing",
        _I.EPISODE_HISTORY: "other times you were missing",
        _I.RISK_GRADE: "how worried the police were",
        _I.RISK_ASSESSMENT: "why the police were worried",
        _I.WHEREABOUTS_SAFE: "whether you were safe",
        _I.WHEREABOUTS_LOCATION: "where you were",
        _I.SAW_EXISTS: "whether the police checked on you",
        _I.SAW_CONFIRMATION: "that the police checked on you",
        _I.SAW_RECORD: "what the police found when they checked on you",
        _I.RHI_EXISTS: "whether somebody talked with you after you came back",
        _I.RHI_OFFER: "whether you were offered a talk after you came back",
        _I.RHI_CONFIRMATION: "that somebody talked with you after you came back",
        _I.RHI_SAFEGUARDING: "what others must know to keep you safe",
        _I.RHI_SAFEGUARDING_PROVIDER: "worries about the place where you live",
        _I.RHI_NEEDS: "what you need",
        _I.RHI_SYNOPSIS: "a short account of your talk",
        _I.RHI_FULL: "what you said in your talk",
        _I.RHI_SENSITIVE: "very private things that you said",
        _I.TRIGGER_PLAN_EXISTS: "whether there is a plan in case you go missing",
        _I.TRIGGER_PLAN_FULL: "the plan in case you go missing",
        _I.TRIGGER_PLAN_ASSOCIATES: "the people you may be with",
        _I.TRIGGER_PLAN_PHOTO: "your photo",
        _I.TRIGGER_PLAN_CREDENTIALS: "your passwords",
        _I.HEALTH_EXISTS: "whether there is a health record about you",
        _I.HEALTH_NEEDS: "what you need to stay well",
        _I.HEALTH_ASSESSMENT: "your health check",
        _I.HEALTH_RECORD: "your health record",
        _I.INTELLIGENCE_EXISTS: "whether the police have notes about you or people near you",
        _I.INTELLIGENCE_REPORT: "police notes about you or people near you",
        _I.INTELLIGENCE_ABDUCTION_NOTICE: "whether an adult was told to stay away from you",
        _I.EDUCATION_SCHOOL: "your school",
        _I.PHILOMENA_FORM: "the form that says what to do if you go missing",
        _I.PREVENTION_PLAN: "the plan to stop you going missing",
        _I.PLACEMENT_PLAN: "the plan for where you live",
        _I.CARE_PLAN: "your care plan",
        _I.MEETING_REQUEST: "that a meeting about you was asked for",
        _I.MEETING_MINUTES: "notes of a meeting about you",
        _I.CONSENT_RECORD: "what you agreed to",
        _I.NOTICE_GIVEN: "what you were told about sharing",
        _I.CONTACT_RECORD: "who was contacted about you",
        _I.STATUS_DECISION: "whether you were called missing",
        _I.DECISION_RATIONALE: "why decisions about you were made",
        _I.PARENT_INFORMATION: "details about your parents",
        _I.EVIDENCE: "things collected for the police",
        _I.MEDIA_MATERIAL: "what may be shown in the news",
        _I.AGGREGATE_DATA: "numbers in which you are counted",
    }
)
"""What each item is, said to the child it is about."""

PURPOSES: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.LOCATE: "to find you",
        Purpose.SAFEGUARD: "to keep you safe",
        Purpose.HEALTH_SUPPORT: "to look after your health",
        Purpose.RETURN_INTERVIEW: "to talk with you after you came back",
        Purpose.CARE: "to care for you",
        Purpose.EDUCATION: "to help you at school",
        Purpose.ASSURE: "to check that others did the right thing",
    }
)
"""What each purpose is."""

ROLES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.SOCIAL_WORKER: "a social worker",
        Role.ALLOCATED_WORKER: "your social worker",
        Role.FAMILY_HELP_PRACTITIONER: "a worker who helps families",
        Role.CHILDRENS_SERVICES: "a worker in children's services",
        Role.FRONT_DOOR: "a worker who takes first calls",
        Role.EMERGENCY_DUTY_TEAM: "a social worker on night duty",
        Role.MISSING_COORDINATOR: "the person who leads the work when children are missing",
        Role.MISSING_OFFICER: "a worker who helps when children are missing",
        Role.BUSINESS_SUPPORT: "an office worker",
        Role.TEAM_MANAGER: "a manager of social workers",
        Role.SERVICE_MANAGER: "a manager of several teams",
        Role.SENIOR_MANAGER: "a senior manager",
        Role.DIRECTOR_OF_CHILDRENS_SERVICES: "the head of children's services",
        Role.INDEPENDENT_REVIEWING_OFFICER: "the person who checks your care plan",
        Role.CHILD_PROTECTION_CHAIR: "the person who leads meetings to keep children safe",
        Role.RETURN_INTERVIEWER: "somebody who talks with children after they come back",
        Role.YOUTH_JUSTICE_WORKER: "a youth justice worker",
        Role.EXPLOITATION_WORKER: "a worker who protects children from people who use them",
        Role.DESIGNATED_OFFICER: "the person who checks worries about adults who work with children",
        Role.FOSTERING_SERVICE: "a person who works with foster carers",
        Role.MEETING_CHAIR: "the person who leads a meeting about you",
        Role.POLICE_OFFICER: "a police officer",
        Role.POLICE_MISSING_COORDINATOR: "the person in the police who leads the search for missing children",
        Role.POLICE_CONTROL_ROOM: "a police call handler",
        Role.POLICE_SUPERVISOR: "a police sergeant or inspector",
        Role.POLICE_INVESTIGATOR: "a detective",
        Role.POLICE_SENIOR_OFFICER: "a senior police officer",
        Role.POLICE_REFERRAL_MANAGER: "the person in the police who passes on worries about children",
        Role.POLICE_COMMUNITY_SUPPORT: "a police community support officer",
        Role.CLA_NURSE: "a nurse for children in care",
        Role.HEALTH_PRACTITIONER: "a doctor, nurse or other health worker",
        Role.HEALTH_TEAM: "a person in a health team",
        Role.ICB_CHIEF_NURSE: "the chief nurse of the local health service",
        Role.SCHOOL: "a person at a school",
        Role.EDUCATION_SERVICE: "a worker in the council's schools team",
        Role.REGISTERED_MANAGER: "a manager of a children's home",
        Role.FOSTER_CARER: "a foster carer",
        Role.CARE_PROFESSIONAL: "a person who works in a home or a care service",
        Role.INDEPENDENT_ADVOCATE: "an advocate, who speaks up for young people",
        Role.RETURN_INTERVIEW_SERVICE: "a service that talks with children after they come back",
        Role.CHILD: "a young person",
        Role.PARENT_CARER: "a parent or carer",
        Role.PARENTAL_RESPONSIBILITY_HOLDER: "a person with parental responsibility",
        Role.CARE_LEAVER: "a young adult who was in care",
        Role.PARTNER_AGENCY: "a person in another agency",
        Role.EXPLOITATION_PANEL: "a group that protects children from people who use them",
        Role.SAFEGUARDING_PARTNERSHIP: "the group of agencies that keeps children safe here",
        Role.MISSING_PERSONS_BUREAU: "the national office for missing people",
        Role.NATIONAL_REFERRAL_MECHANISM: "the national office that protects people who were trafficked",
        Role.HOME_OFFICE: "a person at the Home Office",
        Role.NATIONAL_POLICING: "a person in national policing",
        Role.INFORMATION_GOVERNANCE_LEAD: "a person who checks how records are used",
        Role.INSPECTOR: "an inspector",
        Role.REPORTING_PERSON: "the person who rang the police",
        Role.ADULT_IN_COMPANY: "an adult who was with you",
        Role.ENQUIRER: "a person who asked",
        Role.TRUSTED_ADULT: "an adult you trust",
        Role.OTHER_AUTHORITY: "a worker in another council",
        Role.MEDIA_AND_PUBLIC: "a member of the public",
    }
)
"""A person in each role, with the article."""


def role(one: Role) -> str:
    """A person in this role, with the article: "a social worker"."""
    return ROLES[one]


def items(some: Iterable[Item]) -> tuple[str, ...]:
    """Items in words, in their own order, each once."""
    wanted = set(some)
    return tuple(dict.fromkeys(ITEMS[item] for item in Item if item in wanted))


def in_short(some: Iterable[Item]) -> tuple[str, ...]:
    """As `items`, without those that another of them includes: who saw the talk saw that there was one."""
    wanted = set(some)
    return items(item for item in wanted if not (above(item) - {item}) & wanted)
