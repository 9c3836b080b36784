"""``homeward events``: every event and how it comes in; to say that one happened, or that it was a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.sayable import BELONGS, SaidToHappen
from gateway.cli.acts import on_record
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
from gateway.cli.output import STDOUT, print_json
from gateway.cli.printed import Check, Write, page
from gateway.ways_in import printed, ways_in
from protocols.load import load_bundle
from schema.detail import field_of, value_of

app: Final = typer.Typer(
    help="Every event: what it is, how it comes in, and which duties wait for it."
)
COMMITTED: Final = DOCS / "events.md"

_RESULT: Final = (
    "__typename ... on Recorded { id clientMutationId } ... on Refused { says ask { role label } }"
)
_RECORD: Final = (
    f"mutation Say($input: RecordEventInput!) {{ recordEvent(input: $input) {{ {_RESULT} }} }}"
)
_RETRACT: Final = (
    f"mutation Unsay($input: RetractEventInput!) {{ retractEvent(input: $input) {{ {_RESULT} }} }}"
)

Child = Annotated[str, typer.Argument(metavar="CHILD", help="The child's id in the gateway.")]
Key = Annotated[
    str,
    typer.Option(
        help="Your own id for this message, of 8 to 128 characters: sent again under it, nothing is done twice."
    ),
]


_ON_RECORD: Final = "It is on record under {id}."


@app.callback(invoke_without_command=True)
def events(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Every event: what it is, how it comes in, and which duties wait for it."""
    if context.invoked_subcommand is not None:
        return
    rows = ways_in(load_bundle())
    if as_json:
        print_json(rows)
        return
    table = Table("event", "sent by", "read of", "said with", "duties waiting", box=None)
    for row in rows:
        table.add_row(
            row["event"],
            ", ".join(row["sent_by"]),
            ", ".join(row["read_of"]),
            escape(", ".join(row["said_with"]) or row["by_the_gateway"] or row["no_way_in"] or ""),
            str(sum(row["waiting"].values())),
        )
    STDOUT.print(table)


@app.command("table")
def print_table(*, write: Write = False, check: Check = False) -> None:
    """The same as a page; it stands in docs/events.md too."""
    page(printed(load_bundle()), COMMITTED, "events table", write=write, check=check)


@app.command()
def record(
    child: Child,
    what: Annotated[SaidToHappen, typer.Argument(metavar="EVENT", help="What happened.")],
    at: Annotated[
        str, typer.Option(help="When, with its offset: 2026-11-24T02:03:11Z. At most 90 days ago.")
    ],
    key: Key,
    purpose: AskFor,
    reason: Reason,
    detail: Annotated[
        list[str] | None,
        typer.Option(
            help="What more is said of it, as NAME=VALUE: `--detail meeting=mace-1`. May be given again.",
        ),
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
    """Say that something happened of which no system tells. Exit 3 where that is not yours to say."""
    given = {
        "child": child,
        "what": what.name,
        "at": at,
        "clientMutationId": key,
        "detail": _detail(what, detail or ()),
    }
    shown = token_of(token, role, organisation, subject, config)
    done = answered(url, shown, _RECORD, {"input": given}, Why(purpose=purpose, reason=reason))
    on_record(done["recordEvent"], _ON_RECORD, as_json=as_json)


@app.command()
def retract(
    child: Child,
    event: Annotated[
        str, typer.Argument(metavar="RECEIPT", help="The id that you were given for it.")
    ],
    because: Annotated[str, typer.Option(help="Why it was a mistake: 20 characters or more.")],
    key: Key,
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
    """Say that it did not happen, or not so: whoever was told is told that. Exit 3 where that is not yours to say."""
    given = {"child": child, "event": event, "because": because, "clientMutationId": key}
    shown = token_of(token, role, organisation, subject, config)
    done = answered(url, shown, _RETRACT, {"input": given}, Why(purpose=purpose, reason=reason))
    on_record(done["retractEvent"], _ON_RECORD, as_json=as_json)


def _detail(what: SaidToHappen, pairs: Sequence[str]) -> dict[str, object] | None:
    """The detail as the schema takes it, by the names that `homeward events` shows.

    Raises:
        typer.BadParameter: no such name for this event, or no value.
    """
    if not pairs:
        return None
    belongs = {key.value for key in BELONGS.get(what, ())}
    found: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in belongs:
            there = ", ".join(sorted(belongs)) or "nothing more"
            raise typer.BadParameter(f"Write NAME=VALUE; of {what.value} there is {there}.")
        found[field_of(name)] = value_of(value)
    return found
