"""docs/how-to/add-an-adapter.md, followed as it is written, in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOW_TO = (ROOT / "docs" / "how-to" / "add-an-adapter.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console copy\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
(SECTION,) = re.findall(r"^```toml settings\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL)
SIMULATE = (
    "from adapters.rivermead.simulator import STAGINGS; staged = STAGINGS['plain']();"
    " staged.simulator.start(); print(staged.simulator.url, flush=True); input()"
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an adapter and the command need, copied; and the environment, under its own name."""
    folder = tmp_path_factory.mktemp("checkout")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        skipped = shutil.ignore_patterns("__pycache__", "*.json")
        shutil.copytree(ROOT / package, folder / package, ignore=skipped)
    shutil.copytree(ROOT / "tests" / "contract", folder / "tests" / "contract")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    return folder


def environment(checkout: Path) -> dict[str, str]:
    """The copy's packages before the checkout's own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    return {**ours, "PYTHONPATH": str(checkout), "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def followed(checkout: Path) -> Iterator[dict[str, str]]:
    """What each command printed, in order; the system of step 4 is the new simulator."""
    printed: dict[str, str] = {}
    simulated: subprocess.Popen[str] | None = None
    try:
        for command in COMMANDS:
            if "--config" in command and simulated is None:
                simulated = _simulated(checkout)
            done = subprocess.run(  # noqa: S602 (a command of our own how-to, as a person types it)
                command,
                shell=True,
                cwd=checkout,
                env=environment(checkout),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            printed[command] = done.stdout + done.stderr
        yield printed
    finally:
        if simulated is not None:
            simulated.communicate("\n", timeout=10)


def _simulated(checkout: Path) -> "subprocess.Popen[str]":
    """The new simulator, running, and the deployment file of the how-to that points to it."""
    running = subprocess.Popen(
        [sys.executable, "-c", SIMULATE],
        cwd=checkout,
        env=environment(checkout),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    url = running.stdout.readline().strip()
    section = SECTION.replace("http://127.0.0.1:9000", url)
    assert section != SECTION
    (checkout / "deployment.toml").write_text(section, encoding="utf-8")
    return running


def test_every_command_of_the_how_to_ends_well(followed: dict[str, str]) -> None:
    assert list(followed) == COMMANDS
    assert len(COMMANDS) == 6


def test_the_new_adapter_passes_the_contract_family_as_it_is(followed: dict[str, str]) -> None:
    (family,) = [printed for command, printed in followed.items() if "pytest" in command]
    passed = re.search(r"(\d+) passed", family)
    assert passed is not None
    # The whole family, and not a selection that happened to be empty.
    assert int(passed[1]) >= 35
    assert "failed" not in family
    # A new system holds no workers and lists no facts until somebody has it do so.
    skipped = re.search(r"(\d+) skipped", family)
    assert skipped is not None
    assert int(skipped[1]) == 2


def test_the_new_adapter_keeps_its_contract_through_the_command(followed: dict[str, str]) -> None:
    (checked,) = [printed for command, printed in followed.items() if "adapter test" in command]
    assert checked.count("passed") == 13
    assert "failed" not in checked
    assert "left out" not in checked
    assert "P-1001" not in checked


def test_nothing_was_written_into_this_checkout(followed: dict[str, str]) -> None:
    assert not (ROOT / "adapters" / "rivermead").exists()
