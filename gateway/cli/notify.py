"""``homeward notify``: who can be told, what was given up, and sending it again. For whoever runs the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from disclosure.chain import instant
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.cli.recipients_file import recipients_in, unregistered
from gateway.opening import database_of
from gateway.settings import Settings
from linking.storage import reading, writing
from notifications.again import GivenUp, given_up, send_again
from notifications.recipients import Recipient, register, registered

app: Final = typer.Typer(help="Who can be told, and how.", no_args_is_help=True)


@app.callback()
def notify() -> None:
    """Who can be told, and how."""


@app.command("register")
def register_recipients(
    file: Annotated[Path, typer.Argument(help="A TOML file with \\[\\[recipient]] tables.")],
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Register who can be told, or change how they are reached. The file is the whole truth of those in it.

    If anything in it cannot work here, nothing is registered.
    """
    settings = settings_of(config)
    recipients = recipients_in(file, settings)
    nobody = asyncio.run(_register(settings, recipients))
    for name in nobody:
        say(f"Somebody escalates to {name}, whom nobody has registered: register them too.")
    if as_json:
        print_json({"registered": [one.id for one in recipients], "unregistered": nobody})
        return
    for one in recipients:
        STDOUT.print(one.id, highlight=False, markup=False)


@app.command()
def failed(
    recipient: Annotated[
        str | None, typer.Option(help="Those of this recipient alone, by id.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """What reached nobody, by recipient: since when, and how the last try ended. Exit 5 where there is nothing.

    Nothing of a child is shown: `homeward told` has that, for whoever may know it.
    """
    found = asyncio.run(_failed(settings_of(config), recipient))
    if as_json:
        print_json({"failed": [_plain(one) for one in found]})
    elif found:
        STDOUT.print(_by_recipient(found))
        say(
            "Once they can be reached, `homeward notify replay` sends it under the same references."
        )
    if not found:
        say("Nothing was given up.")
        raise typer.Exit(Exit.NOTHING)


@app.command()
def replay(
    recipient: Annotated[
        str | None, typer.Option(help="Those of this recipient alone, by id.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Send again what was given up, under the same references. Exit 5 where there is nothing.

    Content is decided when it is sent: what may no longer be said is not. It is tried for as long as if it
    were new; what fails again is listed again.
    """
    again = asyncio.run(_replay(settings_of(config), recipient))
    if as_json:
        print_json({"again": again})
    else:
        for ref in again:
            STDOUT.print(ref, highlight=False)
    if not again:
        say("Nothing that was given up has somebody to go to; `homeward notify failed` has it all.")
        raise typer.Exit(Exit.NOTHING)


async def _register(settings: Settings, recipients: Sequence[Recipient]) -> list[str]:
    async with database_of(settings) as engine, writing(engine) as connection:
        for one in recipients:
            await register(connection, one, now=datetime.now(UTC))
        return unregistered(recipients, await registered(connection))


async def _failed(settings: Settings, recipient: str | None) -> list[GivenUp]:
    async with database_of(settings) as engine, reading(engine) as connection:
        return await given_up(connection, recipient=recipient)


async def _replay(settings: Settings, recipient: str | None) -> list[str]:
    async with database_of(settings) as engine:
        return await send_again(engine, recipient=recipient, now=datetime.now(UTC))


def _plain(one: GivenUp) -> dict[str, object]:
    return {
        "recipient": one.recipient,
        "notice": one.notice_ref,
        "urgent": one.urgent,
        "since": instant(one.since),
        "lastTry": one.last_try,
        "registered": one.reachable,
    }


def _by_recipient(found: Sequence[GivenUp]) -> Table:
    """One line for each recipient: how many, since when, and why."""
    table = Table("recipient", "notices", "since", "why", box=None)
    for name in dict.fromkeys(one.recipient for one in found):
        theirs = [one for one in found if one.recipient == name]
        last = theirs[-1]
        why = f"the last try ended with: {last.last_try}" if last.last_try else "no way to them"
        if not last.reachable:
            why = "nobody is registered for this role"
        since = min(one.since for one in theirs)
        table.add_row(escape(name), str(len(theirs)), f"{since:%d %b %H:%M}", escape(why))
    return table
