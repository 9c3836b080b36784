"""A signed text in three parts, taken apart with nothing in it believed: access tokens, and proofs of a key.

Everything is of its right type, and said once.

Source: RFC 7515 section 7.1 (the compact serialisation); RFC 8725 section 3 (what is refused).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any, Final

MAX_TEXT: Final = 255
# Headers that would have us take a rule, a key or a meaning from the text itself.
REFUSED_HEADERS: Final = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"})


class NotAToken(Exception):
    """Not such a text, or not one of ours. Its words are for the tests; the caller hears one sentence."""


def header_and_claims(signed: str, longest: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a compact JWS.

    Raises:
        NotAToken: it is none, or too long.
    """
    if len(signed) > longest or signed.count(".") != 2:  # noqa: PLR2004 (three parts)
        raise NotAToken("not a compact JWS")
    first, second, _ = signed.split(".")
    return _json_object(first), _json_object(second)


def _json_object(part: str) -> dict[str, Any]:
    """A JSON object from one part. A name that comes twice refuses all of it.

    Raises:
        NotAToken: it is no such object in base64url.
    """
    try:
        if not part.isascii() or "=" in part:
            raise NotAToken("not base64url")
        padded = part + "=" * (-len(part) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_said_once, parse_constant=_no_constant
        )
    except (binascii.Error, ValueError, RecursionError):
        raise NotAToken("not a JSON object in base64url") from None
    if not isinstance(value, dict):
        raise NotAToken("not a JSON object")
    return value


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotAToken("a name that comes twice")
    return found


def _no_constant(_: str) -> None:
    raise NotAToken("NaN or Infinity")


def text(values: Mapping[str, Any], name: str) -> str:
    """A short text that stands there under this name.

    Raises:
        NotAToken: none does.
    """
    value = values.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise NotAToken(f"{name} is not a short text")
    if value != value.strip():
        raise NotAToken(f"{name} begins or ends with a blank")
    return value


def instant(claims: Mapping[str, Any], name: str) -> float:
    """An instant that stands there under this name, in seconds.

    Raises:
        NotAToken: none does.
    """
    value = claims.get(name)
    # True is an int in Python, and 1e999 is Infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1 << 35:
        raise NotAToken(f"{name} is not an instant")
    if not math.isfinite(value):
        raise NotAToken(f"{name} is not an instant")
    return float(value)
