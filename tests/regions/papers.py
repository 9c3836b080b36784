"""Certificates and a signed directory, as two regions would have them issued."""

import base64
import hashlib
import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID
from joserfc.jwk import OKPKey

from notifications.peer_proof import OwnPeerKeys
from notifications.peers import sign_directory

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Papers:
    """One authority for certificates, one issuer of the directory."""

    folder: Path
    issuer: OKPKey = field(init=False)

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Regions test authority")])
        self.authority = self.folder / "authority.pem"
        certificate = (
            self._begun(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.authority.write_bytes(certificate.public_bytes(Encoding.PEM))
        issuer = Ed25519PrivateKey.generate()
        self.issuer = OKPKey.import_key(
            issuer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.issuer_key = self.folder / "issuer.pub.pem"
        self.issuer_key.write_bytes(
            issuer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )

    def certificate(self, name: str) -> tuple[Path, str]:
        """A certificate with its key in one file, and its thumbprint; it serves and shows itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = (
            self._begun(subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName(
                    [
                        x509.DNSName("localhost"),
                        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                    ]
                ),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        path = self.folder / f"{name}.pem"
        path.write_bytes(
            made.public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        mark = hashlib.sha256(made.public_bytes(Encoding.DER)).digest()
        return path, base64.urlsafe_b64encode(mark).rstrip(b"=").decode()

    def directory(
        self,
        *peers: dict[str, Any],
        version: int = 1,
        expires: datetime = FAR_OFF,
        name: str = "directory.json",
    ) -> Path:
        """A signed directory of these gateways."""
        said = {"version": version, "issuedAt": LONG_AGO, "expiresAt": expires, "peers": peers}
        path = self.folder / name
        path.write_bytes(sign_directory(msgspec.json.encode(said), self.issuer))
        return path

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=3650))
        )


def entry(
    name: str,
    url: str,
    serves: list[str],
    certificates: list[str],
    keys: OwnPeerKeys,
    *,
    starts: datetime = LONG_AGO,
    ends: datetime = FAR_OFF,
) -> dict[str, Any]:
    """A gateway as the directory lists it."""
    opening = next(iter(keys.opening.items()))
    return {
        "name": name,
        "endpoint": url,
        "serves": serves,
        "desk": f"{name} emergency duty team, 01632 960000",
        "certificates": certificates,
        "keys": [
            {
                "kid": keys.kid,
                "use": "sig",
                "jwk": keys.signing.as_dict(private=False),
                "starts": starts,
                "ends": ends,
            },
            {
                "kid": opening[0],
                "use": "enc",
                "jwk": opening[1].as_dict(private=False),
                "starts": starts,
                "ends": ends,
            },
        ],
    }
