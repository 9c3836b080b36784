"""What is shipped, and that nobody else ships something of the same name.

Source: docs/decisions/0001-an-application-with-its-own-environment.md
"""

import json
import os
import sqlite3
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
MIGRATIONS = "migrations"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_owns_one_of_our_names(package: str) -> None:
    owners = set(packages_distributions().get(package, []))
    assert owners <= {"homeward-gateway"}


def test_every_package_is_shipped_and_held_to_the_contracts() -> None:
    present = sorted(path.parent.name for path in ROOT.glob("[a-z]*/__init__.py"))
    imported = [package for package in PACKAGES if package != MIGRATIONS]
    assert sorted(imported) == present
    assert SETTINGS["tool"]["importlinter"]["root_packages"] == imported


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as a release builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_every_package_and_nothing_else(wheel: Path) -> None:
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert shipped == {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel puts into an environment, away from the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def runs(installed: Path, where: Path, *verb: str) -> subprocess.CompletedProcess[str]:
    """The command, of the installed copy; nothing of it stands where it is run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    started = "import sys; sys.argv[0] = 'homeward'; from gateway.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", started, *verb],
        cwd=where,
        env=own | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not list(where.glob("*.py"))
    return done


def test_an_installed_copy_makes_and_migrates_its_database_by_itself(
    installed: Path, tmp_path: Path
) -> None:
    done = runs(installed, tmp_path, "doctor", "--json")
    checks = {one["what"]: one for one in json.loads(done.stdout)}
    assert checks["Database and keys"]["well"], done.stdout
    assert checks["Protocols"]["well"], done.stdout
    made = sqlite3.connect(tmp_path / ".homeward" / "homeward.sqlite")
    newest = max(path.name[:4] for path in (installed / MIGRATIONS / "versions").glob("*.py"))
    assert made.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest,)]


@pytest.mark.parametrize("verb", ["settings --check", "schema print --write", "adapter new foo"])
def test_an_installed_copy_is_never_written_into(
    installed: Path, tmp_path: Path, verb: str
) -> None:
    before = set(installed.rglob("*.*"))
    done = runs(installed, tmp_path, *verb.split())
    assert done.returncode == 2
    assert "checkout" in done.stderr
    after = {path for path in installed.rglob("*.*") if path.suffix != ".pyc"}
    assert after <= before
