"""Tokens bound to a certificate: who presents one has to hold its key as well.

A token with `cnf` is worth nothing by itself. It is taken only if the binding holds, and a
binding that we cannot check is refused: a bound token must never work as a plain one.

Source: RFC 8705 section 3 (certificates), RFC 7800 (`cnf`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.networks import Networks
from gateway.settings import Proxy

CERTIFICATE: Final = "x5t#S256"
_MAX_CERTIFICATE: Final = 16 * 1024


class TrustedProxy:
    """The proxy that ends TLS, and what it says of the certificate a caller showed."""

    def __init__(self, proxy: Proxy) -> None:
        self._addresses = Networks(proxy.addresses)
        name = proxy.certificate_header
        self._header = None if name is None else name.lower().encode("ascii")

    def is_peer(self, peer: str | None) -> bool:
        """Whether a connection comes from the proxy itself."""
        return peer in self._addresses

    def thumbprint(self, peer: str | None, headers: list[tuple[bytes, bytes]]) -> str | None:
        """The SHA-256 of the caller's certificate, or None if there is none to believe.

        Believed only from the proxy's own address, and only if the header came exactly once.
        """
        if self._header is None or not self.is_peer(peer):
            return None
        shown = [value for name, value in headers if name == self._header]
        return thumbprint(shown[0]) if len(shown) == 1 else None


def thumbprint(shown: bytes) -> str | None:
    """The base64url SHA-256 of a certificate as proxies forward it, or None if it is none.

    Nginx escapes the PEM in percent signs, others put the base64 of the DER, RFC 9440 puts
    colons around it.
    """
    if len(shown) > _MAX_CERTIFICATE:
        return None
    text = unquote(shown.decode("latin-1")).strip()
    try:
        if text.startswith("-----BEGIN CERTIFICATE-----"):
            der = x509.load_pem_x509_certificate(text.encode("ascii")).public_bytes(Encoding.DER)
        else:
            der = base64.b64decode(text.strip(":"), validate=True)
            x509.load_der_x509_certificate(der)
    except (ValueError, TypeError):
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode("ascii")


def holds(confirmation: Mapping[str, object], certificate: str | None) -> bool:
    """Whether the binding that a token carries holds for who presents it.

    To a certificate, that is, and to nothing else: for a key (`jkt`) it takes a proof, see `gateway.dpop`.
    """
    if confirmation.keys() != {CERTIFICATE} or certificate is None:
        return False
    bound_to = confirmation[CERTIFICATE]
    if not isinstance(bound_to, str):
        return False
    return hmac.compare_digest(bound_to.encode(), certificate.encode())
