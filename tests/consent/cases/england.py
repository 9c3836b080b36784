"""One row for every row of the national floor."""

from datetime import date
from typing import Final

from records.items import Item
from records.people import Purpose
from tests.consent.casework import (
    COORDINATOR,
    HEALTH_VISITOR,
    HOME,
    INTERVIEWER,
    NURSE,
    OFFICE,
    OWN_LEAD,
    REPORTER,
    REVIEWING_OFFICER,
    SCHOOL,
    SOCIAL_WORKER,
    Case,
    shown,
    withheld,
)

CASES: Final[tuple[Case, ...]] = (
    withheld(
        "england-adoption-sealed", Item.IDENTITY_CORE, SOCIAL_WORKER.asks(adoption_sealed=True)
    ),
    withheld(
        "england-gender-history", Item.IDENTITY_SPECIAL, SOCIAL_WORKER.asks(gender_history=True)
    ),
    withheld(
        "england-protected-person", Item.EPISODE_EXISTS, COORDINATOR.asks(identity_sealed=True)
    ),
    withheld("england-court-forbids", Item.RHI_FULL, SOCIAL_WORKER.asks(court_forbids=True)),
    withheld(
        "england-live-investigation",
        Item.DECISION_RATIONALE,
        REPORTER.asks(wanted=True, live_investigation=True),
    ),
    shown(
        "england-vital-interest",
        Item.RHI_FULL,
        COORDINATOR.asks(purpose=Purpose.LOCATE, override=True, child_says="refuses"),
    ),
    Case(
        "england-information-sharing-duty",
        Item.RHI_FULL,
        COORDINATOR.asks(child_says="refuses", on=date(2026, 9, 30)),
        open=False,
        duty=True,
    ),
    shown("england-own-record/workers", Item.CARE_PLAN, REVIEWING_OFFICER.asks()),
    shown("england-own-record/authority", Item.LEGAL_STATUS, OWN_LEAD.asks()),
    shown("england-own-record/office", Item.CASE_WORKER, OFFICE.asks()),
    shown("england-own-record/interviewer", Item.RHI_SENSITIVE, INTERVIEWER.asks()),
    shown("england-own-record/police", Item.INTELLIGENCE_REPORT, COORDINATOR.asks()),
    shown("england-own-record/health", Item.HEALTH_RECORD, NURSE.asks()),
    shown("england-cpis/clinician", Item.CASE_STATUS, HEALTH_VISITOR.asks()),
    shown("england-own-record/school", Item.EDUCATION_SCHOOL, SCHOOL.asks()),
    shown("england-which-child", Item.IDENTITY_CORE, HOME.asks()),
)
