"""Events and notices in a running gateway: what keeps them, what sends them, and who wakes whom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from weakref import WeakSet

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.disclose import Door
from gateway.errands import errands
from gateway.federating import Federation, joined, keeping_in_touch
from gateway.http import PooledHttp
from gateway.lasting import until_the_end
from gateway.mesh import Exchange, mesh
from gateway.settings import Settings
from linking.review import look_at_joins
from notifications.absences import Absences
from notifications.agreed_clock import AgreedClock
from notifications.channels.addresses import Place
from notifications.channels.feed import Feed
from notifications.channels.fhir import Fhir
from notifications.channels.secure_email import Relay, SecureEmail
from notifications.channels.webhook import Webhook
from notifications.deliver import Telling, Worker
from notifications.directory import Directory
from notifications.dispatch import Dispatch
from notifications.following import Following
from notifications.glass import Glass
from notifications.happening import Planning
from notifications.holidays import Days
from notifications.letters import Letters
from notifications.match_notice import MatchNotice
from notifications.parking import Parking
from notifications.period_ends import PeriodEnds
from notifications.receiving import Receiving
from notifications.reconsider import Reconsidered
from notifications.reconsidering import Reconsidering
from notifications.running import run
from notifications.said import Said
from notifications.waking import Bells
from records.errors import WrongSettings

_log = logging.getLogger(__name__)

_WEIGH_AGAIN: Final = 20.0
"""Seconds between looks at the records that a silent system left open."""


_LOOK_AT_GLASS: Final = timedelta(seconds=30)
"""Between looks for broken glass, or for what people said, that was not told of at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """The parts that keep events and send notices."""

    engine: AsyncEngine = field(repr=False)
    planning: Planning
    receiving: Receiving
    telling: Telling
    worker: Worker
    feed: Feed
    bells: Bells
    letters: Letters
    parking: Parking
    reconsidering: Reconsidering
    glass: Glass
    periods: PeriodEnds
    said: Said
    federation: Federation | None


@asynccontextmanager
async def noticing(
    settings: Settings,
    door: Door,
    *,
    key: bytes,
    clock: Callable[[], datetime],
    overlooked: Callable[[Reconsidered], None] = lambda _found: None,
) -> AsyncIterator[Noticing]:
    """Keep events and send notices until the end of the block.

    ``key`` makes the pseudonyms by which notices name a child. Whether this process sends and fires
    by itself is for the settings to say; it hears of other replicas' events in either case.
    ``overlooked`` hears how many were told late, and how many clocks changed with a fact.

    Raises:
        WrongSettings: the file of a secret cannot be read.
    """
    engine, origin = door.facts.engine, settings.notices.origin
    agreed = clock = AgreedClock(clock)
    await agreed.agree(engine)
    days = Days()
    await days.read(engine)
    dispatch = Dispatch(
        bundle=door.current,
        facts=door.facts,
        directory=Directory(engine),
        days=days,
        desk=settings.notices.desk,
    )
    bells = Bells(engine)
    async with (
        joined(settings, engine, clock) as others,
        _webhooks(settings) as webhook,
        mesh(settings) as exchange,
        errands(settings) as systems,
    ):
        own: Planning = Absences(dispatch, engine)
        planning = own if others is None else others.planning(own, door.current)
        to_peers = None if others is None else others.telling(door, origin=origin, key=key)
        telling = to_peers or Telling(door, origin=origin, key=key)
        feed = Feed(engine, telling)
        receiving = Receiving(
            door.index,
            door.ledger,
            planning,
            desk=settings.notices.desk,
            sources=door.sources,
            match_told=MatchNotice(dispatch, Directory(engine), desk=settings.notices.desk),
        )
        by_mesh = [] if exchange is None else [exchange.channel]
        readers = {} if exchange is None else exchange.readers
        by_fhir = Fhir(engine, systems, origin=origin)
        to_others = [] if others is None else [others.channel]

        def found(done: Reconsidered) -> None:
            overlooked(done)
            bells.ring(done.recipients)

        reconsidering = Reconsidering(engine, planning, days, clock=clock, found=found)
        parts = Noticing(
            engine=engine,
            planning=planning,
            receiving=receiving,
            telling=telling,
            worker=Worker(
                engine,
                telling,
                [webhook, *_mail(settings), *by_mesh, by_fhir, *to_others],
                clock=clock,
            ),
            feed=feed,
            bells=bells,
            letters=Letters(engine, door.ledger, receiving, bells, readers=readers, clock=clock),
            parking=Parking(engine, key, desk=settings.notices.desk),
            reconsidering=reconsidering,
            glass=Glass(engine, planning, bells, clock=clock),
            periods=PeriodEnds(engine, planning, door.current, bells, clock=clock),
            said=Said(engine, planning, bells, clock=clock),
            federation=(
                None
                if others is None or to_peers is None
                else others.federation(
                    door,
                    planning,
                    receiving,
                    to_peers,
                    feed,
                    bells,
                    origin=origin,
                    clock=clock,
                )
            ),
        )
        following = Following(engine, door.ledger, systems, clock=clock)
        await look_at_joins(door.index)
        async with (
            bells.listening(),
            _looking(settings, parts),
            _working(settings, parts, clock),
            _weighing(settings, parts, clock),
            _collecting(settings, parts, exchange, clock),
            _following(settings, following),
            _reconsidering(settings, engine, days, reconsidering),
            until_the_end(agreed.keep_agreeing(engine), "clock"),
            _looking_at_glass(settings, parts.glass),
            _looking_at_periods(settings, parts.periods),
            _looking_at_what_was_said(settings, parts.said),
            keeping_in_touch(settings, parts.federation),
        ):
            yield parts


