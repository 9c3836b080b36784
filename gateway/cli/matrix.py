"""``homeward matrix``: who may see what, when, by which paragraphs. Worked out exactly, not sampled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from consent.analysis import Cell, When, areas, matrix
from consent.boxes import Box
from consent.cell_grounds import CellGrounds
from disclosure.weighing import LONDON
from gateway.cli.deployment import AsJson
from gateway.cli.matrix_page import page_of
from gateway.cli.output import STDOUT, print_json, say
from gateway.cli.telling import boxes_of, plain, shared
from protocols.bundle import Bundle
from protocols.load import load_bundle
from records.errors import WrongSettings
from records.people import Role

WHEN: Final = {
    When.ALWAYS: "always",
    When.SOMETIMES: "on conditions",
    When.NEVER_REFUSED: "never: refused",
    When.NEVER_MET: "never: its conditions cannot be met",
    When.NEVER_SILENT: "never: no paragraph speaks",
}
"""What is said of each kind of cell."""


_SHORT: Final = {
    When.ALWAYS: "always",
    When.SOMETIMES: "on conditions",
    When.NEVER_REFUSED: "refused",
    When.NEVER_MET: "not met",
    When.NEVER_SILENT: "silent",
}


def show_matrix(
    protocol: Annotated[
        str | None, typer.Option(help="For children living in this partnership's area, by its id.")
    ] = None,
    responsible: Annotated[
        str | None, typer.Option(help="Whose child it is, where another partnership's.")
    ] = None,
    role: Annotated[Role | None, typer.Option(metavar="ROLE", help="For one role.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write it as a page that can be printed, to this file.")
    ] = None,
    protocols: Annotated[
        Path | None,
        typer.Option("--protocols", help="A folder of protocols; those shipped otherwise."),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As the rules stand on this day; today otherwise."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Who may see what, under which conditions, by which paragraphs.

    A cell that no paragraph speaks of is told apart from one that a paragraph refuses: it is a
    question for the partnership. With neither --protocol nor --role, a count of each.
    """
    if html is not None and as_json:
        raise WrongSettings("Give --html FILE or --json, not both.")
    bundle = load_bundle(protocols)
    day = datetime.now(UTC).astimezone(LONDON).date() if on is None else on.date()
    cells = cells_of(bundle, day, protocol, responsible, role)
    known = shared(box for cell in cells for box in cell.conditions)
    if as_json:
        print_json(as_plain(bundle, day, cells, known))
    elif html is not None:
        html.write_text(page_of(bundle, day, cells, known), encoding="utf-8")
        say(f"{len(cells)} cells")
    elif protocol is None and role is None:
        _counts(cells)
    else:
        _rows(cells, known, CellGrounds(bundle, day))


def cells_of(
    bundle: Bundle, on: date, protocol: str | None, responsible: str | None, role: Role | None
) -> list[Cell]:
    """The cells asked for: each partnership's own children, or those of the pair that is named.

    Raises:
        WrongSettings: there is no protocol of that name.
    """
    there = {p.id for p in bundle.protocols.values() if not p.national}
    for name in (protocol, responsible):
        if name is not None and name not in there:
            raise WrongSettings(
                f"There is no protocol `{name}`; there are {', '.join(sorted(there))}."
            )
    where = [
        (host, responsible or own)
        for host, own in areas(bundle)
        if protocol is None or host == protocol
    ]
    return list(matrix(bundle, on, where=where, roles=Role if role is None else [role]))


def as_plain(bundle: Bundle, on: date, cells: list[Cell], known: Box) -> dict[str, Any]:
    """The matrix as one document. ``throughout`` holds in every cell that is open on conditions.

    The grounds of a cell are by the ids of the registers' rows, over all purposes and givers.
    """
    grounds = CellGrounds(bundle, on)
    return {
        "policy": bundle.digest,
        "on": on,
        "throughout": plain(known),
        "cells": [
            {
                "host": cell.host,
                "responsible": cell.responsible,
                "role": cell.role.value,
                "item": cell.item.value,
                "when": cell.when.value,
                "conditions": boxes_of(cell.conditions, known),
                "rules": [ref.id for ref in cell.rules],
                "grounds": [
                    {"lawful_basis": basis, "confidentiality": confidence}
                    for basis, confidence in (ground.ids for ground in grounds.of(cell))
                ],
            }
            for cell in cells
        ],
    }


def _counts(cells: list[Cell]) -> None:
    found: dict[tuple[str, Role], Counter[When]] = {}
    for cell in cells:
        found.setdefault((str(cell.host), cell.role), Counter())[cell.when] += 1
    table = Table(box=None)
    for heading in ("protocol", "role"):
        table.add_column(heading, no_wrap=True)
    for when in WHEN:
        table.add_column(_SHORT[when], justify="right")
    for (host, role), counted in found.items():
        table.add_row(host, role.value, *(str(counted[when]) for when in WHEN))
    STDOUT.print(table)
    every = Counter(cell.when for cell in cells)
    say("; ".join(f"{WHEN[when]} {every[when]}" for when in WHEN))


def _rows(cells: list[Cell], known: Box, grounds: CellGrounds) -> None:
    if known:
        STDOUT.print(f"[dim]Throughout, {escape(plain(known))}.[/dim]", highlight=False)
    for cell in cells:
        rules = ", ".join(ref.id for ref in cell.rules)
        STDOUT.print(
            f"[bold]{cell.item.value}[/bold] {escape(_who(cell))}: {WHEN[cell.when]}"
            + (f"  [dim]{escape(rules)}[/dim]" if rules else ""),
            highlight=False,
            soft_wrap=True,
        )
        if cell.when is When.SOMETIMES:
            for said in boxes_of(cell.conditions, known):
                STDOUT.print(f"  when {escape(said)}", highlight=False, soft_wrap=True)
        for basis, confidence in (ground.ids for ground in grounds.of(cell)):
            STDOUT.print(
                f"  [dim]on {basis or 'no lawful basis'}; confidence: {confidence or 'no ground'}[/dim]",
                highlight=False,
                soft_wrap=True,
            )


def _who(cell: Cell) -> str:
    child = "" if cell.host == cell.responsible else f", child of {cell.responsible}"
    return f"to {cell.role.value} in {cell.host}{child}"
