"""A proof that whoever shows a token holds the key that it is bound to: one proof for one request.

Everything that a request shows is held against the proof: method, address, token. When it was made
is held against our clock. Whether it was used before is for `gateway.used_proofs`.

Source: RFC 9449 section 4.3, its twelve checks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from starlette.types import Scope

from gateway.claims import LEEWAY_SECONDS
from gateway.compact import REFUSED_HEADERS, NotAToken, header_and_claims, instant, text
from gateway.jwks import KINDS, Key, public_key, signs_with

MAX_PROOF: Final = 4 * 1024
LEEWAY: Final = timedelta(seconds=LEEWAY_SECONDS)
KEY: Final = "jkt"
"""How a token says which key it is bound to: by the key's thumbprint, under this name in `cnf`."""
_TYPE: Final = "dpop+jwt"
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_SECURE: Final[Mapping[str, str]] = {"https": "https", "wss": "https", "http": "http", "ws": "http"}
_PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The request that a proof has to be for: by which method, of which host, at which path."""

    method: str
    host: str
    path: str

    @classmethod
    def by(cls, scope: Scope) -> Called:
        """What a request, or the opening of a socket, asks for. The host is one of ours: the edge has seen to that."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        return cls(
            method=scope.get("method", "GET"),
            host=hosts[0].decode("latin-1").lower() if len(hosts) == 1 else "",
            path=scope["path"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a proof that holds says: of which key, which one it is, when it was made, and the nonce in it."""

    key: str
    jti: str
    made_at: datetime
    nonce: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a proof is held against. ``key`` is the thumbprint that the token is bound to.

    ``in_clear``: an address that begins with `http:` will do, as where nothing ends TLS.
    """

    called: Called
    token: str
    key: object
    lasts: timedelta
    in_clear: bool


def check_proof(shown: bytes, wanted: Wanted, now: datetime) -> Proof:
    """The proof, if it is one for this request, this token and its key, made a moment ago.

    Raises:
        NotAToken: the first thing that is not right.
    """
    try:
        proof = shown.decode("ascii")
    except UnicodeDecodeError:
        raise NotAToken("not ASCII") from None
    header, claims = header_and_claims(proof, MAX_PROOF)
    key = _key(header, wanted.key)
    _check_signature(proof, key, header["alg"])
    if claims.get("htm") != wanted.called.method:
        raise NotAToken("for another method")
    if not _is_address(text(claims, "htu"), wanted):
        raise NotAToken("for another address")
    made = instant(claims, "iat")
    made_at = datetime.fromtimestamp(made, UTC)
    if not now - wanted.lasts < made_at <= now + LEEWAY:
        raise NotAToken("not made just now")
    if not hmac.compare_digest(text(claims, "ath").encode(), _hash(wanted.token).encode()):
        raise NotAToken("for another token")
    return Proof(
        key=str(wanted.key),
        jti=text(claims, "jti"),
        made_at=made_at,
        nonce=text(claims, "nonce") if "nonce" in claims else None,
    )


def _key(header: Mapping[str, Any], bound_to: object) -> Key:
    """The key in the header: public, fit for its algorithm, and the one that the token is bound to."""
    if header.keys() & (REFUSED_HEADERS - {"jwk"}):
        raise NotAToken("a header that is never followed")
    if header.get("typ") != _TYPE:
        raise NotAToken("not a proof")
    algorithm, described = header.get("alg"), header.get("jwk")
    if not isinstance(algorithm, str) or algorithm not in KINDS:
        raise NotAToken("an algorithm that is not taken")
    if not isinstance(described, dict) or described.keys() & _PRIVATE:
        raise NotAToken("not a public key")
    key = public_key(described)
    if key is None or not signs_with(key, algorithm):
        raise NotAToken("not a key for this algorithm")
    # Before the signature: only a key that the issuer bound the token to is worth that work.
    if not isinstance(bound_to, str) or not hmac.compare_digest(
        key.thumbprint().encode(), bound_to.encode()
    ):
        raise NotAToken("another key")
    return key


def _check_signature(proof: str, key: Key, algorithm: str) -> None:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    # A header with an RSA key in it is longer than the library's limit; all of it is within ours.
    registry.max_header_length = MAX_PROOF
    try:
        jws.deserialize_compact(proof, key, registry=registry)
    except (JoseError, ValueError, TypeError):
        raise NotAToken("the signature is wrong") from None


def _is_address(told: str, wanted: Wanted) -> bool:
    """Whether an address is the one asked, query and fragment aside, however it is spelt.

    Which of `http:` and `https:` a caller used is not seen behind a proxy: in production it is the latter.
    """
    try:
        parts = urlsplit(told)
        port = parts.port
    except ValueError:
        return False
    scheme = _SECURE.get(parts.scheme)
    if scheme is None or (scheme == "http" and not wanted.in_clear) or "@" in parts.netloc:
        return False
    host, colon, own = wanted.called.host.rpartition(":")
    if not (colon and own.isascii() and own.isdigit()):
        host, own = wanted.called.host, ""
    default = _PORTS[scheme]
    return (
        parts.hostname == host.strip("[]")
        and (port or default) == int(own or default)
        and (unquote(parts.path) or "/") == wanted.called.path
    )


def _hash(token: str) -> str:
    digest = hashlib.sha256(token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
