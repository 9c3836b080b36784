"""``homeward schema``: the schema in its own language, the same for every role, and what it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import typer

import schema as published
from gateway.cli.checkout import DOCS
from gateway.cli.printed import Check, Write, page
from schema import items_table

app: Final = typer.Typer(help="The GraphQL schema.", no_args_is_help=True)
COMMITTED: Final = Path(published.__file__).with_name("schema.graphql")
ITEMS: Final = DOCS / "what-can-be-asked.md"


@app.callback()
def schema() -> None:
    """The GraphQL schema."""


@app.command("print")
def print_schema(*, write: Write = False, check: Check = False) -> None:
    """The schema as it is served; it stands in schema/schema.graphql too."""
    page(published.printed(), COMMITTED, "schema print", write=write, check=check)


@app.command("items")
def items(*, write: Write = False, check: Check = False) -> None:
    """Every item of information, and the field it is asked under; in docs/what-can-be-asked.md too."""
    page(items_table.printed(), ITEMS, "schema items", write=write, check=check)
