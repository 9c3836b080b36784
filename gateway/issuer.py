"""An issuer of access tokens for development, inside the gateway itself.

Its key is made for it alone, so its tokens are worth nothing elsewhere. It refuses to exist
in production, and wherever others could reach it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.jwks import Keys
from gateway.settings import Issuer, Settings
from records.errors import WrongSettings
from records.people import Role

ISS: Final = "urn:homeward:development"
AUDIENCE: Final = "homeward"
ALGORITHM: Final = "ES256"
LONGEST: Final = timedelta(hours=12)


class DevelopmentIssuer:
    """Mints real, signed access tokens for invented people; with a new key unless given one.

    Raises:
        WrongSettings: this is production, or the gateway can be reached from other machines.
    """

    def __init__(
        self,
        settings: Settings,
        key: ECKey | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if settings.production:
            raise WrongSettings(
                "the development issuer does not run in production; name real `[[issuers]]`"
            )
        if not settings.on_loopback:
            raise WrongSettings(
                "the development issuer runs on loopback only; listen on 127.0.0.1,"
                " or name real `[[issuers]]`"
            )
        self._clock = clock
        self._key = key or ECKey.generate_key("P-256", {"kid": secrets.token_urlsafe(8)})
        self.issuer = Issuer(
            iss=ISS,
            audience=AUDIENCE,
            jwks_url="urn:homeward:in-process",
            algorithms=(ALGORITHM,),
            lifetime_seconds=int(LONGEST.total_seconds()),
        )

    def jwks(self) -> bytes:
        """The public keys, as /.well-known/jwks.json serves them."""
        public = self._key.as_dict(private=False, use="sig", alg=ALGORITHM)
        return msgspec.json.encode({"keys": [public]})

    def keys(self, clock: Callable[[], float] = time.monotonic) -> Keys:
        """The same keys, for the gateway's own use without asking itself over HTTP."""

        async def fetch() -> bytes:
            return self.jwks()

        return Keys(fetch, seconds=self.issuer.jwks_seconds, clock=clock)

    def mint(
        self,
        role: Role,
        organisation: str,
        subject: str,
        minutes: int = 60,
        *,
        client: str = "homeward-demo",
        team: str | None = None,
    ) -> str:
        """An access token for an invented person in one role, valid from now."""
        now = int(self._clock().timestamp())
        lifetime = min(timedelta(minutes=minutes), LONGEST)
        claims = {
            "iss": ISS,
            "aud": AUDIENCE,
            "sub": subject,
            "client_id": client,
            "iat": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            "roles": [role.value],
            "organisation": organisation,
        }
        if team is not None:
            claims["team"] = team
        header = {"typ": "at+jwt", "alg": ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
