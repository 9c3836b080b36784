"""NHS England's own MESH sandbox, as a process of its own on a free port, and mailboxes in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import Request, urlopen

from mesh_client import MeshClient

from notifications.mailbox import Account

SHARED_KEY = "an invented key"
PASSWORD = "password"
OURS, THEIRS = "X26ABC1", "X26ABC2"

# The port is the kernel's: bound here, and handed to the server as a socket.
_SERVER = """
import socket, uvicorn
from mesh_sandbox.api import app
taken = socket.create_server(("127.0.0.1", 0))
print(taken.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[taken])
"""


@dataclass(frozen=True)
class Sandbox:
    """The service, empty at the start of each test."""

    url: str
    clients: dict[str, MeshClient] = field(default_factory=dict)

    def account(
        self, mailbox: str = OURS, *, password: str = PASSWORD, key: str = SHARED_KEY
    ) -> Account:
        return Account(url=self.url, mailbox=mailbox, password=password, shared_key=key)

    def client(self, mailbox: str = THEIRS) -> MeshClient:
        """NHS England's own client, which is nobody here's work."""
        if mailbox not in self.clients:
            key = SHARED_KEY.encode()
            self.clients[mailbox] = MeshClient(self.url, mailbox, PASSWORD, key, max_retries=0)
        return self.clients[mailbox]

    def empty(self) -> None:
        for mailbox in (OURS, THEIRS):
            self.asks("DELETE", f"/messageexchange/admin/reset/{mailbox}")

    def asks(self, method: str, path: str, body: bytes | None = None) -> None:
        """One call by hand, for what only the sandbox has."""
        request = Request(  # noqa: S310 (our own loopback address)
            self.url + path, method=method, data=body, headers={"content-type": "application/json"}
        )
        with urlopen(request, timeout=10) as reply:  # noqa: S310 (as above)
            reply.read()


@contextmanager
def sandbox(folder: str) -> Iterator[Sandbox]:
    """The sandbox until the end of the block, checking signatures as the real service does."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        env={
            **os.environ,
            "AUTH_MODE": "full",
            "STORE_MODE": "memory",
            "MAILBOXES_DATA_DIR": folder,
            "SHARED_KEY": SHARED_KEY,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        running = Sandbox(f"http://127.0.0.1:{int(process.stdout.readline())}")
        _answering(running)
        yield running
        for client in running.clients.values():
            client.close()  # type: ignore[no-untyped-call]
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _answering(running: Sandbox) -> None:
    """Wait until it answers. The socket takes connections before, so this waits for a reply only."""
    ends = time.monotonic() + 30
    while True:
        try:
            return running.asks("GET", "/health")
        except URLError:
            if time.monotonic() > ends:
                raise
