"""How the command speaks: data on stdout, talk on stderr, an exit code for every ending.

Exit codes:
    0  done
    1  something went wrong that is not the caller's doing
    2  the command or the settings are wrong
    3  the answer is "no": a chain does not verify, a check found faults
    4  a change of rules would show somebody more than before
    5  nothing to show, or nothing that may be shown
"""

from __future__ import annotations

import enum
import sys
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

STDOUT: Final = Console()
STDERR: Final = Console(stderr=True)


class Exit(enum.IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    MISUSED = 2
    NO = 3
    WIDENED = 4
    NOTHING = 5


def print_json(value: Any) -> None:  # noqa: ANN401 (anything that msgspec can write)
    """One JSON document on stdout, indented, and nothing else."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2))
    sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


def table(*names: str) -> Table:
    """A table without a frame in which nothing is cut off, however narrow the terminal."""
    made = Table(box=None)
    for name in names:
        made.add_column(name, overflow="fold")
    return made


def print_whole(text: str) -> None:
    """A line that is never broken, as an id has to be copied: no words of a style in it."""
    STDOUT.print(text, soft_wrap=True, highlight=False, markup=False)


def say(text: str) -> None:
    """Talk: to stderr, so that it never mixes with data, and as it is: `[sources]` is a section, not a style."""
    STDERR.print(text, highlight=False, markup=False)


def progress(text: str) -> None:
    """What is being done now; only where somebody is watching."""
    if STDERR.is_terminal:
        STDERR.print(f"[dim]{text}[/dim]", highlight=False)
