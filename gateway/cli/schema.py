"""``homeward schema print``: the schema in its own language, the same for every role."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

import schema as published
from gateway.cli.printed import Check, Write, page

app: Final = typer.Typer(help="The GraphQL schema.", no_args_is_help=True)
COMMITTED: Final = Path(published.__file__).with_name("schema.graphql")


@app.callback()
def schema() -> None:
    """The GraphQL schema."""


@app.command("print")
def print_schema(*, write: Write = False, check: Check = False) -> None:
    """The schema as it is served; it stands in schema/schema.graphql too."""
    page(published.printed(), COMMITTED, "schema print", write=write, check=check)
