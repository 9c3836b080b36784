"""``homeward mailbox``: how our MESH mailbox is doing, and the messages in it that wait for a person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from adapters.harmless import visible
from disclosure.entries import Entry, EntryKind
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.opening import Opened
from gateway.settings import Settings
from notifications.collecting import Unusable
from notifications.parking import Lying
from notifications.rounds import Doing, how
from records.errors import WrongArgument, WrongSettings

app: Final = typer.Typer(help="Our MESH mailbox, and what waits in it.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(help="The message, by MESH's own name for it.")]
Why = Annotated[str, typer.Option("--reason", help="Why. It is written down.")]


@app.callback()
def mailbox() -> None:
    """Our MESH mailbox, and what waits in it."""


@app.command()
def status(config: Config = None, *, as_json: AsJson = False) -> None:
    """When it was last collected, since when that fails, and how many messages wait. Exit 3 if it fails."""
    settings = settings_of(config)
    name = _name(settings)
    doing, waiting = asyncio.run(_status(settings, name))
    if as_json:
        print_json({"mailbox": name, **_plain(doing), "parked": waiting})
    else:
        for label, value in _plain(doing).items():
            STDOUT.print(f"{label}: {value or 'never'}", highlight=False)
        STDOUT.print(f"parked: {waiting}", highlight=False)
    if doing.failing_since is not None:
        raise typer.Exit(Exit.NO)


@app.command()
def parked(config: Config = None, *, as_json: AsJson = False) -> None:
    """The messages that wait for a person, and why; not what is in them. Exit 5 where none waits."""
    lying = asyncio.run(_parked(settings_of(config)))
    if as_json:
        print_json([_shown(one) for one in lying])
    else:
        for one in lying:
            shown = _shown(one)
            STDOUT.print("  ".join(str(value) for value in shown.values()), highlight=False)
    if not lying:
        say("No message waits.")
        raise typer.Exit(Exit.NOTHING)


@app.command()
def read(ref: Ref, reason: Why, config: Config = None) -> None:
    """Print what is in a message. That you looked is written down first."""
    STDOUT.print(
        asyncio.run(_read(settings_of(config), ref, reason)), highlight=False, markup=False
    )


@app.command()
def again(ref: Ref, config: Config = None, *, as_json: AsJson = False) -> None:
    """Take a message once more, after what was wrong has been put right. Exit 3 if it still cannot be."""
    why = asyncio.run(_again(settings_of(config), ref))
    if as_json:
        print_json({"ref": ref, "taken": why is None, "why": why})
    if why is not None:
        say(f"It cannot be taken: {why}. It waits still.")
        raise typer.Exit(Exit.NO)
    say("Taken.")


@app.command()
def settle(ref: Ref, reason: Why, config: Config = None, *, as_json: AsJson = False) -> None:
    """A person has dealt with a message: it waits no longer, and what is in it is deleted here."""
    asyncio.run(_settle(settings_of(config), ref, reason))
    if as_json:
        print_json({"ref": ref, "settled": True})
    say("Settled; its content is gone.")


async def _status(settings: Settings, name: str) -> tuple[Doing, int]:
    async with opened_for(settings) as parts:
        return await how(parts.engine, name), len(await parts.notices.parking.waiting())


async def _parked(settings: Settings) -> list[Lying]:
    async with opened_for(settings) as parts:
        return await parts.notices.parking.waiting()


async def _read(settings: Settings, ref: str, reason: str) -> str:
    async with _found(settings, ref) as (parts, one):
        await _written_down(parts, one, "parked-read", reason)
        if one.message is None:
            return "It could not be read, and is in the mailbox still: open it with a MESH client."
        lines = one.message.body.decode("utf-8", errors="replace").splitlines()
        # Others wrote it: what would steer a terminal is shown, and does nothing.
        return "\n".join(map(visible, lines))


async def _again(settings: Settings, ref: str) -> str | None:
    async with _found(settings, ref) as (parts, one):
        if one.message is None:
            return one.why
        try:
            await parts.notices.letters.take(one.message)
        except Unusable as reason:
            return str(reason)
        await _settled(parts, one, "parked-taken", None)
        return None


async def _settle(settings: Settings, ref: str, reason: str) -> None:
    async with _found(settings, ref) as (parts, one):
        await _settled(parts, one, "parked-settled", reason)


async def _settled(parts: Opened, one: Lying, did: str, reason: str | None) -> None:
    entry = await _written_down(parts, one, did, reason)
    await parts.notices.parking.settle(one.mailbox, one.ref, by=entry, now=datetime.now(UTC))


@asynccontextmanager
async def _found(settings: Settings, ref: str) -> AsyncIterator[tuple[Opened, Lying]]:
    async with opened_for(settings) as parts:
        for one in await parts.notices.parking.waiting():
            if one.ref == ref:
                yield parts, one
                return
        raise WrongArgument("No such message waits; see `homeward mailbox parked`.")


async def _written_down(parts: Opened, one: Lying, did: str, reason: str | None) -> str:
    if reason is not None and not reason.strip():
        raise WrongArgument("Say why, with --reason.")
    body = {"did": did, "mailbox": one.mailbox, "message": one.ref, "because": one.why}
    entry = Entry(kind=EntryKind.DELIVERY, at=datetime.now(UTC), body=body, reason=reason)
    return await parts.ledger.append(entry)


def _name(settings: Settings) -> str:
    if settings.notices.mesh is None:
        raise WrongSettings("This deployment has no mailbox; describe it under [notices.mesh].")
    return settings.notices.mesh.mailbox


def _plain(doing: Doing) -> Mapping[str, str | None]:
    instants = {
        "handshakeAt": doing.handshake_at,
        "collectedAt": doing.collected_at,
        "failingSince": doing.failing_since,
    }
    written = {name: None if at is None else at.isoformat() for name, at in instants.items()}
    return {**written, "failure": doing.failure}


def _shown(one: Lying) -> Mapping[str, str | None]:
    return {
        "ref": one.ref,
        "parkedAt": one.parked_at.isoformat(timespec="seconds"),
        "why": one.why,
        "sender": one.sender,
    }
