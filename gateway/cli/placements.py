"""``homeward placements``: children placed in your authority's area, as you were told of them."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.table import Table

from gateway.cli.caller import (
    HERE,
    SOMEBODY,
    As,
    Organisation,
    Subject,
    Token,
    Url,
    answered,
    token_of,
)
from gateway.cli.deployment import AsJson, Config
from gateway.cli.output import STDOUT, Exit, print_json, say

_ASKED: Final = """
query Placements($host: String!, $after: String) {
  placementEvents(hostAuthority: $host, first: 100, after: $after) {
    endCursor
    notifications { id sequence recipient told state child event }
  }
}
"""


def placements(
    host: Annotated[str, typer.Argument(metavar="AUTHORITY", help="Your authority's GSS code.")],
    after: Annotated[str | None, typer.Option(help="Go on from this cursor.")] = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Placements made, moved, ended and never notified in your area. Exit 5 where there are none."""
    shown = token_of(token, role, organisation, subject, config)
    found = answered(url, shown, _ASKED, {"host": host, "after": after}, None)["placementEvents"]
    if as_json:
        print_json(found)
    elif found["notifications"]:
        table = Table("number", "what", "when", "child", "state", box=None)
        for notice in found["notifications"]:
            event = notice["event"]
            table.add_row(
                str(notice["sequence"]),
                event["type"].removeprefix("uk.homeward."),
                event.get("time", ""),
                notice["child"] or "",
                notice["state"].lower(),
            )
        STDOUT.print(table)
    if not found["notifications"]:
        say("You were told of no placement there.")
        raise typer.Exit(Exit.NOTHING)
