"""Access tokens for the person who asks: their own sign-in exchanged for a token, as user-restricted services want.

The person signs in to NHS Care Identity (CIS2) where they work, and their ID token comes with the request.
It is exchanged for a token of theirs with a signed assertion of the gateway's. Nothing of it is kept
beyond the life of that token, and one person's is never used for another's question.

Source: RFC 8693; NHS England, user-restricted RESTful APIs, CIS2 separate authentication and
authorisation (``subject_token_type`` is an ID token).
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

from adapters.settings import Url
from adapters.tokens import Client, Grants
from records.errors import NeedsSignIn, SourceRefused
from records.http import Http
from records.sign_in import SignIn, carried

_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 (a kind of token)
_KEPT: Final = 256


class OnBehalf:
    """Credentials that are the asker's. ``clock`` counts seconds."""

    def __init__(
        self,
        source: str,
        http: Http,
        token_url: Url,
        client: Client,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._grants = Grants(source, http, token_url, client, timeout=timeout)
        self._clock = clock
        # By a digest, so that no sign-in stands in memory longer than its question.
        self._given: OrderedDict[bytes, tuple[float, Mapping[str, str]]] = OrderedDict()

    async def headers(self) -> Mapping[str, str]:
        """Headers with a token of whoever asks.

        Raises:
            NeedsSignIn: no sign-in came with the request, or it was not accepted.
            SourceError: no token could be had.
        """
        sign_in = carried()
        if sign_in is None:
            raise NeedsSignIn(
                self._source,
                "was not asked: it answers a person who has signed in to NHS Care Identity, and"
                " no sign-in came with the request.",
            )
        key = _digest(sign_in)
        until, headers = self._given.get(key, (0.0, {}))
        if self._clock() < until:
            return headers
        return await self._exchanged(sign_in, key)

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """None: a person's token that was refused is forgotten, and they sign in again."""
        for key, (_, headers) in list(self._given.items()):
            if headers == refused:
                del self._given[key]
        return None

    async def _exchanged(self, sign_in: SignIn, key: bytes) -> Mapping[str, str]:
        form = {
            "grant_type": _EXCHANGE,
            "subject_token": sign_in.token,
            "subject_token_type": _ID_TOKEN,
        }
        try:
            authorization, lasts = await self._grants.ask(form)
        except SourceRefused:
            raise NeedsSignIn(
                self._source,
                "was not asked: the sign-in to NHS Care Identity was not accepted. Sign in again.",
            ) from None
        headers = {"authorization": authorization}
        self._given[key] = (self._clock() + lasts, headers)
        while len(self._given) > _KEPT:
            self._given.popitem(last=False)
        return headers


def _digest(sign_in: SignIn) -> bytes:
    return hashlib.sha256(sign_in.token.encode()).digest()
