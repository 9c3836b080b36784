"""A provider's resources as the three depths of health: needs, the review assessment, the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import msgspec

from adapters.health import wire
from adapters.health.moments import last_day, over
from adapters.health.settings import ProviderSettings
from adapters.notes import Notes
from adapters.times import LONDON
from records.health import HealthAssessment, HealthEvent, HealthEvents, HealthNeeds

_MISTAKEN: Final = "entered-in-error"
_NOT_AN_ALERT_NOW: Final = frozenset({"inactive", _MISTAKEN})
_NO_LONGER_ALLERGIC: Final = frozenset({"inactive", "resolved", "refuted", _MISTAKEN})
_SDQ_SCORES: Final = range(41)
_DROPPED: Final = frozenset({"rejected", "cancelled", "failed", _MISTAKEN})
# CP-IS flags are read on an explicit user action only, and are social care's to tell.
# Source: interfaces.md section 5.2; the draft spells the code both ways.
_OF_CHILD_PROTECTION: Final = "child-protection-information-s"


@dataclass(slots=True, kw_only=True)
class Entries:
    """One child's readable resources, those that may not be passed on already left out."""

    flags: list[wire.Flag] = field(default_factory=list)
    allergies: list[wire.Allergy] = field(default_factory=list)
    encounters: list[wire.Encounter] = field(default_factory=list)
    observations: list[wire.Observation] = field(default_factory=list)
    immunizations: list[wire.Immunization] = field(default_factory=list)
    tasks: list[wire.Task] = field(default_factory=list)


def needs(entries: Entries, now: datetime) -> HealthNeeds:
    """What somebody must know now: alerts and allergies in force, in the words they stand in."""
    alerts = [flag.code.words() for flag in _alerts(entries, now) if flag.code]
    allergies = [_allergy(held) for held in entries.allergies]
    return HealthNeeds(needs=tuple(dict.fromkeys(said for said in alerts + allergies if said)))


def _allergy(held: wire.Allergy) -> str | None:
    """An allergy that has not been resolved or refuted."""
    statuses = (held.clinical_status, held.verification_status)
    codes = {coding.code for status in statuses if status for coding in status.coding}
    words = held.code.words() if held.code else None
    return None if words is None or codes & _NO_LONGER_ALLERGIC else f"Allergy: {words}"


def _alerts(entries: Entries, now: datetime) -> Iterator[wire.Flag]:
    for flag in entries.flags:
        ended = flag.period is not None and over(flag.period.end, now)
        if flag.status not in _NOT_AN_ALERT_NOW and not ended and not _protection(flag):
            yield flag


def _protection(flag: wire.Flag) -> bool:
    codings = flag.code.coding if flag.code else ()
    return any((coding.code or "").startswith(_OF_CHILD_PROTECTION) for coding in codings)


def assessment(
    entries: Entries, settings: ProviderSettings, now: datetime, notes: Notes
) -> HealthAssessment:
    """The review health assessment: when it was done, when the next is due, and the SDQ score.

    Overdue is said only where an open task says by when it was to be done.
    Source: SSDA903 OC2; UK Core Task (restriction.period.end is "by when").
    """
    reviews = [task for task in entries.tasks if _has(task.code, settings.review_codes)]
    done = [
        made
        for task in reviews
        if task.status == "completed" and (made := _made_on(task, notes)) is not None
    ]
    due = [
        by
        for task in reviews
        if task.status != "completed"
        and task.status not in _DROPPED
        and (by := due_on(task, notes)) is not None
    ]
    first = min(due, default=None)
    return HealthAssessment(
        assessed_on=max(done, default=None),
        due_on=first,
        overdue=None if first is None else first < now.astimezone(LONDON).date(),
        sdq_score=_sdq(entries, settings, notes),
    )


def _made_on(task: wire.Task, notes: Notes) -> date | None:
    done = task.execution_period.end if task.execution_period else None
    return last_day(done or task.last_modified, notes, "day of an assessment")


def due_on(task: wire.Task, notes: Notes) -> date | None:
    """By when a task is to be done."""
    by = task.restriction.period if task.restriction else None
    return last_day(by.end if by else None, notes, "day by which an assessment is due")


