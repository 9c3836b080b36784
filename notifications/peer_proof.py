"""What a gateway proves to another: that a message is its own and new, that a receipt is, and that only the other reads it.

Source: RFC 9421 (signatures of messages), RFC 9530 (`content-digest`), RFC 7515 and 7516 (receipts, closed
content). The library checks no message for having been used before: the nonce is ours to keep.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    VerifyResult,
    algorithms,
)
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from notifications.peers import SIGNING, PeerKey

TAG: Final = "safeguarding-federation"
OLDEST: Final = timedelta(seconds=300)
SKEW: Final = timedelta(seconds=60)
"""How far the clocks of two gateways may be apart."""

_OF_REQUEST: Final = ("@method", "@authority", "@target-uri")
_OF_BODY: Final = ("content-type", "content-digest")
_OF_REPLY: Final = (
    "@status",
    "content-type",
    "content-digest",
    '"@method";req',
    '"@target-uri";req',
    '"signature";req',
)
_CLOSING: Final = ("ECDH-ES", "A256GCM")
_MOST_NONCE: Final = 100


class NotProven(Exception):
    """A message that is not to be believed. ``reason`` is a slug; nothing of the message is in it."""

    def __init__(self, reason: str) -> None:
        """Say why, as a slug."""
        super().__init__(reason)
        self.reason = reason


class Receipt(msgspec.Struct, frozen=True, rename="camel"):
    """A gateway's word that it keeps what another sent: under which reference and number, and its digest."""

    event: str
    seq: int
    digest: str
    received_at: datetime
    by: str
    sender: str


@dataclass(frozen=True, slots=True)
class OwnPeerKeys:
    """What this gateway proves itself by, and the keys by which it opens what it is sent, by their ids."""

    signing: OKPKey = field(repr=False)
    opening: Mapping[str, ECKey] = field(repr=False)

    @property
    def kid(self) -> str:
        """The id of the signing key: its thumbprint."""
        return self.signing.thumbprint()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a message proved: whose key, which nonce, made when."""

    kid: str
    nonce: str
    created: datetime


@dataclass(slots=True)
class _Message:
    """A request, as the library wants one."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(slots=True)
class _Reply:
    """A reply to a request, as the library wants one."""

    status_code: int
    headers: dict[str, str]
    request: _Message


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, keys: Iterable[PeerKey], own: OKPKey | None = None) -> None:
        self._keys = {key.kid: key for key in keys if key.use == "sig"}
        self._own = own

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        found = self._keys.get(key_id)
        return None if found is None else found.verifying

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:  # noqa: ARG002 (there is one)
        assert self._own is not None  # noqa: S101 (only signers resolve it)
        found = self._own.private_key
        assert isinstance(found, Ed25519PrivateKey)  # noqa: S101 (checked when it was read)
        return found


class _Verifier(HTTPMessageVerifier):
    """The library's verifier, by our clock: tests move it, and replicas share the database's."""

    def __init__(self, keys: Iterable[PeerKey], now: datetime) -> None:
        super().__init__(signature_algorithm=algorithms.ED25519, key_resolver=_Keys(keys))
        self._now = now

    def validate_created_and_expires(
        self,
        sig_input: Any,  # noqa: ANN401 (the library's own)
        max_age: timedelta | None = None,
    ) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int or max_age is None:
            raise NotProven("bad-signature")
        try:
            made = datetime.fromtimestamp(created, tz=UTC)
        except (OverflowError, OSError, ValueError):
            raise NotProven("bad-signature") from None
        if made > self._now + SKEW:
            raise NotProven("clock-skew")
        if made + max_age < self._now:
            raise NotProven("stale-signature")


def sign_request(
    own: OwnPeerKeys,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    now: datetime,
) -> dict[str, str]:
    """The headers with which this request proves itself; each time with a nonce of its own."""
    message = _Message(method, url, dict(headers))
    covered = _OF_REQUEST if body is None else (*_OF_REQUEST, *_OF_BODY)
    _signer(own).sign(
        message,
        key_id=own.kid,
        created=now,
        nonce=secrets.token_urlsafe(16),
        tag=TAG,
        covered_component_ids=covered,
        body=body,
    )
    return message.headers


