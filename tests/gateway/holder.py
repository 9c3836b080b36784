"""Somebody who holds a key: their tokens are bound to it, and each request comes with a proof of it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.issuer import DevelopmentIssuer
from records.people import Role

Key: TypeAlias = ECKey | OKPKey | RSAKey
Change: TypeAlias = Callable[[dict[str, Any]], object]


def signed(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    """A compact JWS, whatever it says."""
    content = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    # The library's algorithms without its checks of what is signed: many a test is about those.
    signature = jws.JWSRegistry.algorithms[header["alg"]].sign(content.encode(), key)
    return f"{content}.{_encoded(signature)}"


def hash_of(token: str) -> str:
    return _encoded(hashlib.sha256(token.encode()).digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Holder:
    """One client, with its key."""

    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256"))
    algorithm: str = "ES256"

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()

    def token(
        self, issuer: DevelopmentIssuer, role: Role = Role.SOCIAL_WORKER, *, client: str = "portal"
    ) -> str:
        """A token of the development issuer, bound to this key."""
        plain = issuer.mint(role, "E10000017", "subject-1", client=client)
        head, body, _ = plain.split(".")
        header, claims = (
            json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            for part in (head, body)
        )
        return signed(header, claims | {"cnf": {"jkt": self.thumbprint}}, issuer._key)

    def proof(
        self,
        token: str,
        url: str,
        at: datetime,
        *,
        method: str = "POST",
        head: Change | None = None,
        says: Change | None = None,
        by: Key | None = None,
    ) -> str:
        """A proof for one request, changed before it is signed."""
        header: dict[str, Any] = {
            "typ": "dpop+jwt",
            "alg": self.algorithm,
            "jwk": self.key.as_dict(private=False),
        }
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": int(at.timestamp()),
            "ath": hash_of(token),
        }
        for change, of in ((head, header), (says, claims)):
            if change is not None:
                change(of)
        return signed(header, claims, by or self.key)
