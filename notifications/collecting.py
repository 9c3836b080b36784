"""Collecting a mailbox: each message is handed over to be kept, and only then acknowledged.

Killed at any point, a message is handed over again: whoever takes it does the same thing twice at
no harm, by its reference. A message that can never be taken is parked for a person, and consumed
like any other once it is; none holds up those behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from notifications.mailbox import Mailbox, Message, TooLarge
from records.errors import SourceContractBroken, SourceError

_log = logging.getLogger(__name__)

TOO_LARGE: Final = "too-large"
UNREADABLE: Final = "unreadable"
TAKEN, PARKED, LEFT, GONE = "taken", "parked", "left", "gone"


class Unusable(Exception):
    """A message that can never be taken, however often it is tried. Carries a slug, no content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A message that waits for a person: why, as a slug, and the message where it could be read.

    Without a ``message`` it is in the mailbox still, and is parked again after each new start.
    """

    ref: str
    why: str
    message: Message | None


Take: TypeAlias = Callable[[Message], Awaitable[None]]
"""Keeps what a message says, durable on return. Raises ``Unusable`` where it never can."""

Park: TypeAlias = Callable[[Parked], Awaitable[None]]
"""Keeps a message for a person, durable on return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What became of the messages of one round. ``left`` are there still and are tried again."""

    taken: int = 0
    parked: int = 0
    left: int = 0


class Collector:
    """Collects one mailbox, one round at a time."""

    def __init__(self, mailbox: Mailbox, take: Take, park: Park) -> None:
        self._mailbox = mailbox
        self._take = take
        self._park = park
        # Kept, but the acknowledgement did not get through: it alone is done again.
        self._kept: dict[str, str] = {}
        # Parked without its content, which only the mailbox holds: not ours to consume.
        self._held: set[str] = set()

    async def round(
        self, clock: Callable[[], datetime], mine: Callable[[], Awaitable[bool]] | None = None
    ) -> Round:
        """Collect everything that waits, each on its own. It ends where it is no longer ``mine``.

        Raises:
            SourceError: the mailbox itself could not be asked what waits in it.
        """
        refs = await self._mailbox.waiting(clock())
        self._kept = {ref: became for ref, became in self._kept.items() if ref in refs}
        self._held &= set(refs)
        became: list[str] = []
        for ref in refs:
            if ref in self._held:
                continue
            if mine is not None and not await mine():
                break
            became.append(await self._one(ref, clock))
        return Round(
            taken=became.count(TAKEN), parked=became.count(PARKED), left=became.count(LEFT)
        )

    async def _one(self, ref: str, clock: Callable[[], datetime]) -> str:
        try:
            became = self._kept.get(ref) or await self._keep(ref, clock)
            if became in (TAKEN, PARKED) and ref not in self._held:
                self._kept[ref] = became
                await self._mailbox.acknowledge(ref, clock())
                del self._kept[ref]
        except SourceError as error:
            _log.warning("A message waits in the mailbox still (%s).", type(error).__name__)
            return LEFT
        except Exception as error:  # noqa: BLE001 (whatever it was, the others have their turn)
            _log.error("A message could not be kept (%s); it waits.", type(error).__name__)
            return LEFT
        return became

    async def _keep(self, ref: str, clock: Callable[[], datetime]) -> str:
        try:
            message = await self._mailbox.read(ref, clock())
        except SourceContractBroken as error:
            why = TOO_LARGE if isinstance(error, TooLarge) else UNREADABLE
            await self._park(Parked(ref=ref, why=why, message=None))
            self._held.add(ref)
            return PARKED
        if message is None:
            return GONE
        try:
            await self._take(message)
        except Unusable as reason:
            await self._park(Parked(ref=ref, why=str(reason), message=message))
            return PARKED
        return TAKEN
