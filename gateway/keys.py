"""The gateway's own secrets: read from files, never from the environment, never shown.

`pepper` keys the index and the ledger's pseudonyms, `ids` seals the ids that callers see,
`ledger.pem` (Ed25519) signs the ledger. In development what is missing is made, readable by
its owner alone; in production it stops the start, because new keys would orphan old data.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey

from gateway.settings import Settings
from records.errors import WrongSettings

SHORTEST: Final = 32
_OTHERS_MAY: Final = 0o077


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The secrets of one deployment."""

    pepper: bytes = field(repr=False)
    ids: bytes = field(repr=False)
    ledger: Ed25519PrivateKey = field(repr=False)


def own_keys(settings: Settings) -> OwnKeys:
    """The deployment's secrets, from its key folder.

    Raises:
        WrongSettings: one is missing in production, too short, not a key, or open to others.
    """
    ledger = private_key(settings, "ledger.pem", lambda: pem(Ed25519PrivateKey.generate()))
    if not isinstance(ledger, Ed25519PrivateKey):
        raise WrongSettings(f"{_path(settings, 'ledger.pem')}: not an Ed25519 key; replace it")
    return OwnKeys(pepper=_secret(settings, "pepper"), ids=_secret(settings, "ids"), ledger=ledger)


def development_key(settings: Settings) -> ECKey:
    """The development issuer's key, kept so that `homeward token mint` can use it too.

    Raises:
        WrongSettings: this is production, or the file holds something else.
    """
    if settings.production:
        raise WrongSettings(
            "the development issuer does not run in production; name real `[[issuers]]`"
        )
    key = private_key(settings, "development-issuer.pem", lambda: pem(new_ec_key(SECP256R1())))
    if not isinstance(key, EllipticCurvePrivateKey):
        raise WrongSettings(f"{_path(settings, 'development-issuer.pem')}: remove it; it is remade")
    imported = ECKey.import_key(pem(key))
    return ECKey.import_key(imported.as_dict(private=True, kid=imported.thumbprint()))


def _path(settings: Settings, name: str) -> Path:
    return settings.keys.folder / name


def _secret(settings: Settings, name: str) -> bytes:
    secret = _read(settings, name, lambda: secrets.token_urlsafe(48).encode("ascii")).strip()
    if len(secret) < SHORTEST:
        raise WrongSettings(
            f"{_path(settings, name)}: shorter than {SHORTEST} bytes;"
            " fill it with that many random ones"
        )
    return secret


def private_key(settings: Settings, name: str, make: Callable[[], bytes]) -> object:
    """The private key in this file of the key folder; in development ``make`` makes one that is missing.

    Raises:
        WrongSettings: it is missing in production, not a key, or open to others.
    """
    try:
        return load_pem_private_key(_read(settings, name, make), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise WrongSettings(
            f"{_path(settings, name)}: not an unencrypted private key in PEM; replace it"
        ) from None


def pem(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    """A private key as it is written."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read(settings: Settings, name: str, make: Callable[[], bytes]) -> bytes:
    path = _path(settings, name)
    try:
        if settings.production and path.stat().st_mode & _OTHERS_MAY:
            raise WrongSettings(f"{path}: others can read it; take their rights away (chmod 600)")
        return path.read_bytes()
    except FileNotFoundError:
        if settings.production:
            raise WrongSettings(
                f"{path}: missing; restore it, or make it once for a new deployment"
            ) from None
    except OSError:
        raise WrongSettings(f"{path}: cannot be read; give its owner the right to") from None
    return make_secret(path, make())


def make_secret(path: Path, content: bytes) -> bytes:
    """Write a new secret, complete before it can be seen, and keep whichever came first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        unfinished.unlink()
    return content