def _sdq(entries: Entries, settings: ProviderSettings, notes: Notes) -> int | None:
    scored = [
        observation
        for observation in entries.observations
        if _has(observation.code, settings.sdq_codes)
        and observation.status not in {_MISTAKEN, "cancelled"}
    ]
    latest = max(scored, key=lambda one: _observed(one) or "", default=None)
    if latest is None:
        return None
    score: float | None = latest.value_integer
    if score is None and latest.value_quantity is not None:
        score = latest.value_quantity.value
    if score is not None and score in _SDQ_SCORES:
        return int(score)
    notes.add("sdq-not-a-score", "The last questionnaire has no score between 0 and 40.")
    return None


def _has(code: wire.Concept | None, wanted: Sequence[str]) -> bool:
    return code is not None and any(code.has(one) for one in wanted)


def events(entries: Entries, *, places: bool) -> HealthEvents:
    """The record itself, newest first; what has no date comes last.

    ``places`` is false for a restricted patient: where they are seen says where they live.
    """
    found = [
        event
        for event in (
            *map(_alert, entries.flags),
            *map(_contact, entries.encounters),
            *map(_measurement, entries.observations),
            *map(_vaccination, entries.immunizations),
        )
        if event is not None
    ]
    if not places:
        found = [HealthEvent(what=event.what, on=event.on) for event in found]
    return HealthEvents(events=tuple(sorted(found, key=lambda e: e.on or "", reverse=True)))


def _alert(flag: wire.Flag) -> HealthEvent | None:
    words = flag.code.words() if flag.code else None
    if words is None or flag.status == _MISTAKEN or _protection(flag):
        return None
    return HealthEvent(what=words, on=flag.period.start if flag.period else None)


def _contact(encounter: wire.Encounter) -> HealthEvent | None:
    if encounter.status == _MISTAKEN:
        return None
    kinds = (kind.words() for kind in encounter.type)
    kind = encounter.class_
    words = next(filter(None, kinds), None) or (kind and (kind.display or kind.code)) or None
    period = encounter.period
    places = [place.location for place in encounter.location]
    return HealthEvent(
        what=words or "Contact",
        on=period.start if period else None,
        where=_place([*places, encounter.service_provider], encounter.contained),
    )


def _measurement(observation: wire.Observation) -> HealthEvent | None:
    words = observation.code.words() if observation.code else None
    if words is None or observation.status in {_MISTAKEN, "cancelled"}:
        return None
    value = _value(observation)
    return HealthEvent(what=f"{words}: {value}" if value else words, on=_observed(observation))


def _value(observation: wire.Observation) -> str | None:
    quantity = observation.value_quantity
    if observation.value_integer is not None:
        return str(observation.value_integer)
    if quantity is not None and quantity.value is not None:
        return f"{quantity.value:g} {quantity.unit or ''}".strip()
    if observation.value_codeable_concept is not None:
        return observation.value_codeable_concept.words()
    return observation.value_string


def _observed(observation: wire.Observation) -> str | None:
    period = observation.effective_period
    return observation.effective_date_time or (period.start if period else None)


def _vaccination(given: wire.Immunization) -> HealthEvent | None:
    words = given.vaccine_code.words() if given.vaccine_code else None
    if words is None or given.status == _MISTAKEN:
        return None
    return HealthEvent(
        what=f"{words} (not given)" if given.status == "not-done" else words,
        on=given.occurrence_date_time or given.occurrence_string,
        where=_place([given.location], given.contained),
    )


def _place(
    references: Sequence[wire.Reference | None], contained: Sequence[msgspec.Raw]
) -> str | None:
    """The first name of a place: what the reference displays, or the resource it contains."""
    for reference in references:
        if reference is None:
            continue
        if reference.display and reference.display.strip():
            return reference.display.strip()
        for inner in wire.CONTAINED.rows(contained, Notes()):
            named = isinstance(inner.name, str) and inner.name.strip()
            if named and inner.id and reference.reference == f"#{inner.id}":
                return named
    return None
