"""What this gateway proves itself by to others, from its key folder.

`peer-signing.pem` (Ed25519) signs. `peer-encryption.pem` (P-256) opens what is closed to us; any other
`peer-encryption-*.pem` opens what was closed to a key that has been replaced since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey, OKPKey

from gateway.keys import make_secret, pem, private_key
from gateway.settings import Settings
from notifications.peer_proof import OwnPeerKeys
from records.errors import WrongSettings

SIGNING: Final = "peer-signing.pem"
OPENING: Final = "peer-encryption.pem"
_OLD: Final = "peer-encryption-*.pem"
_NEW: Final[Mapping[str, Callable[[], Ed25519PrivateKey | EllipticCurvePrivateKey]]] = {
    SIGNING: Ed25519PrivateKey.generate,
    OPENING: lambda: new_ec_key(SECP256R1()),
}


def make_peer_keys(settings: Settings) -> list[Path]:
    """Make what is missing of this gateway's keys, readable by their owner alone; the files that were made.

    Raises:
        WrongSettings: the folder cannot be written.
    """
    folder = settings.keys.folder
    missing = {folder / name: new for name, new in _NEW.items() if not (folder / name).exists()}
    try:
        for path, new in missing.items():
            make_secret(path, pem(new()))
    except OSError:
        raise WrongSettings(
            f"{folder}: cannot be written; correct `keys.folder`, or who may write there"
        ) from None
    return list(missing)


def own_peer_keys(settings: Settings) -> OwnPeerKeys:
    """The keys of this gateway; the one it opens with now comes first.

    Raises:
        WrongSettings: one is missing in production, of another kind, or open to others.
    """
    for name in _NEW:
        if settings.production and not (settings.keys.folder / name).exists():
            raise WrongSettings(
                f"{settings.keys.folder / name}: missing; restore it, or make it once with `homeward peers keys`"
            )
    signing = private_key(settings, SIGNING, lambda: pem(_NEW[SIGNING]()))
    if not isinstance(signing, Ed25519PrivateKey):
        raise WrongSettings(f"{settings.keys.folder / SIGNING}: not an Ed25519 key; replace it")
    names = [OPENING, *sorted(path.name for path in settings.keys.folder.glob(_OLD))]
    opening = [_opening(settings, name) for name in names]
    return OwnPeerKeys(
        signing=OKPKey.import_key(pem(signing)),
        opening={key.thumbprint(): key for key in opening},
    )


def _opening(settings: Settings, name: str) -> ECKey:
    found = private_key(settings, name, lambda: pem(_NEW[OPENING]()))
    if not isinstance(found, EllipticCurvePrivateKey) or not isinstance(found.curve, SECP256R1):
        raise WrongSettings(f"{settings.keys.folder / name}: not a P-256 key; replace it")
    return ECKey.import_key(pem(found))
