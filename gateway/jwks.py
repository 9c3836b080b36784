"""An issuer's public keys: fetched, kept for a stated time, and rotated.

Keys older than half their time are fetched again in the background; keys past their time
are not used at all, so a key that the issuer withdrew is dead here after that time at the
latest, and an issuer that cannot be reached closes the door instead of leaving it open.
An unknown key id is worth one more fetch, and not one for every forged token.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.settings import Issuer
from records.errors import SignInUnchecked
from records.http import Http, HttpRequest, NoReplyError

Key: TypeAlias = RSAKey | ECKey | OKPKey

LOG: Final = logging.getLogger("homeward.identity")

# Between two fetches that nothing but unknown key ids asked for.
UNKNOWN_PAUSE: Final = 10.0
# After a fetch that failed; the keys at hand stay in use until their time is up.
FAILED_PAUSE: Final = 2.0
FETCH_SECONDS: Final = 3.0
MAX_BYTES: Final = 256 * 1024
MAX_KEYS: Final = 64
MIN_RSA_BITS: Final = 2048

# What each algorithm signs with. HMAC and "none" sign with nothing that could be public.
KINDS: Final[Mapping[str, tuple[str, str | None]]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "Ed25519": ("OKP", "Ed25519"),
}
_CLASSES: Final[Mapping[str, type[Key]]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}


class KeysUnavailable(SignInUnchecked):
    """The issuer's keys cannot be had, so nobody can be let in; worth asking again."""


class Keys:
    """The public keys of one issuer.

    ``fetch`` brings the key set as bytes or raises; ``clock`` counts seconds and never goes back.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[bytes]],
        *,
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._failed = False
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> Key | None:
        """The key of that id, or None if the issuer has none such now.

        Raises:
            KeysUnavailable: there are no keys young enough to be used.
        """
        age = self._age()
        if age is None or age >= self._seconds:
            await self._refresh(FAILED_PAUSE if self._failed else 0.0)
            age = self._age()
            if age is None or age >= self._seconds:
                raise KeysUnavailable("The issuer's keys cannot be had at the moment: try again.")
        elif kid not in self._keys:
            await self._refresh(UNKNOWN_PAUSE)
        elif age >= self._seconds / 2:
            self._begin(FAILED_PAUSE if self._failed else 0.0)
        return self._keys.get(kid)

    def fresh(self, kid: str, key: Key) -> bool:
        """Whether that key is still the issuer's and young enough, without waiting."""
        age = self._age()
        if age is None or age >= self._seconds / 2:
            return False
        return self._keys.get(kid) is key

    async def close(self) -> None:
        """Stop a fetch under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    def _age(self) -> float | None:
        return None if self._fetched_at is None else self._clock() - self._fetched_at

    async def _refresh(self, pause: float) -> None:
        fetching = self._begin(pause)
        if fetching is not None:
            # One fetch for all who wait; a caller who goes away does not end it for the others.
            await asyncio.shield(fetching)

    def _begin(self, pause: float) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if self._tried_at is not None and self._clock() - self._tried_at < pause:
            return None
        self._tried_at = self._clock()
        self._fetching = asyncio.create_task(self._renew())
        return self._fetching

    async def _renew(self) -> None:
        begun_at = self._clock()
        try:
            keys = read_keys(await self._fetch())
        except (NoReplyError, OSError, ValueError) as error:
            self._failed = True
            LOG.warning("an issuer's keys could not be fetched: %s", type(error).__name__)
            return
        self._failed = False
        # An unchanged key stays the same object, so that tokens verified with it stay verified.
        self._keys = {
            kid: self._keys[kid]
            if kid in self._keys and self._keys[kid].as_dict() == key.as_dict()
            else key
            for kid, key in keys.items()
        }
        self._fetched_at = begun_at


def read_keys(body: bytes) -> dict[str, Key]:
    """The usable public signature keys of a key set, by id.

    A key without an id, of an unknown kind, too weak, or for encryption is left out.

    Raises:
        ValueError: this is not a key set.
    """
    try:
        document = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("not a key set") from None
    entries = document.get("keys")
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise ValueError("not a key set")
    found = {}
    for entry in entries:
        key = _read_key(entry)
        if key is not None:
            found[entry["kid"]] = key
    return found


def _read_key(entry: object) -> Key | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or not entry["kid"]:
        return None
    return public_key(entry)


def public_key(entry: Mapping[str, object]) -> Key | None:
    """The public signature key that a JWK describes; None where it is none, too weak, or of an unknown kind."""
    kind = _CLASSES.get(str(entry.get("kty")))
    if kind is None or entry.get("use", "sig") != "sig":
        return None
    public: Any = {
        k: v
        for k, v in entry.items()
        if k in {"kty", "kid", "use", "alg", "crv", "n", "e", "x", "y"}
    }
    try:
        key = kind.import_key(public)
        if isinstance(key, RSAKey) and key.public_key.key_size < MIN_RSA_BITS:
            return None
    except Exception:  # noqa: BLE001 (the library raises whatever its input made it trip over)
        return None
    return key


def signs_with(key: Key, algorithm: str) -> bool:
    """Whether a key is of the kind, curve and use that an algorithm signs with."""
    kty, curve = KINDS[algorithm]
    described = key.as_dict(private=False)
    stated = described.get("alg")
    return (
        described["kty"] == kty
        and (curve is None or described.get("crv") == curve)
        and (stated is None or stated == algorithm or (stated, algorithm) == ("EdDSA", "Ed25519"))
    )


def keys_of(issuer: Issuer, http: Http, clock: Callable[[], float]) -> Keys:
    """The keys of an issuer that the deployment names, fetched when first needed."""

    async def from_url() -> bytes:
        request = HttpRequest(
            method="GET",
            url=issuer.jwks_url or "",
            headers={"accept": "application/jwk-set+json, application/json"},
            timeout=FETCH_SECONDS,
            max_bytes=MAX_BYTES,
        )
        reply = await http.fetch(request)
        if reply.status != 200:  # noqa: PLR2004 (HTTP's OK)
            raise ValueError("no key set")
        return reply.body

    async def from_file() -> bytes:
        return await asyncio.to_thread(Path(issuer.jwks_file or "").read_bytes)

    fetch = from_url if issuer.jwks_url is not None else from_file
    return Keys(fetch, seconds=issuer.jwks_seconds, clock=clock)


def algorithms_of(issuer: Issuer) -> Collection[str]:
    """The algorithms that an issuer's tokens may be signed with."""
    return frozenset(issuer.algorithms) & KINDS.keys()
