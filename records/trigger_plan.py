"""The trigger plan: what to do, and where to look, if this child goes missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetail:
    """Actions, likely places and risks. Not associates, pictures or passwords."""

    updated_on: date | None
    review_due_on: date | None
    actions: tuple[str, ...]
    likely_places: tuple[str, ...]
    risks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Associate:
    """Somebody the child may be with: a third party, with rights of their own."""

    name: str
    relationship: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Associates:
    """The people named in the plan."""

    associates: tuple[Associate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photograph by its reference in the system that holds it; the image is not carried."""

    photo_ref: str
    taken_on: date | None = None
    consent_recorded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One account of the child's, as the plan's template asks for it.

    Source: Pan-Lancashire Appendix B; restricted to the police by catalogue rule
    panlancs-trigger-plan-credentials.
    """

    platform: str
    username: str | None
    password: str | None

    def __repr__(self) -> str:
        """Never print an account."""
        return "Credential(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The child's social media accounts."""

    credentials: tuple[Credential, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan(Record):
    """One version of a child's trigger plan."""

    category: ClassVar[Category] = Category.TRIGGER_PLANS
    exists: ClassVar[Item] = Item.TRIGGER_PLAN_EXISTS

    plan: PlanDetail | None = part(Item.TRIGGER_PLAN_FULL)
    associates: Associates | None = part(Item.TRIGGER_PLAN_ASSOCIATES)
    photo: Photo | None = part(Item.TRIGGER_PLAN_PHOTO)
    credentials: Credentials | None = part(Item.TRIGGER_PLAN_CREDENTIALS)
