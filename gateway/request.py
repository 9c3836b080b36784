"""A GraphQL request as HTTP carries it: read whole within its limits, or refused plainly.

Only `POST` with `application/json` in UTF-8; no form, no text, no array, no compression.
`GET` is for trusted documents alone, without variables, so that nothing about a child can
stand in an address.

Source: GraphQL over HTTP; docs/decisions/0010-graphql-over-http-of-our-own.md
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
# A JSON escape for half a character. Python takes it; nothing can encode it again.
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_MAX_QUERY_STRING: Final = 2048
_MAX_NAME: Final = 255


class Refused(Exception):
    """A request that is no GraphQL request. ``status`` and one sentence say why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        """Keep what HTTP is to say."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


class Gone(Exception):
    """The caller went away before the request was whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks: a text or the id of a trusted document, and what goes with it."""

    text: str | None
    document_id: str | None
    operation: str | None
    variables: dict[str, Any] = field(repr=False)
    extensions: Mapping[str, Any] = field(repr=False)


async def read(scope: Scope, receive: Receive, max_bytes: int, seconds: float) -> Asked:
    """The request, read whole.

    Raises:
        Refused: it is none, or too long, or too slow.
        Gone: the caller went away.
    """
    if scope["method"] == "GET":
        return _from_address(scope["query_string"])
    if scope["method"] != "POST":
        raise Refused(405, "Ask with POST.", {"Allow": "POST, GET"})
    if scope["query_string"]:
        raise Refused(400, "Put everything into the body: nothing belongs in the address.")
    _check_kind(scope["headers"])
    return _from_body(await body_of(scope, receive, max_bytes, seconds))


def accepts_graphql(headers: list[tuple[bytes, bytes]]) -> bool | None:
    """Whether the answer is to be `application/graphql-response+json`; None if neither will do.

    Plain JSON for whoever does not say, as older clients expect; the newer type where it is
    named, unless JSON is clearly wanted more.
    """
    accepted = b",".join(value for name, value in headers if name == b"accept").decode("latin-1")
    if not accepted.strip():
        return False
    weights: dict[str, float] = {}
    for one in accepted.split(",")[:50]:
        kind, *parameters = (part.strip().lower() for part in one.split(";"))
        if any(p.startswith("charset=") and p[8:].strip('"') != "utf-8" for p in parameters):
            continue
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError:
            weights[kind] = 0.0
    plain = max(weights.get(kind, 0.0) for kind in (JSON, "application/*", "*/*"))
    newer = weights.get(GRAPHQL_JSON, 0.0)
    if newer <= 0 and plain <= 0:
        return None
    return newer > 0 and newer >= weights.get(JSON, 0.0)


def _check_kind(headers: list[tuple[bytes, bytes]]) -> None:
    kinds = [value for name, value in headers if name == b"content-type"]
    essence, *parameters = (kinds[0] if len(kinds) == 1 else b"").lower().split(b";")
    charsets = [p.strip() for p in parameters if p.strip()]
    fine = all(p in {b"charset=utf-8", b'charset="utf-8"'} for p in charsets)
    if essence.strip() != b"application/json" or not fine or len(charsets) > 1:
        raise Refused(415, "Send application/json in UTF-8.", {"Accept-Post": JSON})
    if any(name == b"content-encoding" and value != b"identity" for name, value in headers):
        raise Refused(415, "Send the body uncompressed.", {"Accept-Encoding": "identity"})


async def body_of(scope: Scope, receive: Receive, max_bytes: int, seconds: float) -> bytes:
    """The body of a request, whole.

    Raises:
        Refused: it is too long, or too slow.
        Gone: the caller went away.
    """
    stated = next((v for n, v in scope["headers"] if n == b"content-length"), b"0")
    too_long = Refused(413, f"The body is longer than {max_bytes} bytes.")
    if not stated.isdigit() or int(stated[:20]) > max_bytes:
        raise too_long
    read = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                read += message.get("body", b"")
                more = message.get("more_body", False)
                if len(read) > max_bytes:
                    raise too_long
    except TimeoutError:
        raise Refused(408, "The body did not come in time.", {"Connection": "close"}) from None
    return bytes(read)


def _from_body(body: bytes) -> Asked:
    stated = json_of(body)
    if not isinstance(stated, dict):
        raise Refused(400, "The body is not a JSON object.")
    return asked_of(stated)


def asked_of(stated: Mapping[str, Any]) -> Asked:
    """What an object asks, as it stands in a body or in a message.

    Raises:
        Refused: it asks nothing, or not in this way.
    """
    variables, extensions = stated.get("variables"), stated.get("extensions")
    if not isinstance(variables, dict | None):
        raise Refused(400, "`variables` is not an object.")
    if not isinstance(extensions, dict | None):
        raise Refused(400, "`extensions` is not an object.")
    extensions = extensions or {}
    text = _optional_text(stated, "query")
    document_id = _optional_text(stated, "documentId") or _persisted(extensions)
    if text is None and document_id is None:
        raise Refused(400, "There is neither `query` nor `documentId`.")
    if text is not None and document_id is not None:
        raise Refused(400, "Send `query` or `documentId`, not both.")
    return Asked(
        text=text,
        document_id=document_id,
        operation=_optional_text(stated, "operationName", _MAX_NAME) or None,
        variables=variables or {},
        extensions=extensions,
    )


def _from_address(query_string: bytes) -> Asked:
    """A trusted document by its id. Whatever else stands in the address is refused, unread."""
    refused = Refused(405, "Ask with POST; GET is for trusted documents.", {"Allow": "POST"})
    if not query_string or len(query_string) > _MAX_QUERY_STRING:
        raise refused
    try:
        parameters = parse_qsl(query_string.decode("ascii"), strict_parsing=True, max_num_fields=2)
    except ValueError:
        raise refused from None
    stated = dict(parameters)
    if len(stated) < len(parameters) or not stated.keys() <= {"documentId", "operationName"}:
        raise refused
    if "documentId" not in stated:
        raise refused
    return Asked(
        text=None,
        document_id=stated["documentId"],
        operation=stated.get("operationName"),
        variables={},
        extensions={},
    )


def json_of(body: bytes) -> object:
    """What JSON says, each name once.

    Raises:
        Refused: it is not JSON in UTF-8.
    """
    try:
        if _SURROGATE.search(body):
            _no_half_characters(body)
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_said_once, parse_constant=_no_constant
        )
    # A number of too many digits is a ValueError, too many brackets a RecursionError.
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON in UTF-8.") from None


def _no_half_characters(body: bytes) -> None:
    json.dumps(json.loads(body.decode("utf-8")), ensure_ascii=False).encode("utf-8")


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _no_constant(_: str) -> None:
    raise ValueError("no number")


def _optional_text(
    stated: Mapping[str, object], name: str, longest: int | None = None
) -> str | None:
    value = stated.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or (longest is not None and len(value) > longest):
        raise Refused(400, f"`{name}` is not text of a usable length.")
    return value


def _persisted(extensions: Mapping[str, object]) -> str | None:
    """The id as Apollo's clients send it."""
    persisted = extensions.get("persistedQuery")
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return found if isinstance(found, str) else None
