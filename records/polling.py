"""What a system that pushes nothing is asked from time to time: whose records have changed, and what they tell.

Two questions, because they cost differently. The first is one list for everybody, and names no more
than who is to be read again. The second reads one child, and gives the same events, under the same
references, as if the system had pushed them; asked again, it gives them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from records.events import Event
from records.identifiers import LocalId
from records.items import Item
from records.source import Answered, Question

ASKED: Final = frozenset(
    {
        Item.EPISODE_STATUS,
        Item.RISK_GRADE,
        Item.SAW_CONFIRMATION,
        Item.RHI_OFFER,
        Item.RHI_CONFIRMATION,
        Item.PLACEMENT_DETAIL,
        Item.HEALTH_ASSESSMENT,
        Item.MEETING_REQUEST,
        Item.PREVENTION_PLAN,
        Item.TRIGGER_PLAN_EXISTS,
    }
)
"""All that a poll asks of a child: what happened and when, and not a word that was written of them.

Of a plan, only the day on which it was written.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Whose records have changed.

    ``people``: what the system calls each, with a digest of what it listed of them, so that one who
    is listed again unchanged need not be read again. ``as_of``: the instant up to which it vouches
    that nobody is left out; the next look begins there. ``skipped`` counts rows that name nobody who
    could be read.
    """

    people: Mapping[LocalId, str] = field(repr=False)
    as_of: datetime
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one child's records tell, in the order in which it is to be taken.

    ``superseded_by`` is set when the system says that its id for this child has changed.

    What was told before may not stand any more. A reference is that of its record, a slash and a
    name. Of the kinds in ``whole``, the beginnings of references, every record of the child was
    read, and ``there`` are all that there are: what was told of any other is gone. A kind of which
    a row could not be read is not among them, nor any where the system does not show the child.
    ``not_so`` are references of what a record that stands says to be otherwise now. ``as_of`` is
    how old all this is, where it is not as of the question. ``unread`` are the system's words for
    what kind of episode one is, or where it stands, that nobody here knows: nothing is told of those.
    """

    events: tuple[Event, ...]
    superseded_by: LocalId | None = None
    whole: frozenset[str] = frozenset()
    there: frozenset[str] = field(default=frozenset(), repr=False)
    not_so: frozenset[str] = field(default=frozenset(), repr=False)
    as_of: datetime | None = None
    unread: frozenset[str] = frozenset()


@runtime_checkable
class ListsFacts(Protocol):
    """A source that also lists whose workers, statuses or cases have changed, and reads them for that.

    Of one that does not, a change of these is seen when the child is next read for another reason, and
    they are read as for any question.
    """

    async def changed_facts(self, since: datetime, *, now: datetime) -> Changed:
        """Whose facts have changed since then, apart from what `Polls.changed` lists.

        Raises:
            SourceError: as `records.source.Source`; a part of a list is never passed off as all.
        """

    async def facts(self, question: Question) -> Answered:
        """One child's records, with what tells in whose area a placement is, though nobody may be shown it.

        Raises:
            SourceError: as `records.source.Source`.
        """


@runtime_checkable
class Polls(Protocol):
    """A source that can be asked what has changed. Others are read only when somebody asks."""

    async def changed(self, since: datetime, *, now: datetime) -> Changed:
        """Whose records have changed since then. Naming somebody too many does no harm.

        Raises:
            SourceError: as `records.source.Source`; a part of a list is never passed off as all.
        """

    async def told(self, question: Question) -> Told:
        """What has happened to one child, as far as the items asked for tell it.

        Raises:
            SourceError: as `records.source.Source`.
        """
