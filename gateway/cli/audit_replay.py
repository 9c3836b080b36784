"""``homeward audit replay``: past decisions taken again, and every difference said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.approvals import kept_bundle
from disclosure.entries import Pseudonyms
from disclosure.facts import Facts
from disclosure.grounding import Recorded
from disclosure.recalling import Otherwise, child_of, otherwise, recalled
from disclosure.replaying import (
    Difference,
    OtherGround,
    Past,
    differences,
    other_grounds,
    past_decisions,
    taken_again,
)
from disclosure.weighing import LONDON
from gateway.bundles import bundle_for, now
from gateway.cli.audit_search import Child, Since, Until, child_ref_of, london
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, progress, say
from gateway.keys import own_keys
from gateway.opening import database_of
from gateway.settings import Settings
from protocols.bundle import Bundle
from records.errors import WrongSettings
from schema.ids import Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One decision, taken again in four ways; None where that cannot be done.

    ``as_decided``: its own situation under its own bundle; anything here means that the record or
    the engine is not what it was. ``other_grounds``: the same of the grounds that were relied on. ``rules_now``: the same situation under today's bundle.
    ``facts_then``: what the registers say now of what was known then; anything here means that they
    were changed since, or that the decision rested on what is not in them. ``facts_since``: with
    all that has been learnt since. ``would_change``: items that would come out otherwise for that.
    """

    past: Past
    as_decided: tuple[Difference, ...] | None
    other_grounds: tuple[OtherGround, ...] | None
    rules_now: tuple[Difference, ...]
    facts_then: tuple[Otherwise, ...] | None
    facts_since: tuple[Otherwise, ...] | None
    would_change: tuple[Difference, ...] | None

    @property
    def holds(self) -> bool:
        """Whether the decision comes out as it was written down."""
        return not (self.as_decided or self.other_grounds or self.facts_then)


