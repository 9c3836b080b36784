"""``homeward adapter list | test | new | missing-rules``: the systems there are, and what holds of each."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

import adapters
from adapters.missing_rules import RULES
from gateway.cli.checkout import need_a_checkout
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, progress
from gateway.cli.scaffold import new_adapter
from gateway.conformance import Checked, Checklist, Result, Subjects
from gateway.opening import http_of
from gateway.settings import Settings, SourceSettings
from gateway.sources import guarded, kinds
from gateway.telemetry import Telemetry
from records.errors import WrongSettings
from records.identifiers import NHSNumber
from records.polling import Polls
from records.source import Source

app: Final = typer.Typer(help="The systems that hold records.", no_args_is_help=True)
_MARK: Final = {
    Result.PASSED: "[green]passed[/green]",
    Result.FAILED: "[red]failed[/red]",
    Result.LEFT_OUT: "[dim]left out[/dim]",
}


@app.callback()
def adapter() -> None:
    """The systems that hold records."""


@app.command("list")
def list_adapters(config: Config = None, *, as_json: AsJson = False) -> None:
    """The kinds of system there are adapters for, and the systems that this deployment names."""
    settings = settings_of(config)
    there = {kind: _first_line(kind) for kind in kinds()}
    connected = asyncio.run(_connected(settings))
    if as_json:
        print_json({"kinds": there, "systems": [_row(settings, one) for one in connected]})
        return
    known = Table(box=None)
    known.add_column("Kind of system")
    known.add_column("")
    for kind, says in there.items():
        known.add_row(kind, escape(says))
    STDOUT.print(known)
    table = Table(title="\nConnected here", title_justify="left", box=None)
    for heading in (
        "Name",
        "Adapter",
        "System",
        "Agency",
        "Evidence",
        "Deadline",
        "What happens there",
    ):
        table.add_column(heading)
    for one in connected:
        row = _row(settings, one)
        table.add_row(
            row["name"],
            row["adapter"],
            escape(row["system"]),
            row["agency"],
            row["evidence"],
            f"{row['deadline_seconds']:g} s",
            row["events"],
        )
    if connected:
        STDOUT.print(table)
    else:
        STDOUT.print("\nNo system is connected: name one under [sources.<name>].", markup=False)


@app.command("test")
def check_adapter(
    name: Annotated[str, typer.Argument(help="The system's name in the deployment file.")],
    subject: Annotated[
        str,
        typer.Option(help="The id there of a child invented for tests. Never a real child's."),
    ],
    nhs_number: Annotated[
        str | None, typer.Option(help="That invented child's NHS number, to test finding by it.")
    ] = None,
    nobody: Annotated[
        str | None, typer.Option(help="An id that the system has never given out.")
    ] = None,
    organisation: Annotated[
        str, typer.Option(help="On whose behalf the system is told that it is asked.")
    ] = "conformance-test",
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask a connected system about a child invented for tests, and check what comes. Exit 3 if it falls short.

    Nothing of what it holds is shown or kept.
    """
    settings = settings_of(config)
    if name not in settings.sources:
        there = ", ".join(settings.sources) or "none"
        raise WrongSettings(f"No system is called {name} here; there are: {there}.")
    subjects = Subjects(
        known=subject,
        nhs_number=None if nhs_number is None else NHSNumber.parse(nhs_number),
        nobody=nobody,
        asked_for=organisation,
    )
    checked = asyncio.run(_checked(settings, name, subjects))
    if as_json:
        print_json({"system": name, "checks": checked})
    else:
        for one in checked:
            says = escape(one.says)
            STDOUT.print(f"{_MARK[one.result]}  {one.check} ({one.ms} ms): {says}", highlight=False)
    if any(one.result is Result.FAILED for one in checked):
        raise typer.Exit(Exit.NO)


@app.command("missing-rules")
def missing_rules(*, as_json: AsJson = False) -> None:
    """DfE's rules on missing episodes: which run as notes on what councils hold, and why some do not."""
    rows = [
        {
            "rule": rule.number,
            "note": None if rule.note is None else rule.note.code,
            "says": None if rule.note is None else rule.note.says,
            "not_run": rule.not_run,
        }
        for rule in RULES
    ]
    if as_json:
        print_json(rows)
        return
    table = Table(box=None)
    for heading in ("Rule", "Note", "Not run, and why"):
        table.add_column(heading)
    for row in rows:
        table.add_row(str(row["rule"]), str(row["note"] or ""), str(row["not_run"] or ""))
    STDOUT.print(table)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="One word, such as rivermead: the folder's name.")],
    into: Annotated[
        Path | None, typer.Option(help="Where adapters stand; this checkout's own by default.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write a new kind of system, with a simulator: it passes the contract family as it is."""
    if into is None:
        need_a_checkout()
    written = new_adapter(name, into or Path(adapters.__file__).parent)
    if as_json:
        print_json({"written": [str(path) for path in written]})
        return
    for path in written:
        STDOUT.print(str(path), markup=False, highlight=False)
    STDOUT.print(f"Next: python -m pytest tests/contract -k {name}", markup=False, highlight=False)


async def _connected(settings: Settings) -> list[Source]:
    telemetry = Telemetry(settings.telemetry)
    try:
        async with http_of(settings) as http:
            return [
                guarded(name, described, http, telemetry)
                for name, described in settings.sources.items()
            ]
    finally:
        telemetry.close()


async def _checked(settings: Settings, name: str, subjects: Subjects) -> list[Checked]:
    telemetry = Telemetry(settings.telemetry)
    checked = []
    try:
        async with http_of(settings) as http:
            described = settings.sources[name]
            source = guarded(name, described, http, telemetry)
            async for one in Checklist(source, described, http, subjects).run():
                progress(one.check)
                checked.append(one)
    finally:
        telemetry.close()
    return checked


def _row(settings: Settings, source: Source) -> dict[str, Any]:
    described = settings.sources[source.name]
    return {
        "name": source.name,
        "adapter": described.adapter,
        "system": source.system,
        "agency": source.kind.value,
        "evidence": source.evidence.value,
        "supplies": sorted(item.value for item in source.supplies),
        "deadline_seconds": described.deadline_seconds,
        "events": _events(described, source),
    }


def _events(described: SourceSettings, source: Source) -> str:
    """How what happens in a system comes to be told."""
    if described.inbound is not None:
        return "pushed"
    if described.poll is not None:
        return f"asked for every {described.poll.every_seconds:g} s"
    return "could be asked for" if isinstance(source, Polls) else "not told"


def _first_line(kind: str) -> str:
    said = importlib.import_module(f"adapters.{kind}").__doc__ or ""
    return said.strip().split("\n", 1)[0]
