"""``homeward deadlines``: what is due, by when, by whose paragraph, and who has to see to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.weighing import LONDON
from gateway.cli.asking import Why
from gateway.cli.caller import (
    HERE,
    SOMEBODY,
    As,
    AskFor,
    Organisation,
    Reason,
    Subject,
    Token,
    Url,
    answered,
    token_of,
)
from gateway.cli.deployment import AsJson, Config
from gateway.cli.output import STDOUT, Exit, print_json, say

_ASKED: Final = """
query Deadlines($child: ID, $within: Int) {
  deadlines(child: $child, dueWithinMinutes: $within) {
    id child says dueAt basisAt state owners advisory departed
    because { id protocol paragraph quote }
  }
}
"""


def deadlines(
    purpose: AskFor,
    reason: Reason,
    child: Annotated[str | None, typer.Option(help="Of this child alone, by id.")] = None,
    within: Annotated[
        int | None, typer.Option(min=0, help="Due within so many minutes.", metavar="MINUTES")
    ] = None,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Clocks that run or have run out, of children of whom you have a notice. Exit 5 where none."""
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    found = answered(url, shown, _ASKED, {"child": child, "within": within}, why)["deadlines"]
    if as_json:
        print_json(found)
    elif found:
        STDOUT.print(table_of(found))
    if not found:
        say("Nothing is due that you may know of.")
        raise typer.Exit(Exit.NOTHING)


def table_of(clocks: Iterable[Mapping[str, Any]]) -> Table:
    """Clocks, those due first, in London time."""
    table = Table("due", "state", "what", "who sees to it", "paragraph", box=None)
    for clock in clocks:
        due = datetime.fromisoformat(clock["dueAt"]).astimezone(LONDON)
        table.add_row(
            f"{due:%a %d %b %H:%M}",
            clock["state"].lower(),
            escape(clock["says"]),
            escape(", ".join(clock["owners"])),
            escape(", ".join(dict.fromkeys(ref["paragraph"] for ref in clock["because"]))),
        )
    return table
