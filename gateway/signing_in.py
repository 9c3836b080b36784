"""The asker's own sign-in at a national identity service, as it comes with a request.

It stands in the `Identity-Token` header and goes to the one system that asks for it. It says nothing
about who the caller is here: that is the access token's to say.
"""

from __future__ import annotations

from typing import Final

from gateway.request import Refused
from records.sign_in import SignIn

HEADER: Final = b"identity-token"
_LONGEST: Final = 8 * 1024


def sign_in_of(headers: list[tuple[bytes, bytes]]) -> SignIn | None:
    """The sign-in that came, or None.

    Raises:
        Refused: there are two, or it is no token.
    """
    shown = [value for name, value in headers if name == HEADER]
    if not shown:
        return None
    token = shown[0].decode("latin-1")
    fits = token.isascii() and token.isprintable() and " " not in token
    if len(shown) > 1 or not 0 < len(token) <= _LONGEST or not fits:
        raise Refused(400, "Identity-Token holds one ID token, and nothing else.")
    return SignIn(token)
