"""What is shipped, and that nobody else ships something of the same name.

Source: docs/decisions/0001-an-application-with-its-own-environment.md
"""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: list[str] = SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_one_of_our_names(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"homeward-gateway"}


def test_every_package_is_shipped_and_held_to_the_contracts() -> None:
    present = sorted(path.parent.name for path in ROOT.glob("[a-z]*/__init__.py"))
    assert sorted(PACKAGES) == present
    assert SETTINGS["tool"]["importlinter"]["root_packages"] == PACKAGES


def test_the_wheel_holds_every_file_of_every_package_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert shipped == {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
