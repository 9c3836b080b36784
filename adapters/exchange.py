"""Ask one system over HTTP, and turn whatever comes into bytes or the right SourceError.

Error text says which system, what kind of thing went wrong and what to do next. It never
holds an address, a header, a body or a value: a body may be about a child.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar
from urllib.parse import quote

from adapters.credentials import Credentials, Fixed
from adapters.together import together
from records.errors import SourceContractBroken, SourceError, SourceRefused, SourceUnavailable
from records.http import MEBIBYTE, Failure, Http, HttpReply, HttpRequest, NoReplyError
from records.retry_after import retry_after
from records.source import Question

T = TypeVar("T")

JSON: Final = frozenset({"application/json"})
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch
_SUCCESS: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)
_OURS: Final = range(400, 500)
_UNAUTHORISED: Final = 401
_REFUSED: Final = frozenset({401, 403, 407})
_BUSY: Final = frozenset({408, 425, 429})

_NO_REPLY: Final[Mapping[Failure, tuple[type[SourceError], str]]] = {
    Failure.TIMED_OUT: (
        SourceUnavailable,
        "did not answer in time. Ask again, or ring the agency that runs it.",
    ),
    Failure.HELD_BACK: (
        SourceUnavailable,
        "was not asked, because the gateway is asking it as much as it may. Ask again.",
    ),
    Failure.UNREACHABLE: (
        SourceUnavailable,
        "cannot be reached. Ask again, or ring the agency that runs it.",
    ),
    Failure.BROKEN: (
        SourceUnavailable,
        "broke off while answering. Ask again, or ring the agency that runs it.",
    ),
    Failure.TOO_LARGE: (
        SourceContractBroken,
        "answered with more than one child's records can be. Tell the agency that runs it.",
    ),
    Failure.INSECURE: (
        SourceContractBroken,
        "could not prove who it is (certificate or TLS). Tell the agency that runs it.",
    ),
}


def local_id(source: str, question: Question) -> str:
    """What this system calls the child who is asked about.

    Raises:
        ValueError: the subject is another system's: the same id there is another child here.
    """
    if question.subject.source != source:
        message = f"{source} was asked about a subject of {question.subject.source}"
        raise ValueError(message)
    return question.subject.value


@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    """A name or value of a query; most need nothing, and most are asked with every question."""
    return text if _PLAIN(text) else quote(text, safe="")


def segment(value: str) -> str:
    """One value as one segment of a path: a slash, a blank or a dot-dot in it cannot steer.

    Servers undo %2F before they route, and even %2E%2E is read as "one up" (WHATWG URL): such
    an id is quoted twice, and so is nobody's.
    """
    quoted = quote(value, safe="")
    if value in {".", ".."} or "/" in value or "\\" in value:
        return quote(quoted.replace(".", "%2E"), safe="")
    return quoted


def _media_type(reply: HttpReply) -> str:
    return reply.headers.get("content-type", "").split(";")[0].strip().lower()


def _is_json(media_type: str, accepts: frozenset[str]) -> bool:
    return media_type in accepts or (media_type.endswith("+json") and accepts == JSON)


class Exchange:
    """One system, spoken to over one `Http`, with one set of credentials.

    ``timeout`` bounds each call in seconds, ``deadline`` a whole question of several calls.
    """

    def __init__(
        self,
        source: str,
        http: Http,
        base_url: str,
        *,
        credentials: Credentials | None = None,
        timeout: float = 5.0,
        deadline: float | None = None,
        max_bytes: int = 4 * MEBIBYTE,
    ) -> None:
        self.source = source
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._credentials = credentials or Fixed({})
        self._timeout = timeout
        self._deadline = deadline if deadline is not None else 2 * timeout
        self._max_bytes = max_bytes

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Bound a whole question, however many calls it takes.

        Raises:
            SourceUnavailable: the deadline passed.
        """
        try:
            async with asyncio.timeout(self._deadline):
                yield
        except TimeoutError:
            raise self._no_reply(NoReplyError(Failure.TIMED_OUT)) from None
        except asyncio.CancelledError:
            # Seen on Python 3.11.2, when a deadline passes at the moment in which a call fails: the
            # cancellation is the deadline's own, and nobody has asked this task to end.
            if _to_end():
                raise
            raise self._no_reply(NoReplyError(Failure.TIMED_OUT)) from None

    async def together(self, calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
        """The results of several calls made side by side, in their order, within the deadline.

        One that fails fails them all: half an answer would look like a whole one.

        Raises:
            SourceError: the first that failed; SourceUnavailable when the deadline passed.
        """
        async with self.in_time():
            return await together(*calls)

    async def get(
        self,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
        accepts: frozenset[str] = JSON,
        also: frozenset[int] = frozenset(),
        repeatable: bool = True,
    ) -> HttpReply:
        """Fetch what ``path`` (already quoted, see `segment`) holds. As `ask`."""
        return await self.ask(
            "GET",
            path,
            query,
            headers=headers,
            accepts=accepts,
            also=also,
            body=None,
            repeatable=repeatable,
        )

    async def ask(
        self,
        method: str,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        *,
        body: bytes | None,
        headers: Mapping[str, str] | None = None,
        accepts: frozenset[str] = JSON,
        also: frozenset[int] = frozenset(),
        repeatable: bool = False,
    ) -> HttpReply:
        """A 2xx reply with a body of a media type in ``accepts``, or any reply in ``also``.

        ``also`` are the statuses other than success to which this interface gives a meaning,
        such as 404 for "not known": they come back as they are, body unchecked. ``repeatable``
        lets the gateway ask again by itself when the system did not answer: for reading only,
        and never where asking leaves a trace that matters.

        Raises:
            SourceUnavailable: unreachable, slow, busy or failing.
            SourceRefused: 401 (after one renewal of the credentials), 403.
            SourceContractBroken: a redirect, an empty body, the wrong media type, too much.
        """
        url = f"{self._base_url}/{path.lstrip('/')}" if path else self._base_url
        asked = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in query)
        request = _Request(
            method, f"{url}?{asked}" if asked else url, headers or {}, body, accepts, repeatable
        )
        ours = await self._credentials.headers()
        reply = await self._send(request, ours)
        if reply.status == _UNAUTHORISED and _UNAUTHORISED not in also:
            other = await self._credentials.renewed(ours)
            if other is not None:
                reply = await self._send(request, other)
        if reply.status in also:
            return reply
        judge(self.source, reply)
        self._readable(reply, accepts)
        return reply

    async def _send(self, request: _Request, credentials: Mapping[str, str]) -> HttpReply:
        try:
            return await self._http.fetch(
                HttpRequest(
                    method=request.method,
                    url=request.url,
                    headers={
                        "accept": ", ".join(sorted(request.accepts)),
                        **request.headers,
                        **credentials,
                    },
                    body=request.body,
                    timeout=self._timeout,
                    max_bytes=self._max_bytes,
                    repeatable=request.repeatable,
                )
            )
        except NoReplyError as error:
            raise self._no_reply(error) from error

    def _no_reply(self, error: NoReplyError) -> SourceError:
        kind, says = _NO_REPLY[error.failure]
        return kind(self.source, says)

    def _readable(self, reply: HttpReply, accepts: frozenset[str]) -> None:
        media_type = _media_type(reply)
        if media_type in {"text/html", "application/xhtml+xml"}:
            raise SourceContractBroken(
                self.source,
                "answered with a web page where records were due. Ask the agency that runs it"
                " whether a proxy or a sign-in page stands in between.",
            )
        if not reply.body.strip():
            raise SourceContractBroken(
                self.source, "answered with nothing at all. Tell the agency that runs it."
            )
        if not _is_json(media_type, accepts):
            raise SourceContractBroken(
                self.source,
                "answered in a format its interface excludes. Tell the agency that runs it.",
            )


