"""Past decisions, read back from the ledger so that they can be taken again: from their normal forms.

Source: design of the record of decisions: as decided, as the rules stood, as the facts were known.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.bundle import Bundle
from consent.decision import Decision
from consent.grounds import Giver, grounds_of
from consent.situation import Situation
from disclosure import grounding, normal_form
from disclosure.entries import EntryKind, Written
from disclosure.grounding import Recorded
from disclosure.narrowing import Limits, as_read, decide_within
from disclosure.trail import entries
from records.items import Item
from records.people import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One decision as it stands in the ledger. ``child`` and ``by`` are pseudonyms.

    ``rules`` are the ids of the rules that decided each item, ``opened`` the items that they opened.
    ``grounds`` are those on which they were opened; None where it was decided before any were kept.
    """

    ref: str
    at: datetime
    child: str
    by: str
    organisation: str
    team: str | None
    client: str
    policy: str
    situation: Situation
    limits: Limits
    opened: frozenset[Item]
    rules: Mapping[Item, tuple[str, ...]]
    grounds: tuple[Recorded, ...] | None = None
    reason: str | None = field(default=None, repr=False)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item that was decided, in the items' own order."""
        return tuple(item for item in Item if item in self.rules)


def past_of(written: Written) -> Past:
    """A decision's row, read. The words of rows are stable: one written in the first week reads today."""
    row: dict[str, Any] = msgspec.json.decode(written.row)
    body = row["body"]
    withheld = {Item(name): tuple(said["rules"]) for name, said in body["withheld"].items()}
    opened = {Item(name): tuple(rules) for name, rules in body["open"].items()}
    return Past(
        ref=written.ref,
        at=written.at,
        child=row["child"],
        by=row["by"],
        organisation=body["organisation"],
        team=body.get("team"),
        client=body["client"],
        policy=body["policy"],
        situation=normal_form.read(body["situation"]),
        limits=as_read(body.get("limits", {})),
        opened=frozenset(opened),
        rules=withheld | opened,
        grounds=grounding.read(body["grounds"]) if "grounds" in body else None,
        reason=written.reason,
    )


async def past_decisions(
    engine: AsyncEngine,
    *,
    child: str | None = None,
    by: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Past]:
    """Decisions, oldest first; ``child`` and ``by`` are pseudonyms."""
    kinds = (EntryKind.DECISION,)
    async for written in entries(engine, child=child, by=by, kinds=kinds, since=since, until=until):
        yield past_of(written)


def taken_again(
    bundle: Bundle, past: Past, situation: Situation | None = None
) -> Mapping[Item, Decision]:
    """The same items decided under this bundle, in the situation that was or another."""
    return decide_within(bundle, situation or past.situation, past.items, past.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One item that would be decided otherwise: which rules said what then, and which say it now."""

    item: Item
    was_open: bool
    is_open: bool
    rules_then: tuple[str, ...]
    rules_now: tuple[str, ...]


def differences(past: Past, decisions: Mapping[Item, Decision]) -> tuple[Difference, ...]:
    """What is otherwise than it was decided: open or not, or by other rules."""
    found = []
    for item, decision in decisions.items():
        rules = tuple(ref.id for ref in decision.rules)
        was_open = item in past.opened
        if was_open is not decision.open or rules != past.rules[item]:
            found.append(
                Difference(
                    item=item,
                    was_open=was_open,
                    is_open=decision.open,
                    rules_then=past.rules[item],
                    rules_now=rules,
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGround:
    """What one giver would tell some items on other grounds than were written down."""

    then: Recorded | None
    now: Recorded | None


def other_grounds(bundle: Bundle, past: Past) -> tuple[OtherGround, ...]:
    """Where the grounds do not come out as they were written; none of a decision older than grounds."""
    if past.grounds is None:
        return ()
    again = grounds_of(
        bundle, past.situation, taken_again(bundle, past), grounding.givers_in(past.grounds)
    )
    then, now = _told(past.grounds), _told(grounding.recorded(again))
    return tuple(
        OtherGround(then=then.get(key), now=now.get(key))
        for key in [*then, *(key for key in now if key not in then)]
        if then.get(key) != now.get(key)
    )


def _told(recorded: Iterable[Recorded]) -> dict[tuple[Giver, Item], Recorded]:
    """Each item by itself, as each giver tells it."""
    return {
        (one.giver, item): dataclasses.replace(one, items=frozenset({item}))
        for one in recorded
        for item in one.items
    }


@dataclass(slots=True)
class Moved:
    """How many real decisions would have come out otherwise under another bundle, and for whom."""

    counted: int = 0
    shown_more: int = 0
    shown_less: int = 0
    changed: int = 0
    more: Counter[tuple[Role, Item]] = field(default_factory=Counter)
    less: Counter[tuple[Role, Item]] = field(default_factory=Counter)
    refs: list[str] = field(default_factory=list)

    def count(self, past: Past, before: Bundle, after: Bundle, on: date) -> None:
        """Count one decision, as it would be if either bundle were in force on that day."""
        situation = dataclasses.replace(past.situation, on=on)
        was, now = (_given(taken_again(bundle, past, situation)) for bundle in (before, after))
        more, less = now - was, was - now
        self.counted += 1
        self.shown_more += bool(more)
        self.shown_less += bool(less)
        if more or less:
            self.changed += 1
            self.refs.append(past.ref)
        role = past.situation.role
        self.more.update((role, item) for item in {item for item, _ in more})
        self.less.update((role, item) for item in {item for item, _ in less})


def _given(decisions: Mapping[Item, Decision]) -> frozenset[tuple[Item, object]]:
    """What is open, and from whose records."""
    return frozenset((item, kind) for item, d in decisions.items() if d.open for kind in d.holders)
