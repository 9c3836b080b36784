"""A duty: who has to be told what, by when, who does what, and what is written down where.

One row of a duties file, checked. Source: the partnership's duties.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from protocols.clock import Hours, Period, Window
from protocols.duties_vocabulary import Event, Key
from protocols.protocol import LocalRole
from protocols.rule import Applies, CatalogueKind, RuleRef
from records.items import Item
from records.words import Word


class Treatment(Word):
    """What software can honestly do with a sentence."""

    ENFORCED = "enforced"
    TIMED = "timed"
    NOTIFIED = "notified"
    RECORDED = "recorded"
    SURFACED = "surfaced"


class Starts(Word):
    """From what instant a clock counts. Where it is not known, from the nearest that is."""

    EVENT = "event"
    REPORTED = "reported"
    RECORDED = "recorded"
    LOCATED = "located"
    FOUND = "found"


class Doubt(Word):
    """What to do where a condition is not known: tell, or hold back and ask the owner."""

    TELL = "tell"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One fact is one of these values (a set holds one of them); none of them where ``negated``."""

    key: Key
    values: frozenset[str | int]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Who is told which items, and how. Outside their hours, ``otherwise`` are told instead.

    No ``items``: a notice that says that there is something to see to, and no more.
    """

    who: tuple[LocalRole, ...]
    items: frozenset[Item]
    channel: str | None = None
    hours: tuple[Hours, ...] = ()
    otherwise: tuple[LocalRole, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When something is due.

    ``waits``: what the row says happens then, if it was not stopped before ("after 48 hours missing").
    Otherwise the owner has until then ("within 72 hours"). ``met_by`` does what it waits for,
    ``stopped_by`` makes it pointless; ``only`` are conditions on what meets it. ``advisory``: our
    reminder, where the text names no time. ``to_end_of_working_day`` rounds up to the end of that day;
    ``by`` is a time of day in London, and the period is counted to the next such time.
    """

    period: Period
    waits: bool
    starts: Starts
    repeats: Period | None
    met_by: frozenset[Event]
    stopped_by: frozenset[Event]
    only: tuple[Condition, ...]
    advisory: bool
    to_end_of_working_day: bool
    by: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: who is told so long after the deadline was missed (at once where None)."""

    to: tuple[LocalRole, ...]
    after: Period | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting: which, who is invited, who chairs."""

    name: str
    attendees: tuple[LocalRole, ...]
    chair: tuple[LocalRole, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """A record to keep: of what, and in which systems."""

    what: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who answers for something. Two protocols that name different people are shown as a conflict."""

    who: tuple[LocalRole, ...]
    matter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One row of a duties file, checked.

    ``tellers`` are those whose it is to tell: silence goes back to them. ``owner`` has to see to it, ``task`` says what in words (the rule's own where None but surfaced), and
    ``once_done`` is the event that it is when they say that it is done, by which others are told.
    ``wording`` is the text's own word for a time that it does not number, such as "without delay".
    ``refuses`` is what may not be done, in words for whoever asks. ``window``: it holds at the episode
    that makes up that number. ``searched``: the sections that say nothing, where ``silent``. ``about`` is
    the meeting on which its notices rest, as the door is told when they are sent.
    """

    ref: RuleRef
    catalogue_id: str
    kind: CatalogueKind
    treatments: tuple[Treatment, ...]
    events: frozenset[Event]
    conditions: tuple[Condition, ...]
    window: Window | None
    applies: frozenset[Applies]
    doubt: Doubt
    tellers: tuple[LocalRole, ...]
    tells: tuple[Tell, ...]
    urgent: bool
    owner: tuple[LocalRole, ...]
    task: str | None
    once_done: Event | None
    clock: Clock | None
    wording: str | None
    ladder: tuple[Rung, ...]
    meeting: Meeting | None
    about: str | None
    keeping: Keeping | None
    responsibility: Responsibility | None
    refuses: str | None
    silent: bool
    searched: tuple[str, ...]
    starts: date | None
    ends: date | None
    file: str
    line: int

    @property
    def name(self) -> str:
        """The kind of clock that this duty starts: the partnership and the rule."""
        return f"{self.ref.protocol}:{self.ref.id}"

    def in_force(self, on: date) -> bool:
        """Whether the duty is in force on that day."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on < self.ends)
