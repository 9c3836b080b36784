"""Speaking HTTP to systems: the `records.http.Http` port, carried by pyreqwest.

Whatever a system does, an exchange ends within its timeout and its size, in a reply or
in one of five failures. Nothing is followed, kept or replayed: no redirect, no cookie,
no proxy from the environment. The library's words stay here.
"""

from __future__ import annotations

import asyncio
import atexit
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Final, Self

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    BuilderError,
    ConnectError,
    DetailedPyreqwestError,
    NetworkError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.response import Response

from records.http import Failure, HttpReply, HttpRequest, NoReplyError

CONNECTIONS: Final = 256
IDLE: Final = timedelta(seconds=30)

_LAST_WORDS: Final = 0.15

# How rustls and webpki name what they refuse; a plain refusal to connect has none of these.
_INSECURE: Final = ("certificate", "tls", "handshake", "ssl")


@cache
def _let_the_librarys_thread_end() -> None:
    """Pause once before the interpreter ends.

    The library hands results over from a thread of its own, and a process that ends at that
    very moment is aborted by Python (PyGILState_Release, exit 134): seen with pyreqwest 0.15.1
    in up to 15 of 25 runs on a busy machine, and in none of 60 with this pause.
    """
    atexit.register(time.sleep, _LAST_WORDS)


class PooledHttp:
    """One pool of connections for everything that the gateway asks, open for its lifetime.

    ``authorities`` are PEM certificates trusted beside the platform's own, ``identity`` the
    gateway's certificate and key in one PEM, shown to systems that ask for one. ``pinned`` is a
    host name with the address and port at which it is taken to be, whatever the resolver says.
    """

    def __init__(
        self,
        *,
        authorities: Sequence[bytes] = (),
        identity: bytes | None = None,
        connections: int = CONNECTIONS,
        https_only: bool = False,
        pinned: tuple[str, str, int] | None = None,
    ) -> None:
        _let_the_librarys_thread_end()
        building = (
            ClientBuilder()
            .user_agent("homeward")
            .follow_redirects(enable=False)
            .referer(enable=False)
            .default_cookie_store(enable=False)
            .no_proxy()
            .https_only(enable=https_only)
            .max_connections(connections)
            .pool_max_idle_per_host(32)
            .pool_idle_timeout(IDLE)
        )
        for authority in authorities:
            building = building.add_root_certificate_pem(authority)
        if identity is not None:
            building = building.identity_pem(identity)
        if pinned is not None:
            building = building.resolve(*pinned)
        self._client: Client = building.build()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection. Exchanges under way fail."""
        await self._client.close()

    async def fetch(self, request: HttpRequest) -> HttpReply:
        """Exchange a request for a reply, whatever its status.

        Raises:
            NoReplyError: nothing usable came within the timeout and the size allowed.
        """
        try:
            # The library keeps the same time; ours also ends what it would not.
            async with asyncio.timeout(request.timeout):
                return await self._exchange(request)
        except TimeoutError:
            raise NoReplyError(Failure.TIMED_OUT) from None
        except (PyreqwestError, ValueError) as error:
            # `from None`: the cause names the address, and would be printed with us.
            raise NoReplyError(_failure(error)) from None

    async def _exchange(self, request: HttpRequest) -> HttpReply:
        if not request.url.isprintable() or " " in request.url:
            # The library would take such characters out and ask another address.
            raise NoReplyError(Failure.BROKEN)
        building = self._client.request(request.method, request.url)
        building = building.headers(dict(request.headers))
        building = building.timeout(timedelta(seconds=request.timeout))
        if request.body is not None:
            building = building.body_bytes(request.body)
        async with building.build_streamed() as response:
            body = await _body(response, request.max_bytes)
            return HttpReply(status=response.status, headers=_headers(response), body=body)


def _headers(response: Response) -> dict[str, str]:
    """The headers by lower-case name. One that is not text is no use to anybody: left out."""
    headers: dict[str, str] = {}
    for name in response.headers:
        try:
            headers[name] = response.headers[name]
        except ValueError:
            continue
    return headers


async def _body(response: Response, max_bytes: int) -> bytes:
    """The body, never more of it than allowed in memory, counted after decoding.

    A length is only stated where nothing had to be decoded, so a stated length that fits
    is read in one go, and a stated length that does not fit is not read at all.
    """
    stated = response.get_header("content-length")
    if stated is not None and stated.isascii() and stated.isdigit():
        if int(stated[:20]) > max_bytes:
            raise NoReplyError(Failure.TOO_LARGE)
        return bytes(await response.bytes())
    reader = response.body_reader
    read = bytearray()
    while (chunk := await reader.read_chunk()) is not None:
        read += memoryview(chunk)
        if len(read) > max_bytes:
            raise NoReplyError(Failure.TOO_LARGE)
    return bytes(read)


def _failure(error: Exception) -> Failure:
    """Which of our five failures the library's error is."""
    if isinstance(error, RequestTimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, ConnectError):
        return Failure.INSECURE if _speaks_of_tls(error) else Failure.UNREACHABLE
    if isinstance(error, NetworkError):
        return Failure.UNREACHABLE
    if isinstance(error, BuilderError):
        # A scheme that is not allowed (https_only, file:), or an address that is none.
        return Failure.INSECURE
    return Failure.BROKEN


def _speaks_of_tls(error: DetailedPyreqwestError) -> bool:
    # The first cause carries the address, in which anything may stand.
    causes = (error.details.get("causes") or [])[1:]
    said = " ".join(cause["message"] for cause in causes).lower()
    return any(word in said for word in _INSECURE)
