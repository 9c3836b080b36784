"""Pages that are generated and committed: printed, written, or compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.checkout import need_a_checkout
from gateway.cli.output import Exit, say

Write = Annotated[bool, typer.Option("--write", help="Write it where it is committed.")]
Check = Annotated[
    bool, typer.Option("--check", help="Exit 3 unless what is committed is the same.")
]


def page(text: str, committed: Path, verb: str, *, write: bool, check: bool) -> None:
    """Print a page, write it, or say whether the committed one is current.

    Raises:
        WrongSettings: it is to be written or compared, and this is no checkout.
        typer.Exit: with code 3 where it is not current.
    """
    if write or check:
        need_a_checkout()
    if write:
        committed.write_text(text, encoding="utf-8")
        return
    if not check:
        typer.echo(text, nl=False)
        return
    if not committed.exists() or committed.read_text(encoding="utf-8") != text:
        say(f"{committed.name} is out of date: run `homeward {verb} --write` and commit it.")
        raise typer.Exit(Exit.NO)
