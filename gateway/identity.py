"""Bearer token -> Viewer: role, organisation, and until when.

A token is verified once and remembered by its hash until it expires, its key is withdrawn,
or the issuer's keys are due to be fetched again. Standing with a child never comes from here.
Whatever is wrong with a token, the caller hears the same sentence.

Source: RFC 9068; RFC 6750 for how a token is carried and refused;
docs/decisions/0012-what-a-token-must-be.md
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from gateway.bindings import TrustedProxy, holds
from gateway.claims import MAX_TOKEN, Claims, NotAToken, check, take_apart
from gateway.jwks import Key, Keys, KeysUnavailable, algorithms_of, signs_with
from gateway.settings import Issuer
from records.errors import NotAuthenticated
from records.people import Role, Viewer

__all__ = ["Identity", "KeysUnavailable", "Trusted", "challenge"]

REMEMBERED: Final = 4096
NOTHING_SHOWN: Final = "Sign in: no access token came with the request."
NOT_VALID: Final = "Sign in again: the access token is not valid here."
CHOOSE_ROLE: Final = "Say which role you act in, in the Homeward-Role header."


@dataclass(frozen=True, slots=True)
class Trusted:
    """One issuer and its keys."""

    issuer: Issuer
    keys: Keys


@dataclass(frozen=True, slots=True)
class _Verified:
    claims: Claims
    kid: str
    key: Key
    keys: Keys


class Identity:
    """Who asks: the tokens of the issuers that the deployment trusts."""

    def __init__(self, trusted: Sequence[Trusted], proxy: TrustedProxy) -> None:
        self._trusted = {one.issuer.iss: one for one in trusted}
        self._proxy = proxy
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def viewer(
        self, headers: list[tuple[bytes, bytes]], peer: str | None, now: datetime
    ) -> Viewer:
        """The person or system that these headers, from this address, come from.

        Raises:
            NotAuthenticated: no token, or one that is not valid here.
            KeysUnavailable: the issuer's keys cannot be had at the moment.
        """
        token = _bearer(headers)
        claims = await self._claims(token, now)
        if claims.confirmation is not None:
            certificate = self._proxy.thumbprint(peer, headers)
            if not holds(claims.confirmation, certificate):
                raise NotAuthenticated(NOT_VALID)
        return Viewer(
            subject=claims.subject,
            issuer=claims.issuer,
            role=_role(claims.roles, headers),
            organisation=claims.organisation,
            client=claims.client,
            expires_at=claims.expires_at,
            team=claims.team,
        )

    def forget(self) -> None:
        """Verify every token anew, as after a revocation."""
        self._verified.clear()

    async def close(self) -> None:
        """Stop fetching keys."""
        for trusted in self._trusted.values():
            await trusted.keys.close()

    async def _claims(self, token: str, now: datetime) -> Claims:
        digest = hashlib.sha256(token.encode("ascii")).digest()
        known = self._verified.get(digest)
        if known is not None:
            if now < known.claims.expires_at and known.keys.fresh(known.kid, known.key):
                self._verified.move_to_end(digest)
                return known.claims
            del self._verified[digest]
        try:
            verified = await self._verify(token, now)
        except NotAToken:
            raise NotAuthenticated(NOT_VALID) from None
        self._verified[digest] = verified
        if len(self._verified) > REMEMBERED:
            self._verified.popitem(last=False)
        return verified.claims

    async def _verify(self, token: str, now: datetime) -> _Verified:
        unverified = take_apart(token)
        trusted = self._trusted.get(unverified.issuer)
        if trusted is None:
            raise NotAToken("an issuer that is not trusted")
        allowed = algorithms_of(trusted.issuer)
        if unverified.algorithm not in allowed:
            raise NotAToken("an algorithm that is not allowed")
        # Before any key is fetched for it: what is expired or for others is not worth that.
        claims = check(unverified.claims, trusted.issuer, now)
        key = await trusted.keys.key(unverified.kid)
        if key is None or not signs_with(key, unverified.algorithm):
            raise NotAToken("no such key")
        _check_signature(token, key, unverified.algorithm)
        return _Verified(claims, unverified.kid, key, trusted.keys)


def _check_signature(token: str, key: Key, algorithm: str) -> None:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        # The claims that were checked are of this very text: the signature covers it.
        jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError, TypeError):
        raise NotAToken("the signature is wrong") from None


def _bearer(headers: list[tuple[bytes, bytes]]) -> str:
    found = [value for name, value in headers if name == b"authorization"]
    if not found:
        raise NotAuthenticated(NOTHING_SHOWN)
    scheme, _, token = found[0].partition(b" ")
    token = token.strip(b" ")
    if len(found) > 1 or scheme.lower() != b"bearer" or not 0 < len(token) <= MAX_TOKEN:
        raise NotAuthenticated(NOT_VALID)
    try:
        return token.decode("ascii")
    except UnicodeDecodeError:
        raise NotAuthenticated(NOT_VALID) from None


def _role(roles: Collection[Role], headers: list[tuple[bytes, bytes]]) -> Role:
    """The role acted in: the only one, or the one among several that a header names."""
    chosen = [value for name, value in headers if name == b"homeward-role"]
    if not chosen and len(roles) == 1:
        return next(iter(roles))
    named = {role.value.encode("ascii"): role for role in roles}
    if len(chosen) != 1 or chosen[0].strip() not in named:
        raise NotAuthenticated(CHOOSE_ROLE)
    return named[chosen[0].strip()]


def challenge(error: NotAuthenticated) -> Mapping[str, str]:
    """The headers of a refusal. Without a token RFC 6750 gives no error code."""
    if str(error) == NOTHING_SHOWN:
        return {"WWW-Authenticate": 'Bearer realm="homeward"'}
    return {"WWW-Authenticate": 'Bearer realm="homeward", error="invalid_token"'}
