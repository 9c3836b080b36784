"""``homeward deadlines holiday``: a bank holiday that was proclaimed after this release, in force at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated, Final

import typer

from disclosure.chain import Plain
from disclosure.entries import Entry, EntryKind
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.settings import Settings
from linking.storage import writing
from notifications.holidays import Days, Override, enter, entered, reasoned

app: Final = typer.Typer(
    help="Bank holidays that were proclaimed, or moved, since this release.", no_args_is_help=True
)
Day = Annotated[
    datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help="Such as 2027-06-04.")
]
Why = Annotated[
    str, typer.Option("--reason", help="Who proclaimed it, and where. It is written down.")
]


@app.callback()
def holiday() -> None:
    """Bank holidays that were proclaimed, or moved, since this release."""


@app.command()
def add(day: Day, reason: Why, config: Config = None, *, as_json: AsJson = False) -> None:
    """A day is a bank holiday in England: pending working-day deadlines move with the next look."""
    _entered(settings_of(config), day.date(), reason, holiday=True, as_json=as_json)


@app.command()
def remove(day: Day, reason: Why, config: Config = None, *, as_json: AsJson = False) -> None:
    """A day is no bank holiday after all, whatever was entered or the calendar says."""
    _entered(settings_of(config), day.date(), reason, holiday=False, as_json=as_json)


@app.command("list")
def show(config: Config = None, *, as_json: AsJson = False) -> None:
    """The days that were entered, as they stand. Exit 5 where there are none."""
    found = asyncio.run(_list(settings_of(config)))
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        for one in found:
            is_ = "a bank holiday" if one.holiday else "no bank holiday"
            STDOUT.print(f"{one.day}  {is_}  {one.reason}", highlight=False, markup=False)
    if not found:
        say("No day was entered: the calendar of this release stands.")
        raise typer.Exit(Exit.NOTHING)


def _entered(settings: Settings, day: date, reason: str, *, holiday: bool, as_json: bool) -> None:
    changed = asyncio.run(_enter(settings, day, reason, holiday=holiday))
    is_ = "a bank holiday" if holiday else "no bank holiday"
    if as_json:
        print_json({"day": day.isoformat(), "holiday": holiday, "changed": changed})
    elif changed:
        say(
            f"{day} is {is_}. Deadlines in working days move within a minute; see them with `homeward deadlines`."
        )
    else:
        say(f"{day} is {is_} already: nothing was changed.")


async def _enter(settings: Settings, day: date, reason: str, *, holiday: bool) -> bool:
    """On record first, then in force."""
    now, said = datetime.now(UTC), reasoned(reason)
    async with opened_for(settings) as parts:
        days = Days()
        await days.read(parts.engine)
        if days().is_bank_holiday(day) is holiday:
            return False
        body: dict[str, Plain] = {"day": day.isoformat(), "holiday": holiday}
        await parts.ledger.append(Entry(kind=EntryKind.HOLIDAY, at=now, body=body, reason=said))
        async with writing(parts.engine) as connection:
            return await enter(connection, day, holiday=holiday, reason=said, now=now)


async def _list(settings: Settings) -> list[Override]:
    async with opened_for(settings) as parts:
        return await entered(parts.engine)


def _plain(one: Override) -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "holiday": one.holiday,
        "reason": one.reason,
        "entered_at": one.entered_at,
    }