def replay(
    ref: Annotated[
        str | None, typer.Argument(metavar="[REF]", help="The ledger's reference of one decision.")
    ] = None,
    child: Child = None,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Take past decisions again: as the rules stood, as the facts were known, and as both are now.

    Exit 3 where one does not come out as it was written down. What the rules or the facts have
    become since is said, and is no fault.
    """
    if ref is None and child is None and since is None:
        raise WrongSettings("Say which: a decision's reference, --child or --since.")
    found = asyncio.run(_replayed(settings_of(config), ref, child, london(since), london(until)))
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        for one in found:
            _show(one)
    if not found:
        say("No decision like that is in the ledger.")
        raise typer.Exit(Exit.NOTHING)
    wrong = sum(not one.holds for one in found)
    say(f"{len(found)} decisions taken again; {wrong} do not come out as they were written down.")
    if wrong:
        raise typer.Exit(Exit.NO)


async def _replayed(
    settings: Settings,
    ref: str | None,
    child: str | None,
    since: datetime | None,
    until: datetime | None,
) -> list[Replayed]:
    keys = own_keys(settings)
    marks = Pseudonyms(keys.pepper)
    async with database_of(settings) as engine:
        today = await bundle_for(settings, engine, now().astimezone(LONDON).date())
        again = _Again(engine, marks, today)
        if child is not None:
            again.knows(child_ref_of(Ids(keys.ids), child))
        pseudonym = None if child is None else marks.child(child_ref_of(Ids(keys.ids), child))
        decisions = past_decisions(engine, child=pseudonym, since=since, until=until)
        return [await again.take(past) async for past in decisions if ref in {None, past.ref}]


class _Again:
    """Takes decisions again; bundles and children are looked up once."""

    def __init__(self, engine: AsyncEngine, marks: Pseudonyms, today: Bundle) -> None:
        self._engine = engine
        self._facts = Facts(engine)
        self._marks = marks
        self._today = today
        self._bundles: dict[str, Bundle | None] = {today.digest: today}
        self._children: dict[str, str | None] = {}

    def knows(self, child_ref: str) -> None:
        """Whom a pseudonym stands for, so that it need not be looked for."""
        self._children[self._marks.child(child_ref)] = child_ref

    async def take(self, past: Past) -> Replayed:
        if past.policy not in self._bundles:
            self._bundles[past.policy] = await kept_bundle(self._engine, past.policy)
        then = self._bundles[past.policy]
        facts_then = facts_since = would_change = None
        child = await self._child(past.child)
        if child is not None:
            bundle = then or self._today
            was, since = [
                await recalled(
                    self._facts, self._marks, past, child, bundle=bundle, known_at=known_at
                )
                for known_at in (past.at, None)
            ]
            facts_then, facts_since = (otherwise(past.situation, one) for one in (was, since))
            would_change = differences(past, taken_again(bundle, past, since))
        return Replayed(
            past=past,
            as_decided=None if then is None else differences(past, taken_again(then, past)),
            other_grounds=None if then is None else other_grounds(then, past),
            rules_now=differences(past, taken_again(self._today, past)),
            facts_then=facts_then,
            facts_since=facts_since,
            would_change=would_change,
        )

    async def _child(self, pseudonym: str) -> str | None:
        if pseudonym not in self._children:
            progress("Looking for the child in the index")
            self._children[pseudonym] = await child_of(self._engine, self._marks, pseudonym)
        return self._children[pseudonym]


def _show(one: Replayed) -> None:
    past = one.past
    STDOUT.print(
        f"[bold]{past.ref}[/bold] {past.at.astimezone(LONDON):%Y-%m-%d %H:%M} "
        f"{past.situation.role.value}, {past.situation.purpose.value}, bundle {past.policy[:12]}: "
        + ("as written down" if one.holds else "[bold]not as written down[/bold]"),
        highlight=False,
    )
    for title, lines in _said(one).items():
        if lines is None:
            STDOUT.print(f"  {title}: cannot be told; {_WHY_NOT[title]}", highlight=False)
        elif lines:
            STDOUT.print(f"  {title}:", highlight=False)
            for line in lines:
                STDOUT.print(f"    {escape(line)}", highlight=False)


_WHY_NOT = {
    "as the rules stood": "its bundle was never approved here, so that its texts were not kept",
    "on which grounds": "its bundle was never approved here, so that its texts were not kept",
    "as the facts were known": "the child is no longer in the index",
    "with what was learnt since": "the child is no longer in the index",
    "which would change": "the child is no longer in the index",
}


def _said(one: Replayed) -> Mapping[str, list[str] | None]:
    return {
        "as the rules stood": _rules(one.as_decided),
        "on which grounds": _grounds(one.other_grounds),
        "under today's rules": _rules(one.rules_now),
        "as the facts were known": _facts(one.facts_then),
        "with what was learnt since": _facts(one.facts_since),
        "which would change": _rules(one.would_change),
    }


def _rules(found: tuple[Difference, ...] | None) -> list[str] | None:
    if found is None:
        return None
    return [
        f"{d.item.value}: {_words(d.rules_then, is_open=d.was_open)};"
        f" now {_words(d.rules_now, is_open=d.is_open)}"
        for d in found
    ]


def _grounds(found: tuple[OtherGround, ...] | None) -> list[str] | None:
    if found is None:
        return None
    return [f"{_on(one.then)}; now {_on(one.now)}" for one in found]


def _on(one: Recorded | None) -> str:
    if one is None:
        return "nothing told"
    items = ", ".join(sorted(item.value for item in one.items))
    return f"{items} from {one.giver.kind.value} on {one.basis or 'no basis'}, {one.confidence or 'no ground in confidence'}"


def _plain_grounds(found: tuple[OtherGround, ...] | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    return [
        {
            "then": None if one.then is None else _plain_ground(one.then),
            "now": None if one.now is None else _plain_ground(one.now),
        }
        for one in found
    ]


def _plain_ground(one: Recorded) -> dict[str, Any]:
    return {
        "from": one.giver.kind.value,
        "own_record": one.giver.own,
        "items": sorted(item.value for item in one.items),
        "lawful_basis": one.basis,
        "confidentiality": one.confidence,
    }


def _words(rules: tuple[str, ...], *, is_open: bool) -> str:
    return f"{'open' if is_open else 'withheld'} by {', '.join(rules) or 'silence'}"


def _facts(found: tuple[Otherwise, ...] | None) -> list[str] | None:
    if found is None:
        return None
    return [f"{one.what}: {one.then}; now {one.recalled}" for one in found]


def _plain(one: Replayed) -> dict[str, Any]:
    past = one.past
    return {
        "ref": past.ref,
        "at": past.at,
        "role": past.situation.role.value,
        "purpose": past.situation.purpose.value,
        "policy": past.policy,
        "holds": one.holds,
        "as_decided": _plain_rules(one.as_decided),
        "other_grounds": _plain_grounds(one.other_grounds),
        "rules_now": _plain_rules(one.rules_now),
        "facts_then": _plain_facts(one.facts_then),
        "facts_since": _plain_facts(one.facts_since),
        "would_change": _plain_rules(one.would_change),
    }


def _plain_rules(found: tuple[Difference, ...] | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    return [
        {
            "item": d.item.value,
            "was_open": d.was_open,
            "is_open": d.is_open,
            "rules_then": d.rules_then,
            "rules_now": d.rules_now,
        }
        for d in found
    ]


def _plain_facts(found: tuple[Otherwise, ...] | None) -> list[dict[str, str]] | None:
    if found is None:
        return None
    return [{"fact": one.what, "then": one.then, "recalled": one.recalled} for one in found]
