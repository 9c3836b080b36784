"""``homeward policy``: bundles of protocols checked, compared, approved and listed."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from consent.analysis import diff
from disclosure.approvals import Approval, approvals, approve, in_force, kept_bundle
from disclosure.audit import Ledger
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson, Config, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, progress, say
from gateway.cli.policy_diff import compare
from gateway.keys import own_keys
from gateway.opening import database_of
from gateway.settings import Settings
from protocols.bundle import Bundle
from protocols.checking import checked
from protocols.load import files_of
from protocols.ungrounded import without_ground
from protocols.verify import verify
from records.errors import IncompleteProtocol, WrongSettings

app: Final = typer.Typer(help="Bundles of protocols, and their approval.", no_args_is_help=True)
app.command("diff")(compare)

TEXTS: Final = "HOMEWARD_PROTOCOL_TEXTS"
_AT: Final = re.compile(r"^(?P<file>[^:,]+)(?:, line (?P<line>\d+))?: (?P<what>.*)$", re.DOTALL)
Given = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="A folder of protocols; those shipped otherwise."),
]


@app.callback()
def policy() -> None:
    """Bundles of protocols, and their approval."""


@app.command("check")
def check(
    folder: Given = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            help=f"The protocols' own texts, to hold quotations against; {TEXTS} otherwise."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Everything that is wrong with a folder of protocols, with file, line and what to do.

    A rule that opens what the registers hold no lawful basis or ground in confidence for is wrong.
    Exit 3 where there is anything.
    """
    named = texts or (Path(os.environ[TEXTS]) if TEXTS in os.environ else None)
    try:
        bundle, faults = checked(files_of(folder))
    except IncompleteProtocol as error:
        bundle, faults = None, (error,)
    found = [_placed(str(fault)) for fault in faults]
    if bundle is not None and named is not None:
        found += [
            {"file": wrong.file, "line": wrong.line, "what": f"{wrong.rule}: {wrong.what}"}
            for one in verify(bundle, named)
            for wrong in one.misquoted
        ]
    if bundle is not None:
        found += [_placed(str(fault)) for fault in without_ground(bundle)]
    if as_json:
        digest = None if bundle is None else bundle.digest
        print_json({"digest": digest, "faults": found})
    else:
        for fault in found:
            STDOUT.print(
                f"{fault['file']}:{fault['line']}: {escape(str(fault['what']))}",
                highlight=False,
                soft_wrap=True,
            )
        say(_summary(bundle, found, quotations=named is not None))
    if found:
        raise typer.Exit(Exit.NO)


def _placed(said: str) -> dict[str, object]:
    at = _AT.match(said)
    if at is None:
        return {"file": ".", "line": 1, "what": said}
    return {"file": at["file"], "line": int(at["line"] or 1), "what": at["what"]}


def _summary(bundle: Bundle | None, found: list[dict[str, object]], *, quotations: bool) -> str:
    if found:
        return f"{len(found)} to mend."
    assert bundle is not None  # noqa: S101 (without faults there is one)
    duties = sum(len(p.duties) for p in bundle.protocols.values())
    quoted = "quotations hold" if quotations else f"quotations not checked: give --texts or {TEXTS}"
    return (
        f"{len(bundle.protocols)} protocols, {len(bundle.rules)} rules, {duties} duties: in order; "
        f"{quoted}. Bundle {bundle.digest[:12]}"
    )


