"""``homeward adapter new``: a folder for a new kind of system that works from the first day.

What is written is a whole adapter for an invented interface, with its simulator, so that the
contract family passes before the first change, and says at once what a change broke.
"""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from records.errors import WrongSettings

_NAME: Final = re.compile("[a-z][a-z0-9]{1,29}")
_OURS: Final = "from adapters."


def new_adapter(name: str, folder: Path) -> list[Path]:
    """Write a new adapter into ``folder``; the files written.

    Raises:
        WrongSettings: the name cannot be a folder's, or something has it already.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise WrongSettings(
            "A new adapter's name is one word of small letters and digits, such as rivermead."
        )
    made = folder / name
    if made.exists() or (folder / f"{name}.py").exists():
        raise WrongSettings(f"There is something called {name} in {folder}; choose another name.")
    texts = {
        template.name.removesuffix(".txt"): _sorted(
            template.read_text(encoding="utf-8").replace("@name@", name)
        )
        for template in files(__name__).joinpath("adapter").iterdir()
        if template.name.endswith(".txt")
    }
    made.mkdir(parents=True)
    for file, text in sorted(texts.items()):
        (made / file).write_text(text, encoding="utf-8")
    return [made / file for file in sorted(texts)]


def _sorted(text: str) -> str:
    """The text with its imports from `adapters` in order, whatever the name turned out to be."""
    lines = text.splitlines()
    ours = [at for at, line in enumerate(lines) if line.startswith(_OURS)]
    # They stand together, as ruff wants them.
    for at, line in zip(ours, sorted((lines[at] for at in ours), key=_module), strict=True):
        lines[at] = line
    return "\n".join(lines) + "\n"


def _module(line: str) -> str:
    return line.split()[1]
