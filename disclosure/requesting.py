"""Asking a person for what was withheld, and being answered.

A request goes to the role that the refusal names. Whoever holds that role and is something to the
child finds it in their queue, and answers: it may be given through the gateway for a time, it was
shared otherwise, or it is not shared, and why not. A request about a child whom nobody knows is
taken like any other, and nobody finds it.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.bundle import Ask
from consent.engine import decide
from consent.vocabulary import UNKNOWN, Fact
from disclosure.acts import ENTITLED, Act, May, may
from disclosure.answers import EXISTS, confirmed_by
from disclosure.assertion import Said
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
from disclosure.narrowing import judge_for, read, written
from disclosure.proceeding_tables import DISCLOSURE_ANSWER, DISCLOSURE_REQUEST, NOT_SHARED
from disclosure.recording import record_judgement
from disclosure.withholding import whom_to_ask
from linking.storage import reading
from records.errors import WrongArgument
from records.items import ITEM_CATEGORY, Item
from records.people import Access, Purpose, Role, Standing, Viewer

LONGEST_RELEASE: Final = timedelta(hours=72)
DEPUTIES: Final[Mapping[Role, frozenset[Role]]] = MappingProxyType(
    {
        Role.FRONT_DOOR: frozenset({Role.EMERGENCY_DUTY_TEAM, Role.CHILDRENS_SERVICES}),
        Role.POLICE_MISSING_COORDINATOR: frozenset(
            {Role.POLICE_SUPERVISOR, Role.POLICE_CONTROL_ROOM}
        ),
        Role.MISSING_COORDINATOR: frozenset({Role.MISSING_OFFICER, Role.EMERGENCY_DUTY_TEAM}),
    }
)
"""Who answers at night for those whom the protocols name; each is to have to do with the child as well."""

BY_STANDING: Final[Mapping[Role, frozenset[Standing]]] = MappingProxyType(
    {Role.ALLOCATED_WORKER: frozenset({Standing.ALLOCATED_WORKER, Standing.MANAGES_CASE})}
)
"""Who is named by what they are to the child, in whatever role they sign in."""

_MOST: Final = 500


class Answered(enum.Enum):
    """How a request is answered. RELEASED: rules that wait for a person's decision now open it."""

    RELEASED = "released"
    SHARED_OTHERWISE = "shared-otherwise"
    NOT_SHARED = "not-shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, as whoever may answer it, or whoever made it, sees it."""

    ref: str
    child_ref: str = field(repr=False)
    role: Role
    organisation: str
    to_role: Role
    items: tuple[Item, ...]
    purpose: Purpose
    reason: str = field(repr=False)
    at: datetime
    answer: Answered | None
    answer_reason: str | None = field(default=None, repr=False)


async def request_disclosure(
    door: Door, doing: Doing, items: frozenset[Item], reason: str
) -> Done | NotDone:
    """Ask whoever the refusals name; the told ``asked`` are their roles, labels and why.

    Items of which different roles decide are asked of the first, in the items' own order, and so on.

    Raises:
        WrongArgument: nothing is asked for, or the reason is none.
        NotRecorded: it could not be written down; nobody is asked.
    """
    if not items:
        raise WrongArgument("Say which items you need.")
    reason = written_reason(reason)
    said = [*sorted(item.value for item in items), reason]
    act = Act.REQUEST_DISCLOSURE
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    situation = await situation_of(door, doing)
    exists = {EXISTS[ITEM_CATEGORY[i]] for i in items if ITEM_CATEGORY[i] in EXISTS}
    decisions = decide(door.bundle, situation, [i for i in Item if i in items | exists])
    asks: dict[Role, tuple[Ask, list[Item]]] = {}
    for item in (one for one in Item if one in items):
        # What a child's own area calls somebody is said only where something is confirmed.
        if confirmed_by(decisions, ITEM_CATEGORY[item]):
            ask = door.bundle.ask(situation, item)
        else:
            ask = whom_to_ask(door.bundle, doing.viewer.role, item)
        asks.setdefault(ask.role, (ask, []))[1].append(item)
    step = Step(
        act=act,
        kind=EntryKind.REQUEST,
        said=said,
        body={
            "items": {role.value: [i.value for i in wanted] for role, (_, wanted) in asks.items()}
        },
        reason=reason,
    )

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        for number, (role, (_, wanted)) in enumerate(asks.items()):
            await connection.execute(
                DISCLOSURE_REQUEST.insert().values(
                    ref=ref if number == 0 else f"{ref}.{number}",
                    child_ref=doing.child_ref,
                    by=person(door, doing.viewer),
                    role=doing.viewer.role.value,
                    organisation=doing.viewer.organisation,
                    items=written(wanted),
                    reason=reason,
                    at=doing.now,
                    issuer=doing.viewer.issuer,
                    subject=doing.viewer.subject,
                    purpose=doing.access.purpose.value,
                    to_role=role.value,
                )
            )
        return {
            "asked": [
                {"role": ask.role.value, "label": ask.label, "why": ask.why}
                for ask, _ in asks.values()
            ]
        }

    return await do_once(door, doing, step, may(ENTITLED[act], situation), effect)


