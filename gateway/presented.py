"""How an access token comes with a request, and how a refusal says what is wanted.

As a bearer's, or under the scheme `DPoP` where it is bound to a key. A refusal names both ways.

Source: RFC 6750 sections 2.1 and 3; RFC 9449 sections 7.1 and 9.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.claims import MAX_TOKEN
from gateway.jwks import KINDS
from records.errors import NotAuthenticated

NOTHING_SHOWN: Final = "Sign in: no access token came with the request."
NOT_VALID: Final = "Sign in again: the access token is not valid here."
NOT_PROVEN: Final = "Send a new DPoP proof: one for this very request, by the key of the token."
NONCE_WANTED: Final = "Send a new DPoP proof that holds the nonce of this reply."
_REALM: Final = 'realm="homeward"'
_ALGORITHMS: Final = f'algs="{" ".join(KINDS)}"'


class Scheme(enum.Enum):
    """What `Authorization` says before the token."""

    BEARER = b"bearer"
    DPOP = b"dpop"


@dataclass(frozen=True, slots=True)
class Presented:
    """A token, and the scheme that it came under."""

    scheme: Scheme
    token: str


class NotValidHere(NotAuthenticated):
    """A token that is not valid here, and came under the scheme `DPoP`."""


class KeyNotProven(NotAuthenticated):
    """A token that is bound to a key, without a proof of that key that is good for this request."""


class NonceWanted(KeyNotProven):
    """A proof without a nonce that is good now: this one is."""

    def __init__(self, nonce: str) -> None:
        """Keep the nonce, which is no secret."""
        super().__init__(NONCE_WANTED)
        self.nonce: Final = nonce


def presented(headers: list[tuple[bytes, bytes]]) -> Presented:
    """The token that came with a request.

    Raises:
        NotAuthenticated: none did, or not as one does.
    """
    found = [value for name, value in headers if name == b"authorization"]
    if not found:
        raise NotAuthenticated(NOTHING_SHOWN)
    named, _, token = found[0].partition(b" ")
    token = token.strip(b" ")
    scheme = _SCHEMES.get(named.lower())
    if len(found) > 1 or scheme is None or not 0 < len(token) <= MAX_TOKEN or not token.isascii():
        raise NotAuthenticated(NOT_VALID)
    return Presented(scheme, token.decode("ascii"))


_SCHEMES: Final[Mapping[bytes, Scheme]] = {one.value: one for one in Scheme}


def challenge(error: NotAuthenticated) -> Mapping[str, str]:
    """The headers of a refusal. Without a token there is no error code."""
    match error:
        case NonceWanted():
            asks = f'DPoP {_REALM}, error="use_dpop_nonce", {_ALGORITHMS}'
            return {"WWW-Authenticate": asks, "DPoP-Nonce": error.nonce}
        case KeyNotProven():
            asks = f'DPoP {_REALM}, error="invalid_dpop_proof", {_ALGORITHMS}'
        case NotValidHere():
            asks = f'DPoP {_REALM}, error="invalid_token", {_ALGORITHMS}'
        case _ if str(error) == NOTHING_SHOWN:
            asks = f"Bearer {_REALM}, DPoP {_REALM}, {_ALGORITHMS}"
        case _:
            asks = f'Bearer {_REALM}, error="invalid_token", DPoP {_REALM}, {_ALGORITHMS}'
    return {"WWW-Authenticate": asks}
