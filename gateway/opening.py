"""Opening everything that questions need, in order, and closing it in reverse.

What cannot be opened stops the start: the database, its tables, the protocols, the keys.
Agencies' systems do not: they may be down, and are then named in answers.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.audit import Ledger
from disclosure.disclose import Current, Door
from disclosure.facts import Facts
from disclosure.weighing import LONDON
from gateway.bundles import Clock, Keeper, bundle_for, now
from gateway.http import PooledHttp
from gateway.keys import own_keys
from gateway.noticing import Noticing, noticing
from gateway.polling.look import Keeping
from gateway.polling.polling import Polling, polling
from gateway.settings import Settings
from gateway.sources import Watched, deadlines, linked_by_number, organisations, start
from gateway.telemetry import Telemetry
from linking.index import Index
from linking.migration import migrate
from linking.storage import open_engine
from records.errors import WrongSettings
from schema.context import NoticeBoard, Services
from schema.ids import Ids

DISTRIBUTION: Final = "homeward-gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is open while the gateway runs."""

    services: Services
    engine: AsyncEngine = field(repr=False)
    facts: Facts
    ledger: Ledger
    bundle: Current = field(repr=False)
    keeper: Keeper = field(repr=False)
    sources: dict[str, Watched]
    notices: Noticing
    polling: Polling


def http_of(settings: Settings) -> PooledHttp:
    """The pool of connections to systems and issuers, with the deployment's certificates.

    Raises:
        WrongSettings: a certificate file cannot be read, or holds no certificate.
    """
    identity = settings.tls.identity
    authorities = [_bytes(path) for path in settings.tls.authorities]
    try:
        return PooledHttp(
            authorities=authorities,
            identity=None if identity is None else _bytes(identity),
            https_only=False,
        )
    except ValueError:
        raise WrongSettings(
            "tls: a file holds no certificate (or key) in PEM; correct `authorities` or `identity`"
        ) from None


@asynccontextmanager
async def opened(
    settings: Settings, http: PooledHttp, telemetry: Telemetry, *, clock: Clock = now
) -> AsyncIterator[Opened]:
    """Everything that questions need, until the end of the block.

    Raises:
        WrongSettings: the database cannot be opened, no bundle of protocols is approved, or an
            adapter or key is not as it should be.
        IncompleteProtocol: a partnership's file is wrong.
        NotRecorded: the ledger does not take its first entry.
    """
    async with AsyncExitStack() as closing:
        keys = own_keys(settings)
        engine = await closing.enter_async_context(database_of(settings))
        bundle = Current(await bundle_for(settings, engine, clock().astimezone(LONDON).date()))
        keeper = Keeper(bundle, settings, engine)
        await closing.enter_async_context(keeper.keeping(clock))
        index = Index(engine, keys.pepper, by_number=linked_by_number(settings, http))
        facts = Facts(engine)
        ledger = await closing.enter_async_context(
            Ledger(engine, keys.ledger, pepper=keys.pepper, writer=_writer(settings))
        )
        sources = start(settings, http, telemetry)
        door = Door(
            bundle=bundle,
            facts=facts,
            ledger=ledger,
            index=index,
            sources=sources,
            deadline=deadlines(settings),
            organisations=organisations(settings),
        )
        notices = await closing.enter_async_context(
            noticing(
                settings,
                door,
                key=keys.pepper,
                clock=clock,
                overlooked=lambda found: telemetry.reconsidered(found.told, found.clocks),
            )
        )
        asked = await closing.enter_async_context(
            polling(
                settings,
                http,
                telemetry,
                Keeping(
                    index=index, ledger=ledger, receiving=notices.receiving, bells=notices.bells
                ),
                clock=clock,
            )
        )
        services = Services(
            door=door,
            index=index,
            ids=Ids(keys.ids),
            version=version(DISTRIBUTION),
            mode=settings.mode,
            systems=lambda: [asked.of(source.health) for source in sources.values()],
            notices=NoticeBoard(
                engine=engine,
                feed=notices.feed,
                bells=notices.bells,
                planning=notices.planning,
                clock=clock,
                heartbeat=timedelta(seconds=settings.notices.heartbeat_seconds),
                receiving=notices.receiving,
                glass=notices.glass,
                said=notices.said,
            ),
        )
        yield Opened(
            services=services,
            engine=engine,
            facts=facts,
            ledger=ledger,
            bundle=bundle,
            keeper=keeper,
            sources=sources,
            notices=notices,
            polling=asked,
        )


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """The deployment's database, brought up to date, until the end of the block.

    Raises:
        WrongSettings: it cannot be opened or brought up to date.
    """
    engine = _engine(settings)
    try:
        await _prepare(engine)
        yield engine
    finally:
        await engine.dispose()


async def answers(engine: AsyncEngine) -> bool:
    """Whether the database answers."""
    try:
        async with engine.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True


def _engine(settings: Settings) -> AsyncEngine:
    try:
        url = sa.make_url(settings.database)
        if url.get_backend_name() == "sqlite" and url.database and not settings.production:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open_engine(settings.database)
    except (SQLAlchemyError, ImportError, OSError):
        # The address of a database holds its password.
        raise WrongSettings("database: not an address that can be used; correct it") from None


async def _prepare(engine: AsyncEngine) -> None:
    try:
        await migrate(engine)
    except (SQLAlchemyError, OSError):
        raise WrongSettings(
            "database: it cannot be reached or brought up to date; start it, or correct `database`"
        ) from None


def _writer(settings: Settings) -> str:
    """The name of this gateway's chain in the ledger: the same after a restart, its own otherwise."""
    return f"{socket.gethostname()}:{settings.port}"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise WrongSettings(f"tls: {path} cannot be read; correct the path") from None
