"""Mosaic's shapes and words, as a council's REST layer sends them.

Source: LBHackney-IT/mosaic-resident-information-api @1c5760c (residents, cursor);
LBHackney-IT/social-care-case-viewer-api @597e9d8 (allocations); column names of DM_* and MO_*
tables in data-to-insight/ssd-data-model @4987c73 (steps, answers, placements, legal statuses).
"""

from __future__ import annotations

from typing import Final

import msgspec

from adapters.reading import Wire

GROUP: Final = 0
"""A subject id of this or less stands for a group of siblings, not for a person."""

_Id = int | str


class Page(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One page of a list. ``next_cursor`` is empty on the last."""

    rows: list[msgspec.Raw]
    next_cursor: _Id | None = None


class Resident(msgspec.Struct, frozen=True, rename="camel"):
    """A person. ``nhs_number`` is stored as a number, so leading zeros may be lost."""

    mosaic_id: _Id
    first_name: str | None = None
    last_name: str | None = None
    date_of_birth: str | None = None
    gender: str | None = None
    nhs_number: int | str | None = None
    upn: str | None = None
    restricted: str | bool | None = None
    person_id_legacy: _Id | None = None
    duplicate_of: _Id | None = None


class Residents(Page, frozen=True, rename="camel"):
    """One page of people."""

    rows: list[msgspec.Raw] = msgspec.field(name="residents")


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody in the group to which a group step belongs."""

    subject_type_code: str
    person_id: _Id


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """One answer on a form. ``handler_row_identifier`` names the child, where it is set."""

    question_code: str
    subject_person_id: int | None = None
    handler_row_identifier: _Id | None = None
    date_answer: str | None = None
    text_answer: str | None = None
    lookup_answer: str | None = None


class Step(msgspec.Struct, frozen=True, rename="camel"):
    """One workflow step with the answers asked for."""

    workflow_step_id: _Id
    workflow_step_type_id: int
    subject_person_id: int
    step_status: str | None = None
    started_on: str | None = None
    completed_on: str | None = None
    subgroup_subjects: list[Member] = msgspec.field(default_factory=list)
    answers: list[Answer] = msgspec.field(default_factory=list)


class Steps(Page, frozen=True, rename="camel"):
    """One page of steps."""

    rows: list[msgspec.Raw] = msgspec.field(name="workflowSteps")


class Legal(msgspec.Struct, frozen=True, rename="camel"):
    """One legal status."""

    legal_status_id: _Id
    person_id: _Id
    legal_status_code: str | None = None
    legal_status_description: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class Legals(Page, frozen=True, rename="camel"):
    """One page of legal statuses."""

    rows: list[msgspec.Raw] = msgspec.field(name="legalStatuses")


class Placed(msgspec.Struct, frozen=True, rename="camel"):
    """One placement; a change within it starts another split of the same id."""

    placement_id: _Id
    person_id: _Id
    split_number: int = 0
    placement_type: str | None = None
    provider_name: str | None = None
    ofsted_urn: str | None = None
    placed_in_authority: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    reason_episode_ceased: str | None = None
    address: str | None = None
    post_code: str | None = None


class Placements(Page, frozen=True, rename="camel"):
    """One page of placements."""

    rows: list[msgspec.Raw] = msgspec.field(name="placements")


class Allocation(msgspec.Struct, frozen=True, rename="camel"):
    """One worker's or team's allocation to a person."""

    id: _Id
    person_id: _Id
    allocated_worker: str | None = None
    allocated_worker_team: str | None = None
    worker_id: _Id | None = None
    worker_type: str | None = None
    worker_telephone: str | None = None
    allocation_start_date: str | None = None
    allocation_end_date: str | None = None
    prof_rel_type_code: str | None = None


class Allocations(Page, frozen=True, rename="camel"):
    """One page of allocations."""

    rows: list[msgspec.Raw] = msgspec.field(name="allocations")


RESIDENT: Final = Wire(Resident, what="person")
RESIDENTS: Final = Wire(Residents, what="list of people")
STEP: Final = Wire(Step, what="workflow step")
STEPS: Final = Wire(Steps, what="list of workflow steps")
LEGAL: Final = Wire(Legal, what="legal status")
LEGALS: Final = Wire(Legals, what="list of legal statuses")
PLACED: Final = Wire(Placed, what="placement")
PLACEMENTS: Final = Wire(Placements, what="list of placements")
ALLOCATION: Final = Wire(Allocation, what="allocation")
ALLOCATIONS: Final = Wire(Allocations, what="list of allocations")
