"""What an access token must say before anybody is let in on it.

Everything is required, of its right type, and said once. The issuer's signature is checked
elsewhere; nothing here is believed before that.

Source: RFC 9068 sections 2 and 4; RFC 8725 (one type of token, one use).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gateway.settings import ClaimPath, Issuer
from records.people import Role

MAX_TOKEN: Final = 8 * 1024
# How far ahead the issuer's clock may be. An expired token gets no leeway at all.
LEEWAY_SECONDS: Final = 10
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
# Headers that would have us take a key, a rule or a meaning from the token itself.
_REFUSED_HEADERS: Final = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc"})
_MAX_TEXT: Final = 255
_MAX_ROLES: Final = 20
_MISSING: Final = object()


class NotAToken(Exception):
    """Not an access token of ours. Its words are for the tests; the caller hears one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unverified:
    """A token taken apart, with nothing in it believed yet."""

    kid: str
    algorithm: str
    issuer: str
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a verified token says: who, for which organisation, in which roles, until when."""

    subject: str
    issuer: str
    client: str
    organisation: str
    team: str | None
    roles: tuple[Role, ...]
    expires_at: datetime
    confirmation: Mapping[str, object] | None


def take_apart(token: str) -> Unverified:
    """The parts of a compact JWS.

    Raises:
        NotAToken: it is not one, or its header asks for what we never do.
    """
    if len(token) > MAX_TOKEN or token.count(".") != 2:  # noqa: PLR2004 (three parts)
        raise NotAToken("not a compact JWS")
    first, second, _ = token.split(".")
    header, claims = _object(first), _object(second)
    if header.keys() & _REFUSED_HEADERS:
        raise NotAToken("a header that is never followed")
    kind = header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise NotAToken("not an access token")
    return Unverified(
        kid=_text(header, "kid"),
        algorithm=_text(header, "alg"),
        issuer=_text(claims, "iss"),
        claims=claims,
    )


def check(claims: Mapping[str, Any], issuer: Issuer, now: datetime) -> Claims:
    """What the claims say, if every one of them is right at that instant.

    Raises:
        NotAToken: the first that is not.
    """
    if claims.get("iss") != issuer.iss:
        raise NotAToken("another issuer")
    _check_audience(claims.get("aud"), issuer.audience)
    expires_at = _check_times(claims, issuer, now)
    _text(claims, "jti")
    team = _at(claims, issuer.team_claim)
    return Claims(
        subject=_text(claims, "sub"),
        issuer=issuer.iss,
        client=_text(claims, "client_id"),
        organisation=_text(
            {"organisation": _at(claims, issuer.organisation_claim)}, "organisation"
        ),
        team=None if team is _MISSING else _text({"team": team}, "team"),
        roles=_roles(_at(claims, issuer.roles_claim), issuer.roles),
        expires_at=expires_at,
        confirmation=_confirmation(claims),
    )


def _at(claims: Mapping[str, Any], path: ClaimPath) -> Any:  # noqa: ANN401 (whatever stands there)
    """What stands at the end of these names, or that nothing does."""
    value: Any = claims
    for name in (path,) if isinstance(path, str) else path:
        if not isinstance(value, Mapping):
            return _MISSING
        value = value.get(name, _MISSING)
    return value


def _object(part: str) -> dict[str, Any]:
    """A JSON object from one part of the token. A name that comes twice refuses all of it."""
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


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT or not value.isprintable():
        raise NotAToken(f"{name} is not a short text")
    if value != value.strip():
        raise NotAToken(f"{name} begins or ends with a blank")
    return value


def _check_audience(audience: object, ours: str) -> None:
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not all(isinstance(one, str) for one in audiences):
        raise NotAToken("aud is not text or a list of texts")
    if ours not in audiences:
        raise NotAToken("for another audience")


def _check_times(claims: Mapping[str, Any], issuer: Issuer, now: datetime) -> datetime:
    seconds = now.timestamp()
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    if seconds >= expires:
        raise NotAToken("expired")
    if issued > seconds + LEEWAY_SECONDS:
        raise NotAToken("issued in the future")
    if "nbf" in claims and _instant(claims, "nbf") > seconds + LEEWAY_SECONDS:
        raise NotAToken("not valid yet")
    if expires - issued > issuer.lifetime_seconds:
        raise NotAToken("valid for longer than allowed")
    return datetime.fromtimestamp(expires, UTC)


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    # True is an int in Python, and 1e999 is Infinity.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1 << 35:
        raise NotAToken(f"{name} is not an instant")
    if not math.isfinite(value):
        raise NotAToken(f"{name} is not an instant")
    return float(value)


def _roles(value: object, called: Mapping[str, Role]) -> tuple[Role, ...]:
    """The roles that a token names: every one known, or those that the deployment has a word for."""
    if not isinstance(value, list) or not 0 < len(value) <= _MAX_ROLES:
        raise NotAToken("roles is not a list of roles")
    if called and all(isinstance(one, str) for one in value):
        ours = tuple(dict.fromkeys(called[one] for one in value if one in called))
        if not ours:
            raise NotAToken("no role of ours")
        return ours
    known: Collection[str] = Role._value2member_map_
    if not all(isinstance(one, str) and one in known for one in value):
        raise NotAToken("a role that is not known")
    if len(set(value)) < len(value):
        raise NotAToken("a role that comes twice")
    return tuple(Role(one) for one in value)


def _confirmation(claims: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The binding, if any. One that is there but is no object still binds: to nothing."""
    if "cnf" not in claims:
        return None
    value = claims["cnf"]
    return value if isinstance(value, dict) else {}
