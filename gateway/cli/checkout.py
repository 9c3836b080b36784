"""The checkout that the command runs from, if it does: pages and packages are written there and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from records.errors import WrongSettings

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"


def need_a_checkout(root: Path = ROOT) -> None:
    """Refuse what would otherwise write into, or compare with, an installed copy.

    Raises:
        WrongSettings: Homeward was installed from its wheel.
    """
    if not (root / "pyproject.toml").is_file():
        raise WrongSettings(
            "This needs a checkout of the source, and Homeward runs here from an installed copy:"
            " clone it, run `make setup` there, and use that folder's `.venv/bin/homeward`."
        )
