"""What an access token must say before anybody is let in on it.

Everything is required, of its right type, and said once. The issuer's signature is checked
elsewhere; nothing here is believed before that.

Source: RFC 9068 sections 2 and 4; RFC 8725 (one type of token, one use).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gateway.compact import REFUSED_HEADERS, NotAToken, header_and_claims, instant, text
from gateway.settings import ClaimPath, Issuer
from records.people import Role

MAX_TOKEN: Final = 8 * 1024
# How far ahead the issuer's clock may be. An expired token gets no leeway at all.
LEEWAY_SECONDS: Final = 10
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_MAX_ROLES: Final = 20
_MISSING: Final = object()


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
    header, claims = header_and_claims(token, MAX_TOKEN)
    if header.keys() & REFUSED_HEADERS:
        raise NotAToken("a header that is never followed")
    kind = header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise NotAToken("not an access token")
    return Unverified(
        kid=text(header, "kid"),
        algorithm=text(header, "alg"),
        issuer=text(claims, "iss"),
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
    text(claims, "jti")
    team = _at(claims, issuer.team_claim)
    return Claims(
        subject=text(claims, "sub"),
        issuer=issuer.iss,
        client=text(claims, "client_id"),
        organisation=text({"organisation": _at(claims, issuer.organisation_claim)}, "organisation"),
        team=None if team is _MISSING else text({"team": team}, "team"),
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


def _check_audience(audience: object, ours: str) -> None:
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not all(isinstance(one, str) for one in audiences):
        raise NotAToken("aud is not text or a list of texts")
    if ours not in audiences:
        raise NotAToken("for another audience")


def _check_times(claims: Mapping[str, Any], issuer: Issuer, now: datetime) -> datetime:
    seconds = now.timestamp()
    expires, issued = instant(claims, "exp"), instant(claims, "iat")
    if seconds >= expires:
        raise NotAToken("expired")
    if issued > seconds + LEEWAY_SECONDS:
        raise NotAToken("issued in the future")
    if "nbf" in claims and instant(claims, "nbf") > seconds + LEEWAY_SECONDS:
        raise NotAToken("not valid yet")
    if expires - issued > issuer.lifetime_seconds:
        raise NotAToken("valid for longer than allowed")
    return datetime.fromtimestamp(expires, UTC)


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