def check_request(
    keys: Sequence[PeerKey],
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    now: datetime,
) -> Proven:
    """What a request proves. That its nonce is new is for the caller to see to.

    Raises:
        NotProven: it proves nothing.
    """
    required = _OF_REQUEST if body is None else (*_OF_REQUEST, *_OF_BODY)
    return _checked(keys, _Message(method, url, dict(headers)), required, body, now)


def sign_reply(
    own: OwnPeerKeys,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    to: tuple[str, str, Mapping[str, str]],
    now: datetime,
) -> dict[str, str]:
    """The headers with which a reply proves that it answers this very request (method, URL, headers)."""
    reply = _Reply(status, dict(headers), _Message(to[0], to[1], dict(to[2])))
    _signer(own).sign(
        reply,
        key_id=own.kid,
        created=now,
        nonce=secrets.token_urlsafe(16),
        tag=TAG,
        covered_component_ids=_OF_REPLY,
        body=body,
    )
    return reply.headers


def check_reply(
    keys: Sequence[PeerKey],
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    to: tuple[str, str, Mapping[str, str]],
    now: datetime,
) -> Proven:
    """What a reply proves.

    Raises:
        NotProven: it proves nothing.
    """
    reply = _Reply(status, dict(headers), _Message(to[0], to[1], dict(to[2])))
    return _checked(keys, reply, _OF_REPLY, body, now)


def signed_receipt(own: OwnPeerKeys, receipt: Receipt) -> str:
    """A receipt that can be shown to anybody later."""
    header = {"alg": SIGNING, "kid": own.kid, "typ": "homeward-receipt+jws"}
    return jws.serialize_compact(
        header, msgspec.json.encode(receipt), own.signing, algorithms=[SIGNING]
    )


def read_receipt(keys: Sequence[PeerKey], signed: str) -> Receipt:
    """The receipt that one of these keys signed, whether the key is still good or not.

    Raises:
        NotProven: none of them did.
    """
    for key in keys:
        if key.use != "sig":
            continue
        try:
            found = jws.deserialize_compact(signed, key.signing, algorithms=[SIGNING])
            return msgspec.json.decode(found.payload, type=Receipt)
        except (JoseError, ValueError, msgspec.DecodeError):
            continue
    raise NotProven("bad-receipt")


def closed(to: PeerKey, body: bytes) -> str:
    """A body that only the holder of this key can read."""
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": to.kid}
    return jwe.encrypt_compact(header, body, to.closing, algorithms=list(_CLOSING))


def opened(own: OwnPeerKeys, text: str) -> bytes:
    """What was closed to one of our keys.

    Raises:
        NotProven: it was not, or was changed on the way.
    """
    for key in own.opening.values():
        try:
            plain = jwe.decrypt_compact(text, key, algorithms=list(_CLOSING)).plaintext
        except (JoseError, ValueError, TypeError):
            continue
        if plain is not None:
            return plain
    raise NotProven("cannot-open")


def _signer(own: OwnPeerKeys) -> HTTPMessageSigner:
    return HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519, key_resolver=_Keys((), own.signing)
    )


def _checked(
    keys: Sequence[PeerKey],
    message: _Message | _Reply,
    required: Sequence[str],
    body: bytes | None,
    now: datetime,
) -> Proven:
    try:
        (found,) = _Verifier(keys, now).verify(
            message, max_age=OLDEST, expect_tag=TAG, require_components=required, body=body
        )
    except NotProven:
        raise
    except (HTTPMessageSignaturesException, ValueError):
        raise NotProven(_why(keys, message)) from None
    return _proven(found, keys, now)


def _proven(found: VerifyResult, keys: Sequence[PeerKey], now: datetime) -> Proven:
    kid, nonce = str(found.parameters["keyid"]), found.nonce
    key = next(key for key in keys if key.kid == kid)
    if not key.is_good(now):
        raise NotProven("key-expired")
    if not nonce or len(nonce) > _MOST_NONCE:
        raise NotProven("no-nonce")
    created = datetime.fromtimestamp(int(found.parameters["created"]), tz=UTC)
    return Proven(kid=kid, nonce=nonce, created=created)


def _why(keys: Sequence[PeerKey], message: _Message | _Reply) -> str:
    """Whether the key is one that its sender has at all: a peer that changed keys needs to know."""
    written = next(
        (value for name, value in message.headers.items() if name.lower() == "signature-input"), ""
    )
    known = any(f'keyid="{key.kid}"' in written for key in keys if key.use == "sig")
    return "bad-signature" if known or not written else "unknown-key"
