"""What follows from an event under the protocols: whom to tell, which clocks run, who does what.

Values only; each names its rule. `protocols.duties_evaluation` works them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from protocols.clock import Period
from protocols.duties import Keeping, Rung
from protocols.protocol import LocalRole
from protocols.rule import Applies, RuleRef
from protocols.status import Flag, Verdict
from protocols.vocabulary import IsUnknown
from records.items import Item
from records.people import Role
from records.words import Word

RANKS: Final = frozenset(
    {Role.TEAM_MANAGER, Role.SERVICE_MANAGER, Role.SENIOR_MANAGER, Role.POLICE_SENIOR_OFFICER}
)
"""Roles that several posts of one organisation share: a protocol names the post."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The rule behind something, in whose protocol it speaks, and whether it certainly applies.

    Not ``certain``: a condition is not known. Responsible adults are told all the same; what they
    may know is decided when it is sent. Of a notice: ``role`` is what this rule calls its reader, and
    ``items`` are those that it names.
    """

    rule: RuleRef
    as_: Applies
    certain: bool = True
    wording: str | None = None
    role: str | None = None
    items: frozenset[Item] = frozenset()


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """A role as a protocol names it, at an authority where the role is one of an authority's.

    ``authority`` is a GSS code; UNKNOWN where the role is an authority's and which is not known;
    None where standing with the child says who it is (their worker, their home, their school).
    """

    role: LocalRole
    protocol: str
    authority: str | IsUnknown | None

    @property
    def same_as(self) -> tuple[object, ...]:
        """What two names of one addressee have in common, in whatever protocols they stand.

        At an authority it is the role that would be told first; otherwise all the roles that would
        do, and what they are to the child. Posts of one rank are different people: an Assistant
        Director and a Head of Service are both senior managers.
        """
        roles = self.role.in_order or tuple(sorted(self.role.roles, key=lambda r: r.value))
        if roles and roles[0] in RANKS:
            return roles[0], self.authority, self.protocol, self.role.id
        if self.authority is not None and roles:
            return roles[0], self.authority
        return self.role.roles or self.role.id, self.role.standing


class NoticeDue(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has to be told, once, with every reason there is.

    ``urgent``: their quiet hours do not hold it back. ``overdue``: it says that a deadline was missed.
    """

    to: Addressee
    items: frozenset[Item]
    because: tuple[Why, ...]
    urgent: bool
    channel: str | None = None
    overdue: bool = False


class Happens(Word):
    """What a clock is for: something is to be done by then, or something follows then."""

    BY = "by"
    THEN = "then"


class ClockDue(msgspec.Struct, frozen=True, kw_only=True):
    """A clock to start, or to set anew where it runs: one of each name, subject and occurrence.

    ``due_at`` is in UTC. ``owners`` have to see to it. ``met_by`` is the id of what was learnt first
    and has met or stopped it already. ``rung`` above 0: the next step of a missed deadline's ladder.
    A ``should`` or ``may`` that is not done needs a recorded reason for departing from it.
    """

    name: str
    subject: str
    happens: Happens
    basis_at: datetime
    due_at: datetime
    occurrence: int
    rung: int
    repeats: Period | None
    says: str
    because: Why
    owners: tuple[Addressee, ...]
    ladder: tuple[Rung, ...]
    advisory: bool
    met_by: str | None


class TaskKind(Word):
    """What somebody is asked to do."""

    DO = "do"
    MEET = "meet"
    RECORD = "record"
    ASK = "ask"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person has to do, and whom it is for.

    MEET has ``attendees`` and perhaps a ``chair``; RECORD says what to ``keep`` and where. ASK: a fact
    is missing without which nobody may be told.
    """

    kind: TaskKind
    owners: tuple[Addressee, ...]
    says: str
    because: Why
    meeting: str | None = None
    attendees: tuple[Addressee, ...] = ()
    chair: tuple[Addressee, ...] = ()
    keep: Keeping | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for a matter, such as the return interview."""

    matter: str
    who: tuple[Addressee, ...]
    because: Why


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Two protocols that lay one matter on different people. ``taken``: whom we go by meanwhile.

    The child's own authority answers until somebody else has taken it over in writing.
    """

    matter: str
    claims: tuple[Answers, ...]
    taken: Answers


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """Clocks that stop: of this name, of this subject or of any. ``cancelled``: no longer needed."""

    name: str
    subject: str | None
    cancelled: bool
    because: Why


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What may not be done or stored, and what to put in its place where the protocol says.

    NOT_DEFINED: the word is kept as it was sent, with a note, and never converted.
    """

    what: str
    verdict: Verdict
    says: str
    because: Why | None
    instead: str | None = None


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A point on which the partnership says nothing: the sections that were read, and what we do."""

    because: Why
    searched: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Everything that follows from one event. Clocks are settled before others are started.

    ``flags`` are what the number of recorded episodes makes of the child ("frequent missing").
    """

    notices: tuple[NoticeDue, ...] = ()
    clocks: tuple[ClockDue, ...] = ()
    tasks: tuple[Task, ...] = ()
    answers: tuple[Answers, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    settles: tuple[Settled, ...] = ()
    rejects: tuple[Refused, ...] = ()
    silent: tuple[Silence, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def rules(self) -> frozenset[str]:
        """The ids of every rule that spoke."""
        whys = [why for notice in self.notices for why in notice.because]
        for group in (self.clocks, self.tasks, self.answers, self.settles, self.silent):
            whys += [one.because for one in group]
        whys += [one.because for one in self.rejects if one.because is not None]
        return frozenset(why.rule.id for why in whys) | {one.rule.id for one in self.flags}


def told_once(notices: Iterable[NoticeDue]) -> tuple[NoticeDue, ...]:
    """One notice for each addressee: all its items, all its reasons, the most pressing of the rest."""
    merged: dict[tuple[object, ...], NoticeDue] = {}
    for notice in notices:
        key = (notice.to.same_as, notice.overdue)
        there = merged.get(key)
        merged[key] = notice if there is None else _both(there, notice)
    return tuple(merged.values())


def _both(one: NoticeDue, other: NoticeDue) -> NoticeDue:
    return NoticeDue(
        to=one.to,
        items=one.items | other.items,
        because=tuple(dict.fromkeys(one.because + other.because)),
        urgent=one.urgent or other.urgent,
        channel=one.channel or other.channel,
        overdue=one.overdue,
    )
