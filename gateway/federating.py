"""Everything that speaks with gateways of other regions, opened for as long as this one runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.disclose import Current, Door
from disclosure.facts import areas_of
from gateway.federation_directory import Directory
from gateway.federation_keys import own_peer_keys
from gateway.http import PooledHttp
from gateway.lasting import ended
from gateway.settings import PeersSettings, Settings
from notifications.channels.feed import Feed
from notifications.channels.gateway import Gateway
from notifications.happening import Planning
from notifications.ledger import Appended
from notifications.peer_answers import PeerAnswers
from notifications.peer_asking import PeerAsking
from notifications.peer_children import PeerChildren
from notifications.peer_contents import PeerContents
from notifications.peer_fetching import PeerFetching
from notifications.peer_inbox import PeerInbox
from notifications.peer_lines import PeerLines
from notifications.peer_planning import PeerPlanning
from notifications.peer_proof import OwnPeerKeys
from notifications.peer_registers import PeerRegisters
from notifications.peer_telling import PeerTelling
from notifications.peers import Peers
from notifications.receiving import Receiving
from notifications.waking import Bells

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """The parts that serve other gateways, and ask them."""

    settings: PeersSettings
    engine: AsyncEngine = field(repr=False)
    keys: OwnPeerKeys = field(repr=False)
    directory: Directory
    inbox: PeerInbox
    lines: PeerLines
    fetching: PeerFetching
    bells: Bells
    clock: Callable[[], datetime]

    def peers(self) -> Peers | None:
        """The gateways that there are."""
        return self.directory.peers()

    async def announce(self, appended: Appended) -> None:
        """Wake everybody who waits for a new event."""
        await self.bells.announce(appended)

    async def fetch(self) -> int:
        """Fetch what pushes did not bring; how many events were new."""
        peers = self.peers()
        return 0 if peers is None else await self.fetching.fetch_all(peers)

    async def answer(self) -> int:
        """Tell senders what our people acknowledged; how many were told."""
        peers = self.peers()
        return 0 if peers is None else await self.fetching.answer_all(peers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What is open before notices are: this gateway's keys, and the directory of the others."""

    settings: PeersSettings
    engine: AsyncEngine = field(repr=False)
    keys: OwnPeerKeys = field(repr=False)
    directory: Directory
    asking: PeerAsking
    channel: Gateway

    def planning(self, planning: Planning, current: Current) -> PeerPlanning:
        """A planning that knows of the other gateways."""
        return PeerPlanning(
            planning, self.engine, self.directory.peers, lambda: areas_of(current.bundle)
        )

    def telling(self, door: Door, *, origin: str, key: bytes) -> PeerTelling:
        """What recipients are told, gateways among them."""
        contents = PeerContents(self.engine, self.asking, self.keys, self.directory.peers)
        return PeerTelling(
            door, origin=origin, key=key, peers=self.directory.peers, contents=contents
        )

    def federation(
        self,
        door: Door,
        planning: Planning,
        receiving: Receiving,
        telling: PeerTelling,
        feed: Feed,
        bells: Bells,
        *,
        origin: str,
        clock: Callable[[], datetime],
    ) -> Federation:
        """Everything, once notices are open."""
        answers = PeerAnswers(self.engine, door.ledger, origin=f"{origin}:{self.settings.name}")
        inbox = PeerInbox(
            self.engine,
            children=PeerChildren(door.index, receiving.newcomers),
            receiving=receiving,
            registers=PeerRegisters(door),
            answers=answers,
            planning=planning,
            keys=self.keys,
        )
        return Federation(
            settings=self.settings,
            engine=self.engine,
            keys=self.keys,
            directory=self.directory,
            inbox=inbox,
            lines=PeerLines(self.engine, feed, telling, self.channel),
            fetching=PeerFetching(
                self.engine,
                self.asking,
                inbox=inbox,
                answers=answers,
                channel=self.channel,
                announce=bells.announce,
                clock=clock,
            ),
            bells=bells,
            clock=clock,
        )


@asynccontextmanager
async def joined(
    settings: Settings, engine: AsyncEngine, clock: Callable[[], datetime]
) -> AsyncIterator[Joined | None]:
    """Join the other gateways; None where the deployment names none.

    Raises:
        WrongSettings: a key or the directory is not as it should be.
    """
    ours = settings.peers
    if ours is None:
        yield None
        return
    keys, identity = own_peer_keys(settings), settings.tls.identity
    async with PooledHttp(
        authorities=[path.read_bytes() for path in settings.tls.authorities],
        identity=None if identity is None else identity.read_bytes(),
    ) as http:
        directory = Directory(ours, engine, http, clock)
        await directory.open()
        yield Joined(
            settings=ours,
            engine=engine,
            keys=keys,
            directory=directory,
            asking=PeerAsking(http, keys, clock),
            channel=Gateway(engine, http, keys, directory.peers),
        )


@asynccontextmanager
async def keeping_in_touch(
    settings: Settings, federation: Federation | None
) -> AsyncIterator[None]:
    """Keep the directory current; where this process works, fetch what is for us and pass on acknowledgements."""
    if federation is None:
        yield
        return
    ours = federation.settings

    async def refresh() -> int:
        await federation.directory.refresh()
        return 0

    loops = [(refresh, ours.refresh_seconds)]
    if settings.notices.works:
        loops += [
            (federation.fetch, ours.fetch_seconds),
            (federation.answer, settings.notices.look_seconds),
        ]
    tasks = [asyncio.create_task(_again(work, every)) for work, every in loops]
    try:
        yield
    finally:
        await ended(*tasks)


async def _again(work: Callable[[], Awaitable[int]], every: float) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            await work()
        except Exception as error:  # noqa: BLE001 (whatever failed, the next time may not)
            _log.error("Other gateways could not be seen to (%s).", type(error).__name__)
