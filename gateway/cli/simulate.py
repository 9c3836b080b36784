"""`homeward simulate`: a simulated England, streamed, beside the published figures."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from england.lines import lines
from england.summary import Tally


def simulate(
    children: Annotated[int, typer.Option(min=1, help="How many children.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Same seed, same children.")] = 1,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="One line of JSON a child, and a last line that sums up.")
    ] = False,
) -> None:
    """Invent an England of children and compare it with the published figures.

    Exit code 1 where the simulation strays from a figure by more than its tolerance and chance.
    """
    tally = Tally()
    out = sys.stdout.buffer
    for line in lines(seed, children, tally=tally):
        if as_json:
            out.write(line + b"\n")
    if as_json:
        out.flush()
    else:
        _show(tally)
    if not all(one.within for one in tally.compared()):
        raise typer.Exit(1)


def _show(tally: Tally) -> None:
    table = Table(
        title=f"{tally.children:,} invented children, {tally.looked_after:,} looked after"
    )
    table.add_column("Published figure")
    for column in ("published", "here", "may differ by"):
        table.add_column(column, justify="right")
    table.add_column("near enough")
    for one in tally.compared():
        table.add_row(
            f"{one.figure.says} ({one.figure.period})",
            f"{one.figure.value:g} {one.figure.unit}",
            "none" if one.simulated is None else f"{one.simulated:.2f}",
            f"{one.figure.tolerance + one.chance:.2f}",
            "yes" if one.within else "no",
        )
    console = Console()
    console.print(table)
    console.print("Sources stand in england/figures.toml, and in the last line of --json.")
