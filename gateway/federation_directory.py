"""The directory of gateways in force: the newest that a trusted key signed, kept for when it cannot be had.

None goes backwards: an older version than one that was seen is not taken, whoever offers it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.settings import PeersSettings
from linking.storage import reading, writing
from notifications.peer_tables import PEER_DIRECTORY
from notifications.peers import (
    LINE,
    PEER,
    PeerDirectory,
    Peers,
    WrongDirectory,
    line_of,
    read_directory,
)
from notifications.recipients import Recipient, Way, register, registered
from records.errors import WrongSettings
from records.http import Http, HttpRequest, NoReplyError

_log = logging.getLogger(__name__)

_TIMEOUT: Final = 10.0
_LARGEST: Final = 4 * 1024 * 1024
_OK: Final = 200
_NEWEST: Final = sa.select(PEER_DIRECTORY).order_by(PEER_DIRECTORY.c.version.desc()).limit(1)


class Directory:
    """Keeps the directory in force for one gateway."""

    def __init__(
        self,
        settings: PeersSettings,
        engine: AsyncEngine,
        http: Http,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._http = http
        self._clock = clock
        self._trusted = [trusted_key(path) for path in settings.directory_keys]
        self._peers: Peers | None = None

    def peers(self) -> Peers | None:
        """The gateways that there are; None until a directory was had."""
        return self._peers

    async def open(self) -> None:
        """Take the newest directory that is at hand: from the file, or as it was seen last.

        Raises:
            WrongSettings: the file cannot be read, or is not to be believed.
        """
        await self._seen()
        if self._settings.directory_file is not None:
            await self._take(read_file(self._settings.directory_file))
        if self._peers is None:
            await self.refresh()

    async def refresh(self) -> None:
        """Look for a newer directory: what another replica has seen, what the file holds and the address gives. Never fails."""
        await self._seen()
        if self._settings.directory_file is not None:
            try:
                await self._take(read_file(self._settings.directory_file))
            except WrongSettings as error:
                _log.error("%s", error)
        if self._settings.directory_url is None:
            return
        request = HttpRequest(
            method="GET",
            url=self._settings.directory_url,
            timeout=_TIMEOUT,
            max_bytes=_LARGEST,
            repeatable=True,
        )
        try:
            reply = await self._http.fetch(request)
            if reply.status != _OK:
                _log.error("The directory of gateways could not be had (status %d).", reply.status)
                return
            await self._take(reply.body)
        except NoReplyError as error:
            _log.error("The directory of gateways could not be had (%s).", error.failure.value)
        except WrongDirectory as error:
            _log.error("%s", error)

    async def _seen(self) -> None:
        async with reading(self._engine) as connection:
            row = (await connection.execute(_NEWEST)).one_or_none()
        if row is None or (
            self._peers is not None and row.version <= self._peers.directory.version
        ):
            return
        try:
            await self._put(read_directory(row.body.encode(), self._trusted))
        except WrongDirectory:
            # The key that signed it is trusted no more: whatever it lists is not believed either.
            _log.warning("The directory of gateways that was seen last is not trusted any more.")

    async def _take(self, signed: bytes) -> None:
        """Take a directory unless a newer one is known.

        Raises:
            WrongDirectory: no trusted key signed it, or it cannot work for us.
        """
        directory = read_directory(signed, self._trusted)
        if self._peers is not None and directory.version <= self._peers.directory.version:
            return
        await self._put(directory)
        row = {
            "version": directory.version,
            "body": signed.decode("utf-8"),
            "seen_at": self._clock(),
        }
        try:
            async with writing(self._engine) as connection:
                await connection.execute(PEER_DIRECTORY.insert(), row)
        except IntegrityError:
            _log.debug("Another replica has kept this directory.")

    async def _put(self, directory: PeerDirectory) -> None:
        peers = Peers(self._settings.name, directory)
        await self._register(peers)
        self._peers = peers

    async def _register(self, peers: Peers) -> None:
        """Have every authority of another gateway be told through it, unless somebody registered it otherwise."""
        now = self._clock()
        lines = {line_of(code): peer for peer in peers.others for code in peer.serves}
        async with writing(self._engine) as connection:
            known = await registered(connection, lines)
            for who, peer in lines.items():
                there = known.get(who)
                if there is not None and there.way(PEER) is None:
                    continue
                line = Recipient(
                    id=who,
                    organisation=who.partition("/")[0],
                    role=LINE,
                    ways=(Way(PEER, address=peer.name, content=True),),
                    acknowledge_within=timedelta(minutes=self._settings.acknowledge_minutes),
                    escalates_to=self._settings.desk,
                    desk=peer.desk,
                )
                if there != line:
                    await register(connection, line, now=now)


def trusted_key(path: Path) -> Ed25519PublicKey:
    """A public key of whoever issues the directory.

    Raises:
        WrongSettings: the file cannot be read, or holds something else.
    """
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError:
        raise WrongSettings(f"{path}: cannot be read; correct `peers.directory_keys`") from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise WrongSettings(f"{path}: not an Ed25519 public key in PEM; replace it")
    return key


def read_file(path: Path) -> bytes:
    """A directory as it lies in a file.

    Raises:
        WrongSettings: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError:
        raise WrongSettings(f"{path}: cannot be read; correct `peers.directory_file`") from None
