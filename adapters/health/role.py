"""The role in which whoever asks has signed in to NHS Care Identity, for services that want to be told.

The identity service writes it into the ID token (``selected_roleid``) of a person who has chosen one, or
has no other. It is read and not believed: the national service checks it against the same sign-in.
Where it is not there nothing is said, and the service finds it out by itself or asks for it.

Source: NHS England, PDS FHIR API, ``NHSD-Session-URID``: optional, digits, ignored unless a healthcare
worker asks, and then "it must be valid for the logged-in user"; NHS Care Identity, scope ``selectedrole``.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from typing import Annotated, Final

import msgspec

from adapters.reading import UNREADABLE
from records.sign_in import carried

SESSION_ROLE: Final = "nhsd-session-urid"
_PARTS: Final = 3


class _Claims(msgspec.Struct, frozen=True):
    """The one claim that is read."""

    selected_roleid: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}$")]


_CLAIMS: Final = msgspec.json.Decoder(_Claims)


def role_asked_in() -> str | None:
    """The role of whoever asks now; None where their sign-in names none."""
    sign_in = carried()
    parts = () if sign_in is None else sign_in.token.split(".")
    if len(parts) != _PARTS:
        return None
    try:
        claims = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return _CLAIMS.decode(claims).selected_roleid
    except (*UNREADABLE, binascii.Error, ValueError):
        return None
