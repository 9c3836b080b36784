"""Loading the folders of protocols: TOML in, a bundle out, or an error that says what to mend.

The only module here that reads files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from protocols.bundle import Bundle
from protocols.checking import PROTOCOL, SHARING, bundle_of
from records.errors import IncompleteProtocol

FOLDER: Final = Path(__file__).parent
"""The protocols that are shipped."""

_EXERCISED: Final = "exercised.json"


def load_bundle(folder: Path | None = None) -> Bundle:
    """Every protocol under the folder: `national/<nation>/` and one folder for each partnership.

    Raises:
        IncompleteProtocol: with file, line and what to do; the first, where there are several.
    """
    return bundle_of(files_of(folder))


def files_of(folder: Path | None = None) -> dict[str, str]:
    """The text of every file that counts, by its name under the folder: what a bundle is made of.

    Raises:
        IncompleteProtocol: there is none, or one cannot be read.
    """
    root = FOLDER if folder is None else folder
    found = {}
    for home in _homes(root):
        for file in sorted(home.glob("*.toml")):
            name = _name(root, file)
            try:
                found[name] = file.read_text("utf-8")
            except (UnicodeDecodeError, OSError) as error:
                raise IncompleteProtocol(
                    f"{name}, line 1: it cannot be read as UTF-8. Save it as UTF-8."
                ) from error
    return found


def _homes(root: Path) -> list[Path]:
    """The nation's folders first. A folder counts once it has a sharing.toml."""
    found = (*root.glob(f"national/*/{SHARING}"), *root.glob(f"*/{SHARING}"))
    homes = sorted((file.parent for file in found), key=lambda h: (h.parent == root, h.name))
    if not homes:
        raise IncompleteProtocol(
            "No folder has a sharing.toml. Check the protocols folder of the settings."
        )
    for home in homes:
        if not (home / PROTOCOL).is_file():
            raise IncompleteProtocol(
                f"{_name(root, home)}: there is no protocol.toml. Add it: who the partnership is, its roles, whom to ask."
            )
    return homes


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def exercised(folder: Path | None = None) -> dict[str, list[str]]:
    """Which tests exercise each rule of the catalogue, as committed in each protocol's folder.

    Written by the tests from their own tables, and compared with them in every run.
    """
    root = FOLDER if folder is None else folder
    found: dict[str, list[str]] = {}
    for home in _homes(root):
        file = home / _EXERCISED
        if file.is_file():
            found |= msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])
    return found
