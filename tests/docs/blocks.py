"""The fenced blocks of the documents: each has a kind, and each kind is run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_FENCE: Final = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

RUN: Final = {
    "console": "run in a shell beside a running demo",
    "console background": "the demo itself, which stays up",
    "console copy": "run in a copy of the checkout, by tests/cli/test_adapter_how_to.py",
    "console deployment": "run in a shell, without a demo",
    "graphql": "checked against the schema, and asked of a running gateway",
    "json": "parsed",
    "python": "parsed",
    "text": "a picture: there is nothing to run",
    "text demo": "found in what the demo prints",
    "toml": "parsed",
    "toml rule": "found in a rule file as it stands",
    "toml settings": "read as a deployment's settings",
}
"""Every kind of block there may be, and what becomes of it here."""


@dataclass(frozen=True)
class Block:
    """One fenced block. Its name is where it stands."""

    file: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The lines that a person types."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]


def documents() -> list[Path]:
    """Every document that ships with the code."""
    return sorted(
        [
            *ROOT.glob("*.md"),
            *(ROOT / "docs").rglob("*.md"),
            *(ROOT / "adapters").glob("*/README.md"),
        ]
    )


def blocks(*kinds: str) -> Iterator[Block]:
    """Every block of these kinds, or every block."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for found in _FENCE.finditer(text):
            if not kinds or found["kind"] in kinds:
                line = text.count("\n", 0, found.start()) + 1
                name = str(path.relative_to(ROOT))
                yield Block(name, line, found["kind"], found["text"])
