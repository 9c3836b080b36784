"""Which gateways there are, whom each serves, and by which keys: one signed directory for all of them.

A key is good from its first instant to its last, and no directory after its own: what has run out
is neither used nor believed. To change keys, the new one is listed beside the old before it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from records.errors import WrongSettings
from records.people import Role

SIGNING: Final = "Ed25519"
SYSTEM: Final = "peer:"
"""How the index names a peer among the systems that know a child, before the peer's own name."""

PEER: Final = "peer"
"""The channel to another gateway, as rules know it."""

LINE: Final = Role.CHILDRENS_SERVICES
"""The role by which an authority is told through its gateway: what it may know is decided for it."""

_Instant = Annotated[datetime, msgspec.Meta(tz=True)]
_Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{0,29}$")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class WrongDirectory(WrongSettings):
    """A directory of peers that is not to be believed, or cannot work. The message says what to do."""


class PeerKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One public key: ``sig`` (Ed25519) proves what the peer sent, ``enc`` (P-256) closes what it is sent."""

    kid: _Text
    use: Literal["sig", "enc"]
    jwk: dict[str, str]
    starts: _Instant
    ends: _Instant

    def is_good(self, now: datetime) -> bool:
        """Whether it may be used and believed now."""
        return self.starts <= now < self.ends

    @property
    def signing(self) -> OKPKey:
        """The key by which signatures are held against it."""
        return OKPKey.import_key(dict(self.jwk))

    @property
    def verifying(self) -> Ed25519PublicKey:
        """The same for signatures of messages."""
        found = self.signing.public_key
        assert isinstance(found, Ed25519PublicKey)  # noqa: S101 (checked when the directory was read)
        return found

    @property
    def closing(self) -> ECKey:
        """The key to which content is encrypted."""
        return ECKey.import_key(dict(self.jwk))


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One gateway: where it is, the authorities (GSS codes) that it answers for, whom to ring.

    ``certificates`` are the base64url SHA-256 of the certificates that it may show.
    """

    name: _Name
    endpoint: _Text
    serves: tuple[_Text, ...]
    desk: _Text
    certificates: tuple[_Text, ...]
    keys: tuple[PeerKey, ...]

    def key(self, use: Literal["sig", "enc"], now: datetime) -> PeerKey | None:
        """The key to use now: of several that are good, the one that began last."""
        good = [key for key in self.keys if key.use == use and key.is_good(now)]
        return max(good, key=lambda key: key.starts, default=None)

    def url(self, path: str) -> str:
        """The address of one of its doors."""
        return self.endpoint.rstrip("/") + path


