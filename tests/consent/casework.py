"""Situations for tests: people in their roles, with what is known of an ordinary looked-after child."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import date
from typing import Final

from consent.situation import Situation
from consent.vocabulary import NOTHING_RECORDED, Fact, IsUnknown, Known
from records.items import Item
from records.people import Purpose, Role, Standing
from tests.consent import cases

TODAY: Final = date(2026, 11, 24)
HERE: Final = "here"
"""The person's own partnership."""

LOOKED_AFTER: Final[dict[Fact, Known]] = {
    **NOTHING_RECORDED,
    Fact.AGE: 15,
    Fact.LOOKED_AFTER: True,
    Fact.OPEN_TO_SOCIAL_CARE: True,
    Fact.KNOWN_TO_SERVICES: True,
    Fact.PLACED_HERE_BY_OTHER_AUTHORITY: False,
    Fact.PLACED_OUT_OF_AREA: False,
    Fact.PR_CONTACT_UNSAFE: False,
    Fact.RISK_GRADE: "medium",
}
"""A looked-after child of fifteen, known to social care, medium risk; nothing else recorded."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a role, with a standing, under a partnership's protocol."""

    role: Role
    standings: frozenset[Standing]
    partnership: str = "pan-lancashire"
    purpose: Purpose = Purpose.SAFEGUARD

    def asks(
        self,
        *,
        purpose: Purpose | None = None,
        host: str | IsUnknown | None = HERE,
        responsible: str | IsUnknown | None = HERE,
        on: date = TODAY,
        **facts: Known,
    ) -> Situation:
        """This person's situation about an ordinary looked-after child, with what is different."""
        return Situation(
            role=self.role,
            standings=self.standings,
            purpose=self.purpose if purpose is None else purpose,
            host=self.partnership if host == HERE else host,
            responsible=self.partnership if responsible == HERE else responsible,
            on=on,
            facts={**LOOKED_AFTER, **{Fact(name): value for name, value in facts.items()}},
        )


def person(
    role: Role,
    *standings: Standing,
    at: str = "pan-lancashire",
    purpose: Purpose = Purpose.SAFEGUARD,
) -> Person:
    """Somebody in a role, with these standings."""
    return Person(role, frozenset(standings), at, purpose)


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table: in this situation this rule decides about this item, and so it stands."""

    rule: str
    item: Item
    situation: Situation
    open: bool
    duty: bool = False


def shown(rule: str, item: Item, situation: Situation) -> Case:
    """The rule opens the item."""
    return Case(rule, item, situation, open=True)


def withheld(rule: str, item: Item, situation: Situation) -> Case:
    """The rule withholds the item."""
    return Case(rule, item, situation, open=False)


def all_cases() -> list[Case]:
    """The rows of every module in `tests/consent/cases`."""
    names = [module.name for module in pkgutil.iter_modules(cases.__path__)]
    return [
        case
        for name in names
        for case in importlib.import_module(f"tests.consent.cases.{name}").CASES
    ]


HOME: Final = person(Role.REGISTERED_MANAGER, Standing.PROVIDES_PLACEMENT)
FOSTER_CARER: Final = person(Role.FOSTER_CARER, Standing.PROVIDES_PLACEMENT)
SOCIAL_WORKER: Final = person(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER)
TEAM_MANAGER: Final = person(Role.TEAM_MANAGER, Standing.MANAGES_CASE)
REVIEWING_OFFICER: Final = person(Role.INDEPENDENT_REVIEWING_OFFICER, Standing.REVIEWS_CARE)
DUTY_TEAM: Final = person(Role.EMERGENCY_DUTY_TEAM, Standing.RESPONSIBLE_AUTHORITY)
OFFICE: Final = person(Role.BUSINESS_SUPPORT, Standing.RESPONSIBLE_AUTHORITY)
OWN_LEAD: Final = person(Role.MISSING_COORDINATOR, Standing.RESPONSIBLE_AUTHORITY)
HOST_LEAD: Final = person(Role.MISSING_COORDINATOR, Standing.HOST_AUTHORITY)
COORDINATOR: Final = person(Role.POLICE_MISSING_COORDINATOR, Standing.INVESTIGATING_FORCE)
OFFICER: Final = person(Role.POLICE_OFFICER, Standing.INVESTIGATING_FORCE)
SENIOR_OFFICER: Final = person(Role.POLICE_SENIOR_OFFICER, Standing.INVESTIGATING_FORCE)
NURSE: Final = person(Role.CLA_NURSE, Standing.NURSE_TEAM)
HEALTH_VISITOR: Final = person(Role.HEALTH_PRACTITIONER, Standing.TREATS_CHILD)
SCHOOL: Final = person(Role.SCHOOL, Standing.CHILDS_SCHOOL, purpose=Purpose.EDUCATION)
PARTNER: Final = person(Role.PARTNER_AGENCY, Standing.NAMED_PARTNER)
INTERVIEWER: Final = person(Role.RETURN_INTERVIEWER, Standing.INTERVIEWS_CHILD)
PARENT: Final = person(Role.PARENT_CARER, Standing.PARENTAL_RESPONSIBILITY, purpose=Purpose.CARE)
CHILD: Final = person(Role.CHILD, Standing.IS_THE_CHILD, purpose=Purpose.CARE)
REPORTER: Final = person(Role.REPORTING_PERSON, Standing.REPORTED_MISSING, purpose=Purpose.LOCATE)
