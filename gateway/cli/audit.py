"""``homeward audit``: checking and exporting the record of decisions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from disclosure.trail import export as export_ledger
from disclosure.trail import verify_stored
from disclosure.verification import Verdict, verify
from gateway.cli.audit_replay import replay
from gateway.cli.audit_search import search_ledger
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import Exit, print_json, progress, say
from gateway.cli.report import report
from gateway.keys import own_keys
from gateway.settings import Settings
from linking.storage import open_engine
from records.errors import WrongSettings

app: Final = typer.Typer(help="The record of decisions.", no_args_is_help=True)
Export = Annotated[
    Path | None, typer.Option(help="Check an export instead of this deployment's database.")
]
Key = Annotated[Path | None, typer.Option(help="The ledger's public key in PEM, for an export.")]


app.command("report")(report)
app.command("search")(search_ledger)
app.command("replay")(replay)


@app.callback()
def audit() -> None:
    """The record of decisions."""


@app.command("verify")
def verify_ledger(
    export: Export = None, key: Key = None, config: Config = None, *, as_json: AsJson = False
) -> None:
    """Whether the ledger is as it was written. Exit 3 and the first bad row where it is not.

    With --export and --key nothing of the deployment is needed: an inspector can do it alone.
    """
    if export is None:
        verdict = asyncio.run(_stored(settings_of(config)))
    elif key is None:
        raise WrongSettings("An export is checked with a public key: give --key FILE.")
    else:
        verdict = verify(export, [_public(key)])
    if as_json:
        print_json(verdict)
    elif verdict.first_bad is None:
        chains = len(verdict.heads)
        say(f"{verdict.rows} rows in {chains} {_plural(chains, 'chain')}: all as written.")
    else:
        bad = verdict.first_bad
        say(f"Not as written. Line {bad.line} (chain {bad.writer}, row {bad.seq}): {bad.why}")
    if not verdict.ok:
        raise typer.Exit(Exit.NO)


@app.command("export")
def export_rows(
    to: Annotated[Path, typer.Argument(help="Where to write the lines of JSON.")],
    config: Config = None,
) -> None:
    """The whole ledger as lines of JSON. Written reasons are left out: they may hold names."""
    rows = asyncio.run(_export(settings_of(config), to))
    say(f"{rows} rows. Check them anywhere: homeward audit verify --export {to} --key KEY")


@app.command("key")
def public_key(config: Config = None) -> None:
    """The ledger's public key, to give to whoever checks exports."""
    key = own_keys(settings_of(config)).ledger.public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    typer.echo(pem.decode("ascii"), nl=False)


async def _stored(settings: Settings) -> Verdict:
    progress("Reading every row of the ledger")
    engine = open_engine(settings.database)
    try:
        return await verify_stored(engine, [own_keys(settings).ledger.public_key()])
    finally:
        await engine.dispose()


async def _export(settings: Settings, to: Path) -> int:
    engine = open_engine(settings.database)
    try:
        with to.open("wb") as file:
            return await export_ledger(engine, file)
    finally:
        await engine.dispose()


def _public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        raise WrongSettings(
            f"{path}: not a public key in PEM. `homeward audit key` prints the right one."
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise WrongSettings(
            f"{path}: not an Ed25519 key. `homeward audit key` prints the right one."
        )
    return key


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
