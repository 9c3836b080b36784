"""Breaking glass: seeing in an emergency what would be withheld, with a reason that somebody reviews.

Only the roles, purposes and items that an override of the rules names. It lifts what that override
lifts, for the items asked for, and runs out within twelve hours. Whether there is such a child
is not to be seen in the answer: it depends on the rules, the role and what was asked alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from consent.bundle import Bundle, Effect, Rule, RuleRef
from consent.engine import decide
from consent.vocabulary import Fact, Known
from disclosure.acts import Act, May
from disclosure.assertion import Said
from disclosure.disclose import Door
from disclosure.doing import (
    Doing,
    Done,
    NotDone,
    Outcome,
    Step,
    do_once,
    done_before,
    person,
    situation_of,
    written_reason,
)
from disclosure.entries import EntryKind
from disclosure.narrowing import judge_for, written
from disclosure.proceeding_tables import BREAK_GLASS
from disclosure.recording import record_judgement
from disclosure.registrar import count_by
from disclosure.working_days import within_one_working_day
from protocols.condition import together
from records.errors import WrongArgument
from records.items import Item, below
from records.people import Purpose, Role

LONGEST: Final = timedelta(hours=12)
_SHORTEST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaking:
    """What is to be opened, for how long, and why."""

    items: frozenset[Item]
    lasts: timedelta
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotListed:
    """The rules name no emergency for this: by role, purpose and items alone."""

    says: str
    rules: tuple[RuleRef, ...]


def overrides_for(
    bundle: Bundle, role: Role, at: datetime, purpose: Purpose | None = None
) -> list[Rule]:
    """The overrides in force that somebody in this role may use; for one purpose, if it is named."""
    known: dict[Fact, Known] = {Fact.ROLE: role.value, Fact.OVERRIDE: True}
    if purpose is not None:
        known[Fact.PURPOSE] = purpose.value
    return [
        rule
        for rule in bundle.rules
        if rule.effect is Effect.OVERRIDE
        and rule.in_force(at.date())
        and together(rule.clauses, known) is not False
    ]


def opened_by(rules: list[Rule]) -> frozenset[Item]:
    """Every item that these overrides open, with what each includes."""
    return frozenset[Item]().union(*(below(item) for rule in rules for item in rule.items))


async def break_glass(door: Door, doing: Doing, breaking: Breaking) -> Done | NotDone | NotListed:
    """Open these items to this caller until they run out; put in the queue for review.

    The told ``items``, ``expires_at`` and ``review_due`` depend on what was asked; ``this_week`` on the
    caller. What it sets aside is in the ledger and in the queue.

    Raises:
        WrongArgument: nothing or too long is asked for, or the reason is none.
        NotRecorded: it could not be written down; nothing was opened.

    Source: the overrides of the bundle (england-vital-interest); reviewed within one working day.
    """
    if not _SHORTEST <= breaking.lasts <= LONGEST:
        raise WrongArgument(
            "Glass is broken for 1 to 720 minutes. Break it again after, if need be."
        )
    if not breaking.items:
        raise WrongArgument("Say which items you need.")
    reason = written_reason(breaking.reason)
    minutes = int(breaking.lasts.total_seconds()) // 60
    said = [*sorted(item.value for item in breaking.items), minutes, reason]
    before = await done_before(door, doing, Act.BREAK_GLASS, said)
    if before is not None:
        return before
    bundle = door.bundle
    rules = overrides_for(bundle, doing.viewer.role, doing.now, doing.access.purpose)
    not_listed = _not_listed(bundle, doing, breaking.items, rules)
    situation = await situation_of(door, doing)
    broken = dataclasses.replace(situation, facts={**situation.facts, Fact.OVERRIDE: True})
    set_aside = {
        item.value: [ref.id for ref in decision.set_aside]
        for item, decision in decide(bundle, broken, sorted(breaking.items, key=_slug)).items()
        if decision.set_aside
    }
    expires_at = doing.now + breaking.lasts
    review_due = within_one_working_day(doing.now)
    this_week = 1 + await count_by(door, doing, EntryKind.BREAK_GLASS)
    step = Step(
        act=Act.BREAK_GLASS,
        kind=EntryKind.BREAK_GLASS,
        said=said,
        body={
            "items": sorted(item.value for item in breaking.items),
            "until": expires_at.isoformat(),
            "review_due": review_due.isoformat(),
            "rules": [rule.ref.id for rule in rules],
            "set_aside": set_aside,
            "this_week": this_week,
            "policy": bundle.digest,
        },
        reason=reason,
    )

    async def effect(connection: AsyncConnection, ref: str) -> Outcome:
        await _open(
            connection, door, doing, breaking.items, ref, expires_at, reason, review_due, set_aside
        )
        return {
            "items": sorted(item.value for item in breaking.items),
            "expires_at": expires_at.isoformat(),
            "review_due": review_due.isoformat(),
            "this_week": this_week,
        }

    allowed = May.YES if not_listed is None else May.NOT_THIS_ROLE
    done = await do_once(door, doing, step, allowed, effect)
    return done if not_listed is None else not_listed


async def _open(
    connection: AsyncConnection,
    door: Door,
    doing: Doing,
    items: frozenset[Item],
    ref: str,
    expires_at: datetime,
    reason: str,
    review_due: datetime,
    set_aside: Mapping[str, list[str]],
) -> None:
    viewer, by = doing.viewer, person(door, doing.viewer)
    judgement = await record_judgement(
        connection,
        doing.child_ref,
        Fact.OVERRIDE,
        Said(
            source=viewer.organisation,
            by=by,
            valid_from=doing.now,
            valid_to=expires_at,
            recorded_at=doing.now,
        ),
        value=True,
        reason=reason,
        for_person=(viewer.issuer, viewer.subject),
        for_organisation=viewer.organisation,
    )
    await judge_for(connection, judgement, items)
    await connection.execute(
        BREAK_GLASS.insert().values(
            ref=ref,
            child_ref=doing.child_ref,
            by=by,
            role=viewer.role.value,
            organisation=viewer.organisation,
            items=written(items),
            reason=reason,
            at=doing.now,
            judgement=judgement,
            set_aside=msgspec.json.encode(set_aside).decode(),
            expires_at=expires_at,
            review_due=review_due,
        )
    )


def _not_listed(
    bundle: Bundle, doing: Doing, items: frozenset[Item], rules: list[Rule]
) -> NotListed | None:
    """Why the rules name no emergency for this, in a sentence; None where they do."""
    if rules and items <= opened_by(rules):
        return None
    in_role = overrides_for(bundle, doing.viewer.role, doing.now)
    refs = tuple(rule.ref for rule in in_role or _every_override(bundle, doing.now))
    if not in_role:
        return NotListed(
            "Breaking glass is not for your role. The paragraph names the roles that may; ask one of"
            " them, or ring. If a child may be in danger now, ring 999.",
            refs,
        )
    if not rules:
        return NotListed(
            "Glass is broken to find or to protect a child: give the purpose locate or safeguard,"
            " if that is what you do.",
            refs,
        )
    kept = ", ".join(sorted(item.value for item in items - opened_by(rules)))
    return NotListed(f"The paragraph does not open these, even in an emergency: {kept}.", refs)


def _every_override(bundle: Bundle, at: datetime) -> list[Rule]:
    return [
        rule for rule in bundle.rules if rule.effect is Effect.OVERRIDE and rule.in_force(at.date())
    ]


def _slug(item: Item) -> str:
    return item.value