@app.command("approve")
def approve_bundle(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of protocols.")],
    by: Annotated[str, typer.Option(help="Who approves: name and office.")],
    starts: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day in force.")
    ],
    ends: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The first day no longer in force."),
    ] = None,
    drops: Annotated[
        list[str] | None, typer.Option(help="A partnership that the bundle leaves out on purpose.")
    ] = None,
    accept_widening: Annotated[
        str | None, typer.Option(help="The reference under which what it widens was accepted.")
    ] = None,
    config: Config = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Keep a bundle and that it was approved: production takes it up on its first day.

    Refused where a rule opens what the registers of lawful bases and confidentiality hold no ground for.
    Refused with exit 3 where it lacks a partnership of the bundle before it that --drops does not
    name, with exit 4 where it would show somebody more and --accept-widening gives no reference.
    """
    approval = asyncio.run(
        _approved(
            settings_of(config),
            folder,
            by=by,
            starts=starts.date(),
            ends=None if ends is None else ends.date(),
            drops=frozenset(drops or ()),
            accepted=accept_widening,
        )
    )
    if as_json:
        print_json(approval)
    else:
        say(
            f"Bundle {approval.digest[:12]} is approved from {approval.starts}: "
            f"{', '.join(approval.partnerships)}. Ledger entry {approval.ref}"
        )


async def _approved(
    settings: Settings,
    folder: Path,
    *,
    by: str,
    starts: date,
    ends: date | None,
    drops: frozenset[str],
    accepted: str | None,
) -> Approval:
    files = files_of(folder)
    bundle, faults = checked(files)
    if bundle is None:
        raise faults[0]
    if ungrounded := without_ground(bundle):
        raise ungrounded[0]
    if not by.strip() or (ends is not None and ends <= starts):
        raise WrongSettings("Say who approves with --by, and give --to a day after --from.")
    keys = own_keys(settings)
    async with database_of(settings) as engine:
        before = in_force(await approvals(engine), starts)
        if before is not None:
            _nothing_lost(before, bundle, drops)
            old = await kept_bundle(engine, before.digest)
            progress("Comparing it with the bundle before it")
            if old is not None and accepted is None:
                _nothing_widened(old, bundle, starts)
        writer = f"{socket.gethostname()}:policy"
        async with Ledger(engine, keys.ledger, pepper=keys.pepper, writer=writer) as ledger:
            return await approve(
                engine,
                ledger,
                files,
                by=by,
                now=datetime.now(UTC),
                starts=starts,
                ends=ends,
                accepted=accepted,
            )


def _nothing_lost(before: Approval, bundle: Bundle, drops: frozenset[str]) -> None:
    lost = sorted(set(before.partnerships) - bundle.protocols.keys() - drops)
    if lost:
        say(
            f"Not approved: the bundle before it had {', '.join(lost)}, and this one has not. "
            f"Restore the folder, or say --drops {lost[0]}."
        )
        raise typer.Exit(Exit.NO)


def _nothing_widened(old: Bundle, new: Bundle, on: date) -> None:
    if any(change.widens for change in diff(old, new, on)):
        say(
            "Not approved: it would show somebody more than the bundle before it. Read "
            f"`homeward policy diff {old.digest[:12]} FOLDER`, then say --accept-widening REF."
        )
        raise typer.Exit(Exit.WIDENED)


@app.command("list")
def list_bundles(config: Config = None, *, as_json: AsJson = False) -> None:
    """Every approval: which bundle, by whom, for which days; and which is in force today."""
    given, today = asyncio.run(_given(settings_of(config)))
    now = in_force(given, today)
    if as_json:
        print_json({"in_force": None if now is None else now.digest, "approvals": given})
        return
    table = Table("bundle", "from", "to", "approved by", "on", "partnerships", "", box=None)
    for one in given:
        table.add_row(
            one.digest[:12],
            str(one.starts),
            "" if one.ends is None else str(one.ends),
            escape(one.approved_by),
            str(one.approved_at.date()),
            ", ".join(one.partnerships),
            "in force" if one == now else "",
        )
    STDOUT.print(table)
    if now is None:
        say(f"Nothing is approved for {today}. `homeward policy approve` does it.")
        raise typer.Exit(Exit.NOTHING)


async def _given(settings: Settings) -> tuple[tuple[Approval, ...], date]:
    async with database_of(settings) as engine:
        return await approvals(engine), datetime.now(UTC).astimezone(LONDON).date()
