"""Our extension to the Standard Data Model: a missing-person report and what hangs on it.

The standard models no missing persons. These types are named here and in the README, shaped as
the standard shapes its own. A dialect that differs brings its own shapes in its own module.
Source: Pan-Lancashire 5.1 and Appendix B; interfaces.md section 4.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec

from adapters.police.sdm import To
from adapters.reading import Wire


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """Attributes of a ``missingPersonReport``. Times carry their offset."""

    status: str | None = None
    missing_from_time: str | None = None
    missing_from_place_type: str | None = None
    reported_time: str | None = None
    recorded_time: str | None = None
    found_time: str | None = None
    circumstances: str | None = None
    reported_by: str | None = None
    found_by: str | None = None
    command_and_control_ref: str | None = None
    pnc_circulated: bool | None = None
    pnc_id: str | None = None
    last_seen_place: str | None = None
    last_seen_time: str | None = None
    known_safe: bool | None = None
    safety_stated_time: str | None = None


class Around(msgspec.Struct, frozen=True, rename="camel"):
    """Whom a report is about, and what hangs on it."""

    nominal: To | None = None
    risk_assessments: To | None = None
    safe_and_well_records: To | None = None


class ReportRow(msgspec.Struct, frozen=True, tag_field="type", tag="missingPersonReport"):
    """One report, about one nominal."""

    id: str
    relationships: Around
    attributes: Report = Report()


class Answer(msgspec.Struct, frozen=True):
    """One question of the risk assessment, and what was answered."""

    question: str
    answer: str | None = None


class Grading(msgspec.Struct, frozen=True, rename="camel"):
    """One grading. An episode may be regraded several times; the newest counts."""

    grade: str | None = None
    graded_by_rank: str | None = None
    graded_time: str | None = None
    rationale: str | None = None
    answers: list[Answer] = msgspec.field(default_factory=list)


class RiskRow(msgspec.Struct, frozen=True, tag_field="type", tag="riskAssessment"):
    """A grading with its id."""

    id: str
    attributes: Grading = Grading()


class Check(msgspec.Struct, frozen=True, rename="camel"):
    """The safe and well check."""

    done_time: str | None = None
    done_by: str | None = None
    findings: str | None = None


class CheckRow(msgspec.Struct, frozen=True, tag_field="type", tag="safeAndWellRecord"):
    """A check with its id."""

    id: str
    attributes: Check = Check()


class PlanPhoto(msgspec.Struct, frozen=True, rename="camel"):
    """A photograph by its reference."""

    ref: str
    taken_on: str | None = None
    consent_recorded: bool | None = None


class PlanAssociate(msgspec.Struct, frozen=True):
    """Somebody the child may be with."""

    name: str
    relationship: str | None = None
    address: str | None = None


class PlanAccount(msgspec.Struct, frozen=True):
    """One account of the child's."""

    platform: str
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Never print an account."""
        return "PlanAccount(…)"


class Plan(msgspec.Struct, frozen=True, rename="camel"):
    """A trigger plan. Source: Pan-Lancashire Appendix B."""

    updated_on: str | None = None
    review_due_on: str | None = None
    actions: list[str] = msgspec.field(default_factory=list)
    likely_places: list[str] = msgspec.field(default_factory=list)
    risks: list[str] = msgspec.field(default_factory=list)
    associates: list[PlanAssociate] | None = None
    photo: PlanPhoto | None = None
    accounts: list[PlanAccount] | None = None


class PlanRow(msgspec.Struct, frozen=True, tag_field="type", tag="triggerPlan"):
    """A trigger plan with its id."""

    id: str
    attributes: Plan = Plan()


class Intel(msgspec.Struct, frozen=True, rename="camel"):
    """One intelligence report."""

    report: str | None = None
    handling: str | None = None
    submitted_time: str | None = None


class IntelRow(msgspec.Struct, frozen=True, tag_field="type", tag="intelligenceReport"):
    """An intelligence report with its id."""

    id: str
    attributes: Intel = Intel()


class Notice(msgspec.Struct, frozen=True, rename="camel"):
    """A child abduction warning notice."""

    issued_on: str | None = None
    expires_on: str | None = None


class NoticeRow(msgspec.Struct, frozen=True, tag_field="type", tag="childAbductionWarningNotice"):
    """A notice with its id."""

    id: str
    attributes: Notice = Notice()


Included = RiskRow | CheckRow | PlanRow | IntelRow | NoticeRow

REPORTS: Final = Wire(ReportRow, what="missing-person report")
INCLUDED: Final[Wire[Included]] = Wire(cast("Any", Included), what="record with the report")
