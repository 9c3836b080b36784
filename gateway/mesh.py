"""The deployment's MESH mailbox, opened for as long as the gateway runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.http import PooledHttp
from gateway.settings import Settings
from notifications.channels.mesh import Mesh
from notifications.mailbox import Account, Mailbox
from records.errors import WrongSettings


@asynccontextmanager
async def mesh(settings: Settings) -> AsyncIterator[list[Mesh]]:
    """The channel that sends by MESH; none where the deployment has no mailbox.

    Raises:
        WrongSettings: the file of a secret cannot be read.
    """
    ours = settings.notices.mesh
    if ours is None:
        yield []
        return
    account = Account(
        url=ours.url,
        mailbox=ours.mailbox,
        password=_secret("password_file", ours.password_file),
        shared_key=_secret("shared_key_file", ours.shared_key_file),
    )
    identity = settings.tls.identity
    async with PooledHttp(
        authorities=[path.read_bytes() for path in settings.tls.authorities],
        identity=None if identity is None else identity.read_bytes(),
    ) as http:
        yield [Mesh(Mailbox(http, account), workflow=ours.workflow)]


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise WrongSettings(
            f"notices.mesh.{name}: the file cannot be read as text; correct the path"
        ) from None
