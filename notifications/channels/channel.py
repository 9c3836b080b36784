"""What a channel is: it takes a parcel and says what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from notifications.recipients import Way
from records.http import HttpReply
from records.retry_after import retry_after

Words: TypeAlias = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice as it is sent: its reference for life, its number for this recipient, its content.

    ``body`` is a CloudEvent as JSON, already decided for this recipient and this channel.
    ``words`` say the same to people.
    """

    notice_ref: str
    recipient: str
    seq: int
    at: datetime
    urgent: bool
    way: Way = field(repr=False)
    body: bytes = field(repr=False)
    words: Words = field(default=tuple, repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """What people read; none where the channel carries a bell only."""
        return tuple(self.words())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """It went. ``arrived``: the recipient's own machine took it, and not a relay on the way."""

    arrived: bool
    receipt: str | None = None


class NotSent(Exception):
    """It did not go. ``outcome`` is a slug for the record; no address and none of their words.

    ``at_once``: the recipient's side refuses what is right, so a person must look now, while it is
    still tried. ``wait``: how long their side asks to be left alone.
    """

    def __init__(
        self, outcome: str, *, at_once: bool = False, wait: timedelta | None = None
    ) -> None:
        """Say what went wrong, as a slug."""
        super().__init__(outcome)
        self.outcome = outcome
        self.at_once = at_once
        self.wait = wait


def wait_of(reply: HttpReply, now: datetime) -> timedelta | None:
    """How long a reply asks us to wait; None where it does not say.

    Source: RFC 9110 10.2.3, Retry-After.
    """
    seconds = retry_after(reply.headers.get("retry-after"), now)
    return None if seconds is None else timedelta(seconds=seconds)


class Channel(Protocol):
    """One way of reaching people."""

    @property
    def name(self) -> str:
        """The value of the fact `channel` by which rules know it."""

    @property
    def counts(self) -> bool:
        """Whether a notice of which nothing may be said is sent all the same, for its number."""

    async def send(self, parcel: Parcel, now: datetime) -> Sent:
        """Send it once.

        Raises:
            NotSent: it did not go, or nobody can tell; it is sent again under the same reference.
        """
