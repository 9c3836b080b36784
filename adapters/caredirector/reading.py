"""How the entities of each section become records, for as many sections as the council's map has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from adapters.caredirector.care import involvement, legal_status, placement
from adapters.caredirector.document_sections import plans
from adapters.caredirector.documents import care_plan, meeting, plan, schooling
from adapters.caredirector.held import Held
from adapters.caredirector.missing import episode, interview
from adapters.caredirector.person import identity
from adapters.caredirector.wire import Row
from adapters.notes import Notes
from records.record import Record

Reader: TypeAlias = Callable[[Row, str, Notes], Record | None]


def readers(held: Held) -> dict[str, Reader]:
    """What reads an entity of each section, by the section's name."""
    names = held.council
    found: dict[str, Reader] = {"person": partial(identity, held)}
    if names.legal is not None:
        found["legal"] = partial(legal_status, held, names.legal)
    if names.placement is not None:
        found["placement"] = partial(placement, held, names.placement)
    if names.case is not None:
        found["case"] = partial(involvement, held, names.case)
    if names.missing is not None:
        found["missing"] = partial(episode, held, names.missing)
    if names.interview is not None:
        found["interview"] = partial(interview, held, names.interview)
    if names.care_plan is not None:
        found["care_plan"] = partial(care_plan, held, names.care_plan)
    for section, (item, described) in plans(names).items():
        found[section] = partial(plan, held, item, described)
    if names.school is not None:
        found["school"] = partial(schooling, held, names.school)
    if names.meeting is not None:
        found["meeting"] = partial(meeting, held, names.meeting)
    return found
