"""The port through which sources and channels speak HTTP: a request, a reply, a failure.

Adapters know this port and no HTTP library; the gateway brings the implementation.
No redirect is ever followed, no cookie kept, and a reply longer than was allowed is a
failure, not a long reply.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

MEBIBYTE = 1 << 20


class Failure(enum.Enum):
    """Why there is no reply. HELD_BACK: we did not ask, by our own limits on asking."""

    TIMED_OUT = "timed-out"
    HELD_BACK = "held-back"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too-large"
    INSECURE = "insecure"
    BROKEN = "broken"


class NoReplyError(Exception):
    """No usable reply came. Carries why, and never the address or a library's own words."""

    def __init__(self, failure: Failure) -> None:
        """Say which kind of failure it was."""
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request. ``timeout`` is seconds for the whole exchange; ``max_bytes`` bounds the reply.

    ``max_bytes`` counts the body after any content encoding is undone. ``repeatable`` says that
    asking twice is the same as asking once: whoever does not say so is never asked twice.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    timeout: float = 5.0
    max_bytes: int = 4 * MEBIBYTE
    repeatable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """One reply, read whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http(Protocol):
    """Something that can exchange one request for one reply."""

    async def fetch(self, request: HttpRequest) -> HttpReply:
        """Exchange a request for a reply, whatever its status.

        Raises:
            NoReplyError: nothing usable came within the timeout and the size allowed.
        """
