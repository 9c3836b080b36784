"""``homeward rules`` and ``homeward protocol``: what is carried, and whether it is quoted rightly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from consent.analysis import conflicts
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.cli.telling import boxes_of, gathered, plain, shared
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


@app.command("conflicts")
def show_conflicts(protocols: Folder = None, *, as_json: AsJson = False) -> None:
    """Where the host's protocol would show an item and the responsible authority's refuses it.

    Bars and overrides aside. The refusal counts; the partnerships may want to know.
    """
    day = _today()
    found = conflicts(load_bundle(protocols), day)
    known = shared(box for one in found for box in one.where)
    alike = gathered(
        (
            (one.host, one.responsible, one.item, one.refused_by, boxes_of(one.where, known)),
            one.role.value,
        )
        for one in found
    )
    if as_json:
        rows = [
            {
                "host": host,
                "responsible": responsible,
                "item": item.value,
                "roles": sorted(roles),
                "refused_by": [ref.id for ref in refused_by],
                "when": list(when),
            }
            for (host, responsible, item, refused_by, when), roles in alike.items()
        ]
        print_json({"on": day, "throughout": plain(known) if known else "", "conflicts": rows})
        return
    for (host, responsible, item, refused_by, when), roles in alike.items():
        STDOUT.print(
            f"[bold]{item.value}[/bold] to {', '.join(sorted(roles))}: shown in {host}, refused "
            f"for children of {responsible} by {', '.join(ref.id for ref in refused_by)}",
            highlight=False,
            soft_wrap=True,
        )
        for said in when:
            STDOUT.print(f"  when {escape(said)}", highlight=False, soft_wrap=True)
    say(f"{len(found)} cells in conflict")


def rules(
    protocol_id: Annotated[
        str | None, typer.Option("--protocol", help="One protocol, by its id.")
    ] = None,
    protocols: Folder = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Every rule that is carried: its kind, treatment and paragraph, the tests that reach it, its grounds.

    The grounds are rows of the national registers: the lawful bases on which what the rule opens may
    be told, and in JSON beside each how the duty of confidence is met.
    """
    listed = [
        row
        for row in rules_listing(load_bundle(protocols), exercised(), _today())
        if protocol_id is None or row["protocol"] == protocol_id
    ]
    if as_json:
        print_json(listed)
        return
    table = Table("rule", "kind", "treatment", "paragraph", "tests", "grounds", box=None)
    for row in listed:
        table.add_row(
            row["id"],
            row["kind"],
            row["treatment"],
            row["citation"],
            str(len(row["tests"])),
            ", ".join(dict.fromkeys(g["lawful_basis"] or "none" for g in row["grounds"])),
        )
    STDOUT.print(table)
    say(f"{len(listed)} rules")


def _today() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


def _say(one: Checked) -> None:
    if not one.found:
        say(f"{one.protocol}: its text is not in that folder; nothing was checked")
        return
    changed = "" if one.same_text else "; the text has changed since the folder was written"
    say(f"{one.protocol}: {one.quotations - len(one.misquoted)} of {one.quotations} stand{changed}")
    for wrong in one.misquoted:
        say(f"  {wrong.file}:{wrong.line}: {wrong.rule}: {wrong.what}")
