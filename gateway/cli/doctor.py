"""``homeward doctor``: whether this deployment can work, and what its users lose where it cannot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import typer
from rich.markup import escape

from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.notices_checking import notices
from gateway.cli.output import STDOUT, Exit, print_json
from gateway.cli.peers_checking import checks
from gateway.federating import Federation
from gateway.opening import Opened
from gateway.polling.gone import how_many_gone
from gateway.polling.polling import Polling, can_be_polled
from gateway.polling.standing import unread_codes, without_facts
from gateway.polling.tables import OF_EPISODES
from gateway.settings import Settings, SourceSettings
from notifications.rounds import how
from protocols.bundle import Bundle
from protocols.ungrounded import without_ground
from records.condition import in_words
from records.errors import GatewayError
from records.polling import ASKED
from records.source import Source
from schema.scalars import instant

_SECONDS = 3.0
_PORTS = {"https": 443, "http": 80}


class Found(msgspec.Struct, frozen=True):
    """One thing looked at: whether it is well, and what to do or what is lost where it is not."""

    what: str
    well: bool
    says: str


def doctor(config: Config = None, *, as_json: AsJson = False) -> None:
    """Look at the settings, database, protocols, keys and every system. Exit 3 if anything is wrong.

    A system that cannot be reached does not stop the gateway: its users are told what they lose.
    No system is asked about anybody.
    """
    found = asyncio.run(_all(config))
    if as_json:
        print_json(found)
    else:
        for one in found:
            mark = "[green]well[/green] " if one.well else "[red]wrong[/red]"
            STDOUT.print(f"{mark}  {one.what}: {escape(one.says)}", highlight=False)
    if not all(one.well for one in found):
        raise typer.Exit(Exit.NO)


async def _all(config: Path | None) -> list[Found]:
    return [found async for found in _looking(config)]


async def _looking(config: Path | None) -> AsyncIterator[Found]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Found("Python", sys.version_info >= (3, 11), python)
    try:
        settings = settings_of(config)
    except GatewayError as error:
        yield Found("Settings", well=False, says=str(error))
        return
    yield Found("Settings", well=True, says=f"{settings.mode}, listening on {settings.listen}")
    try:
        async with opened_for(settings) as parts:
            bundle = parts.bundle.bundle
            named = ", ".join(sorted(bundle.protocols))
            yield Found("Database and keys", well=True, says="open, tables current")
            yield Found("Protocols", well=True, says=f"{named} ({bundle.digest[:12]})")
            unverified = sum(not rule.ref.verified for rule in bundle.rules)
            yield Found("Rules", well=True, says=f"{len(bundle.rules)}, {unverified} unverified")
            yield _grounds(bundle)
            if parts.sources:
                yield _whose(settings)
            async for found in _systems(settings, parts.sources):
                yield found
            async for found in _others(settings, parts.notices.federation):
                yield found
            async for found in _polled(settings, parts):
                yield found
            async for found in _facts(settings, parts):
                yield found
            async for one in notices(parts.engine, settings, datetime.now(UTC)):
                yield Found(one.what, well=one.well, says=one.says)
            if settings.notices.mesh is not None:
                yield await _mailbox(parts, settings.notices.mesh.mailbox)
    except GatewayError as error:
        yield Found("Start", well=False, says=str(error))


def _grounds(bundle: Bundle) -> Found:
    """Whether the ledger has a ground in law to record for everything that the rules open."""
    lacking = without_ground(bundle)
    if lacking:
        return Found("Grounds in law", well=False, says=f"{len(lacking)} lack one; {lacking[0]}")
    rows = (*bundle.lawful_bases, *bundle.confidentiality)
    unverified = sum(not row.verified for row in rows)
    return Found("Grounds in law", well=True, says=f"{len(rows)} rows, {unverified} unverified")


def _whose(settings: Settings) -> Found:
    """Whose own record stands in each system. One of which it is not said counts as its kind's."""
    unsaid = sorted(name for name, one in settings.sources.items() if not one.organisations)
    says = "said of every system"
    if unsaid:
        says = f"not said of {', '.join(unsaid)}: everybody's of their kind; name `organisations`"
    return Found("Whose records", well=True, says=says)


async def _mailbox(parts: Opened, name: str) -> Found:
    doing = await how(parts.engine, name)
    waiting = len(await parts.notices.parking.waiting())
    if doing.failing_since is not None:
        since = doing.failing_since.isoformat(timespec="minutes")
        says = f"not collected since {since}: reports and acknowledgements wait in it, and expire"
        return Found("Mailbox", well=False, says=says)
    if waiting:
        says = f"{waiting} messages wait for a person; see `homeward mailbox parked`"
        return Found("Mailbox", well=False, says=says)
    last = doing.collected_at
    says = (
        "never collected yet" if last is None else f"collected {last.isoformat(timespec='minutes')}"
    )
    return Found("Mailbox", well=True, says=says)


