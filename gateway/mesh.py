"""The deployment's MESH mailbox, opened for as long as the gateway runs: what sends by it, and what is read from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.http import PooledHttp
from gateway.settings import MeshMailbox, Settings
from gateway.sources import connect
from notifications.channels.mesh import Mesh
from notifications.collecting import Collector, Parked
from notifications.letters import Letters
from notifications.mailbox import Account, Mailbox
from notifications.parking import Parking
from notifications.rounds import Rounds
from notifications.waking import Bells
from records.errors import WrongSettings
from records.http import Http
from records.inbound import Receives


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Our mailbox, the channel that sends from it, and who reads which senders' documents."""

    settings: MeshMailbox
    mailbox: Mailbox
    channel: Mesh
    readers: Mapping[tuple[str, str], Receives]

    @property
    def every(self) -> timedelta:
        """How often the mailbox is collected."""
        return timedelta(seconds=self.settings.collect_seconds)

    def rounds(
        self, letters: Letters, parking: Parking, bells: Bells, clock: Callable[[], datetime]
    ) -> Rounds:
        """What collects the mailbox: each message is taken, or parked for a person."""
        name = self.settings.mailbox

        async def park(parked: Parked) -> None:
            kept = await parking.park(name, parked, now=clock())
            if kept is not None:
                await bells.announce(kept)

        async def alarm(since: datetime) -> None:
            await bells.announce(await parking.not_collected(name, since, now=clock()))

        collector = Collector(self.mailbox, letters.take, park)
        return Rounds(parking.engine, name, self.mailbox, collector, clock=clock, alarm=alarm)


@asynccontextmanager
async def mesh(settings: Settings) -> AsyncIterator[Exchange | None]:
    """The mailbox; None where the deployment has none.

    Raises:
        WrongSettings: the file of a secret cannot be read, or a system's documents cannot.
    """
    ours = settings.notices.mesh
    if ours is None:
        yield None
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
        mailbox = Mailbox(http, account)
        yield Exchange(
            settings=ours,
            mailbox=mailbox,
            channel=Mesh(mailbox, workflow=ours.workflow),
            readers=_readers(settings, ours, http),
        )


def _readers(
    settings: Settings, ours: MeshMailbox, http: Http
) -> Mapping[tuple[str, str], Receives]:
    """What reads documents, by the sender's mailbox and workflow id."""
    found: dict[tuple[str, str], Receives] = {}
    for sender, name in ours.documents.items():
        source = connect(name, settings.sources[name], http)
        if not isinstance(source, Receives):
            raise WrongSettings(
                f"notices.mesh.documents: {name} is of a kind that pushes nothing; remove it there"
            )
        mailbox, _, workflow = sender.partition("/")
        found[mailbox, workflow] = source
    return found


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise WrongSettings(
            f"notices.mesh.{name}: the file cannot be read as text; correct the path"
        ) from None
