"""Finding decisions in the ledger: who, when, for what, and which kinds of information went out.

Nothing is matched by name: the ledger has pseudonyms, which this deployment's pepper makes again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.entries import EntryKind
from disclosure.replaying import Past, past_decisions
from disclosure.trail import entries
from records.items import ITEM_CATEGORY, Category, Item
from records.people import Purpose, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One decision: who asked, in what role, why, and what became of it.

    ``by`` and ``child`` are pseudonyms. ``shown`` are the categories of what was handed over, with the
    systems that gave it; ``permitted`` those of which anything was open; ``withheld`` the items that
    were not. ``grounds`` are the lawful bases, and how the duty of confidence was met, of what was
    handed over; of what was open, where the ledger holds no receipt. None: before grounds were kept.
    """

    ref: str
    at: datetime
    by: str
    child: str
    role: Role
    organisation: str
    purpose: Purpose
    policy: str
    permitted: tuple[Category, ...]
    shown: tuple[Category, ...]
    systems: tuple[str, ...]
    withheld: tuple[Item, ...]
    grounds: tuple[tuple[str | None, str | None], ...] | None
    reason: str | None = field(repr=False)


async def search(
    engine: AsyncEngine,
    *,
    child: str | None = None,
    by: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Found]:
    """Decisions about a child or by a person, by their pseudonyms, oldest first."""
    receipts: dict[str, dict[str, Any]] = {}
    kinds = (EntryKind.RECEIPT,)
    async for written in entries(engine, child=child, by=by, kinds=kinds, since=since):
        body = msgspec.json.decode(written.row)["body"]
        receipts[body["decision"]] = body
    return [
        _found(past, receipts.get(past.ref))
        async for past in past_decisions(engine, child=child, by=by, since=since, until=until)
    ]


def _found(past: Past, receipt: dict[str, Any] | None) -> Found:
    given = [] if receipt is None else [Item(name) for name in receipt["items"]]
    systems = {} if receipt is None else receipt["systems"]
    return Found(
        ref=past.ref,
        at=past.at,
        by=past.by,
        child=past.child,
        role=past.situation.role,
        organisation=past.organisation,
        purpose=past.situation.purpose,
        policy=past.policy,
        permitted=_categories(past.opened),
        shown=_categories(given),
        systems=tuple(name for name, state in systems.items() if state == "answered"),
        withheld=tuple(item for item in past.items if item not in past.opened),
        grounds=_grounds(past, given),
        reason=past.reason,
    )


def _grounds(
    past: Past, given: Collection[Item]
) -> tuple[tuple[str | None, str | None], ...] | None:
    if past.grounds is None:
        return None
    told = past.opened.intersection(given) if given else past.opened
    return tuple(
        dict.fromkeys(
            (one.basis, one.confidence) for one in past.grounds if not told.isdisjoint(one.items)
        )
    )


def _categories(items: Iterable[Item]) -> tuple[Category, ...]:
    there = {ITEM_CATEGORY[item] for item in items}
    return tuple(category for category in Category if category in there)
