"""``python -m bench [NAME ...]``: every benchmark, or those named; figures on stdout."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

BENCHMARKS: Final = {
    "consent": "deciding, the whole matrix, the difference of two bundles",
    "deadlines": "a million clocks that run, and how long a poll takes",
    "events": "from a force's push to the last subscriber, a hundred a second",
    "keeping": "what keeping one event costs, with all that follows from it",
    "kills": "two hundred kills at random moments: what was lost, what was done twice",
    "not_confirmed": 'whether "not confirmed" can be told apart by its time or its bytes',
    "question": "the demo's question, beside plain Strawberry",
    "subscribers": "five thousand who follow at once, and what they take of memory",
    "resilience": "one system slow and one down, one question asked by many, and what the guards cost",
    "webhooks": "notices a second that a worker sends to signed webhooks",
}

_MOST_COLUMNS: Final = 9
"""More rows than this stand one below the other, not side by side."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them, and print a table of each, or one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    found: dict[str, Any] = {}
    talk = Console(stderr=True)
    for name in options.names or BENCHMARKS:
        talk.print(f"[dim]{name}: {BENCHMARKS[name]}[/dim]")
        found[name] = importlib.import_module(f"bench.{name}").main()
        if not options.json:
            _show(Console(), name, found[name])
    if options.json:
        json.dump(found, sys.stdout, indent=2)
    talk.print(f"[dim]{platform.python_implementation()} {platform.python_version()}[/dim]")
    return 0


def _show(console: Console, name: str, figures: Mapping[str, Any]) -> None:
    for title, rows in figures.items():
        listed = rows if isinstance(rows, list) else [rows]
        table = Table(title=f"{name}: {title}", title_justify="left", box=None)
        if len(listed) > _MOST_COLUMNS:
            for label in listed[0]:
                table.add_column(label)
            for row in listed:
                table.add_row(*(str(value) for value in row.values()))
            console.print(table)
            continue
        table.add_column("")
        for _ in listed:
            table.add_column("", justify="right", overflow="fold", max_width=24)
        for label in listed[0]:
            table.add_row(label, *(str(row[label]) for row in listed))
        console.print(table)


if __name__ == "__main__":
    sys.exit(main())
