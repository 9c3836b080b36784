"""``homeward audit report``: a child's access report, as a page to print or as JSON."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from disclosure.entries import Entry, EntryKind
from disclosure.report import AccessReport, access_report, as_html, as_plain
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, print_json, say
from gateway.settings import Settings
from records.errors import MalformedIdentifier, WrongSettings
from schema.ids import ChildId


def report(
    child_id: Annotated[
        str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")
    ],
    html: Annotated[
        Path | None, typer.Option(help="Write it as a page that can be printed, to this file.")
    ] = None,
    config: Config = None,
    *,
    with_reasons: Annotated[
        bool,
        typer.Option(
            "--with-reasons", help="With what people wrote as their reason; may name others."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Who asked about a child, when, why, and what they were shown and not, in plain English.

    It is for those who run the deployment, asks no system, and is itself written down.
    """
    if html is not None and as_json:
        raise WrongSettings("Give --html FILE or --json, not both.")
    made = asyncio.run(_report(settings_of(config), child_id, with_reasons=with_reasons))
    if as_json:
        print_json(as_plain(made))
    elif html is not None:
        html.write_text(as_html(made), encoding="utf-8")
        say(
            f"{len(made.lines)} entries. Read docs/how-to/respond-to-a-subject-access-request.md first."
        )
    else:
        for line in made.lines:
            STDOUT.print(f"[bold]{line.day}[/bold]  {escape(line.says)}", highlight=False)


async def _report(settings: Settings, child_id: str, *, with_reasons: bool) -> AccessReport:
    now = datetime.now(UTC)
    async with opened_for(settings) as parts:
        named = parts.services.ids.read(child_id)
        if not isinstance(named, ChildId):
            raise MalformedIdentifier("This is no child's id of this gateway. Copy it whole.")
        await parts.ledger.append(
            Entry(
                kind=EntryKind.LOOKED_AT,
                at=now,
                child_ref=named.child_ref,
                body={
                    "looked_at": "access-log",
                    "organisation": "whoever runs Homeward here",
                    "with_reasons": with_reasons,
                },
            )
        )
        door = parts.services.door
        return await access_report(door, named.child_ref, now, with_reasons=with_reasons)
