"""Doing something about a child once: look up who may, write it down, then let it take effect.

The ledger's entry is durable first, whether it is allowed or refused. What takes effect and the
note that it was done are one transaction, so that the same message sent again gives the same
answer and does nothing. A child whom nobody knows takes the same path as one whom the caller may
not concern themselves with, and gives the same answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.situation import Situation
from disclosure.acts import Act, May
from disclosure.chain import Plain, canonical
from disclosure.disclose import Door
from disclosure.entries import Entry, EntryKind
from disclosure.proceeding_tables import DONE_ONCE
from linking.storage import reading, writing
from records.errors import WrongArgument
from records.people import Access, Viewer

REASON: Final = range(20, 1001)
KEY: Final = range(8, 129)

Outcome: TypeAlias = Mapping[str, Any]
Effect: TypeAlias = Callable[[AsyncConnection, str], Awaitable[Outcome]]
"""What takes effect in a transaction, given the ledger's reference; what is told of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who does something, why, about whom and when; ``key`` is the caller's own, for sending again."""

    viewer: Viewer
    access: Access = field(repr=False)
    child_ref: str = field(repr=False)
    now: datetime
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect: the ledger's reference, and what may be told of it."""

    ref: str
    told: Outcome = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotDone:
    """It did not: not in this role, or not for this child (or there is no such child)."""

    may: May


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to be done: what it is, what was said, and what the ledger keeps of it.

    ``said`` is what the caller sent, to know it again. ``body`` is for the ledger, without free text.
    """

    act: Act
    kind: EntryKind
    said: Plain = field(repr=False)
    body: Mapping[str, Plain]
    reason: str = field(repr=False)


def written_reason(text: str) -> str:
    """A reason in somebody's own words, of a length that somebody else can judge.

    Raises:
        WrongArgument: too short, too long, or not readable text.
    """
    text = " ".join(text.split())
    if len(text) not in REASON or not text.isprintable():
        raise WrongArgument(
            f"Say why in your own words, in {REASON[0]} to {REASON[-1]} characters."
        )
    return text


def person(door: Door, viewer: Viewer) -> str:
    """The caller's name in the ledger and beside it."""
    return door.ledger.pseudonyms.person(viewer.issuer, viewer.subject)


async def done_before(door: Door, doing: Doing, act: Act, said: Plain) -> Done | None:
    """What came of it when this caller sent it before; None where they did not.

    Another caller's key is another key.

    Raises:
        WrongArgument: the key is no key, or stood for something else.
    """
    if len(doing.key) not in KEY or not doing.key.isprintable():
        raise WrongArgument(f"A clientMutationId has {KEY[0]} to {KEY[-1]} characters.")
    async with reading(door.facts.engine) as connection:
        found = await connection.execute(
            sa.select(DONE_ONCE.c.said_mark, DONE_ONCE.c.outcome).where(
                DONE_ONCE.c.by == person(door, doing.viewer),
                DONE_ONCE.c.act == act.value,
                DONE_ONCE.c.key_mark == _mark(door, doing.key),
            )
        )
        row = found.one_or_none()
    if row is None:
        return None
    if row.said_mark != _mark(door, [doing.child_ref, said]):
        raise WrongArgument("This clientMutationId stood for something else. Choose a new one.")
    told = msgspec.json.decode(row.outcome)
    return Done(told.pop("ref"), told)


async def do_once(
    door: Door, doing: Doing, step: Step, allowed: May, effect: Effect
) -> Done | NotDone:
    """Write down what is done, or that it was refused, and then let it take effect.

    Call `done_before` first.

    Raises:
        NotRecorded: it could not be written down; nothing took effect.
    """
    ref = await door.ledger.append(
        Entry(
            kind=step.kind,
            at=doing.now,
            child_ref=doing.child_ref,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=step.reason,
            body={
                **asker(doing.viewer, doing.access),
                "act": step.act.value,
                "allowed": allowed.value,
                **step.body,
            },
        )
    )
    if allowed is not May.YES:
        return NotDone(allowed)
    try:
        async with writing(door.facts.engine) as connection:
            told = await effect(connection, ref)
            await connection.execute(
                DONE_ONCE.insert().values(
                    by=person(door, doing.viewer),
                    act=step.act.value,
                    key_mark=_mark(door, doing.key),
                    said_mark=_mark(door, [doing.child_ref, step.said]),
                    outcome=msgspec.json.encode({**told, "ref": ref}).decode(),
                    at=doing.now,
                )
            )
    except IntegrityError:
        # The same message came twice at once, or somebody else answered first.
        before = await done_before(door, doing, step.act, step.said)
        return before or NotDone(May.NOT_THIS_CHILD)
    return Done(ref, told)


async def situation_of(door: Door, doing: Doing) -> Situation:
    """What is known for this caller and child now."""
    return await door.situation(doing.viewer, doing.access, doing.child_ref, doing.now)


def asker(viewer: Viewer, access: Access) -> dict[str, Plain]:
    """What the ledger keeps of whoever does something."""
    return {
        "role": viewer.role.value,
        "organisation": viewer.organisation,
        "client": viewer.client,
        "purpose": access.purpose.value,
    }


def _mark(door: Door, said: Plain) -> str:
    return door.ledger.pseudonyms.content(canonical(said))
