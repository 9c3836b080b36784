"""``homeward deadlines``: what is due, by when, by whose paragraph, and who has to see to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.weighing import LONDON
from gateway.cli import holidays
from gateway.cli.acts import on_record, once
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
from gateway.cli.checkout import DOCS
from gateway.cli.deployment import AsJson, Config
from gateway.cli.output import STDOUT, Exit, print_json, print_whole, say, table
from gateway.cli.printed import Check, Write, page
from gateway.cli.told import in_words
from protocols.deadlines_printed import deadlines_of, printed
from protocols.load import load_bundle
from records.people import Purpose

app: Final = typer.Typer(help="What is due, and by when.")
app.add_typer(holidays.app, name="holiday")
COMMITTED: Final = DOCS / "deadlines.md"

_ASKED: Final = """
query Deadlines($child: ID, $within: Int, $after: DateTime) {
  deadlines(child: $child, dueWithinMinutes: $within, dueAfter: $after) {
    id child says dueAt basisAt state owners advisory departed strength reasonAskedFor departedBecause
    because { id protocol paragraph quote }
  }
}
"""
_DEPARTS: Final = """
mutation Depart($deadline: ID!, $because: String!) {
  recordDeparture(input: { deadline: $deadline, because: $because }) {
    __typename
    ... on TellingRecorded { id outcome }
    ... on Refused { says ask { role label } }
  }
}
"""

Purposed = Annotated[Purpose | None, typer.Option("--purpose", help="Why you ask.")]
Reasoned = Annotated[
    str | None,
    typer.Option("--reason", help="The reason, in your own words. It is written down."),
]


@app.callback(invoke_without_command=True)
def deadlines(
    context: typer.Context,
    purpose: Purposed = None,
    reason: Reasoned = None,
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
    as_printed: Annotated[
        bool, typer.Option("--printed", help="Every deadline of every protocol, of no child.")
    ] = False,
) -> None:
    """Clocks that run or have run out, of children of whom you have a notice. Exit 5 where none."""
    if context.invoked_subcommand is not None:
        return
    if as_printed:
        _print(as_json=as_json)
        return
    if purpose is None or reason is None:
        raise typer.BadParameter("Say why you ask: give --purpose and --reason.")
    shown = token_of(token, role, organisation, subject, config)
    why = Why(purpose=purpose, reason=reason)
    found = _all(url, shown, {"child": child, "within": within}, why)
    if as_json:
        print_json(found)
    elif found:
        show(found, of_one=child is not None)
    if not found:
        say("Nothing is due that you may know of.")
        raise typer.Exit(Exit.NOTHING)


@app.command("table")
def print_table(*, write: Write = False, check: Check = False) -> None:
    """Every deadline of every protocol; it stands in docs/deadlines.md too."""
    page(printed(load_bundle()), COMMITTED, "deadlines table", write=write, check=check)


@app.command()
def depart(
    deadline: Annotated[
        str, typer.Argument(help="The clock's id, as `homeward deadlines --json` has it.")
    ],
    because: Annotated[str, typer.Option(help="Why it is not done: 20 characters or more.")],
    purpose: AskFor,
    reason: Reason,
    url: Url = HERE,
    token: Token = None,
    role: As = None,
    organisation: Organisation = None,
    subject: Subject = SOMEBODY,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write down why what a clock waits for is not done. Exit 3 where that is not yours to say."""
    shown = token_of(token, role, organisation, subject, config)
    given = {"deadline": deadline, "because": because}
    done = answered(url, shown, _DEPARTS, given, Why(purpose=purpose, reason=reason))
    outcome = done["recordDeparture"]
    on_record(outcome, once(outcome), as_json=as_json)


def show(clocks: Sequence[Mapping[str, Any]], *, of_one: bool) -> None:
    """Clocks, those due first, child by child; then those of which somebody has to say why nothing was done."""
    for child in dict.fromkeys(clock["child"] for clock in clocks):
        if not of_one:
            print_whole(f"child {child}")
        STDOUT.print(table_of(clock for clock in clocks if clock["child"] == child))
    undone = [clock for clock in clocks if clock["reasonAskedFor"]]
    if undone:
        STDOUT.print("\nSay why it was not done, with `homeward deadlines depart` and the id:")
    for clock in undone:
        print_whole(f"  {clock['id']}  {clock['says']}")


def table_of(clocks: Iterable[Mapping[str, Any]]) -> Table:
    """Clocks, those due first, in London time."""
    shown = table("due", "state", "what", "who sees to it", "paragraph")
    for clock in clocks:
        due = datetime.fromisoformat(clock["dueAt"]).astimezone(LONDON)
        shown.add_row(
            f"{due:%a %d %b %H:%M}",
            _state(clock),
            escape(clock["says"]),
            escape("; ".join(in_words(owner) for owner in clock["owners"])),
            escape(", ".join(dict.fromkeys(ref["paragraph"] for ref in clock["because"]))),
        )
    return shown


def _state(clock: Mapping[str, Any]) -> str:
    runs = "pending; " if clock["state"] == "PENDING" else ""
    if clock["departedBecause"]:
        return escape(f"{runs}not done: {clock['departedBecause']}")
    if clock["departed"]:
        return f"{runs}not done, with a reason"
    if clock["reasonAskedFor"]:
        return "[red]SAY WHY[/red]"
    return str(clock["state"]).lower()


def _all(url: str, token: str, given: Mapping[str, object], why: Why) -> list[dict[str, Any]]:
    """Page after page, until nothing more is due."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page_ = answered(url, token, _ASKED, {**given, "after": after}, why)["deadlines"]
        found += page_
        if not page_ or given["child"] is not None:
            return found
        after = page_[-1]["dueAt"]


def _print(*, as_json: bool) -> None:
    bundle = load_bundle()
    if as_json:
        print_json(list(deadlines_of(bundle)))
    else:
        typer.echo(printed(bundle), nl=False)
