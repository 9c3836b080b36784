"""What happened, and what follows from it: whom to tell, which clocks start, which are settled.

Values only. `notifications.dispatch` works out what follows, `notifications.ledger` keeps both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from disclosure.chain import Plain, canonical
from disclosure.chain import instant as written_instant
from records.items import Item
from records.people import Standing

OURSELVES: Final = "homeward"
"""The source of what the gateway itself brings about, such as a deadline that was missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that a system, or the gateway, says has happened to a child.

    ``at`` is when it happened, whenever it was learnt. ``sender_ref`` is the sender's own reference,
    by which the same message is recognised. ``data`` holds references and codes, never case content;
    ``aside`` is kept with it, and is no part of what tells a repetition from a correction; nor is
    ``at`` of what is not ``dated``, where it is only when it reached us.
    """

    type: str
    child: str = field(repr=False)
    at: datetime
    source: str
    sender_ref: str = field(repr=False)
    data: Mapping[str, Plain] = field(default_factory=dict, repr=False)
    aside: Mapping[str, Plain] = field(default_factory=dict, repr=False)
    caused_by: str | None = None
    dated: bool = True

    @property
    def digest(self) -> str:
        """What tells a repetition from a correction: the digest of all that is said."""
        said: dict[str, Plain] = {"type": self.type, "child": self.child, "data": self.data}
        if self.dated:
            said["at"] = written_instant(self.at)
        return hashlib.sha256(canonical(said)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A happening as it stands in the table of events.

    ``seq`` numbers a child's events in the order in which they were learnt, from 1 without a gap.
    ``root`` is the first of a line of corrections; of what was never corrected, the event itself.
    ``weighed_at``: what follows is worked out from the facts of then, and not of when it was learnt.
    """

    id: str
    type: str
    child: str = field(repr=False)
    seq: int
    at: datetime
    recorded_at: datetime
    source: str
    data: Mapping[str, Plain] = field(default_factory=dict, repr=False)
    caused_by: str | None = None
    corrects: str | None = None
    root: str = ""
    weighed_at: datetime | None = None

    @property
    def facts_of(self) -> datetime:
        """As of when the facts and the recipients count."""
        return self.weighed_at or self.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A paragraph by which somebody is told or a clock runs: the rule, and in whose protocol.

    ``applies`` is whether that protocol speaks as the host's or as the responsible authority's.
    """

    rule: str
    partnership: str
    applies: str

    def plain(self) -> Mapping[str, Plain]:
        """As it is stored."""
        return {"rule": self.rule, "partnership": self.partnership, "applies": self.applies}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Somebody who has to be told: which items, by which paragraphs.

    ``recipient`` is an id of the table of recipients; one that is not in it is still counted and
    shown, and escalates at once. ``acknowledge_within`` overrides the recipient's own patience and
    ``ladder`` whom they escalate to.
    """

    recipient: str
    items: frozenset[Item]
    reasons: tuple[Reason, ...]
    urgent: bool = True
    not_before: datetime | None = None
    channel: str | None = None
    acknowledge_within: timedelta | None = None
    ladder: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A clock to start, or to set anew where it runs already: what it is of, and when it is due.

    ``kind`` is the rule's id with its partnership; ``subject`` the episode or event it concerns.
    ``terms`` are shown with it: rules, owner, what happens when it is missed. ``basis``: the event that
    it runs from, where that is not the one with which it is written. ``revived``: it was called off, and
    is asked for again after all.
    """

    kind: str
    subject: str
    basis_at: datetime
    due_at: datetime
    repeats: timedelta | None = None
    occurrence: int = 0
    terms: Mapping[str, Plain] = field(default_factory=dict)
    met_by: str | None = None
    basis: str | None = None
    revived: bool = False

    @property
    def id(self) -> str:
        """Kind, subject and occurrence: one clock of each, however often it is started."""
        return deadline_id(self.kind, self.subject, self.occurrence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Clocks to stop: every one of this kind and its rungs, for this subject or for any.

    ``cancelled``: what the clock waited for is no longer due, rather than done.
    """

    kind: str
    subject: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """A service of the area that is told of a child: from then on it is the child's, for a while."""

    standing: Standing
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that follows from one happening.

    ``causes`` are events that this one brings about, kept in the same transaction with all that
    follows from them. ``stands``: services of the area, by what they become to the child. ``follow_up``: tasks, conflicts and refusals, as they are shown to people.
    """

    tell: tuple[Tell, ...] = ()
    start: tuple[Start, ...] = ()
    settle: tuple[Settle, ...] = ()
    causes: tuple[Happening, ...] = ()
    stands: tuple[Stands, ...] = ()
    follow_up: Mapping[str, Plain] | None = None


Planning: TypeAlias = Callable[[Happened, Sequence[Happened]], Awaitable[Plan]]
"""Works out what follows from an event, given all that is known of the child, that event last."""


def kind_of(name: str, rung: int) -> str:
    """The kind of a clock's own clock: a missed deadline climbs rung by rung."""
    return f"{name}#{rung}" if rung else name


def deadline_id(kind: str, subject: str, occurrence: int) -> str:
    """The one name of a clock."""
    return f"{kind}/{subject}/{occurrence}"
