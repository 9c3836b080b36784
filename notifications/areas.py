"""What happens to no child: the end of a week, a quarter or a year, in the area of one authority.

Events, notices and clocks are kept by the child they are about. What is about an area is kept under
a name of the area in that place, so that it has the same order, locks and repetitions as a child's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from msgspec import structs

from consent.vocabulary import Fact
from notifications.happening import Happened
from protocols.duties_due import Addressee, Due, NoticeDue, Task, told_once
from protocols.duties_vocabulary import Circumstances, Event
from records.people import Standing

WHOLE: Final = "whole_partnership"
"""The key of an event that stands for its whole partnership, and not for its authority alone."""

_AREA: Final = "area/"
_OF_AUTHORITY: Final = (
    Standing.HOST_AUTHORITY,
    Standing.RESPONSIBLE_AUTHORITY,
    Standing.HOME_AUTHORITY,
)


def name_of(authority: str) -> str:
    """What stands in a child's place for an authority's area. No child is called so."""
    return f"{_AREA}{authority}"


def area_of(child: str) -> str | None:
    """The authority whose area this is; None for a child."""
    return child.removeprefix(_AREA) if child.startswith(_AREA) else None


def known_of(authority: str) -> Circumstances:
    """What is known of an area: whose it is."""
    return {Fact.AUTHORITY: authority, Fact.HOST_AUTHORITY: authority}


def authorities_of(authority: str) -> dict[Standing, str]:
    """The authority, in each capacity in which a protocol may name it."""
    return dict.fromkeys(_OF_AUTHORITY, authority)


def told_to_owners(due: Due, event: Happened) -> Due:
    """The same, with everybody told whose a task is; what is a partnership's is asked for once.

    A body of the partnership, the police or a health board is the same whichever authority it is
    asked of: it is told by the event that stands for the whole.
    """
    if event.type != Event.PERIOD_ENDED.value:
        return due
    whole = event.data.get(WHOLE) is True
    tasks = tuple(
        structs.replace(task, owners=_those(task.owners, whole=whole)) for task in due.tasks
    )
    clocks = tuple(
        structs.replace(one, owners=_those(one.owners, whole=whole)) for one in due.clocks
    )
    kept = tuple(task for task in tasks if task.owners)
    return replace(
        due,
        tasks=kept,
        clocks=tuple(clock for clock in clocks if clock.owners),
        notices=told_once([*due.notices, *_notices(kept)]),
    )


def _those(owners: Iterable[Addressee], *, whole: bool) -> tuple[Addressee, ...]:
    return tuple(owner for owner in owners if whole or owner.authority is not None)


def _notices(tasks: Iterable[Task]) -> Iterable[NoticeDue]:
    """A notice of no item at all: it says what has ended and by which paragraph, and nothing of anybody."""
    for task in tasks:
        for owner in task.owners:
            yield NoticeDue(to=owner, items=frozenset(), because=(task.because,), urgent=False)
