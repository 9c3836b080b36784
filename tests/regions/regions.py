"""Two regions, each with a gateway, a proxy in front of it, systems, people and a clock of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from gateway.federating import Federation
from gateway.federation_keys import own_peer_keys
from gateway.settings import Keys, Notices, PeersSettings, Proxy, Settings, Tls
from notifications.peer_proof import OwnPeerKeys
from records.people import Role
from tests.notifications_http.town import Town, settings_with_senders
from tests.regions.front import HEADER, Front
from tests.regions.papers import Papers, entry
from tests.world import running_world

LANCASHIRE = ("E10000017", "E06000009", "E06000008")
STAFFORDSHIRE = ("E10000028", "E06000021")
SERVICES = (
    Role.CHILDRENS_SERVICES,
    Role.EMERGENCY_DUTY_TEAM,
    Role.FRONT_DOOR,
    Role.MISSING_COORDINATOR,
)


@dataclass
class Region:
    """One region. ``town`` is there while its gateway runs."""

    name: str
    serves: tuple[str, ...]
    folder: Path
    front: Front
    identity: Path
    thumbprint: str
    keys: OwnPeerKeys
    database: str | None = None
    town: Town = field(init=False)

    @property
    def federation(self) -> Federation:
        found = self.town.world.parts.notices.federation
        assert found is not None
        return found

    @property
    def entry(self) -> dict[str, Any]:
        return entry(self.name, self.front.url, list(self.serves), [self.thumbprint], self.keys)

    def fetches(self) -> int:
        """It fetches what pushes did not bring."""
        return self.town.world.does(self.federation.fetch())

    def answers(self) -> int:
        """It tells senders what its people acknowledged."""
        return self.town.world.does(self.federation.answer())

    def rows(self, statement: str, **given: object) -> list[dict[str, Any]]:
        return self.town.rows(statement, **given)

    def settings(
        self, settings: Settings, folder: Path, papers: Papers, directory: str
    ) -> Settings:
        """A deployment's settings, with the other gateways in them."""
        settings = settings_with_senders(settings, folder)
        notices: Notices = msgspec.structs.replace(
            settings.notices, look_seconds=0.1, desk=(f"{self.serves[0]}/emergency-duty-team",)
        )
        return msgspec.structs.replace(
            settings,
            notices=notices,
            database=self.database or f"sqlite+aiosqlite:///{self.folder / 'homeward.sqlite'}",
            keys=Keys(folder=self.folder / "keys"),
            proxy=Proxy(addresses=("127.0.0.1",), certificate_header=HEADER),
            tls=Tls(authorities=(papers.authority,), identity=self.identity),
            peers=PeersSettings(
                name=self.name,
                directory_keys=(papers.issuer_key,),
                directory_url=directory,
                desk=(f"{self.serves[0]}/emergency-duty-team",),
                # Fetched when a test says so.
                fetch_seconds=3600.0,
            ),
        )

    @contextmanager
    def running(self, papers: Papers, directory: str) -> Iterator["Region"]:
        """Its gateway, for as long as the block lasts."""

        def adjust(settings: Settings, folder: Path) -> Settings:
            return self.settings(settings, folder, papers, directory)

        with running_world(adjust=adjust) as world:
            self.town = Town(world)
            self.front.target = world.url
            for code in self.serves:
                for role in SERVICES:
                    self.town.registers(code, role)
            yield self


@dataclass
class Regions:
    """Both, and what the issuer of their directory has."""

    lancashire: Region
    staffordshire: Region
    essex: Region
    papers: Papers
    version: int = 1

    def lists(self, *entries: dict[str, Any], **how: Any) -> None:  # noqa: ANN401 (see Papers.directory)
        """The issuer signs another directory, and both gateways look for it."""
        self.version += 1
        self.papers.directory(*entries, version=self.version, **how)
        for region in self.both:
            region.town.world.does(region.federation.directory.refresh())

    def lists_all(self) -> None:
        """The directory is again as it was at the start."""
        self.lists(self.lancashire.entry, self.staffordshire.entry, self.essex.entry)

    @property
    def both(self) -> tuple[Region, Region]:
        return self.lancashire, self.staffordshire

    def is_now(self, at: datetime) -> None:
        for region in self.both:
            region.town.is_now(at)

    def until(self, what: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait for something that the gateways do by themselves."""
        ends = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < ends, "It did not happen."
            time.sleep(0.02)


def region(name: str, serves: tuple[str, ...], folder: Path, papers: Papers) -> Region:
    """A region before its gateway runs."""
    place = folder / name
    (place / "keys").mkdir(parents=True)
    identity, thumbprint = papers.certificate(name)
    keys = own_peer_keys(Settings(keys=Keys(folder=place / "keys")))
    front = Front(identity, papers.authority)
    return Region(name, serves, place, front, identity, thumbprint, keys)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder's files over HTTP on this machine, as an issuer would have the directory fetched."""

    class Files(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 (the library's own)
            super().__init__(*args, directory=str(folder), **kwargs)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def two_regions(
    folder: Path, databases: tuple[str | None, str | None] = (None, None)
) -> Iterator[Regions]:
    """Two running gateways that know of one another."""
    papers = Papers(folder)
    with ExitStack() as running:
        one = region("lancashire", LANCASHIRE, folder, papers)
        other = region("staffordshire", STAFFORDSHIRE, folder, papers)
        one.database, other.database = databases
        for each in (one, other):
            running.enter_context(each.front.up())
        # A third that is listed, and never answers.
        third = region("essex", ("E10000012",), folder, papers)
        third.front.port = 9
        papers.directory(one.entry, other.entry, third.entry)
        url = running.enter_context(served(folder))
        for each in (one, other):
            running.enter_context(each.running(papers, f"{url}/directory.json"))
        yield Regions(one, other, third, papers)
