"""What a council's Mosaic is polled for: whose steps and placements have changed.

Mosaic keeps no time of change in public, so the dates that it does keep are asked for: steps that
were started or completed since, steps that are not completed, which may be answered at any time, and
placements that began or ended lately, which may be entered late. Who is listed again unchanged is not
read again.
Source: DM_WORKFLOW_STEPS (STARTED_ON, COMPLETED_ON, STEP_STATUS) and DM_PLACEMENTS in
data-to-insight/ssd-data-model @4987c73; the lists themselves are our model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import msgspec

from adapters.listing import Listed
from adapters.mosaic.asking import Query
from adapters.mosaic.council import Council
from adapters.mosaic.wire import GROUP, PLACEMENTS, STEPS, Member, Page
from adapters.notes import Notes
from adapters.reading import Wire
from adapters.times import LONDON
from records.items import Item

_OVERLAP: Final = timedelta(days=1)
"""Steps have times and dates without one: a day is asked for again."""
_ENTERED_LATE: Final = timedelta(days=31)
"""How late a placement may be entered and still be told: a placement has no time of change."""
_PERSON: Final = "PER"
_TOLD: Final = (Item.EPISODE_STATUS, Item.RHI_OFFER, Item.RHI_CONFIRMATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One list about everybody."""

    path: str
    query: Query
    page: Wire[Page]


class _Step(msgspec.Struct, frozen=True, rename="camel"):
    """Whose a step is: one person's, or a group's."""

    subject_person_id: int
    subgroup_subjects: list[Member] = msgspec.field(default_factory=list)


class _Placement(msgspec.Struct, frozen=True, rename="camel"):
    """Whose a placement is."""

    person_id: int | str


_STEP: Final = Wire(_Step, what="changed step")
_PLACEMENT: Final[Wire[_Placement]] = Wire(cast("Any", _Placement), what="changed placement")


def lists(council: Council, since: datetime) -> tuple[List, ...]:
    """Every list whose changes tell something, with the answers that do."""
    interview = council.interview.step_types if council.interview is not None else []
    met = [step for form in council.meetings for step in form.step_types]
    dates = {code for form in council.meetings for code in (form.called, form.held) if code}
    plans = council.prevention_plan
    planned = plans.step_types if plans is not None and plans.written is not None else []
    if plans is not None and plans.written is not None:
        dates.add(plans.written)
    questions = sorted(dates.union(*(council.asked_for(item) for item in _TOLD)))
    on = (since - _OVERLAP).astimezone(LONDON).date()
    placed = (since - _ENTERED_LATE).astimezone(LONDON).date()
    return (
        List(
            path="workflow-steps",
            query=(
                *(
                    ("step_type", str(one))
                    for one in dict.fromkeys(
                        [*council.missing.step_types, *interview, *met, *planned]
                    )
                ),
                ("since", on.isoformat()),
                ("questions", ",".join(questions)),
                ("fields", "stepStatus,startedOn,completedOn"),
            ),
            page=STEPS,
        ),
        List(
            path="placements",
            query=(
                ("since", placed.isoformat()),
                ("fields", "startDate,endDate,placedInAuthority"),
            ),
            page=PLACEMENTS,
        ),
    )


def add(found: Listed, path: str, rows: Iterable[msgspec.Raw]) -> None:
    """Put everybody whom these rows are about into the list."""
    notes = Notes()
    for raw in rows:
        people = _of_step(raw, notes) if path == "workflow-steps" else _of_placement(raw, notes)
        if not people:
            found.skipped += 1
        for person in people:
            found.add(person, raw, among=path)


def _of_step(raw: msgspec.Raw, notes: Notes) -> list[str]:
    """The person, or every child of a sibling group."""
    for step in _STEP.rows([raw], notes):
        if step.subject_person_id > GROUP:
            return [str(step.subject_person_id)]
        members = [one for one in step.subgroup_subjects if one.subject_type_code == _PERSON]
        return [str(one.person_id) for one in members]
    return []


def _of_placement(raw: msgspec.Raw, notes: Notes) -> list[str]:
    return [str(placement.person_id) for placement in _PLACEMENT.rows([raw], notes)]
