"""README and documents are true: every command and every block in them is run here."""

import ast
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate

from gateway.settings_reading import load
from schema import schema
from tests.docs.blocks import ROOT, RUN, Block, blocks, documents

BIN = Path(sys.executable).parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder beside which the tutorial's demo is running, with what it wrote for a shell."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / ".venv").symlink_to(BIN.parent)
    (command,) = [c for b in blocks("console background") for c in b.commands]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # This run was started in the background: what it starts would not heed Ctrl-C either.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(  # noqa: S602 (a command of our own documents, as a person types it)
        f"exec {command}",
        shell=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    until = time.monotonic() + 60
    while not (folder / "demo.env").exists():
        assert running.poll() is None, "The demo ended."
        assert time.monotonic() < until, "The demo did not write demo.env."
        time.sleep(0.1)
    yield folder
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0


@pytest.fixture(scope="module")
def printed() -> str:
    """What the demo prints on a terminal of eighty columns."""
    done = subprocess.run(
        [BIN / "homeward", "demo", "--once"],
        capture_output=True,
        text=True,
        check=True,
        env={**_environment(), "COLUMNS": "80"},
        timeout=60,
    )
    return done.stdout


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")}
    return {**ours, "NO_COLOR": "1"}


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert [str(block) for block in blocks() if block.kind not in RUN] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in LINK.findall(path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_commands_beside_the_demo_end_well_one_after_the_other(demo: Path) -> None:
    commands = [
        command
        for block in blocks("console")
        for command in block.commands
        if not command.startswith("make ")
    ]
    script = "\n".join(["set -eu", *(f"echo '$ '{shlex.quote(c)} >&2\n{c}" for c in commands)])
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=demo,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert '"state":"WITHHELD"' in done.stdout.replace(" ", "")
    assert "all as written" in done.stderr


@pytest.mark.parametrize("block", list(blocks("console deployment")), ids=str)
def test_the_commands_without_a_demo_end_well(block: Block, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(BIN.parent)
    for command in block.commands:
        done = subprocess.run(  # noqa: S602 (a command of our own documents, as a person types it)
            command,
            shell=True,
            cwd=tmp_path,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr[-2000:]


def test_make_is_asked_only_for_what_the_makefile_offers() -> None:
    offered = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = {
        shlex.split(command)[1]
        for block in blocks("console")
        for command in block.commands
        if command.startswith("make ")
    }
    assert {"demo", "test"} <= asked <= offered


@pytest.mark.parametrize("block", list(blocks("graphql")), ids=str)
def test_every_document_in_the_documents_is_one_the_schema_answers(block: Block) -> None:
    assert validate(schema._schema, parse(block.text)) == []


@pytest.mark.parametrize("block", list(blocks("text demo")), ids=str)
def test_what_is_shown_of_the_demo_is_what_it_prints(block: Block, printed: str) -> None:
    lines = [line.rstrip() for line in printed.splitlines()]
    assert [line for line in block.text.splitlines() if line.rstrip() not in lines] == []


@pytest.mark.parametrize("block", list(blocks("toml", "toml settings", "toml rule")), ids=str)
def test_every_toml_is_toml(block: Block) -> None:
    assert tomllib.loads(block.text)


@pytest.mark.parametrize("block", list(blocks("toml rule")), ids=str)
def test_a_quoted_rule_stands_in_a_rule_file(block: Block) -> None:
    files = (ROOT / "protocols").rglob("*.toml")
    assert any(block.text.strip() in path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("block", list(blocks("toml settings")), ids=str)
def test_the_settings_shown_are_settings(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "homeward.toml"
    file.write_text(block.text, encoding="utf-8")
    settings = load({"HOMEWARD_CONFIG": str(file)})
    assert settings.sources or settings.carers


@pytest.mark.parametrize("block", list(blocks("json")), ids=str)
def test_every_json_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", list(blocks("python")), ids=str)
def test_every_python_block_is_python(block: Block) -> None:
    assert ast.parse(block.text).body
