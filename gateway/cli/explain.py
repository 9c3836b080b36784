"""``homeward explain``: why one item is open or withheld, each rule, and what would change it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeAlias

import typer
from rich.markup import escape

from consent.explain import Explanation, explain
from consent.grounds import Giver
from disclosure.explaining import told_on
from disclosure.grounding import InWords
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, print_json
from gateway.issuer import ISS
from gateway.settings import Settings
from records.errors import MalformedIdentifier
from records.items import Item
from records.people import Access, Purpose, Role, Viewer
from schema.ids import ChildId

Grounds: TypeAlias = tuple[tuple[Giver, InWords], ...]
_MARKS: Final = {True: "✓", False: "✗", None: "?"}


def explain_item(
    child_id: Annotated[
        str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")
    ],
    item: Annotated[Item, typer.Argument(metavar="ITEM", help="Such as rhi.full.")],
    role: Annotated[Role, typer.Option("--as", metavar="ROLE", help="For a person in this role.")],
    organisation: Annotated[str, typer.Option(help="Of this organisation.")],
    purpose: Annotated[Purpose, typer.Option(help="For this purpose.")],
    subject: Annotated[str, typer.Option(help="This person, by the issuer's id.")] = "nobody",
    issuer: Annotated[str, typer.Option(help="Whose id that is.")] = ISS,
    config: Config = None,
    *,
    to_auditor: Annotated[
        bool, typer.Option("--to-auditor", help="Everything, not only what the caller may know.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Why this person would be given an item about this child, or not, by today's rules and facts.

    It reads this deployment's own registers, asks no system, and is for those who run it.
    """
    now = datetime.now(UTC)
    viewer = Viewer(
        subject=subject,
        issuer=issuer,
        role=role,
        organisation=organisation,
        client="homeward-explain",
        expires_at=now + timedelta(minutes=1),
    )
    access = Access(purpose=purpose, reason="To explain a decision")
    settings = settings_of(config)
    found, grounds = asyncio.run(
        _explanation(settings, child_id, item, viewer, access, now, to_auditor=to_auditor)
    )
    if as_json:
        print_json(_plain(found, grounds))
        return
    for line in (*_lines(found), *_ground_lines(grounds)):
        STDOUT.print(line, highlight=False)


async def _explanation(
    settings: Settings,
    child_id: str,
    item: Item,
    viewer: Viewer,
    access: Access,
    now: datetime,
    *,
    to_auditor: bool,
) -> tuple[Explanation, Grounds]:
    async with opened_for(settings) as parts:
        named = parts.services.ids.read(child_id)
        if not isinstance(named, ChildId):
            raise MalformedIdentifier("This is no child's id of this gateway. Copy it whole.")
        door = parts.services.door
        situation = await door.situation(viewer, access, named.child_ref, now)
        found = explain(door.bundle, situation, item, to_auditor=to_auditor)
        if not to_auditor:
            return found, ()
        own = door.own_systems(viewer.organisation)
        return found, told_on(door, situation, found.decision, own)


def _lines(found: Explanation) -> Iterator[str]:
    decision = found.decision
    state = "open" if decision.open else "withheld"
    yield f"[bold]{decision.item.value}: {state}[/bold] ({decision.reason.value})"
    for rule in decision.rules:
        yield f"  because {escape(rule.says)}"
        yield f"  [dim]{escape(rule.title)}, {escape(rule.heading)}: “{escape(rule.quote)}”[/dim]"
    if found.tried:
        yield "\nRules that speak of it:"
    for tried in found.tried:
        yield f"  {_MARKS[tried.counted]} {tried.rule.id} ({tried.effect.value}, {escape(tried.rule.heading)})"
        for test in tried.conditions:
            yield f"      {_MARKS[test.outcome]} {escape(test.says)}"
    if found.near_misses:
        yield "\nWould be open if:"
    for miss in found.near_misses:
        yield f"  {miss.rule.id}: {escape('; '.join(miss.lacks))}"


def _ground_lines(grounds: Grounds) -> Iterator[str]:
    if grounds:
        yield "\nOn what ground in law it would be told:"
    for giver, words in grounds:
        own = ", own record" if giver.own else ""
        yield f"  from {giver.kind.value}{own}: {words.basis or 'no lawful basis'} ({escape(words.law)})"
        yield f"      confidence: {words.confidence or 'no ground'}, {words.met_by} ({escape(words.source)})"
        if not words.verified:
            yield "      [dim]unverified: nobody accountable has confirmed it[/dim]"


def _plain(found: Explanation, grounds: Grounds) -> dict[str, Any]:
    decision = found.decision
    return {
        "item": decision.item.value,
        "open": decision.open,
        "reason": decision.reason.value,
        "rules": [
            {"id": r.id, "protocol": r.protocol, "paragraph": r.heading, "quote": r.quote}
            for r in decision.rules
        ],
        "tried": [
            {
                "rule": tried.rule.id,
                "effect": tried.effect.value,
                "counted": tried.counted,
                "conditions": [
                    {"fact": t.fact.value, "says": t.says, "outcome": t.outcome}
                    for t in tried.conditions
                ],
            }
            for tried in found.tried
        ],
        "near_misses": [
            {"rule": miss.rule.id, "lacks": list(miss.lacks)} for miss in found.near_misses
        ],
        "could_open": found.could_open,
        "grounds": [
            {
                "from": giver.kind.value,
                "own_record": giver.own,
                "lawful_basis": words.basis,
                "law": words.law,
                "confidentiality": words.confidence,
                "met_by": words.met_by,
                "source": words.source,
                "says": words.says,
                "verified": words.verified,
            }
            for giver, words in grounds
        ],
    }
