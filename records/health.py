"""Health, in the three depths that the protocols tell apart: needs, the review assessment, the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthNeeds:
    """What somebody must know now to keep the child safe: allergies, medicines, alerts."""

    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthAssessment:
    """The review health assessment and its companions.

    ``overdue`` is None when the system gives no date to judge by.
    Source: SSDA903 OC2 (HEALTH_ASSESSMENT, TEETH_CHECK, IMMUNISATIONS, SDQ_SCORE).
    """

    assessed_on: date | None
    due_on: date | None
    overdue: bool | None
    dental_checked_on: date | None = None
    immunisations_up_to_date: bool | None = None
    sdq_score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvent:
    """One entry of the record: an encounter, immunisation, observation or flag."""

    what: str
    on: str | None
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEvents:
    """The health record itself, newest first."""

    events: tuple[HealthEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Record):
    """What one system holds of a child's health."""

    category: ClassVar[Category] = Category.HEALTH
    exists: ClassVar[Item] = Item.HEALTH_EXISTS

    needs: HealthNeeds | None = part(Item.HEALTH_NEEDS)
    assessment: HealthAssessment | None = part(Item.HEALTH_ASSESSMENT)
    record: HealthEvents | None = part(Item.HEALTH_RECORD)