class PeerDirectory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """All gateways as somebody whom they all trust has listed them."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    issued_at: _Instant
    expires_at: _Instant
    peers: tuple[Peer, ...]


@dataclass(frozen=True, slots=True)
class Peers:
    """The other gateways, and this one, as the directory in force has them."""

    own: str
    directory: PeerDirectory
    _by_name: Mapping[str, Peer] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """List them by name."""
        found = {peer.name: peer for peer in self.directory.peers}
        object.__setattr__(self, "_by_name", found)
        if self.own not in found:
            raise WrongDirectory(
                f"peers: the directory does not list `{self.own}`; have it added, or correct `peers.name`"
            )

    @property
    def us(self) -> Peer:
        """This gateway."""
        return self._by_name[self.own]

    @property
    def others(self) -> tuple[Peer, ...]:
        """Every other gateway."""
        return tuple(peer for peer in self.directory.peers if peer.name != self.own)

    def is_current(self, now: datetime) -> bool:
        """Whether the directory itself has not run out."""
        return now < self.directory.expires_at

    def named(self, name: str) -> Peer | None:
        """The other gateway of this name."""
        return self._by_name.get(name) if name != self.own else None

    def of(self, organisation: str) -> Peer | None:
        """The other gateway that answers for this authority."""
        return next((peer for peer in self.others if organisation in peer.serves), None)

    def showing(self, certificate: str) -> Peer | None:
        """The other gateway whose certificate this is."""
        return next((peer for peer in self.others if certificate in peer.certificates), None)


def line_of(organisation: str) -> str:
    """The recipient as which an authority is told through its gateway."""
    return f"{organisation}/{LINE.value}"


def system_of(peer: str) -> str:
    """How events and ids that came from a peer name where they came from."""
    return f"{SYSTEM}{peer}"


def read_directory(signed: bytes, trusted: Iterable[Ed25519PublicKey]) -> PeerDirectory:
    """The directory that these bytes hold, if one of the trusted keys signed it.

    Raises:
        WrongDirectory: it is not signed by one of them, or cannot work.
    """
    try:
        found = msgspec.json.decode(signed, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WrongDirectory("peers: the directory is no signed JSON; fetch it again") from None
    for key in trusted:
        try:
            written = jws.deserialize_json(found, public_jwk(key), algorithms=[SIGNING])  # type: ignore[call-overload]
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        return parse_directory(written.payload)
    raise WrongDirectory(
        "peers: no trusted key signed the directory; fetch it again, or ask who issues it"
    )


def sign_directory(payload: bytes, key: OKPKey) -> bytes:
    """A directory, signed for others to believe.

    Raises:
        WrongDirectory: it cannot work.
    """
    parse_directory(payload)
    header: dict[str, Any] = {
        "alg": SIGNING,
        "kid": key.thumbprint(),
        "typ": "homeward-directory+jws",
    }
    signed = jws.serialize_json({"protected": header}, payload, key, algorithms=[SIGNING])
    return msgspec.json.format(msgspec.json.encode(signed), indent=2)


def parse_directory(payload: bytes) -> PeerDirectory:
    """The directory as it is written, before anybody signed it.

    Raises:
        WrongDirectory: it cannot work; the message says which part of it.
    """
    try:
        directory = msgspec.json.decode(payload, type=PeerDirectory)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WrongDirectory(f"peers: not a directory: {error}; correct it") from None
    for wrong in _mistakes(directory):
        raise WrongDirectory(f"peers: {wrong}")
    return directory


def _mistakes(directory: PeerDirectory) -> list[str]:
    wrong = []
    if directory.expires_at <= directory.issued_at:
        wrong.append("the directory ends before it begins; correct `expiresAt`")
    for what, several in (
        ("name", [peer.name for peer in directory.peers]),
        ("authority", [code for peer in directory.peers for code in peer.serves]),
        ("certificate", [shown for peer in directory.peers for shown in peer.certificates]),
        ("key id", [key.kid for peer in directory.peers for key in peer.keys]),
    ):
        if len(set(several)) < len(several):
            wrong.append(f"an entry of the directory has the {what} of another; keep one")
    for peer in directory.peers:
        wrong += [f"`{peer.name}` {said}" for said in _mistakes_of(peer)]
    return wrong


def _mistakes_of(peer: Peer) -> list[str]:
    wrong = []
    parts = urlsplit(peer.endpoint)
    at_home = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or at_home):
        wrong.append("has an endpoint that does not begin with https://; correct it")
    if parts.query or parts.fragment or parts.username:
        wrong.append("has more in its endpoint than scheme, host and path; remove it")
    if {key.use for key in peer.keys} != {"sig", "enc"}:
        wrong.append("needs a key of each use, sig and enc; add what is missing")
    for key in peer.keys:
        if key.ends <= key.starts:
            wrong.append("has a key that ends before it begins; correct it")
        if "d" in key.jwk or not _fits(key):
            wrong.append(
                "has a key that is no public key of its use (Ed25519 or P-256); replace it"
            )
    return wrong


def _fits(key: PeerKey) -> bool:
    try:
        if key.use == "enc":
            return key.closing.curve_name == "P-256"
        return isinstance(key.signing.public_key, Ed25519PublicKey)
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def public_jwk(key: Ed25519PublicKey) -> OKPKey:
    """A public key as JSON signatures want it."""
    return OKPKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
