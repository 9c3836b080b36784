"""Access token -> Viewer: role, organisation, and until when.

A token is verified once and remembered by its hash until it expires, its key is withdrawn,
or the issuer's keys are due to be fetched again. Standing with a child never comes from here.
Whatever is wrong with a token, the caller hears the same sentence.

Source: RFC 9068; RFC 8705 and RFC 9449 for tokens that are bound;
docs/decisions/0012-what-a-token-must-be.md, 0016-a-token-bound-to-a-key-comes-with-a-proof.md
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from gateway.bindings import TrustedProxy, holds
from gateway.claims import Claims, check, take_apart
from gateway.compact import NotAToken
from gateway.dpop import KEY, Called
from gateway.jwks import Key, Keys, KeysUnavailable, algorithms_of, signs_with
from gateway.presented import (
    NOT_PROVEN,
    NOT_VALID,
    KeyNotProven,
    NotValidHere,
    Presented,
    Scheme,
    presented,
)
from gateway.settings import Issuer
from gateway.used_proofs import Proofs
from records.errors import NotAuthenticated
from records.people import Role, Viewer

__all__ = ["Identity", "KeysUnavailable", "Trusted"]

REMEMBERED: Final = 4096
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
    """Who asks: the tokens of the issuers that the deployment trusts.

    Without ``proofs`` no token that is bound to a key is taken.
    """

    def __init__(
        self, trusted: Sequence[Trusted], proxy: TrustedProxy, proofs: Proofs | None = None
    ) -> None:
        self._trusted = {one.issuer.iss: one for one in trusted}
        self._proxy = proxy
        self._proofs = proofs
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()

    async def viewer(
        self,
        headers: list[tuple[bytes, bytes]],
        peer: str | None,
        now: datetime,
        called: Called | None = None,
    ) -> Viewer:
        """The person or system that these headers, from this address, come from.

        ``called`` is the request that they came with: without it no token that is bound to a key is taken.

        Raises:
            NotAuthenticated: no token, or one that is not valid here, or not proven to be the caller's.
            KeysUnavailable: the issuer's keys, or which proofs were used, cannot be had at the moment.
        """
        shown, claims = await self._shown(headers, peer, now)
        viewer = _viewer(claims, headers)
        if shown.scheme is Scheme.DPOP:
            assert claims.confirmation is not None  # noqa: S101 (seen to where it is shown)
            if self._proofs is None or called is None:
                raise KeyNotProven(NOT_PROVEN)
            await self._proofs.need(headers, called, shown.token, claims.confirmation[KEY], now)
        return viewer

    async def still(
        self, headers: list[tuple[bytes, bytes]], peer: str | None, now: datetime
    ) -> Viewer:
        """Who began what lasts with these headers, as long as their token is good.

        A proof is for one request, and was taken when this one began: it is not asked for again.

        Raises:
            NotAuthenticated: the token is good no longer.
            KeysUnavailable: the issuer's keys cannot be had at the moment.
        """
        _, claims = await self._shown(headers, peer, now)
        return _viewer(claims, headers)

    def forget(self) -> None:
        """Verify every token anew, as after a revocation."""
        self._verified.clear()

    async def close(self) -> None:
        """Stop fetching keys."""
        for trusted in self._trusted.values():
            await trusted.keys.close()

    async def _shown(
        self, headers: list[tuple[bytes, bytes]], peer: str | None, now: datetime
    ) -> tuple[Presented, Claims]:
        """The token and what it says, if it is good and came as such a token has to."""
        shown = presented(headers)
        by_key = shown.scheme is Scheme.DPOP
        refused = NotValidHere(NOT_VALID) if by_key else NotAuthenticated(NOT_VALID)
        try:
            claims = await self._claims(shown.token, now)
        except NotAToken:
            raise refused from None
        bound = claims.confirmation
        if bound is None or bound.keys() == {KEY}:
            good = by_key is (bound is not None)
        else:
            good = not by_key and holds(bound, self._proxy.thumbprint(peer, headers))
        if not good:
            raise refused
        return shown, claims

    async def _claims(self, token: str, now: datetime) -> Claims:
        digest = hashlib.sha256(token.encode("ascii")).digest()
        known = self._verified.get(digest)
        if known is not None:
            if now < known.claims.expires_at and known.keys.fresh(known.kid, known.key):
                self._verified.move_to_end(digest)
                return known.claims
            del self._verified[digest]
        verified = await self._verify(token, now)
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


def _viewer(claims: Claims, headers: list[tuple[bytes, bytes]]) -> Viewer:
    return Viewer(
        subject=claims.subject,
        issuer=claims.issuer,
        role=_role(claims.roles, headers),
        organisation=claims.organisation,
        client=claims.client,
        expires_at=claims.expires_at,
        team=claims.team,
    )


def _role(roles: Collection[Role], headers: list[tuple[bytes, bytes]]) -> Role:
    """The role acted in: the only one, or the one among several that a header names."""
    chosen = [value for name, value in headers if name == b"homeward-role"]
    if not chosen and len(roles) == 1:
        return next(iter(roles))
    named = {role.value.encode("ascii"): role for role in roles}
    if len(chosen) != 1 or chosen[0].strip() not in named:
        raise NotAuthenticated(CHOOSE_ROLE)
    return named[chosen[0].strip()]
