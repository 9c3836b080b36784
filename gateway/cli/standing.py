"""``homeward standing``: who is what to a child, in whose area, and what is known of them, entered by hand.

Most of it is read from the systems (`[sources.<name>.poll.facts]`). This is for what no system tells.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.entered_line import Line, claim_of
from disclosure.entering import Entered, Held, end_one, enter, held
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.cli.standing_import import import_file
from gateway.cli.told import CHILD_ID
from gateway.opening import Opened
from gateway.polling.standing import unread_codes
from gateway.settings import Settings
from records.errors import MalformedIdentifier, WrongArgument, WrongSettings
from records.people import Role
from schema.ids import ChildId

app: Final = typer.Typer(help="Who is what to a child, by hand.", no_args_is_help=True)

By = Annotated[str, typer.Option(help="Who says so: name and office.")]
SaidBy = Annotated[str, typer.Option("--source", help="The register or system that it comes from.")]
What = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help="A standing (allocated-worker), an area (host), birth_date or a fact (looked_after).",
    ),
]


@app.callback()
def standing() -> None:
    """Who is what to a child, in whose area they are, and what is known of them: entered by hand or by file."""


app.command("import")(import_file)


@app.command("record")
def record(
    child_id: CHILD_ID,
    what: What,
    by: By,
    source: SaidBy,
    organisation: Annotated[
        str | None, typer.Option(help="Whose: the code that its people's tokens carry.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(help="Of a person: who issues their tokens.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Of a person: what their tokens call them.")
    ] = None,
    team: Annotated[str | None, typer.Option(help="Only this team, as tokens carry it.")] = None,
    role: Annotated[Role | None, typer.Option(metavar="ROLE", help="Only in this role.")] = None,
    value: Annotated[
        str | None, typer.Option(help="Of an area its GSS code; of a fact its value, or unknown.")
    ] = None,
    starts: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="From which day; today otherwise."),
    ] = None,
    ends: Annotated[
        datetime | None,
        typer.Option(
            "--to", formats=["%Y-%m-%d"], help="The first day on which it no longer holds."
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Put one thing on record, in the ledger first. Said again in the same words, it changes nothing."""
    line = Line(
        what=what,
        organisation=organisation,
        issuer=issuer,
        subject=subject,
        team=team,
        role=None if role is None else role.value,
        value=value,
        since=None if starts is None else starts.date(),
        to=None if ends is None else ends.date(),
    )
    _named(by, source)
    new = asyncio.run(_recorded(settings_of(config), child_id, line, by=by, source=source))
    say("It is on record." if new else "It stood already; nothing was changed.")


@app.command("end")
def end(
    child_id: CHILD_ID,
    ref: Annotated[str, typer.Argument(metavar="REF", help="As `list` shows it: standing/12.")],
    by: By,
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The first day on which it no longer holds; now otherwise."
        ),
    ] = None,
    config: Config = None,
) -> None:
    """End what stands of a child. What was decided by it stays as it was."""
    _named(by, by)
    asyncio.run(_ended(settings_of(config), child_id, ref, on, by))
    say("It is ended.")


@app.command("list")
def list_standing(child_id: CHILD_ID, config: Config = None, *, as_json: AsJson = False) -> None:
    """Everything that stands of a child, with who says so. Exit 5: nothing does."""
    found = asyncio.run(_found(settings_of(config), child_id))
    if as_json:
        print_json([_plain(one) for one in found])
    elif found:
        STDOUT.print(_table(found))
    if not found:
        say("Nothing stands of this child: nobody is told anything of them.")
        raise typer.Exit(Exit.NOTHING)


@app.command("unread")
def unread(config: Config = None, *, as_json: AsJson = False) -> None:
    """Codes of the systems that no setting reads, each a standing or fact that is not known. Exit 5: none."""
    codes = asyncio.run(_unread(settings_of(config)))
    if as_json:
        print_json([{"source": s, "kind": k, "code": c} for s, k, c in codes])
    elif codes:
        table = Table("system", "kind", "code", box=None)
        for row in codes:
            table.add_row(*map(escape, row))
        STDOUT.print(table)
        say("Name each under [sources.<name>.poll.facts]; it is read when the child is next read.")
    if not codes:
        say("Every code that was seen is read.")
        raise typer.Exit(Exit.NOTHING)


def child_of(parts: Opened, child_id: str) -> str:
    """The child whom an id of this gateway names.

    Raises:
        MalformedIdentifier: it is none.
    """
    named = parts.services.ids.read(child_id)
    if not isinstance(named, ChildId):
        raise MalformedIdentifier("This is no child's id of this gateway. Copy it whole.")
    return named.child_ref


def _named(by: str, source: str) -> None:
    if not by.strip() or not source.strip():
        raise WrongSettings("Say who with --by, and where it comes from with --source.")


async def _recorded(settings: Settings, child_id: str, line: Line, *, by: str, source: str) -> int:
    try:
        claim = claim_of(line)
    except WrongArgument as error:
        raise WrongSettings(str(error)) from None
    async with opened_for(settings) as parts:
        one = Entered(child_ref=child_of(parts, child_id), claim=claim, source=source)
        return await enter(parts.engine, parts.ledger, [one], by=by, now=datetime.now(UTC))


async def _ended(settings: Settings, child_id: str, ref: str, on: datetime | None, by: str) -> None:
    now = datetime.now(UTC)
    at = now if on is None else on.replace(tzinfo=LONDON).astimezone(UTC)
    async with opened_for(settings) as parts:
        child_ref = child_of(parts, child_id)
        try:
            await end_one(parts.engine, parts.ledger, child_ref, ref, at=at, by=by, now=now)
        except WrongArgument as error:
            raise WrongSettings(str(error)) from None


async def _found(settings: Settings, child_id: str) -> tuple[Held, ...]:
    async with opened_for(settings) as parts:
        return await held(parts.engine, child_of(parts, child_id), datetime.now(UTC))


async def _unread(settings: Settings) -> list[tuple[str, str, str]]:
    async with opened_for(settings) as parts:
        return list(await unread_codes(parts.engine))


def _plain(one: Held) -> dict[str, Any]:
    return {
        "ref": one.ref,
        **one.says,
        "from": one.valid_from,
        "to": one.valid_to,
        "source": one.source,
        "by": one.by,
    }


def _table(found: tuple[Held, ...]) -> Table:
    table = Table("ref", "what", "who or what", "from", "to", "source", "by", box=None)
    for one in found:
        what, *rest = (says for says in one.says.values() if says is not None)
        table.add_row(
            one.ref,
            what,
            escape(" ".join(rest) or "unknown"),
            str(one.valid_from.astimezone(LONDON).date()),
            "" if one.valid_to is None else str(one.valid_to.astimezone(LONDON).date()),
            escape(one.source),
            escape(one.by),
        )
    return table
