"""Possible matches before a person: who may see one, and what follows when they decide.

Somebody who answers for either of the two children may decide, since the other record may be
theirs: they see in words how alike the two are, and of what each record says no more than the door
gives them. The decision is in the ledger before it takes effect; with it, in one transaction,
facts, events, notices and clocks go where they belong.

Of two children for whom nobody answers, the desk that the deployment names decides.

Source: docs/decisions/0040 and 0043.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.vocabulary import Fact
from disclosure.acts import FORCE, HOST_ON_DUTY, ON_DUTY, WORKERS, Act, May, may
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    asker,
    do_once,
    done_before,
    person,
    situation_of,
    written_reason,
)
from disclosure.entries import Entry, EntryKind
from disclosure.fact_tables import CHILD_AREA, STANDING
from disclosure.following import write_down
from linking.enrolment import Change
from linking.index import Found, Index
from linking.possible import Possible, State, one_match, waiting
from linking.review import (
    Decided,
    confirm_in,
    look_at_joins,
    matches_of,
    refuse_in,
    unlink_in,
)
from linking.storage import reading
from notifications.carrying import carry
from notifications.happening import Planning
from notifications.parting import part_ways
from notifications.recipients import recipient_id
from records.errors import WrongArgument
from records.identifiers import LocalId
from records.people import Access, Viewer

REVIEWERS: Final = (WORKERS, ON_DUTY, HOST_ON_DUTY, FORCE)
"""Who may decide whether two records are of one child: whoever answers for one of them, or looks for them."""

SEALED: Final = (Fact.IDENTITY_SEALED, Fact.ADOPTION_SEALED)
"""What the law has sealed is before nobody here: that two records are alike may be the very secret."""

_PAGE: Final = 50
_MOST_LOOKED_AT: Final = 500


class Decision(enum.Enum):
    """What a person decides about a possible match."""

    CONFIRM = "confirm"
    REJECT = "reject"
    UNLINK = "unlink"


ACTS: Final = {
    Decision.CONFIRM: Act.CONFIRM_MATCH,
    Decision.REJECT: Act.REJECT_MATCH,
    Decision.UNLINK: Act.UNLINK_MATCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A possible match, and the children of its two records; one and the same once they are linked."""

    match: Possible
    one_child: str | None = field(repr=False)
    other_child: str | None = field(repr=False)


async def possible_matches(
    door: Door,
    viewer: Viewer,
    access: Access,
    now: datetime,
    *,
    most: int = _PAGE,
    desk: Collection[str] = (),
) -> list[Shown]:
    """Those that this caller may decide, the longest waiting first. That they looked is written down.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=now,
            by=(viewer.issuer, viewer.subject),
            reason=access.reason,
            body={**asker(viewer, access), "looked_at": "possible-matches"},
        )
    )
    if not any(viewer.role in row.roles for row in REVIEWERS) and not _is_at(desk, viewer):
        return []
    # The desk looks at all; anybody else at children to whom somebody of theirs is something.
    near = None if _is_at(desk, viewer) else _near(viewer)
    found: list[Shown] = []
    after: str | None = None
    for _ in range(_MOST_LOOKED_AT // _PAGE):
        page = await waiting(door.index, most=_PAGE, after=after, of=near)
        for one in page:
            shown = await _shown(door.index, one)
            asks = Doing(viewer=viewer, access=access, child_ref="", now=now, key="")
            if await _allowed(door, asks, shown, desk) is May.YES:
                found.append(shown)
        if len(page) < _PAGE or len(found) >= most:
            break
        after = page[-1].match_ref
    return found[:most]


async def match_to_decide(
    door: Door, doing: Doing, match_ref: str, *, desk: Collection[str] = ()
) -> Shown | None:
    """One match, decided or not, if it is this caller's to decide. That they looked is written down.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    shown = await _found(door.index, match_ref)
    doing = replace(doing, child_ref=match_ref[:32])
    allowed = await _allowed(door, doing, shown, desk)
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=doing.now,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=doing.access.reason,
            body={
                **asker(doing.viewer, doing.access),
                "looked_at": "possible-match",
                "match": match_ref[:32],
                "allowed": allowed.value,
            },
        )
    )
    return shown if allowed is May.YES else None


