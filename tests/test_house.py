"""The rules of the house, where no tool holds them by itself."""

import ast
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "pyproject.toml").read_text()
SETTINGS: dict[str, Any] = tomllib.loads(TEXT)
LOCKED = {
    match["name"]: Version(match["version"])
    for match in re.finditer(
        r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)",
        (ROOT / "requirements.lock").read_text(),
        re.MULTILINE,
    )
}


def _requirements() -> list[Requirement]:
    groups = SETTINGS["dependency-groups"]
    return [Requirement(line) for line in SETTINGS["project"]["dependencies"] + groups["dev"]]


def test_every_rule_that_is_off_says_why() -> None:
    silent = [
        line.strip()
        for line in TEXT.splitlines()
        if re.match(r'\s+"[A-Z]+[0-9]+",', line) and not re.search(r"# \S", line)
    ]
    assert silent == []


def test_every_exception_in_the_code_names_its_rule() -> None:
    blanket = re.compile(r"#\s*(noqa(?!: ?[A-Z])|type:\s*ignore(?!\[)|ruff: noqa(?!: ?[A-Z]))")
    found = [
        f"{path}:{number}"
        for path in _python()
        for number, line in enumerate((ROOT / path).read_text().splitlines(), start=1)
        if blanket.search(line) and "re.compile" not in line
    ]
    assert found == []


@pytest.mark.parametrize("requirement", _requirements(), ids=str)
def test_the_lock_holds_what_the_project_asks_for(requirement: Requirement) -> None:
    assert LOCKED[requirement.name] in requirement.specifier
    assert [part.operator for part in requirement.specifier] == [">="]


def test_the_lock_names_packages_and_hashes_and_no_place() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|--index|--find-links|^-", lock, re.MULTILINE)
    packages = re.split(r"\n(?! )", lock.strip())
    assert len(packages) == len(LOCKED)
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_no_dependency_is_excused_once_something_imports_it() -> None:
    excused = set(SETTINGS["tool"]["deptry"]["per_rule_ignores"]["DEP002"])
    modules = {name.replace("-", "_"): name for name in excused}
    modules |= {"strawberry": "strawberry-graphql", "graphql": "graphql-core"}
    modules |= {"opentelemetry.sdk": "opentelemetry-sdk"}
    modules |= {"opentelemetry.exporter": "opentelemetry-exporter-otlp-proto-http"}
    used = {
        modules[prefix]
        for path in _python()
        if path.parts[0] not in {"tests", "bench", "docs"}
        for imported in _imports(ast.parse((ROOT / path).read_text()))
        for prefix in (imported.split(".")[0], ".".join(imported.split(".")[:2]))
        if prefix in modules
    }
    assert used & excused == set()


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    commands = [
        line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.startswith("make")
    ]
    assert commands == ["make test"]

    readme = ROOT / "README.md"
    assert not readme.exists() or re.search(
        r"^(?:\$ )?make test\b", readme.read_text(), re.MULTILINE
    )


def test_make_refuses_a_python_that_is_too_old(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "pyproject.toml").touch()
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "--file", ROOT / "Makefile", "setup", f"PYTHON={shlex.quote(str(old))}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Homeward needs Python 3.11 or newer" in done.stderr.splitlines()[0]
    assert not (tmp_path / ".venv").exists()


def _python() -> list[Path]:
    """Every Python file of the project, relative to its root."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return [path for path in found if not path.parts[0].startswith((".", "build", "dist"))]


def _imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
