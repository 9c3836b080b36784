"""The token endpoint of both servers: it verifies a signed assertion, and takes each only once."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from base64 import urlsafe_b64encode
from functools import cache
from typing import Final
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CLIENT_ID: Final = "homeward"
KEY_ID: Final = "homeward-1"
_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"
_LONGEST: Final = 300
_LIFE: Final = 600


@cache
def private_key() -> RSAKey:
    """The gateway's key, made once a run: making one takes a tenth of a second."""
    return RSAKey.generate_key(2048, parameters={"kid": KEY_ID}, private=True)


def private_pem() -> str:
    """The key as a deployment would hold it."""
    return private_key().as_pem(private=True).decode("ascii")


class Authority:
    """Gives access tokens for assertions signed with the gateway's key (RFC 7523, RS512)."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._tokens: set[str] = set()
        self._of_people: dict[str, str] = {}
        self._signed_in: dict[str, str] = {}
        self._roles: dict[str, tuple[str, ...]] = {}
        self.assertions: list[str] = []

    async def token(self, request: Request) -> Response:
        """The endpoint."""
        form = dict(parse_qsl((await request.body()).decode("ascii")))
        if form.get("grant_type") not in {"client_credentials", _EXCHANGE}:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        assertion = form.get("client_assertion", "")
        self.assertions.append(assertion)
        if not self._proves(assertion, str(request.url)):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(16)
        if form["grant_type"] == _EXCHANGE:
            person = self._signed_in.get(form.get("subject_token", ""))
            if person is None or form.get("subject_token_type") != _ID_TOKEN:
                return JSONResponse({"error": "invalid_request"}, 400)
            self._of_people[token] = person
        self._tokens.add(token)
        # The Spine sends the seconds as text.
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": str(_LIFE)}
        )

    def admits(self, request: Request) -> bool:
        """Whether a request carries a token given here."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and token in self._tokens

    def person(self, request: Request) -> str | None:
        """Whose token a request carries; None where it is an application's."""
        return self._of_people.get(request.headers.get("authorization", "").partition(" ")[2])

    def signs_in(self, person: str, *roles: str, chosen: str | None = None) -> str:
        """Somebody signs in to Care Identity: the ID token that they were given.

        ``roles`` are theirs; ``chosen`` is the one that the token names.
        """
        claims = {"sub": person} if chosen is None else {"sub": person, "selected_roleid": chosen}
        body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        token = f"{secrets.token_urlsafe(8)}.{body}.{secrets.token_urlsafe(8)}"
        self._signed_in[token] = person
        self._roles[person] = roles
        return token

    def role_is_wrong(self, request: Request, role: str | None) -> bool:
        """Whether whoever asks has several roles and names none, or names one that is not theirs."""
        theirs = self._roles.get(self.person(request) or "", ())
        return len(theirs) > 1 if role is None else role not in theirs

    def forgets_tokens(self) -> None:
        """Every token given so far is worthless from now on."""
        self._tokens.clear()

    def _proves(self, assertion: str, audience: str) -> bool:
        try:
            read = jwt.decode(assertion, private_key(), algorithms=["RS512"])
        except (JoseError, ValueError):
            return False
        claims, now = read.claims, time.time()
        if read.header.get("kid") != KEY_ID or claims.get("aud") != audience:
            return False
        if claims.get("iss") != CLIENT_ID or claims.get("sub") != CLIENT_ID:
            return False
        expires = claims.get("exp")
        if not isinstance(expires, int) or not now < expires <= now + _LONGEST:
            return False
        return self._is_new(claims.get("jti"))

    def _is_new(self, jti: object) -> bool:
        """A ``jti`` is a UUID and is taken once: a replayed assertion is refused."""
        try:
            uuid.UUID(str(jti))
        except ValueError:
            return False
        if str(jti) in self._seen:
            return False
        self._seen.add(str(jti))
        return True