@asynccontextmanager
async def _looking(settings: Settings, parts: Noticing) -> AsyncIterator[None]:
    """Ring for whoever waits here, of what another process has written: one look for all of them.

    On SQLite nothing else carries bells between processes; on PostgreSQL this is for those that are lost.
    """

    async def look() -> None:
        while True:
            await asyncio.sleep(settings.notices.look_seconds)
            try:
                await look_at_joins(parts.receiving.index)
                heads = await parts.feed.heads(parts.bells.awaited)
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("What is new could not be looked up (%s).", type(error).__name__)
                continue
            parts.bells.ring_for_what_is_new(heads)

    async with until_the_end(look(), "looking"):
        yield


@asynccontextmanager
async def _working(
    settings: Settings, parts: Noticing, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    if not settings.notices.works:
        yield
        return
    work = run(
        parts.engine,
        parts.planning,
        parts.worker,
        clock=clock,
        wake=parts.bells.anything,
        idle=timedelta(seconds=settings.notices.look_seconds),
    )
    async with until_the_end(work, "notices"):
        yield


@asynccontextmanager
async def _collecting(
    settings: Settings, parts: Noticing, exchange: Exchange | None, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    if exchange is None or not settings.notices.works or not exchange.settings.collects:
        yield
        return
    rounds = exchange.rounds(parts.letters, parts.parking, parts.bells, clock)
    async with until_the_end(rounds.keep_going(exchange.every), "mailbox"):
        yield


@asynccontextmanager
async def _following(settings: Settings, following: Following) -> AsyncIterator[None]:
    if not settings.notices.works or not settings.notices.fhir:
        yield
        return
    every = timedelta(seconds=settings.notices.follow_seconds)
    async with until_the_end(following.keep_looking(every), "following"):
        yield


@asynccontextmanager
async def _reconsidering(
    settings: Settings, engine: AsyncEngine, days: Days, reconsidering: Reconsidering
) -> AsyncIterator[None]:
    """Every process knows the holidays; those that do the work look for whoever was overlooked, too."""
    every = timedelta(seconds=settings.notices.reconsider_seconds)
    work = (
        reconsidering.keep_looking(every)
        if settings.notices.works
        else days.keep_reading(engine, every)
    )
    async with until_the_end(work, "reconsidering"):
        yield


@asynccontextmanager
async def _looking_at_glass(settings: Settings, glass: Glass) -> AsyncIterator[None]:
    """Tell of glass that was broken by a process that died before it could tell."""
    if not settings.notices.works:
        yield
        return
    async with until_the_end(glass.keep_looking(_LOOK_AT_GLASS), "glass"):
        yield


@asynccontextmanager
async def _looking_at_what_was_said(settings: Settings, said: Said) -> AsyncIterator[None]:
    """Make events of what somebody said to a process that died before it could."""
    if not settings.notices.works:
        yield
        return
    async with until_the_end(said.keep_looking(_LOOK_AT_GLASS), "said"):
        yield


@asynccontextmanager
async def _looking_at_periods(settings: Settings, periods: PeriodEnds) -> AsyncIterator[None]:
    """Raise the end of each period that a protocol waits for."""
    if not settings.notices.works:
        yield
        return
    every = timedelta(seconds=settings.notices.reconsider_seconds)
    async with until_the_end(periods.keep_looking(every), "periods"):
        yield


@asynccontextmanager
async def _weighing(
    settings: Settings, parts: Noticing, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Find out again and again who those are of whom a silent system could not say it."""
    if not settings.notices.works:
        yield
        return

    async def look() -> None:
        while True:
            await asyncio.sleep(_WEIGH_AGAIN)
            try:
                await parts.receiving.newcomers.look_again(clock())
                await parts.receiving.newcomers.tell_the_untold(clock())
            except Exception as error:  # noqa: BLE001 (whatever failed, the next look may not)
                _log.error("Records could not be weighed again (%s).", type(error).__name__)

    async with until_the_end(look(), "weighing"):
        yield


@asynccontextmanager
async def _webhooks(settings: Settings) -> AsyncIterator[Webhook]:
    authorities = [path.read_bytes() for path in settings.tls.authorities]
    secrets = {name: _secret(name, path) for name, path in settings.notices.secrets.items()}
    # Weakly, so that one which the channel has let go of takes its connections with it.
    clients: WeakSet[PooledHttp] = WeakSet()

    def pinned(place: Place) -> PooledHttp:
        client = PooledHttp(authorities=authorities, pinned=(place.host, place.address, place.port))
        clients.add(client)
        return client

    try:
        yield Webhook(secret=secrets.get, pinned=pinned, loopback=settings.notices.loopback)
    finally:
        for client in list(clients):
            await client.close()


def _mail(settings: Settings) -> list[SecureEmail]:
    mail = settings.notices.mail
    if mail is None:
        return []
    password = None if mail.password_file is None else _secret("mail", mail.password_file)
    relay = Relay(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        sign_in=mail.sign_in,
        user=mail.user,
        password=password,
        tls=mail.tls,
    )
    return [SecureEmail(relay)]


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise WrongSettings(
            f"notices.secrets.{name}: the file cannot be read as text; correct the path"
        ) from None
