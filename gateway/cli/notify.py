"""``homeward notify``: who can be told, and sending again what reached nobody. For whoever runs the gateway."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.opening import database_of
from gateway.settings import Settings
from linking.storage import writing
from notifications.again import send_again
from notifications.recipients import Hours, Recipient, Way, recipient_id, register
from records.errors import WrongSettings
from records.people import Role

app: Final = typer.Typer(help="Who can be told, and how.", no_args_is_help=True)


class _Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[recipient]]``: a role at an organisation, or one person there by issuer and subject.

    ``post``: of several who share the role, the one whom a protocol names so: `assistant_director`.
    """

    organisation: str
    role: Role
    team: str | None = None
    post: str | None = None
    issuer: str | None = None
    subject: str | None = None
    serves: tuple[str, ...] = ()
    ways: tuple[Way, ...] = (Way("feed"),)
    hours: Hours | None = None
    acknowledge_minutes: Annotated[int, msgspec.Meta(ge=1)] = 60
    escalates_to: tuple[str, ...] = ()
    desk: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    recipient: tuple[_Registered, ...]


@app.callback()
def notify() -> None:
    """Who can be told, and how."""


@app.command("register")
def register_recipients(
    file: Annotated[Path, typer.Argument(help="A TOML file with [[recipient]] tables.")],
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Register who can be told, or change how they are reached. The file is the whole truth of those in it."""
    recipients = [_recipient(one) for one in _read(file).recipient]
    asyncio.run(_register(settings_of(config), recipients))
    if as_json:
        print_json({"registered": [one.id for one in recipients]})
        return
    for one in recipients:
        STDOUT.print(one.id, highlight=False)


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

    Content is decided when it is sent: what may no longer be said is not.
    """
    again = asyncio.run(_replay(settings_of(config), recipient))
    if as_json:
        print_json({"again": again})
    else:
        for ref in again:
            STDOUT.print(ref, highlight=False)
    if not again:
        say("Nothing that was given up has somebody to go to.")
        raise typer.Exit(Exit.NOTHING)


async def _register(settings: Settings, recipients: list[Recipient]) -> None:
    async with database_of(settings) as engine, writing(engine) as connection:
        for one in recipients:
            await register(connection, one, now=datetime.now(UTC))


async def _replay(settings: Settings, recipient: str | None) -> list[str]:
    async with database_of(settings) as engine:
        return await send_again(engine, recipient=recipient, now=datetime.now(UTC))


def _read(file: Path) -> _File:
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
        return msgspec.convert(written, _File)
    except (OSError, UnicodeDecodeError):
        raise WrongSettings(f"{file}: cannot be read; correct the path") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(f"{file}: not valid TOML: {error}; correct the file") from None
    except msgspec.ValidationError as error:
        raise WrongSettings(f"{file}: {error}; correct the file") from None


def _recipient(one: _Registered) -> Recipient:
    person = None
    if one.issuer is not None and one.subject is not None:
        person = (one.issuer, one.subject)
    elif one.issuer is not None or one.subject is not None:
        raise WrongSettings("A person is registered by `issuer` and `subject`; give both.")
    return Recipient(
        id=recipient_id(one.organisation, one.role, one.post)
        if person is None
        else f"{one.organisation}/{one.role.value}/{person[1]}",
        organisation=one.organisation,
        role=one.role,
        team=one.team,
        person=person,
        serves=frozenset(one.serves),
        ways=one.ways,
        hours=one.hours,
        acknowledge_within=timedelta(minutes=one.acknowledge_minutes),
        escalates_to=one.escalates_to,
        desk=one.desk,
    )
