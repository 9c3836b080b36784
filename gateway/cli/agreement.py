"""``homeward agreement``: which organisation has a sharing agreement with which partnership, and until when."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.agreements import Agreement, agree, agreements, end_agreement
from disclosure.audit import Ledger
from disclosure.weighing import LONDON
from gateway.bundles import bundle_for
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.keys import own_keys
from gateway.opening import database_of
from gateway.settings import Settings
from records.errors import WrongSettings
from records.people import Purpose

app: Final = typer.Typer(help="Sharing agreements, on record.", no_args_is_help=True)

By = Annotated[str, typer.Option(help="Who says so: name and office.")]


@app.callback()
def agreement() -> None:
    """Sharing agreements, on record. None of the five protocols makes one a condition of sharing."""


@app.command("record")
def record(
    organisation: Annotated[str, typer.Argument(help="The code that its people's tokens carry.")],
    partnership: Annotated[str, typer.Argument(help="The partnership, by its id.")],
    ref: Annotated[str, typer.Option(help="The agreement's own reference.")],
    by: By,
    starts: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Its first day.")
    ],
    ends: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The first day no longer in force."),
    ] = None,
    purpose: Annotated[
        list[Purpose] | None, typer.Option(help="For this purpose; for all if none is named.")
    ] = None,
    dpia: Annotated[str | None, typer.Option(help="The impact assessment's reference.")] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Put an agreement on record, with who says so. It counts from its first day, in London."""
    if not by.strip() or not ref.strip() or (ends is not None and ends <= starts):
        raise WrongSettings("Say who with --by, which with --ref, and give --to after --from.")
    number = asyncio.run(
        _recorded(
            settings_of(config),
            organisation=organisation,
            partnership=partnership,
            ref=ref,
            by=by,
            starts=_london(starts),
            ends=None if ends is None else _london(ends),
            purposes=purpose or (),
            dpia_ref=dpia,
        )
    )
    if as_json:
        print_json({"number": number})
    say(f"Agreement {number} is on record.")


@app.command("end")
def end(
    number: Annotated[int, typer.Argument(help="Its number, as `list` shows it.")],
    by: By,
    on: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day no longer in force.")
    ],
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """End an agreement. What was decided under it stays as it was."""
    try:
        ended = asyncio.run(_ended(settings_of(config), number, _london(on), by))
    except LookupError as error:
        raise WrongSettings(str(error)) from error
    if as_json:
        print_json({"number": number, "ref": ended.ref, "ends": str(on.date())})
    say(f"{ended.organisation} and {ended.partnership}: {ended.ref} ends on {on.date()}.")


@app.command("list")
def list_agreements(
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only those in force on this day."),
    ] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As far as was known at the end of this day."),
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Every agreement on record; with --on and --known-on as it stood, as far as was known. Exit 5: none."""
    found = asyncio.run(
        _found(
            settings_of(config),
            None if on is None else _london(on),
            None if known_on is None else _london(known_on + timedelta(days=1)),
        )
    )
    if as_json:
        print_json(found)
    elif found:
        _show(found)
    if not found:
        say("No agreement is on record. `homeward agreement record` adds one.")
        raise typer.Exit(Exit.NOTHING)


def _show(found: tuple[Agreement, ...]) -> None:
    table = Table("no.", "organisation", "partnership", "for", "from", "to", "ref", "by", box=None)
    for one in found:
        table.add_row(
            str(one.number),
            escape(one.organisation),
            one.partnership,
            ", ".join(purpose.value for purpose in one.purposes) or "everything",
            str(one.valid_from.astimezone(LONDON).date()),
            "" if one.valid_to is None else str(one.valid_to.astimezone(LONDON).date()),
            escape(one.ref),
            escape(one.by),
        )
    STDOUT.print(table)


async def _recorded(settings: Settings, **what: Any) -> int:  # noqa: ANN401 (as `agree` takes it)
    now = datetime.now(UTC)
    async with _opened(settings) as (engine, ledger):
        bundle = await bundle_for(settings, engine, now.astimezone(LONDON).date())
        there = sorted(p.id for p in bundle.protocols.values() if not p.national)
        if what["partnership"] not in there:
            raise WrongSettings(
                f"There is no partnership `{what['partnership']}`; there are {', '.join(there)}."
            )
        return await agree(engine, ledger, now=now, **what)


async def _ended(settings: Settings, number: int, at: datetime, by: str) -> Agreement:
    async with _opened(settings) as (engine, ledger):
        return await end_agreement(engine, ledger, number, at=at, by=by, now=datetime.now(UTC))


async def _found(
    settings: Settings, at: datetime | None, known_at: datetime | None
) -> tuple[Agreement, ...]:
    async with database_of(settings) as engine:
        return await agreements(engine, at=at, known_at=known_at)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[AsyncEngine, Ledger]]:
    keys = own_keys(settings)
    async with database_of(settings) as engine:
        writer = f"{socket.gethostname()}:agreement"
        async with Ledger(engine, keys.ledger, pepper=keys.pepper, writer=writer) as ledger:
            yield engine, ledger


def _london(day: datetime) -> datetime:
    return day.replace(tzinfo=LONDON)
