"""Placement events from placements that are polled: made, moved, ended, or not there any more.

No council's system tells of a placement; it is read again, and what has changed is what happened.
Each event has a reference that is the same every time, so reading too much or twice does no harm.
Works on records, so every social-care adapter's placements are told alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from adapters.times import LONDON
from records.child import Placement, PlacementDetail
from records.events import (
    PlacementEnded,
    PlacementEvent,
    PlacementMade,
    PlacementMoved,
    PlacementWithdrawn,
    Whom,
)

_FOLLOWS: Final = timedelta(days=1)
"""A placement that begins on the day another ends, or on the next, follows it."""


def between(
    before: Sequence[Placement], after: Sequence[Placement], about: Whom
) -> tuple[PlacementEvent, ...]:
    """What happened between two whole reads of one child's placements."""
    told = {event.sender_ref: event for event in _all(before, about)}
    new = [event for event in _all(after, about) if not _same(told.get(event.sender_ref), event)]
    there = {placement.ref for placement in after}
    gone = [
        _event(PlacementWithdrawn, placement, about, "withdrawn", None)
        for placement in before
        if placement.ref not in there
    ]
    return (*new, *gone)


def since(
    changed: Sequence[Placement], known: Sequence[Placement], about: Whom
) -> tuple[PlacementEvent, ...]:
    """What happened, from a read of only those that changed and what was known before.

    One that was not sent again has not changed: nothing is taken for withdrawn.
    """
    again = {placement.ref for placement in changed}
    kept = [placement for placement in known if placement.ref not in again]
    return between([*known], [*kept, *changed], about)


def placement_denies(placement: Placement) -> Iterator[str]:
    """References of what was told of this placement and is not so: it has no day of its end any more."""
    if placement.detail is not None and placement.detail.ended_on is None and not placement.notes:
        yield _ref(placement, "ended")


def _all(placements: Sequence[Placement], about: Whom) -> Iterator[PlacementEvent]:
    """Everything that these placements have ever told: the same however often it is worked out."""
    for placement in placements:
        detail = placement.detail
        if detail is None:
            continue
        previous = _previous(placement, placements)
        if previous is None:
            yield _event(PlacementMade, placement, about, "begun", detail.started_on)
        else:
            more = {"moved_from_ref": previous.ref}
            yield _event(PlacementMoved, placement, about, "begun", detail.started_on, **more)
        if detail.ended_on is not None and not _is_followed(placement, placements):
            yield _event(PlacementEnded, placement, about, "ended", detail.ended_on)


def _previous(placement: Placement, placements: Sequence[Placement]) -> Placement | None:
    """The placement from which the child came: the last begun of those open when this one began."""
    began = _start(placement)
    if began is None:
        return None
    came_from = [
        (_began(other), other.ref, other)
        for other in placements
        if _is_earlier(other, placement) and _is_open(other, began - _FOLLOWS)
    ]
    return max(came_from, key=lambda one: one[:2])[2] if came_from else None


def _is_followed(placement: Placement, placements: Sequence[Placement]) -> bool:
    """Whether the child went on to another.

    One that was open all along, as beside a respite stay, is no other: the stay itself has ended.
    """
    ended = placement.detail.ended_on if placement.detail else None
    return ended is not None and any(
        _is_earlier(placement, other)
        and _began(other) <= ended + _FOLLOWS
        and (_end(other) is None or _is_open(other, ended + _FOLLOWS))
        for other in placements
    )


def _is_earlier(one: Placement, other: Placement) -> bool:
    """Whether one began before the other; begun on one day, they are in the order of their refs."""
    if one is other or _start(one) is None or _start(other) is None:
        return False
    return (_began(one), one.ref) < (_began(other), other.ref)


def _is_open(placement: Placement, on: date) -> bool:
    ended = _end(placement)
    return ended is None or ended >= on


def _end(placement: Placement) -> date | None:
    return placement.detail.ended_on if placement.detail else None


def _start(placement: Placement) -> date | None:
    return placement.detail.started_on if placement.detail else None


def _began(placement: Placement) -> date:
    return _start(placement) or date.min


def _same(told: PlacementEvent | None, event: PlacementEvent) -> bool:
    """Whether it was told before just so; when it was read does not matter."""
    return told is not None and type(told) is type(event) and _said(told) == _said(event)


def _said(event: PlacementEvent) -> tuple[object, ...]:
    return (
        event.happened_at,
        event.placement_type,
        event.host_authority,
        event.responsible_authority,
        event.started_on,
        event.ended_on,
        event.moved_from_ref if isinstance(event, PlacementMoved) else None,
    )


def _ref(placement: Placement, name: str) -> str:
    return f"placement/{placement.ref}/{name}"


def _event(
    kind: type[PlacementEvent],
    placement: Placement,
    about: Whom,
    name: str,
    on: date | None,
    **more: Any,  # noqa: ANN401 - what a kind has beside the others
) -> PlacementEvent:
    detail = placement.detail or _NOTHING
    return kind(
        about=about,
        sender_ref=_ref(placement, name),
        provenance=placement.provenance,
        happened_at=datetime.combine(on, time(0), LONDON).astimezone(UTC) if on else None,
        notes=placement.notes,
        placement_ref=placement.ref,
        placement_type=detail.placement_type,
        host_authority=detail.host_authority,
        responsible_authority=detail.responsible_authority,
        started_on=detail.started_on,
        # That it has ended since is no part of how it began: told again, that is the same event.
        ended_on=detail.ended_on if kind is PlacementEnded else None,
        **more,
    )


_NOTHING: Final = PlacementDetail(
    placement_type=None,
    provider=None,
    ofsted_urn=None,
    host_authority=None,
    responsible_authority=None,
    started_on=None,
    ended_on=None,
)
