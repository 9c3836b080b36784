"""Servers and clients that nobody here wrote, as processes of their own; skipped where Node is not.

Their packages are fetched once, by the client of their registry, into a folder of their own: nothing
of them ships, and nothing here depends on them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
_OLDEST: Final = 20
_PATIENCE: Final = 240


@contextmanager
def serving(script: str, **environment: str) -> Iterator[str]:
    """The address of one of the servers beside this file, until the end of the block."""
    folder = _installed()
    shutil.copy(HERE / script, folder / script)
    process = subprocess.Popen(
        [_node(), script],
        cwd=folder,
        env={**os.environ, "NODE_NO_WARNINGS": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        # Other lines may come first: libraries greet.
        for line in process.stdout:
            if line.strip().isdigit():
                yield f"http://127.0.0.1:{line.strip()}"
                break
        else:
            pytest.fail(f"{script} ended before it listened.")
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def said_by(script: str, **environment: str) -> str:
    """The last line of a script beside this file, which has ended well."""
    folder = _installed()
    shutil.copy(HERE / script, folder / script)
    done = subprocess.run(
        [_node(), script],
        cwd=folder,
        env={**os.environ, "NODE_NO_WARNINGS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def _node() -> str:
    """Where Node is, if it is there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node and npm are not on this machine: install them to try these servers.")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.lstrip("v").partition(".")[0]) < _OLDEST:
        pytest.skip(f"Node is older than {_OLDEST} on this machine: install a newer one.")
    return node


def _installed() -> Path:
    """A folder with the packages, the same for every run that wants the same ones."""
    _node()
    wanted = (HERE / "package.json").read_bytes()
    name = f"homeward-thirdparty-{hashlib.sha256(wanted).hexdigest()[:12]}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            (folder / "package.json").write_bytes(wanted)
            command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
            try:
                subprocess.run(command, cwd=folder, check=True, timeout=_PATIENCE)
            except (subprocess.SubprocessError, OSError) as error:
                pytest.skip(f"The packages could not be fetched ({type(error).__name__}).")
            (folder / "complete").touch()
    return folder
