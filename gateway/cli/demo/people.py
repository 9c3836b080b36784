"""The five people of the demo, all invented: who they are, and why they ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from records.identifiers import AuthorityCode, ODSCode, OfstedURN
from records.people import Purpose, Role

BLACKPOOL: Final = AuthorityCode("E06000009")
LANCASHIRE: Final = AuthorityCode("E10000017")
LANCASHIRE_CONSTABULARY: Final = "E23000003"
NURSE_TEAM: Final = ODSCode("Y12345")
ELM_HOUSE: Final = OfstedURN("SC999101")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who asks. ``subject`` is what the issuer calls them; ``organisation`` is a code; ``short`` heads a column."""

    role: Role
    subject: str
    organisation: str
    title: str
    short: str
    purpose: Purpose
    reason: str


PEOPLE: Final = (
    Person(
        role=Role.SOCIAL_WORKER,
        subject="invented-social-worker",
        organisation=BLACKPOOL.code,
        title="Allocated social worker (Blackpool)",
        short="Social worker",
        purpose=Purpose.SAFEGUARD,
        reason="Planning after the child's return",
    ),
    Person(
        role=Role.POLICE_MISSING_COORDINATOR,
        subject="invented-police-coordinator",
        organisation=LANCASHIRE_CONSTABULARY,
        title="Police missing-person co-ordinator",
        short="Police",
        purpose=Purpose.SAFEGUARD,
        reason="Review of the closed investigation",
    ),
    Person(
        role=Role.CLA_NURSE,
        subject="invented-nurse",
        organisation=NURSE_TEAM.code,
        title="Nurse, children looked after",
        short="CLA nurse",
        purpose=Purpose.HEALTH_SUPPORT,
        reason="Offering a visit on return",
    ),
    Person(
        role=Role.MISSING_COORDINATOR,
        subject="invented-host-coordinator",
        organisation=LANCASHIRE.code,
        title="Missing co-ordinator of the host authority (Lancashire)",
        short="Host council",
        purpose=Purpose.SAFEGUARD,
        reason="The child went missing in our area",
    ),
    Person(
        role=Role.REGISTERED_MANAGER,
        subject="invented-manager",
        organisation=ELM_HOUSE.text,
        title="Registered manager of the children's home",
        short="Home manager",
        purpose=Purpose.CARE,
        reason="Looking after the child on return",
    ),
)

NURSE: Final = next(person for person in PEOPLE if person.role is Role.CLA_NURSE)
