"""Plans for a child that social care writes, and the form a carer fills in before any episode.

Each is a record of its own kind: whoever may know of a care plan learns nothing of whether there is
a prevention plan. Each is one item of information, so that to know of it is to be given it. Friends,
family and addresses are third parties' and belong to `trigger-plan.associates`: none stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from records.items import Category, Item
from records.record import Record, part


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlanDetail:
    """The care plan of a looked-after child: when it was in effect, and the permanence plan chosen.

    Source: SSD lacp_cla_care_plan_start_date, lacp_cla_care_plan_end_date, lacp_cla_care_plan_json.
    """

    started_on: date | None
    ended_on: date | None
    permanence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """What a plan or form says: who the child is, what sets an episode off, what is to be done.

    Source: Staffordshire 16.2 and 16.3, Essex 2.1 and 2.2, North East Lincolnshire "Repeatedly
    missing": what each asks to be written. A form has no question for some of these.
    """

    written_on: date | None
    review_due_on: date | None
    profile: str | None
    risks: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlan(Record):
    """One care plan of a looked-after child."""

    category: ClassVar[Category] = Category.CARE_PLANS
    exists: ClassVar[Item] = Item.CARE_PLAN

    plan: CarePlanDetail | None = part(Item.CARE_PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementPlan(Record):
    """One plan for a placement: how the child is cared for there, and what sets an episode off."""

    category: ClassVar[Category] = Category.PLACEMENT_PLANS
    exists: ClassVar[Item] = Item.PLACEMENT_PLAN

    plan: WrittenPlan | None = part(Item.PLACEMENT_PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreventionPlan(Record):
    """One plan to stop a child going missing, whatever it is called locally."""

    category: ClassVar[Category] = Category.PREVENTION_PLANS
    exists: ClassVar[Item] = Item.PREVENTION_PLAN

    plan: WrittenPlan | None = part(Item.PREVENTION_PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhilomenaForm(Record):
    """One Philomena form: what the police need of a child in care, written before it is needed."""

    category: ClassVar[Category] = Category.PHILOMENA_FORMS
    exists: ClassVar[Item] = Item.PHILOMENA_FORM

    form: WrittenPlan | None = part(Item.PHILOMENA_FORM)
