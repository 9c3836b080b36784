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

_NAMED: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.CLA_NURSE: "nurse for children in care",
        Role.ICB_CHIEF_NURSE: "chief nurse",
        Role.CHILD: "young person",
        Role.CHILDRENS_SERVICES: "worker in children's services",
        Role.FRONT_DOOR: "worker who takes first calls",
        Role.EMERGENCY_DUTY_TEAM: "social worker on night duty",
        Role.POLICE_CONTROL_ROOM: "police call handler",
        Role.REGISTERED_MANAGER: "manager of a children's home",
        Role.SCHOOL: "person at a school",
        Role.INFORMATION_GOVERNANCE_LEAD: "person who checks how records are used",
        Role.HEALTH_TEAM: "person in a health team",
        Role.MEDIA_AND_PUBLIC: "member of the public",
        Role.BUSINESS_SUPPORT: "office worker",
    }
)


def role(one: Role) -> str:
    """A person in this role, with the article: "a social worker"."""
    words = _NAMED.get(one, one.value.replace("-", " "))
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def items(some: Iterable[Item]) -> tuple[str, ...]:
    """Items in words, in their own order, each once."""
    wanted = set(some)
    return tuple(dict.fromkeys(ITEMS[item] for item in Item if item in wanted))


def in_short(some: Iterable[Item]) -> tuple[str, ...]:
    """As `items`, without those that another of them includes: who saw the talk saw that there was one."""
    wanted = set(some)
    return items(item for item in wanted if not (above(item) - {item}) & wanted)
