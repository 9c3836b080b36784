"""What a question carries through the schema: who asks, why, when, and whom to turn to."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.disclose import Door
from disclosure.evening import until_even
from linking.index import Index
from notifications.channels.feed import Feed
from notifications.glass import Glass
from notifications.happening import Planning
from notifications.receiving import Receiving
from notifications.said import Said
from notifications.waking import Bells
from records.condition import SystemHealth
from records.people import Access, Viewer
from schema.ids import Ids

if TYPE_CHECKING:
    from schema.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeBoard:
    """What notices are read with. ``clock`` tells the time anew for each; ``heartbeat`` is how often a quiet stream says so.

    ``receiving`` is there where events are kept, ``glass`` where whoever reviews broken glass is told,
    and ``said`` where events are made of what people say.
    """

    engine: AsyncEngine = field(repr=False)
    feed: Feed
    bells: Bells
    planning: Planning
    clock: Callable[[], datetime]
    heartbeat: timedelta
    receiving: Receiving | None = None
    glass: Glass | None = None
    said: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the gateway opens once and every question uses.

    ``version`` is this deployment's own; ``mode`` is ``dev`` or ``production``; ``systems`` says
    how each system is doing now; ``notices`` is there where notices are kept.
    """

    door: Door
    index: Index
    ids: Ids
    version: str
    mode: str
    systems: Callable[[], Sequence[SystemHealth]] = tuple
    notices: NoticeBoard | None = None


@dataclass(slots=True, kw_only=True)
class Context:
    """One question. Made by the gateway for each request and used for one operation.

    ``access`` is None where no purpose was given: a child is then not read.
    ``reading`` belongs to the schema. ``began`` is when this began, by the monotonic clock;
    ``about_somebody`` and ``systems_asked`` say what it turned out to be. ``still`` is for what lasts: who the caller is now.
    """

    viewer: Viewer
    access: Access | None
    services: Services
    now: datetime
    correlation_id: str
    document_hash: str | None = None
    reading: Reading | None = field(default=None, repr=False)
    began: float = field(default_factory=time.monotonic, repr=False)
    about_somebody: bool = False
    systems_asked: bool = False
    still: Callable[[], Awaitable[Viewer]] | None = field(default=None, repr=False)

    def extensions(self) -> Mapping[str, Any]:
        """What stands in ``extensions`` of the response, once the operation has run."""
        if self.reading is None:
            return {}
        return {"disclosure": [receipt.published() for receipt in self.reading.receipts]}

    async def settle(self) -> None:
        """Let an answer about somebody take even steps of time, unless a system was asked for it.

        How long a system takes is the system's own; what nobody was asked for must not tell by its time
        whether there was anybody to look up.
        """
        if self.about_somebody and not self.systems_asked:
            await until_even(self.began)
