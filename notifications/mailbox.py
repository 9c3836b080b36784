"""A MESH mailbox of our own: sends, says what waits, reads it whole, and acknowledges.

MESH carries messages between mailboxes of health and care. A message lies in its recipient's inbox
until it is acknowledged, which consumes it; one that nobody collects is reported to its sender. Each
request is signed with the mailbox's password and the environment's key, and carries a number that
is used once. The real service asks for the mailbox's certificate too, which is the connection's
affair.

Known from NHS England's public interface and its own sandbox and client. Not known: how many
requests a second the live service admits.

Source: NHS England, Message Exchange for Social Care and Health API, version 2 of its answers.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import platform
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import msgspec

from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from records.http import MEBIBYTE, Failure, Http, HttpReply, HttpRequest, NoReplyError

NAME: Final = "mesh"
TIMEOUT: Final = 20.0
LARGEST: Final = 20 * MEBIBYTE
"""The largest message that is read. What is larger stays where it is, and is reported."""

_ACCEPTS: Final = "application/vnd.mesh.v2+json"
PAGE: Final = 500
_MOST_PAGES: Final = 40
_MOST_CHUNKS: Final = 1000
_OK, _PARTIAL, _NOT_FOUND, _GONE = 200, 206, 404, 410
_REFUSED: Final = frozenset({401, 403})
_CHUNKS: Final = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")
_MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_HANDSHAKE: Final = MappingProxyType(
    {
        "mex-clientversion": "homeward",
        "mex-osname": platform.system(),
        "mex-osversion": platform.release(),
    }
)
"""What it wants to hear of us with a handshake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the service is, our mailbox there, its password, and the environment's shared key."""

    url: str
    mailbox: str
    password: str = field(repr=False)
    shared_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, read whole. ``ref`` is the service's name for it, ``local_ref`` the sender's.

    A ``report`` is the service's own: a message of ours, ``about``, was not delivered, because of
    ``code``; its ``local_ref`` is the one that we had given, and it has no body.
    """

    ref: str
    sender: str | None
    workflow: str
    local_ref: str | None
    content_type: str
    report: bool
    about: str | None = None
    code: str | None = None
    body: bytes = field(repr=False)


class TooLarge(SourceContractBroken):
    """A message longer than is read. It was not acknowledged."""


class Mailbox:
    """Our mailbox. One is enough for a process: the numbers it uses once are its own."""

    def __init__(
        self, http: Http, account: Account, *, largest: int = LARGEST, page: int = PAGE
    ) -> None:
        self._http = http
        self._account = account
        self._largest = largest
        self._page = page
        self._nonce = str(uuid.uuid4())
        self._count = itertools.count()
        self._url = f"{account.url.rstrip('/')}/messageexchange/{quote(account.mailbox, safe='')}"

    async def handshake(self, now: datetime) -> None:
        """Find out whether the service knows us, and let it see that we are there: once a day will do.

        Raises:
            SourceUnavailable: it cannot be reached.
            SourceRefused: it does not know us.
        """
        _expect(await self._asked("POST", "", now, headers=_HANDSHAKE), _OK)

    async def waiting(self, now: datetime) -> list[str]:
        """The messages that wait to be read, by name, oldest first as the service gives them.

        Raises:
            SourceUnavailable: no answer.
            SourceRefused: it does not know us.
            SourceContractBroken: an answer that is no list of names.
        """
        found: dict[str, None] = {}
        following: str | None = None
        for _ in range(_MOST_PAGES):
            query = {"max_results": str(self._page)}
            if following is not None:
                query["continue_from"] = following
            reply = await self._asked("GET", f"/inbox?{urlencode(query)}", now)
            page = _read(_expect(reply, _OK), _Page)
            # What is no name of a message cannot be asked for; the others can.
            found.update(dict.fromkeys(filter(_MESSAGE_ID.fullmatch, page.messages)))
            before, following = following, _following(page.links)
            if following in (None, before):
                break
        return list(found)

    async def read(self, ref: str, now: datetime) -> Message | None:
        """A message, whole; None where it is there no more. Reading does not consume it.

        Raises:
            TooLarge: it is longer than is read.
            SourceUnavailable: no answer.
            SourceRefused: it does not know us.
            SourceContractBroken: its parts do not fit together.
        """
        reply = await self._asked("GET", f"/inbox/{ref}", now, most=self._largest)
        if reply.status in (_NOT_FOUND, _GONE):
            return None
        first = _expect(reply, _OK, _PARTIAL)
        body = bytearray(first.body)
        for number in range(2, _chunks(first.headers) + 1):
            left = self._largest - len(body)
            part = await self._asked("GET", f"/inbox/{ref}/{number}", now, most=left)
            body += _expect(part, _OK, _PARTIAL).body
        return _message(ref, first.headers, bytes(body))

    async def acknowledge(self, ref: str, now: datetime) -> None:
        """Consume a message: only once what it says is kept. Doing so again changes nothing.

        Raises:
            SourceUnavailable: nobody knows whether it was consumed.
            SourceRefused: it does not know us.
        """
        reply = await self._asked("PUT", f"/inbox/{ref}/status/acknowledged", now)
        if reply.status not in (_NOT_FOUND, _GONE):
            _expect(reply, _OK)

    async def post(self, headers: Mapping[str, str], body: bytes, now: datetime) -> HttpReply:
        """Put one message into the outbox: the service's own answer, whatever it is.

        Raises:
            NoReplyError: nobody knows whether the service took it.
        """
        return await self._fetch("POST", "/outbox", now, headers=headers, body=body)

    async def _asked(
        self,
        method: str,
        path: str,
        now: datetime,
        *,
        headers: Mapping[str, str] | None = None,
        most: int = MEBIBYTE,
    ) -> HttpReply:
        try:
            return await self._fetch(method, path, now, headers=headers, most=most)
        except NoReplyError as error:
            if error.failure is Failure.TOO_LARGE:
                raise TooLarge(NAME, "a message is longer than is read") from None
            raise SourceUnavailable(NAME, f"no answer ({error.failure.value})") from None

    async def _fetch(
        self,
        method: str,
        path: str,
        now: datetime,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most: int = MEBIBYTE,
    ) -> HttpReply:
        # Signed for each request: the service takes a number once, so none is ever sent again.
        signed = authorisation(self._account, nonce=self._nonce, count=next(self._count), now=now)
        return await self._http.fetch(
            HttpRequest(
                method=method,
                url=self._url + path,
                headers={**(headers or {}), "accept": _ACCEPTS, "authorization": signed},
                body=body,
                timeout=TIMEOUT,
                max_bytes=most,
            )
        )


class _Page(msgspec.Struct, frozen=True):
    messages: list[str]
    links: dict[str, str] = {}


def authorisation(account: Account, *, nonce: str, count: int, now: datetime) -> str:
    """The header by which the service knows a mailbox: never the password, only a proof of it."""
    at = now.astimezone(UTC).strftime("%Y%m%d%H%M")
    secret = f"{account.mailbox}:{nonce}:{count}:{account.password}:{at}"
    proof = hmac.new(account.shared_key.encode(), secret.encode(), hashlib.sha256).hexdigest()
    return f"NHSMESH {account.mailbox}:{nonce}:{count}:{at}:{proof}"


def _expect(reply: HttpReply, *statuses: int) -> HttpReply:
    if reply.status in statuses:
        return reply
    if reply.status in _REFUSED:
        raise SourceRefused(NAME, "it does not know our mailbox, password or key")
    raise SourceUnavailable(NAME, f"status {reply.status}")


def _read(reply: HttpReply, shape: type[_Page]) -> _Page:
    try:
        return msgspec.json.decode(reply.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SourceContractBroken(NAME, "the inbox is no list of messages") from None


def _following(links: Mapping[str, str]) -> str | None:
    """Where the list goes on. Only the mark is taken from their link, never the address."""
    marks = parse_qs(urlsplit(links.get("next", "")).query).get("continue_from")
    return marks[0] if marks else None


def _chunks(headers: Mapping[str, str]) -> int:
    stated = headers.get("mex-chunk-range")
    # A report has no parts: the sandbox writes 1:0.
    if not stated or _is_report(headers):
        return 1
    match = _CHUNKS.fullmatch(stated.strip())
    if match is None or not 1 <= int(match[2]) <= _MOST_CHUNKS:
        raise SourceContractBroken(NAME, "a message does not say in how many parts it is")
    return int(match[2])


def _is_report(headers: Mapping[str, str]) -> bool:
    return headers.get("mex-messagetype", "DATA") != "DATA"


def _message(ref: str, headers: Mapping[str, str], body: bytes) -> Message:
    return Message(
        ref=ref,
        sender=headers.get("mex-from") or None,
        workflow=headers.get("mex-workflowid", ""),
        local_ref=headers.get("mex-localid") or None,
        content_type=headers.get("mex-content-type") or headers.get("content-type", ""),
        report=_is_report(headers),
        about=headers.get("mex-linkedmsgid") or None,
        code=headers.get("mex-statuscode") or None,
        body=body,
    )