async def requests(
    door: Door, viewer: Viewer, access: Access, now: datetime, *, mine: bool
) -> list[Request]:
    """Requests that wait for this caller's answer, oldest first; or those that they made themselves.

    Raises:
        NotRecorded: that they looked could not be written down; nothing is shown.
    """
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=now,
            by=(viewer.issuer, viewer.subject),
            reason=access.reason,
            body={**asker(viewer, access), "looked_at": "disclosure-requests", "mine": mine},
        )
    )
    own = DISCLOSURE_REQUEST.c.by == person(door, viewer)
    answered = DISCLOSURE_ANSWER.c.request.is_not(None)
    to_me = DISCLOSURE_REQUEST.c.to_role.in_(_named_by(viewer.role)) & ~own & ~answered
    rows = await _rows(door, own if mine else to_me)
    return [
        _request(row) for row in rows if mine or await _is_theirs(door, row, viewer, access, now)
    ]


async def answer_request(
    door: Door, doing: Doing, request: str, answered: Answered, reason: str, *, lasts: timedelta
) -> Done | NotDone:
    """Answer a request made to one's role about a child one has to do with; never one's own.

    RELEASED lets rules that ask for a person's decision open the items to the person who asked, where
    they asked from, for ``lasts``. NOT_SHARED is put on record as a refusal to share. A request that is not there, is not
    theirs or was answered already is refused alike. The child is the one it is about.

    Raises:
        WrongArgument: too long, or the reason is none.
        NotRecorded: it could not be written down; nothing took effect.
    """
    if not timedelta(0) < lasts <= LONGEST_RELEASE:
        raise WrongArgument("A release lasts for 1 to 72 hours.")
    reason = written_reason(reason)
    said = [request, answered.value, int(lasts.total_seconds()), reason]
    act = Act.ANSWER_REQUEST
    row = next(iter(await _rows(door, DISCLOSURE_REQUEST.c.ref == request)), None)
    doing = dataclasses.replace(doing, child_ref="" if row is None else row["child_ref"])
    before = await done_before(door, doing, act, said)
    if before is not None:
        return before
    theirs = (
        row is not None
        and row["answer"] is None
        and row["by"] != person(door, doing.viewer)
        and row["to_role"] in _named_by(doing.viewer.role)
        and await _is_theirs(door, row, doing.viewer, doing.access, doing.now)
    )
    until = doing.now + lasts
    body = {
        "of": request if theirs else None,
        "answer": answered.value,
        "until": until.isoformat() if answered is Answered.RELEASED else None,
    }
    step = Step(act=act, kind=EntryKind.ANSWER, said=said, body=body, reason=reason)

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        assert row is not None  # noqa: S101 (it is theirs)
        by = person(door, doing.viewer)
        await connection.execute(
            DISCLOSURE_ANSWER.insert().values(
                request=request, ref=ref, by=by, outcome=answered.value, reason=reason, at=doing.now
            )
        )
        if answered is Answered.RELEASED:
            judgement = await record_judgement(
                connection,
                row["child_ref"],
                Fact.RELEASE_DECIDED,
                Said(
                    source=doing.viewer.organisation,
                    by=by,
                    valid_from=doing.now,
                    valid_to=until,
                    recorded_at=doing.now,
                ),
                value=True,
                reason=reason,
                for_person=(row["issuer"], row["subject"]),
                for_organisation=row["organisation"],
            )
            await judge_for(connection, judgement, read(row["items"]))
        if answered is Answered.NOT_SHARED:
            await connection.execute(
                NOT_SHARED.insert().values(
                    ref=ref,
                    child_ref=row["child_ref"],
                    by=by,
                    role=doing.viewer.role.value,
                    organisation=doing.viewer.organisation,
                    items=row["items"],
                    reason=reason,
                    at=doing.now,
                    with_role=row["role"],
                    told="[]",
                )
            )
        return {"answer": answered.value}

    allowed = May.YES if theirs else May.NOT_THIS_CHILD
    return await do_once(door, doing, step, allowed, effect)


async def _rows(door: Door, where: sa.ColumnElement[bool]) -> list[sa.RowMapping]:
    wanted: sa.Select[Any] = (
        sa.select(
            DISCLOSURE_REQUEST,
            DISCLOSURE_ANSWER.c.outcome.label("answer"),
            DISCLOSURE_ANSWER.c.reason.label("answer_reason"),
        )
        .outerjoin(DISCLOSURE_ANSWER, DISCLOSURE_ANSWER.c.request == DISCLOSURE_REQUEST.c.ref)
        .where(where)
        .order_by(DISCLOSURE_REQUEST.c.at, DISCLOSURE_REQUEST.c.ref)
        .limit(_MOST)
    )
    async with reading(door.facts.engine) as connection:
        return list((await connection.execute(wanted)).mappings())


async def _is_theirs(
    door: Door, row: sa.RowMapping, viewer: Viewer, access: Access, now: datetime
) -> bool:
    """Whether the caller is to the child what the request asks for, for certain."""
    situation = await door.situation(viewer, access, row["child_ref"], now)
    if situation.standings is UNKNOWN:
        return False
    asked = BY_STANDING.get(Role(row["to_role"]))
    return bool(situation.standings if asked is None else situation.standings & asked)


def _named_by(role: Role) -> list[str]:
    """The roles for which somebody in this one may answer."""
    named = {role, *(asked for asked, others in DEPUTIES.items() if role in others), *BY_STANDING}
    return sorted(one.value for one in named)


def _request(row: sa.RowMapping) -> Request:
    items = read(row["items"])
    return Request(
        ref=row["ref"],
        child_ref=row["child_ref"],
        role=Role(row["role"]),
        organisation=row["organisation"],
        to_role=Role(row["to_role"]),
        items=tuple(item for item in Item if item in items),
        purpose=Purpose(row["purpose"]),
        reason=row["reason"],
        at=row["at"],
        answer=None if row["answer"] is None else Answered(row["answer"]),
        answer_reason=row["answer_reason"],
    )
