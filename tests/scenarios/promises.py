"""What the tests of the promises share: the project's own modules, and a child whom everybody asks about."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import protocols
from disclosure.assertion import Says
from tests.world import Child, World

ROOT: Final = Path(protocols.__file__).parents[1]
PRODUCTION: Final = (
    "adapters",
    "consent",
    "console",
    "disclosure",
    "gateway",
    "linking",
    "notifications",
    "protocols",
    "records",
    "schema",
)


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Every module that ships, by its path, parsed; simulators and the demo do not ship facts."""
    return tuple(_modules())


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PRODUCTION:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "simulat" not in name and "/demo/" not in name:
                yield name, ast.parse(path.read_text("utf-8"))


def looked_after(world: World, area: str = "Lancashire", *, says: Says = Says.AGREES) -> Child:
    child = world.child(lives_in=area, looked_after_by=area, placed_with="Elm House")
    child.goes_missing()
    child.is_found()
    child.file.interviewed()
    child.registers.child_says(says)
    world.forgets_what_was_asked()
    return child
