"""``homeward rules`` and ``homeward protocol``: what is carried, and whether it is quoted rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from gateway.cli.deployment import AsJson
from gateway.cli.output import STDOUT, Exit, print_json, say
from protocols.listing import rules_listing
from protocols.load import exercised, load_bundle
from protocols.verify import Checked, verify

app: Final = typer.Typer(help="The protocols as data.", no_args_is_help=True)
Folder = Annotated[
    Path | None, typer.Option("--protocols", help="A folder of protocols; those shipped otherwise.")
]


@app.callback()
def protocol() -> None:
    """The protocols as data."""


@app.command("verify")
def verify_quotations(
    texts: Annotated[Path, typer.Option(help="The folder with the protocols' own texts.")],
    protocols: Folder = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Whether every quotation stands in its protocol's text, word for word, under its heading.

    Exit 3 where one does not. A protocol whose text is not in the folder is named, not passed over.
    """
    checked = verify(load_bundle(protocols), texts)
    if as_json:
        print_json(checked)
    else:
        for one in checked:
            _say(one)
    if any(one.misquoted for one in checked):
        raise typer.Exit(Exit.NO)


def rules(
    protocol_id: Annotated[
        str | None, typer.Option("--protocol", help="One protocol, by its id.")
    ] = None,
    protocols: Folder = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Every rule that is carried: its kind, its treatment, its paragraph, and the tests that reach it."""
    listed = [
        row
        for row in rules_listing(load_bundle(protocols), exercised())
        if protocol_id is None or row["protocol"] == protocol_id
    ]
    if as_json:
        print_json(listed)
        return
    table = Table("rule", "kind", "treatment", "paragraph", "tests", box=None)
    for row in listed:
        table.add_row(
            row["id"], row["kind"], row["treatment"], row["citation"], str(len(row["tests"]))
        )
    STDOUT.print(table)
    say(f"{len(listed)} rules")


def _say(one: Checked) -> None:
    if not one.found:
        say(f"{one.protocol}: its text is not in that folder; nothing was checked")
        return
    changed = "" if one.same_text else "; the text has changed since the folder was written"
    say(f"{one.protocol}: {one.quotations - len(one.misquoted)} of {one.quotations} stand{changed}")
    for wrong in one.misquoted:
        say(f"  {wrong.file}:{wrong.line}: {wrong.rule}: {wrong.what}")