async def matches_of_child(door: Door, doing: Doing) -> list[Shown]:
    """Every match of the records of the child whom ``doing`` names, decided or not, if they answer for them.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=doing.now,
            child_ref=doing.child_ref,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=doing.access.reason,
            body={**asker(doing.viewer, doing.access), "looked_at": "possible-matches"},
        )
    )
    if may(REVIEWERS, await situation_of(door, doing)) is not May.YES:
        return []
    found = [await _shown(door.index, one) for one in await matches_of(door.index, doing.child_ref)]
    return [one for one in found if await _allowed(door, doing, one, ()) is May.YES]


async def decide_match(
    door: Door,
    planning: Planning,
    doing: Doing,
    match_ref: str,
    decision: Decision,
    reason: str,
    *,
    desk: Collection[str] = (),
) -> Done | NotDone:
    """Confirm, reject or take back a confirmation, with all that follows; once, by the caller's own key.

    ``doing.child_ref`` is not looked at: whom it concerns is looked up. A match that is not there is
    refused like one that is not theirs. ``told`` names the ``recipients`` for whom there is something new.

    Raises:
        WrongArgument: it is decided already, the NHS numbers disagree, or the reason is none.
        NotRecorded: it could not be written down; nothing was done.
    """
    reason = written_reason(reason)
    act, said = ACTS[decision], [match_ref, decision.value, reason]
    doing = replace(doing, child_ref=match_ref[:32])
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    shown = await _found(door.index, match_ref)
    allowed = await _allowed(door, doing, shown, desk)
    if allowed is May.YES and shown is not None:
        _fits(shown.match, decision)
    decided: list[Decided] = []

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        done = await _decide(connection, door, doing, match_ref, decision)
        woken: Sequence[str] = ()
        if done.joined is not None and done.joined.other is not None and shown is not None:
            if decision is Decision.CONFIRM:
                woken = await carry(
                    connection,
                    match_ref,
                    of=done.joined.other,
                    to=done.joined.kept,
                    planning=planning,
                    now=doing.now,
                )
            else:
                woken = await part_ways(
                    connection,
                    match_ref,
                    done.joined,
                    since=shown.match.decided_at or doing.now,
                    planning=planning,
                    now=doing.now,
                )
        decided.append(done)
        return {"decision": decision.value, "recipients": list(woken), "by_ref": ref}

    step = Step(
        act=act,
        kind=EntryKind.INDEX,
        said=said,
        body={"happened": decision.value, "match": match_ref},
        reason=reason,
    )
    outcome = await do_once(door, doing, step, allowed, effect)
    if isinstance(outcome, Done) and decided:
        await _written_down(door, doing, shown, decided[0], decision, outcome.ref)
    return outcome


async def _decide(
    connection: AsyncConnection, door: Door, doing: Doing, match_ref: str, decision: Decision
) -> Decided:
    seal, by, now = door.index.seal, person(door, doing.viewer), doing.now
    match decision:
        case Decision.CONFIRM:
            return await confirm_in(connection, seal, match_ref, by=by, now=now)
        case Decision.REJECT:
            return await refuse_in(connection, seal, match_ref, by=by, now=now)
        case Decision.UNLINK:
            return await unlink_in(connection, seal, match_ref, by=by, now=now)


async def _written_down(
    door: Door, doing: Doing, shown: Shown | None, done: Decided, decision: Decision, ref: str
) -> None:
    """Say under each child what was decided, and each change of the index; and follow it from now on."""
    by = person(door, doing.viewer)
    children = {one for one in (shown.one_child, shown.other_child) if one} if shown else set()
    if done.joined is not None:
        children |= {one for one in (done.joined.kept, done.joined.other) if one}
    for child in sorted(children):
        door.ledger.note(
            Entry(
                kind=EntryKind.INDEX,
                at=doing.now,
                child_ref=child,
                by=(doing.viewer.issuer, doing.viewer.subject),
                body={
                    **asker(doing.viewer, doing.access),
                    "happened": decision.value,
                    "match": done.match_ref,
                    "decision": ref,
                },
            )
        )
    changes: tuple[Change, ...] = done.changes
    write_down(door.ledger, changes, by=by, now=doing.now)
    await look_at_joins(door.index)


def _fits(match: Possible, decision: Decision) -> None:
    """Whether this can be decided of it as it stands.

    Raises:
        WrongArgument: it says how it stands.
    """
    wanted = State.CONFIRMED if decision is Decision.UNLINK else State.WAITING
    if match.state is not wanted:
        raise WrongArgument(
            f"This match is {match.state.value}, and so cannot be decided so. Ask for it again."
        )


async def _allowed(door: Door, doing: Doing, shown: Shown | None, desk: Collection[str]) -> May:
    """Whether they answer for either child; looked up alike where there is no such match."""
    nobody = doing.child_ref or "nobody"
    children = (nobody,) if shown is None else (shown.one_child, shown.other_child)
    named = [one or nobody for one in dict.fromkeys(children)]
    situations = [await situation_of(door, replace(doing, child_ref=child)) for child in named]
    if any(one.facts.get(fact, False) is not False for one in situations for fact in SEALED):
        return May.NOT_THIS_CHILD
    ways = [may(REVIEWERS, one) for one in situations]
    if May.YES in ways:
        return May.YES
    best = ways[-1]
    if _is_at(desk, doing.viewer):
        orphans = shown is not None and not await _answered_for(door, named, doing.now)
        return May.YES if orphans else May.NOT_THIS_CHILD
    return best


def _is_at(desk: Collection[str], viewer: Viewer) -> bool:
    return recipient_id(viewer.organisation, viewer.role) in desk


def _near(viewer: Viewer) -> Callable[[sa.ColumnElement[str]], sa.ColumnElement[bool]]:
    """Whether this person or their organisation is recorded to be something to a child: decided for each."""

    def something_to(child: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        standing = sa.exists().where(
            STANDING.c.child_ref == child,
            (STANDING.c.organisation == viewer.organisation)
            | (STANDING.c.subject == viewer.subject),
        )
        area = sa.exists().where(
            CHILD_AREA.c.child_ref == child, CHILD_AREA.c.authority == viewer.organisation
        )
        return standing | area

    return something_to


async def _answered_for(door: Door, children: Sequence[str], now: datetime) -> bool:
    """Whether somebody is known to answer for any of these children, or to look for them."""
    wanted = {standing.value for row in REVIEWERS for standing in row.standings or ()}
    query = sa.select(
        sa.exists().where(
            STANDING.c.child_ref.in_(children),
            STANDING.c.standing.in_(wanted),
            STANDING.c.valid_from <= now,
            STANDING.c.valid_to.is_(None) | (STANDING.c.valid_to > now),
        )
    )
    async with reading(door.facts.engine) as connection:
        return bool((await connection.execute(query)).scalar_one())


async def _found(index: Index, match_ref: str) -> Shown | None:
    try:
        return await _shown(index, await one_match(index, match_ref))
    except WrongArgument:
        return None


async def _shown(index: Index, match: Possible) -> Shown:
    return Shown(
        match=match,
        one_child=await _child(index, match.one),
        other_child=await _child(index, match.other),
    )


async def _child(index: Index, local_id: LocalId) -> str | None:
    found = await index.find(local_id=local_id)
    return found.child_ref if isinstance(found, Found) else None
