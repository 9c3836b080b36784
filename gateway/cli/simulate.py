"""`homeward simulate`: a simulated England, streamed, beside the published figures."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer
from rich.table import Table

from england.lines import lines
from england.summary import Tally
from gateway.cli.demo.command import demo
from gateway.cli.output import STDOUT, Exit, say

_NEAR: Final = {True: "yes", False: "no", None: "too few to say"}


def simulate(
    children: Annotated[int, typer.Option(min=1, help="How many children.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Same seed, same children.")] = 1,
    *,
    story: Annotated[
        bool,
        typer.Option(
            "--story",
            help="One invented child's story instead, through a gateway and two authorities.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each child, and one that sums up.")
    ] = False,
) -> None:
    """Invent an England of children and compare it with the published figures.

    With --json: a line for each child, and a last line that sums up. Exit 3 where the simulation
    strays from a published figure by more than its tolerance and chance. With --story the demo's
    child goes missing from a home in another authority's area and comes back: who is told, and what
    runs, as one document with --json.
    """
    if story:
        demo(once=True, as_json=as_json)
        return
    tally = Tally()
    out = sys.stdout.buffer
    for line in lines(seed, children, tally=tally):
        if as_json:
            out.write(line + b"\n")
    if as_json:
        out.flush()
    else:
        _show(tally)
    if any(one.within is False for one in tally.compared()):
        raise typer.Exit(Exit.NO)


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
            _NEAR[one.within],
        )
    STDOUT.print(table)
    say("Sources stand in england/figures.toml, and in the last line of --json.")