async def _others(settings: Settings, federation: Federation | None) -> AsyncIterator[Found]:
    """The gateways of other regions, where there are any."""
    if settings.peers is None or federation is None:
        return
    peers = federation.peers()
    if peers is None:
        says = "there is no directory yet; nothing goes to other regions: see that it can be had"
        yield Found("Directory", well=False, says=says)
        return
    async for one in checks(federation, peers, settings, datetime.now(UTC)):
        yield Found(one.what, well=one.well, says=one.says)


async def _systems(settings: Settings, sources: Mapping[str, Source]) -> AsyncIterator[Found]:
    if not sources:
        yield Found("Systems", well=False, says="none; name them under [sources.<name>]")
    for name, source in sources.items():
        reached = await _reached(settings.sources[name])
        if reached:
            yield Found(name, well=True, says=f"{source.system} can be reached")
        else:
            lost = ", ".join(sorted({item.value.split(".")[0] for item in source.supplies}))
            yield Found(name, well=False, says=f"cannot be reached; users lose: {lost}")


def _events(settings: Settings, polling: Polling) -> Iterator[Found]:
    """Whether what happens in each system that is polled is told in time, and who is not told where not."""
    for name, watch in polling.watches.items():
        what, there = f"{name}, what happens there", polling.standings.get(name)
        untold = ", ".join(in_words(ASKED & watch.source.supplies))
        late = polling.late_since(name)
        if there is None:
            says = "not looked at yet: start `homeward serve` or `homeward work`"
            yield Found(what, well=True, says=says)
        elif late is not None:
            why = f" ({there.failure})" if there.failure else ""
            says = f"told late since {instant(late)}{why}; nobody is told of: {untold}"
            yield Found(what, well=False, says=says)
        else:
            says = f"known up to {instant(there.known_to)}; {there.waiting} to be read again"
            yield Found(what, well=True, says=says)
    for name, described in settings.sources.items():
        if described.poll is None and described.inbound is None and can_be_polled(name, settings):
            says = f"not told by itself; add [sources.{name}.poll] to have it asked for"
            yield Found(f"{name}, what happens there", well=True, says=says)


async def _polled(settings: Settings, parts: Opened) -> AsyncIterator[Found]:
    """Whether what happens in each system is told in time, and what they do not show any more of what was told."""
    for found in _events(settings, parts.polling):
        yield found
    for name, count in _unknown_words(await unread_codes(parts.engine)).items():
        if name in parts.polling.watches:
            says = (
                f"{count} that nobody reads, and nobody is told of such an episode: see"
                " `homeward standing unread`, and tell whoever keeps the adapter or the council's map"
            )
            yield Found(f"{name}, words for an episode", well=False, says=says)
    for name, gone in (await how_many_gone(parts.engine)).items():
        described = settings.sources.get(name)
        if described is None or described.poll is None:
            continue
        poll = described.poll
        very_many = gone > poll.gone_at_most
        says = (
            f"{gone} records of which something was told are gone: more than {poll.gone_at_most}, so nothing"
            f" is taken back. If they are truly gone, raise sources.{name}.poll.gone_at_most; if not, ask"
            " the agency why they are not shown"
            if very_many
            else f"{gone} records of which something was told are gone; what was told of them is taken back"
            f" if they are gone {poll.gone_after_hours:g} hours later"
        )
        yield Found(f"{name}, what is gone", well=not very_many, says=says)


def _unknown_words(codes: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """How many words for an episode each system uses that nobody here knows."""
    found: dict[str, int] = {}
    for source, kind, _ in codes:
        if kind == OF_EPISODES:
            found[source] = found.get(source, 0) + 1
    return found


async def _facts(settings: Settings, parts: Opened) -> AsyncIterator[Found]:
    """Whether who works with each child comes in from the systems, and which of their codes nothing reads."""
    stated = [
        name
        for name, described in settings.sources.items()
        if described.poll is not None and described.poll.facts is not None
    ]
    if settings.sources and not stated:
        says = (
            "read from no system; add [sources.<name>.poll.facts], or enter it with"
            " `homeward standing`: who has no standing with a child is told nothing of them"
        )
        yield Found("Standing", well=True, says=says)
    codes = await unread_codes(parts.engine)
    for name in stated:
        waiting = await without_facts(parts.engine, name)
        unread: dict[str, int] = {}
        for source, kind, _ in codes:
            if source == name and kind != OF_EPISODES:
                unread[kind] = unread.get(kind, 0) + 1
        said = [f"{waiting} linked children not read yet"] if waiting else []
        said += [f"{count} of kind {kind}" for kind, count in sorted(unread.items())]
        if unread:
            says = f"codes that nothing reads: {', '.join(said)}; see `homeward standing unread`"
        else:
            says = ", ".join(said) or "every linked child was read, and every code"
        yield Found(f"{name}, who works with whom", well=not unread, says=says)


async def _reached(section: SourceSettings) -> bool:
    """Whether something accepts a connection where the system should be."""
    address = section.config.get("base_url") or section.config.get("url")
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    port = parts.port or _PORTS.get(parts.scheme, 443)
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
