"""Ids and cursors that say nothing, and that nobody else can make.

An id holds what it names, sealed: encrypted and authenticated with the deployment's key
(AES-SIV, RFC 5297), the same thing always giving the same id. So an id cannot be read,
edited, guessed or joined to another one, and never holds an NHS number in any form. It never begins
with a hyphen, which a command line would take for an option.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from records.items import Category
from records.record import Record

_CHILD: Final = b"c"
_RECORD: Final = b"r"
_CURSOR: Final = b"p"
_PLACE: Final = b"n"
_TELL: Final = b"t"
_CLOCK: Final = b"d"
_EPISODE: Final = b"e"
_TASK: Final = b"k"
_DIGEST: Final = 16
_LONGEST: Final = 256
_LONGEST_PLACE: Final = 2048
_SHORTEST_KEY: Final = 32
_HYPHEN: Final = "-"
_TYPED: Final = "."


@dataclass(frozen=True, slots=True)
class ChildId:
    """An id that names a child."""

    child_ref: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RecordId:
    """An id that names one record of a child, by the digest of where it is held."""

    child_ref: str = field(repr=False)
    category: Category
    digest: bytes = field(repr=False)


def digest_of(record: Record) -> bytes:
    """What tells this record from every other of the same child and category."""
    text = f"{record.provenance.source}\0{record.ref}".encode()
    return hashlib.blake2b(text, digest_size=_DIGEST).digest()


class Ids:
    """Makes and reads ids under one deployment's key; ``older`` keys are read, never used to make.

    Raises:
        ValueError: a key of fewer than 32 bytes.
    """

    def __init__(self, key: bytes, *older: bytes) -> None:
        """Derive what seals and what invents from the deployment's key."""
        if any(len(each) < _SHORTEST_KEY for each in (key, *older)):
            raise ValueError("A key for ids has at least 32 bytes. Make a new one at random.")
        self._seals = tuple(
            AESSIV(hmac.digest(each, b"homeward/ids/seal", "sha512")) for each in (key, *older)
        )
        self._inventing = hmac.digest(key, b"homeward/ids/invent", "sha512")

    def child(self, child_ref: str) -> str:
        """The id of a child."""
        return self._seal(_CHILD + child_ref.encode())

    def record(self, child_ref: str, category: Category, digest: bytes) -> str:
        """The id of one record of a child, by its `digest_of`."""
        return self._seal(_RECORD + _place(child_ref, category, digest))

    def cursor(self, child_ref: str, category: Category, digest: bytes) -> str:
        """Where a page that ends with this record ends: good for this child and category alone."""
        return self._seal(_CURSOR + _place(child_ref, category, digest))

    def read(self, text: str) -> ChildId | RecordId | None:
        """What an id names; None for everything that this deployment did not make as one."""
        opened = self._open(text)
        match opened[:1]:
            case b"c":
                return ChildId(opened[1:].decode())
            case b"r":
                digest, category, child_ref = _placed(opened[1:])
                return RecordId(child_ref, category, digest)
            case _:
                return None

    def read_cursor(self, text: str, child_ref: str, category: Category) -> bytes | None:
        """The digest of the record a page ended with; None if it was another list, or never ours."""
        opened = self._open(text)
        if opened[:1] != _CURSOR:
            return None
        digest, held_in, of_child = _placed(opened[1:])
        return digest if (of_child, held_in) == (child_ref, category) else None

    def place(self, text: str) -> str:
        """Where somebody is in what they are told, as a cursor."""
        return self._seal(_PLACE + text.encode())

    def read_place(self, text: str) -> str | None:
        """What such a cursor says; None if it is none of ours."""
        return self._named(_PLACE, text)

    def tell(self, event: str, recipient: str) -> str:
        """The id of one recipient's being told of one event."""
        return self._seal(_TELL + event.encode() + b"\0" + recipient.encode())

    def read_tell(self, text: str) -> tuple[str, str] | None:
        """The event and the recipient; None if it is no such id."""
        said = self._named(_TELL, text)
        if said is None:
            return None
        event, _, recipient = said.partition("\0")
        return event, recipient

    def clock(self, deadline: str) -> str:
        """The id of a deadline."""
        return self._seal(_CLOCK + deadline.encode())

    def read_clock(self, text: str) -> str | None:
        """The deadline; None if it is no such id."""
        return self._named(_CLOCK, text)

    def task(self, task: str) -> str:
        """The id of something that a protocol asks of somebody."""
        return self._seal(_TASK + task.encode())

    def read_task(self, text: str) -> str | None:
        """The task; None if it is no such id."""
        return self._named(_TASK, text)

    def episode(self, key: str) -> str:
        """The id of an episode as events know it."""
        return self._seal(_EPISODE + key.encode())

    def read_episode(self, text: str) -> str | None:
        """The episode; None if it is no such id."""
        return self._named(_EPISODE, text)

    def invent(self, text: str) -> str:
        """A child_ref that belongs to nobody, always the same for the same text.

        What is not found takes the same path as what is: it needs something to ask about.
        """
        invented = hmac.digest(self._inventing, text.encode(errors="surrogatepass"), "sha256")
        return base64.urlsafe_b64encode(invented[:_DIGEST]).rstrip(b"=").decode()

    def __repr__(self) -> str:
        """Keys are never printed."""
        return "Ids(…)"

    def _seal(self, plain: bytes) -> str:
        sealed = self._seals[0].encrypt(plain, None)
        text = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return _TYPED + text[1:] if text.startswith(_HYPHEN) else text

    def _named(self, kind: bytes, text: str) -> str | None:
        opened = self._open(text, _LONGEST_PLACE)
        return opened[1:].decode() if opened[:1] == kind else None

    def _open(self, text: str, longest: int = _LONGEST) -> bytes:
        """What was sealed, or nothing. Only the one spelling that we made is taken."""
        if len(text) > longest or not text.isascii():
            return b""
        if text.startswith(_TYPED):
            text = _HYPHEN + text[1:]
        elif text.startswith(_HYPHEN):
            return b""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return b""
        if base64.urlsafe_b64encode(sealed).rstrip(b"=").decode() != text:
            return b""
        for seal in self._seals:
            try:
                return seal.decrypt(sealed, None)
            except (InvalidTag, ValueError):
                continue
        return b""


def _place(child_ref: str, category: Category, digest: bytes) -> bytes:
    return digest + category.value.encode() + b"\0" + child_ref.encode()


def _placed(plain: bytes) -> tuple[bytes, Category, str]:
    category, child_ref = plain[_DIGEST:].split(b"\0", maxsplit=1)
    return plain[:_DIGEST], Category(category.decode()), child_ref.decode()
