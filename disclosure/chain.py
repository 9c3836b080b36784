"""What a row of the ledger is, byte for byte, and how one holds on to the row before it.

A row is canonical JSON (RFC 8785, without numbers that are not whole): sorted keys, no
spaces, UTF-8. Its digest is SHA-256 over those bytes, which name the writer, the row's
number in the writer's chain and the digest before. A signature (Ed25519) over a digest
vouches for that row and all before it in its chain.

Source: RFC 8785 (JCS); RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Plain: TypeAlias = "str | int | bool | Sequence[Plain] | Mapping[str, Plain] | None"

FORMAT: Final = 1
BEGINNING: Final = "0" * 64
"""What the first row of a chain has for the digest before it."""

_CONTEXT: Final = b"homeward ledger head\n"
_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(value: Plain) -> bytes:
    """The one way to write this value as JSON. Keys must be ASCII."""
    return _encode(value)


def digest_of(row: bytes) -> str:
    """The digest of a row's bytes, in lower-case hexadecimal."""
    return hashlib.sha256(row).hexdigest()


def signed_bytes(digest: str) -> bytes:
    """What is signed for a head: its digest, and what it is, so that it can stand for nothing else."""
    return _CONTEXT + digest.encode("ascii")


def key_id(key: Ed25519PublicKey) -> str:
    """A short name for a public key: the first 16 hexadecimal digits of its SHA-256."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def instant(at: datetime) -> str:
    """An instant as rows carry it: UTC, always to the microsecond."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an export: the row's own bytes, its digest, and a signature where a batch ended."""

    row: msgspec.Raw
    digest: str
    signature: str | None = None


class Stated(msgspec.Struct, frozen=True):
    """What a row says of its own place. Everything else in it is for people and searches."""

    writer: str
    seq: int
    previous: str
    kind: str
    heads: dict[str, tuple[int, str]] = {}


_read_line = msgspec.json.Decoder(Line).decode
_read_stated = msgspec.json.Decoder(Stated).decode


def read_line(text: bytes) -> Line:
    """Read one line of an export.

    Raises:
        msgspec.DecodeError: it is no such line.
    """
    return _read_line(text)


def stated(row: bytes) -> Stated:
    """What a row says of its own place.

    Raises:
        msgspec.DecodeError: it is no such row.
    """
    return _read_stated(row)
