"""``homeward placements``: children placed in your authority's area, as you were told of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer

from disclosure.weighing import LONDON
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
from gateway.cli.output import Exit, print_json, print_whole, say

_ASKED: Final = """
query Placements($host: String!, $after: String) {
  placementEvents(hostAuthority: $host, first: 100, after: $after) {
    endCursor
    hasNextPage
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
        for notice in found["notifications"]:
            event = notice["event"]
            what = event["type"].removeprefix("uk.homeward.").replace("-", " ")
            when = f", {_on_the_wall(event['time'])}" if "time" in event else ""
            print_whole(f"{notice['sequence']}  {what}{when}  ({notice['state'].lower()})")
            if notice["child"]:
                print_whole(f"   child {notice['child']}")
        if found["hasNextPage"]:
            say("There may be more; go on with --after and this cursor:")
            print_whole(found["endCursor"])
    if not found["notifications"]:
        say("You were told of no placement there.")
        raise typer.Exit(Exit.NOTHING)


def _on_the_wall(instant: str) -> str:
    """An instant by the clock in London."""
    return f"{datetime.fromisoformat(instant).astimezone(LONDON):%a %d %b %Y %H:%M}"
