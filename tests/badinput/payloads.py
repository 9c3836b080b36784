"""What a system's right answer can become on its way: each kind by its number in the list.

Source: the list of bad inputs, upstream payloads 1 to 24.
"""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

Change = Callable[[bytes], bytes]
Json = Any
Outcome = Literal["refused", "same", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One kind, and what becomes of the answer.

    It is refused, or it is the same as ever, or it is ``told`` that something was wrong with it:
    left out and counted, noted, or refused.
    """

    change: Change
    outcome: Outcome = "refused"
    media_type: bytes | None = None
    encoding: bytes | None = None


def of_json(change: Callable[[Json], Json]) -> Change:
    """A change to what the bytes say."""
    return lambda body: json.dumps(change(json.loads(body))).encode()


def everywhere(value: Json, leaf: Callable[[Json], Json], whole: Callable[[Json], Json]) -> Json:
    """The value with every leaf changed, and every list and object after its contents."""
    match value:
        case dict():
            return whole({key: everywhere(inner, leaf, whole) for key, inner in value.items()})
        case list():
            return whole([everywhere(inner, leaf, whole) for inner in value])
        case _:
            return leaf(value)


def _same(value: Json) -> Json:
    return value


def _leaves(change: Callable[[Json], Json]) -> Change:
    return of_json(lambda value: everywhere(value, change, _same))


def _wholes(change: Callable[[Json], Json]) -> Change:
    return of_json(lambda value: everywhere(value, _same, change))


def _lists(change: Callable[[list[Json]], list[Json]]) -> Change:
    return _wholes(lambda value: change(value) if isinstance(value, list) else value)


def _objects(change: Callable[[dict[str, Json]], dict[str, Json]]) -> Change:
    return _wholes(lambda value: change(value) if isinstance(value, dict) else value)


def _rows(value: list[Json]) -> bool:
    return bool(value) and all(isinstance(row, dict) for row in value)


_SIZED: Final = 20_000
_BOMB: Final = gzip.compress(b" " * (1 << 24))
"""Sixteen megabytes in sixteen thousand bytes: four times what any answer may be."""


def _lengthened(value: Json) -> Json:
    """The outermost lists of rows are twenty thousand rows long; what is in a row stays."""
    match value:
        case dict():
            return {key: _lengthened(inner) for key, inner in value.items()}
        case list() if _rows(value):
            return (value * _SIZED)[:_SIZED]
        case _:
            return value


def _doubled_keys(body: bytes) -> bytes:
    """Every field of every object twice."""

    def write(value: Json) -> str:
        match value:
            case dict():
                pairs = [f"{json.dumps(key)}:{write(inner)}" for key, inner in value.items()]
                return "{" + ",".join(pair for one in pairs for pair in (one, one)) + "}"
            case list():
                return "[" + ",".join(map(write, value)) + "]"
            case _:
                return json.dumps(value)

    return write(json.loads(body)).encode()


def _numbers(written: bytes) -> Change:
    """Every text that stands as a value becomes this number."""
    return lambda body: re.sub(rb':\s*"[^"]*"', b": " + written, body)


_PAYLOADS: Final[dict[str, Payload]] = {
    "01 cut off in the middle": Payload(change=lambda body: body[: len(body) // 2]),
    "01 cut off by one byte": Payload(change=lambda body: body[:-1]),
    "02 a web page with status 200": Payload(
        change=lambda _: b"<!doctype html><p>Sign in, Sentinelle", media_type=b"text/html"
    ),
    "02 a web page called JSON": Payload(change=lambda _: b"<!doctype html><p>Sentinelle"),
    "03 nothing with status 200": Payload(change=lambda _: b""),
    "03 blanks with status 200": Payload(change=lambda _: b" \r\n\t "),
    "04 every leaf a number": Payload(change=_leaves(lambda _: 17), outcome="told"),
    "04 every leaf a text": Payload(change=_leaves(lambda _: "x"), outcome="told"),
    "04 every leaf a truth": Payload(change=_leaves(lambda _: True), outcome="told"),
    "04 every leaf a list": Payload(change=_leaves(lambda _: ["Sentinelle"]), outcome="told"),
    "04 every leaf an object": Payload(change=_leaves(lambda _: {"a": 1}), outcome="told"),
    "05 every leaf null": Payload(change=_leaves(lambda _: None), outcome="told"),
    "05 null inside every list": Payload(change=_lists(lambda rows: [None, *rows]), outcome="told"),
    "06 an empty object": Payload(change=lambda _: b"{}", outcome="told"),
    "06 a list": Payload(change=lambda _: b'["Sentinelle"]'),
    "06 a text": Payload(change=lambda _: b'"Sentinelle"'),
    "06 null": Payload(change=lambda _: b"null"),
    "06 a number": Payload(change=lambda _: b"7"),
    "07 fields that nobody knows": Payload(
        change=_objects(
            lambda one: {**one, "__proto__": {"roles": ["admin"]}, "roles": ["admin"], "zz": None}
        ),
        outcome="same",
    ),
    "08 every field twice": Payload(change=_doubled_keys, outcome="same"),
    "09 NaN": Payload(change=_numbers(b"NaN")),
    "09 infinity": Payload(change=_numbers(b"-Infinity")),
    "09 a number beyond all numbers": Payload(change=_numbers(b"1e999"), outcome="told"),
    "10 integers beyond 2^53": Payload(
        change=_leaves(lambda leaf: 2**70 if isinstance(leaf, int) else leaf), outcome="told"
    ),
    "10 negative integers": Payload(
        change=_leaves(lambda leaf: -7 if type(leaf) is int else leaf), outcome="told"
    ),
    "11 lists of twenty thousand": Payload(
        change=of_json(_lengthened),
        outcome="told",
    ),
    "11 eight megabytes of blanks": Payload(change=lambda body: b" " * (1 << 23) + body),
    "12 a hundred thousand brackets": Payload(change=lambda _: b"[" * 100_000),
    "12 a hundred thousand objects": Payload(change=lambda _: b'{"a":' * 100_000),
    "13 every row twice": Payload(
        change=_lists(lambda rows: [*rows, *rows] if _rows(rows) else rows), outcome="told"
    ),
    "19 a byte order mark": Payload(change=lambda body: b"\xef\xbb\xbf" + body),
    "19 UTF-16": Payload(change=lambda body: body.decode().encode("utf-16")),
    "19 Latin-1": Payload(
        change=lambda body: body.replace(b"Sentinelle", "Sentinellé".encode("latin-1")),
        outcome="told",
    ),
    "19 bytes that are no text": Payload(
        change=lambda body: body.replace(b"Sentinelle", b"Sentinelle\xff\xfe"),
        outcome="told",
    ),
    "20 two documents": Payload(change=lambda body: body + body),
    "20 a line each": Payload(change=lambda body: body + b"\n" + body + b"\n"),
    "20 junk behind": Payload(change=lambda body: body + b" // Sentinelle"),
    "20 a comment in front": Payload(change=lambda body: b"/* Sentinelle */" + body),
    "21 XML with an outside entity": Payload(
        change=lambda _: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        media_type=b"application/xml",
    ),
    "21 XML called JSON": Payload(
        change=lambda _: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
    ),
    "22 a bomb in gzip": Payload(change=lambda _: _BOMB, encoding=b"gzip"),
    "22 gzip said and not done": Payload(change=lambda body: body, encoding=b"gzip"),
    "22 gzip done and not said": Payload(change=gzip.compress),
    "48 half of a pair of surrogates": Payload(
        change=lambda body: body.replace(b"Sentinelle", rb"Sentin\ud800elle"), outcome="told"
    ),
    "57 coordinates swapped, nought or nowhere": Payload(
        change=_objects(
            lambda one: {**one, "latitude": -2.8, "longitude": 54.05, "easting": 0, "uprn": None}
        ),
        outcome="same",
    ),
    "23 another media type": Payload(change=lambda body: body, media_type=b"text/csv"),
    "23 no media type": Payload(change=lambda body: body, media_type=b""),
}
PAYLOADS: Final = dict(sorted(_PAYLOADS.items()))
