"""What a council's CareDirector is polled for: whose entities were changed since an instant.

Every entity set of which the field map names the property that holds the time of change is asked
with ``$filter=<modified> ge <instant>``, for keys and that time alone.
Source: OASIS OData URL Conventions 4.01 (``ge``, date-time literals); the names are configuration.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from adapters.caredirector.asking import Query, Section
from adapters.caredirector.names import Interview, Plan
from adapters.caredirector.wire import NotReadable, rows
from adapters.listing import Listed
from adapters.notes import Notes
from records.items import Item

POLLED: Final = ("placement", "missing", "interview", "meeting", "prevention_plan", "person")
_KINDS: Final = {
    "placement": "placement/",
    "missing": "episode/",
    "interview": "interview/",
    "meeting": "meeting/",
    "prevention_plan": "plan/",
}
"""How references of what each section tells begin."""
_PLAN: Final = "prevention_plan"
_INTERVIEW: Final = "interview"
_OVERLAP: Final = timedelta(minutes=10)
"""Asked for again: a list may show an entity later than its time says."""


FACTS: Final = ("case", "legal")
"""The sections of who works with a child, and under what status."""


def lists(
    sections: Mapping[str, Section], since: datetime, named: Sequence[str] = POLLED
) -> Iterator[tuple[Section, Query]]:
    """Every entity set whose changes tell something and can be asked for.

    Of people only those merged into another are asked for.
    """
    then = (since - _OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in named:
        section = sections.get(name)
        if section is None or section.entity.modified is None:
            continue
        merged = section.always if name == "person" else ()
        if name == "person" and not merged:
            continue
        narrowed = f"{section.entity.modified} ge {then}"
        only = "".join(f" and ({field} ne null)" for field in merged)
        wanted = dict.fromkeys((section.entity.key, section.person, section.entity.modified))
        yield section, (("$filter", narrowed + only), ("$select", ",".join(wanted)))


def narrowed(sections: Mapping[str, Section]) -> dict[str, Section]:
    """The sections as they are read for what has happened.

    Of a plan, only the day on which it was written; of an interview also which episode it is of.
    """
    found = dict(sections)
    interview = found.get(_INTERVIEW)
    if interview is not None and isinstance(interview.entity, Interview):
        names = interview.entity
        more = tuple(filter(None, (names.episode, names.episode_began)))
        found[_INTERVIEW] = dataclasses.replace(interview, always=(*interview.always, *more))
    plan = found.pop(_PLAN, None)
    if plan is not None and isinstance(plan.entity, Plan) and plan.entity.written is not None:
        written = {Item.PREVENTION_PLAN: (plan.entity.written,)}
        found[_PLAN] = dataclasses.replace(plan, fields=written)
    return found


def whole(sections: Mapping[str, Section]) -> frozenset[str]:
    """The kinds of which every record is read: those that the map describes."""
    there = narrowed(sections)
    return frozenset(kind for name, kind in _KINDS.items() if name in there)


def add(found: Listed, section: Section, raws: Sequence[msgspec.Raw]) -> None:
    """Put everybody whom these entities are about into the list."""
    notes = Notes()
    for raw in raws:
        try:
            people = [row.code(section.person) for row in rows([raw], notes)]
        except NotReadable:
            people = []
        if not people or people[0] is None:
            found.skipped += 1
        else:
            found.add(people[0], raw, among=section.entity.entity_set)
