"""Identifiers as the index keeps them: a keyed mark to find by, and a sealed value to ask with.

The mark is an HMAC under the deployment's pepper. Whoever holds the database alone can
neither read an NHS number in it nor try all ten digits against it. Whoever holds database
and pepper can: it is protection for copies, backups and exports, not against the gateway's
own machine. Some systems call a child by the NHS number itself, so local ids, which must
be readable to be asked with, are sealed (AES-GCM) under a key of the same pepper.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from records.errors import WrongSettings
from records.identifiers import LocalId, NHSNumber

SHORTEST_PEPPER: Final = 32
_NONCE: Final = 12


class Seal:
    """Marks and seals under one pepper, of at least 32 bytes.

    Raises:
        WrongSettings: the pepper is too short.
    """

    def __init__(self, pepper: bytes) -> None:
        if len(pepper) < SHORTEST_PEPPER:
            raise WrongSettings(
                f"The pepper has {len(pepper)} bytes; give it at least {SHORTEST_PEPPER} random ones."
            )
        self._mark_key = hmac.digest(pepper, b"homeward index mark", hashlib.sha256)
        self._aead = AESGCM(hmac.digest(pepper, b"homeward index seal", hashlib.sha256))

    def __repr__(self) -> str:
        """Never print a key."""
        return "Seal(…)"

    def nhs_mark(self, number: NHSNumber) -> bytes:
        """The mark under which an NHS number is found."""
        return self._mark(b"nhs", number.digits)

    def local_mark(self, local_id: LocalId) -> bytes:
        """The mark under which a local id is found; the same value in another system differs."""
        return self._mark(b"local", local_id.source, local_id.value)

    def search_mark(self, kind: str, *parts: str) -> int:
        """A short mark to search by, of several facts together; 64 bits, signed as databases have it."""
        mark = self._mark(b"search", kind, *parts)
        return int.from_bytes(mark[:8], "big", signed=True)

    def seal(self, local_id: LocalId) -> bytes:
        """The local id's value, readable with the pepper only, and only as this system's."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._aead.encrypt(nonce, local_id.value.encode(), local_id.source.encode())

    def open(self, source: str, sealed: bytes) -> LocalId:
        """The local id that was sealed.

        Raises:
            WrongSettings: the pepper is not the one it was sealed with, or the row was altered.
        """
        try:
            value = self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], source.encode())
        except InvalidTag as error:
            raise WrongSettings(
                "The index was sealed with another pepper, or altered: restore the pepper it was made with."
            ) from error
        return LocalId(source, value.decode())

    def _mark(self, kind: bytes, *parts: str) -> bytes:
        # The length before each part keeps "ab"+"c" and "a"+"bc" apart.
        text = b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(str.encode, parts))
        return hmac.digest(self._mark_key, kind + text, hashlib.sha256)
