"""``homeward episode table``: what each message does to an episode, in every state."""

from __future__ import annotations

from typing import Final

import typer

from gateway.cli.checkout import DOCS
from gateway.cli.printed import Check, Write, page
from notifications.episode_table import printed

app: Final = typer.Typer(help="Episodes, and what messages do to them.", no_args_is_help=True)
COMMITTED: Final = DOCS / "episode-states.md"


@app.callback()
def episode() -> None:
    """Episodes, and what messages do to them."""


@app.command("table")
def table(*, write: Write = False, check: Check = False) -> None:
    """Every state and every message; it stands in docs/episode-states.md too."""
    page(printed(), COMMITTED, "episode table", write=write, check=check)
