"""Why something is shown or withheld, as far as whoever asks may be told; that they asked is on record.

Of a category that is not confirmed to the caller nothing is said that depends on the child: the
rules are explained as they stand for a child of whom nothing is recorded, which is what the caller
would be told of anybody. Only those who answer for the record, or inspect it, are told everything.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from consent.decision import Decision
from consent.explain import Explanation, explain
from consent.grounds import Giver
from consent.situation import Situation
from consent.vocabulary import NOTHING_RECORDED
from disclosure.acts import ENTITLED, Act, May, may
from disclosure.answers import EXISTS, Refusal, confirmed_by
from disclosure.disclose import Door
from disclosure.doing import Doing, NotDone, asker, situation_of
from disclosure.entries import Entry, EntryKind
from disclosure.grounding import InWords, in_words, recorded
from disclosure.narrowing import Limits, decide_within, explained_by, limits_of
from disclosure.systems import Names
from disclosure.weighing import LONDON
from disclosure.withholding import REFUSALS, whom_to_ask
from protocols.protocol import Ask
from records.errors import WrongArgument
from records.items import ITEM_CATEGORY, Item
from records.people import Purpose, Role

_MOST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One item: whether it is open, why not, and whom to ask; ``why`` holds the rules that were tried.

    ``grounds`` are those on which each giver would tell it; to those who may be told everything.
    """

    item: Item
    open: bool
    reason: Refusal | None
    ask: Ask
    why: Explanation
    grounds: tuple[tuple[Giver, InWords], ...] = ()


async def explain_access(
    door: Door, doing: Doing, items: frozenset[Item], *, as_role: Role | None = None
) -> list[Explained] | NotDone:
    """Why each item is open or withheld to the caller; or to another role, for those who may know all.

    Raises:
        WrongArgument: no items, or too many.
        NotRecorded: it could not be written down; nothing is explained.
    """
    if not 0 < len(items) <= _MOST:
        raise WrongArgument(f"Ask about 1 to {_MOST} items.")
    own = await situation_of(door, doing)
    assures = doing.access.purpose is Purpose.ASSURE
    full = may(ENTITLED[Act.EXPLAIN_FULLY], own) if assures else May.NOT_THIS_ROLE
    to_auditor = full is May.YES
    allowed = May.YES if to_auditor or as_role in {None, doing.viewer.role} else full
    await door.ledger.append(
        Entry(
            kind=EntryKind.EXPLAINED,
            at=doing.now,
            child_ref=doing.child_ref,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=doing.access.reason,
            body={
                **asker(doing.viewer, doing.access),
                "items": sorted(item.value for item in items),
                "as_role": None if as_role is None else as_role.value,
                "in_full": to_auditor,
                "allowed": allowed.value,
            },
        )
    )
    if allowed is not May.YES:
        return NotDone(allowed)
    situation, viewer = own, doing.viewer
    if as_role is not None and as_role is not viewer.role:
        viewer = dataclasses.replace(viewer, role=as_role)
        situation = await door.situation(viewer, doing.access, doing.child_ref, doing.now)
    limits = await limits_of(door.facts.engine, situation, viewer, doing.child_ref, doing.now)
    found = _all(door, doing, situation, items, limits, to_auditor=to_auditor)
    if not to_auditor:
        return found
    theirs = door.own_systems(viewer.organisation)
    return [
        dataclasses.replace(one, grounds=told_on(door, situation, one.why.decision, theirs))
        for one in found
    ]


def told_on(
    door: Door, situation: Situation, decision: Decision, own: Names
) -> tuple[tuple[Giver, InWords], ...]:
    """On what grounds each giver of this deployment would tell an open item; none of a closed one."""
    bundle = door.bundle
    grounded = door.grounds(bundle, situation, {decision.item: decision}, own)
    return tuple(
        (one.giver, in_words(bundle, one.basis, one.confidence)) for one in recorded(grounded)
    )


def _all(
    door: Door,
    doing: Doing,
    situation: Situation,
    items: frozenset[Item],
    limits: Limits,
    *,
    to_auditor: bool,
) -> list[Explained]:
    bundle = door.bundle
    exists = {EXISTS[ITEM_CATEGORY[item]] for item in items if ITEM_CATEGORY[item] in EXISTS}
    asked = [item for item in Item if item in items | exists]
    decisions = decide_within(bundle, situation, asked, limits)
    nobody = _of_nobody(doing, situation.role)
    found: list[Explained] = []
    for item in (one for one in Item if one in items):
        confirmed = to_auditor or confirmed_by(decisions, ITEM_CATEGORY[item])
        about = explained_by(bundle, item, situation, limits) if confirmed else nobody
        why = explain(bundle, about, item, to_auditor=to_auditor)
        found.append(
            Explained(
                item=item,
                open=confirmed and why.decision.open,
                reason=_reason(why.decision) if confirmed else Refusal.NOT_CONFIRMED,
                ask=bundle.ask(situation, item)
                if confirmed
                else whom_to_ask(bundle, situation.role, item),
                why=why,
            )
        )
    return found


def _reason(decision: Decision) -> Refusal | None:
    return None if decision.open else REFUSALS[decision.reason]


def _of_nobody(doing: Doing, role: Role) -> Situation:
    """What is known of a child of whom nothing is recorded."""
    return Situation(
        role=role,
        standings=frozenset(),
        purpose=doing.access.purpose,
        host=None,
        responsible=None,
        on=doing.now.astimezone(LONDON).date(),
        facts=dict(NOTHING_RECORDED),
    )
