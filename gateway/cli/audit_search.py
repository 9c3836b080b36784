"""``homeward audit search``: who asked about a child, or what a person asked, and what went out."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.entries import Pseudonyms
from disclosure.searching import Found, search
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.issuer import ISS
from gateway.keys import own_keys
from gateway.opening import database_of
from gateway.settings import Settings
from records.errors import MalformedIdentifier, WrongSettings
from schema.ids import ChildId, Ids

_TIMES: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

Child = Annotated[str | None, typer.Option(help="About this child, by their id in the gateway.")]
Since = Annotated[
    datetime | None, typer.Option(formats=_TIMES, help="From this time on, London time.")
]
Until = Annotated[
    datetime | None, typer.Option(formats=_TIMES, help="Before this time, London time.")
]


def search_ledger(
    child: Child = None,
    person: Annotated[
        str | None, typer.Option(help="By this person, by the issuer's id for them.")
    ] = None,
    issuer: Annotated[str, typer.Option(help="Whose id that is.")] = ISS,
    since: Since = None,
    until: Until = None,
    config: Config = None,
    *,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="With the written reasons; they may name people.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Decisions: who, when, in what role and for what purpose, what was shown and what withheld.

    Children and people are shown by the ledger's pseudonyms. Exit 5 where there are none.
    """
    found = asyncio.run(_found(settings_of(config), child, person, issuer, since, until))
    if as_json:
        print_json([_plain(one, reasons=reasons) for one in found])
    elif found:
        _show(found, reasons=reasons)
    if not found:
        say("No decision like that is in the ledger.")
        raise typer.Exit(Exit.NOTHING)


async def _found(
    settings: Settings,
    child: str | None,
    person: str | None,
    issuer: str,
    since: datetime | None,
    until: datetime | None,
) -> list[Found]:
    if child is None and person is None and since is None:
        raise WrongSettings("Say which: --child, --person or --since.")
    keys = own_keys(settings)
    marks = Pseudonyms(keys.pepper)
    async with database_of(settings) as engine:
        return await search(
            engine,
            child=None if child is None else marks.child(child_ref_of(Ids(keys.ids), child)),
            by=None if person is None else marks.person(issuer, person),
            since=london(since),
            until=london(until),
        )


def child_ref_of(ids: Ids, child: str) -> str:
    """The child behind an id of this gateway.

    Raises:
        MalformedIdentifier: it is none.
    """
    named = ids.read(child)
    if not isinstance(named, ChildId):
        raise MalformedIdentifier("This is no child's id of this gateway. Copy it whole.")
    return named.child_ref


def london(at: datetime | None) -> datetime | None:
    """A time as people write it, as an instant."""
    return None if at is None else at.replace(tzinfo=LONDON)


def _plain(one: Found, *, reasons: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "ref": one.ref,
        "at": one.at,
        "person": one.by,
        "child": one.child,
        "role": one.role.value,
        "organisation": one.organisation,
        "purpose": one.purpose.value,
        "policy": one.policy,
        "permitted": [category.value for category in one.permitted],
        "shown": [category.value for category in one.shown],
        "systems": list(one.systems),
        "withheld": [item.value for item in one.withheld],
        "grounds": None
        if one.grounds is None
        else [
            {"lawful_basis": basis, "confidentiality": confidence}
            for basis, confidence in one.grounds
        ],
    }
    return {**said, "reason": one.reason} if reasons else said


def _show(found: list[Found], *, reasons: bool) -> None:
    columns = ["when", "ref", "person", "child", "role", "organisation", "purpose", "shown"]
    table = Table(
        *columns,
        "withheld",
        "lawful basis",
        "confidence",
        *(["reason"] if reasons else []),
        box=None,
    )
    for one in found:
        table.add_row(
            f"{one.at.astimezone(LONDON):%Y-%m-%d %H:%M}",
            one.ref,
            one.by[:8],
            one.child[:8],
            one.role.value,
            escape(one.organisation),
            one.purpose.value,
            ", ".join(category.value for category in one.shown) or "nothing",
            str(len(one.withheld)),
            *_grounds(one),
            *([escape(one.reason or "")] if reasons else []),
        )
    STDOUT.print(table)


def _grounds(one: Found) -> tuple[str, str]:
    """The lawful bases, and how the duty of confidence was met, by the ids of the registers' rows."""
    if one.grounds is None:
        return "not recorded", "not recorded"
    bases, confidences = (
        ", ".join(dict.fromkeys(row or "none" for row in column)) for column in _columns(one)
    )
    return bases, confidences


def _columns(one: Found) -> tuple[list[str | None], list[str | None]]:
    return [basis for basis, _ in one.grounds or ()], [met for _, met in one.grounds or ()]
