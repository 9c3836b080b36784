"""OAuth2 access tokens for the gateway itself: client credentials, by secret or by signature.

One token serves every question until shortly before it ends. However many questions wait for
a token, one asks for it. After a 401 a token is renewed once, never in a loop.

Source: RFC 6749 4.4; RFC 7523 (private_key_jwt); NHS England, application-restricted access
with a signed JWT: RS512, a new ``jti`` for every attempt, retries included.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final, Protocol
from urllib.parse import quote_plus, urlencode

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.exchange import Exchange
from adapters.reading import Wire
from adapters.settings import Secret, Url
from records.errors import SourceContractBroken, SourceRefused, WrongSettings
from records.http import Http

_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_UNTOLD: Final = 300.0
_LONGEST: Final = 3600.0
_NOT_ACCEPTED: Final = frozenset({400, 401, 403})
_LIFE_OF_ASSERTION: Final = 240
_EARLY: Final = 0.9
"""Renew when nine tenths of a token's life are over: clocks differ and calls take time."""


class Client(Protocol):
    """How the gateway proves who it is to a token endpoint."""

    def form(self, token_url: str) -> Mapping[str, str]:
        """The fields that prove it, fresh for every attempt."""

    def headers(self) -> Mapping[str, str]:
        """The headers that prove it, where fields do not."""


class ClientSecret:
    """A client id and its secret, sent in the form."""

    def __init__(self, client_id: str, secret: Secret) -> None:
        self._client_id = client_id
        self._secret = secret

    def form(self, token_url: str) -> Mapping[str, str]:  # noqa: ARG002 - the port's shape: a secret is not bound to an address
        return {"client_id": self._client_id, "client_secret": self._secret.reveal}

    def headers(self) -> Mapping[str, str]:
        return {}


class ClientSecretInHeader:
    """A client id and its secret as HTTP Basic, as RFC 6749 section 2.3.1 would rather have them."""

    def __init__(self, client_id: str, secret: Secret) -> None:
        self._client_id = client_id
        self._secret = secret

    def form(self, token_url: str) -> Mapping[str, str]:  # noqa: ARG002 - as for ClientSecret
        return {}

    def headers(self) -> Mapping[str, str]:
        pair = f"{quote_plus(self._client_id)}:{quote_plus(self._secret.reveal)}"
        return {"authorization": f"Basic {b64encode(pair.encode()).decode('ascii')}"}


class SignedAssertion:
    """A client id and a private key (PEM or JWK) that signs a short assertion.

    Raises:
        WrongSettings: the key cannot be read.
    """

    def __init__(self, client_id: str, key: Secret, *, kid: str, algorithm: str = "RS512") -> None:
        self._client_id = client_id
        self._kid = kid
        self._algorithm = algorithm
        try:
            kind = ECKey if algorithm.startswith("ES") else RSAKey
            self._key = kind.import_key(key.reveal)
        except Exception:  # noqa: BLE001 - whatever a library says of a key may quote it
            raise WrongSettings("The private key cannot be read: a PEM or JWK is needed.") from None

    def form(self, token_url: str) -> Mapping[str, str]:
        now = int(time.time())
        assertion = jwt.encode(
            {"alg": self._algorithm, "kid": self._kid, "typ": "JWT"},
            {
                "iss": self._client_id,
                "sub": self._client_id,
                "aud": token_url,
                "jti": str(uuid.uuid4()),
                "iat": now,
                "exp": now + _LIFE_OF_ASSERTION,
            },
            self._key,
            algorithms=[self._algorithm],
        )
        return {"client_assertion_type": _ASSERTION, "client_assertion": assertion}

    def headers(self) -> Mapping[str, str]:
        return {}


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    token_type: str | None = None
    # Some servers send the seconds as text.
    expires_in: float | str | None = None


_GRANTED: Final = Wire(_Granted, what="token reply")


class Grants:
    """A token endpoint, asked as this client."""

    def __init__(
        self, source: str, http: Http, token_url: Url, client: Client, *, timeout: float
    ) -> None:
        self._source = source
        self._token_url = token_url.text
        # No credentials of its own: a 401 here is final.
        self._exchange = Exchange(source, http, token_url.text, timeout=timeout, max_bytes=1 << 16)
        self._client = client

    async def ask(self, form: Mapping[str, str]) -> tuple[str, float]:
        """What to send as `Authorization`, and for how many seconds it is good.

        Raises:
            SourceRefused: no token was given.
            SourceError: no usable answer.
        """
        reply = await self._exchange.ask(
            "POST",
            "",
            body=urlencode({**form, **self._client.form(self._token_url)}).encode("ascii"),
            headers={
                "content-type": "application/x-www-form-urlencoded",
                **self._client.headers(),
            },
            also=_NOT_ACCEPTED,
        )
        if reply.status in _NOT_ACCEPTED:
            raise SourceRefused(
                self._source,
                "gave the gateway no access token. Check its client id and its secret or key.",
            )
        granted = _GRANTED.read(self._source, reply.body)
        if (granted.token_type or "bearer").lower() != "bearer" or not _fit_for_a_header(
            granted.access_token
        ):
            raise SourceContractBroken(
                self._source,
                "gave an access token that cannot be used. Tell the agency that runs it.",
            )
        return f"Bearer {granted.access_token}", _EARLY * _life(granted.expires_in)


class Tokens:
    """Credentials that are an access token, kept and renewed.

    ``extra`` are headers sent beside it, such as a supplier key. ``clock`` counts seconds.
    """

    def __init__(
        self,
        source: str,
        http: Http,
        token_url: Url,
        client: Client,
        *,
        scope: str | None = None,
        extra: Mapping[str, str] | None = None,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._grants = Grants(source, http, token_url, client, timeout=timeout)
        self._scope = scope
        self._extra = dict(extra or {})
        self._clock = clock
        self._asking = asyncio.Lock()
        self._headers: dict[str, str] | None = None
        self._until = 0.0

    async def headers(self) -> Mapping[str, str]:
        """The headers with a token that is still good.

        Raises:
            SourceError: no token could be had.
        """
        if self._headers is not None and self._clock() < self._until:
            return self._headers
        async with self._asking:
            if self._headers is not None and self._clock() < self._until:
                return self._headers
            return await self._renew()

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Headers with another token than the one refused; asked for once, by whoever comes first.

        Raises:
            SourceError: no token could be had.
        """
        async with self._asking:
            if self._headers is not None and self._headers != refused:
                return self._headers
            return await self._renew()

    async def _renew(self) -> Mapping[str, str]:
        self._headers = None
        form = {"grant_type": "client_credentials"}
        if self._scope is not None:
            form["scope"] = self._scope
        authorization, lasts = await self._grants.ask(form)
        self._headers = {**self._extra, "authorization": authorization}
        self._until = self._clock() + lasts
        return self._headers


def _fit_for_a_header(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _life(expires_in: float | str | None) -> float:
    """Seconds a token lasts, within reason; five minutes where the server does not say."""
    try:
        seconds = float(expires_in) if expires_in is not None else _UNTOLD
    except ValueError:
        return _UNTOLD
    return min(max(seconds, 0.0), _LONGEST) if seconds == seconds else _UNTOLD  # noqa: PLR0124 - false for NaN only