class _Request:
    """What stays the same when a request is sent again with other credentials."""

    __slots__ = ("accepts", "body", "headers", "method", "repeatable", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        accepts: frozenset[str],
        repeatable: bool,  # noqa: FBT001 - every part is given in its place, once, above
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.accepts = accepts
        self.repeatable = repeatable


def judge(source: str, reply: HttpReply) -> None:
    """Let a success pass; raise what any other status means.

    Raises:
        SourceError: as `Exchange.ask` says.
    """
    status = reply.status
    if status in _SUCCESS:
        return
    if status in _REFUSED:
        raise SourceRefused(
            source, "refused the gateway. Check its credentials and the agreement with the agency."
        )
    if status in _BUSY or status not in range(100, 500):
        wait = retry_after(reply.headers.get("retry-after"), datetime.now(UTC))
        says = "is busy" if status in _BUSY or wait is not None else "is failing"
        raise SourceUnavailable(
            source, f"{says} (HTTP {status}). Ask again later.", retry_after=wait
        )
    if status in _REDIRECT:
        raise SourceContractBroken(
            source,
            f"pointed elsewhere (HTTP {status}); the gateway follows no redirects. Check its address.",
        )
    if status in _OURS:
        raise SourceContractBroken(
            source,
            f"did not take the question (HTTP {status}). Check the adapter's settings against its interface.",
        )
    raise SourceContractBroken(source, f"gave a status that means nothing here (HTTP {status}).")


def _to_end() -> bool:
    """Whether somebody has asked the task that runs this to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
