"""The OpenID provider, and the keys and certificates of its clients."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import RSAKey

from adapters.settings import Secret
from adapters.tokens import SignedAssertion
from tests.thirdparty.node import said_by, serving

AUDIENCE: Final = "https://homeward.example"
BY_KEY, BY_CERTIFICATE, WITHOUT_ROLES = "social-work-app", "police-system", "a-client-unmapped"
ELSEWHERE, UNRELATED = "claims-elsewhere", "claims-unrelated"
BY_PROOF: Final = "a-page-with-a-key"
BY_SECRET, BY_SECRET_IN_FORM = "by-secret", "by-secret-in-form"
SECRET: Final = "an invented secret/with+signs"
KEY_ID: Final = "client-key-1"
CLAIMS: Final = {
    BY_KEY: {"organisation": "E10000017", "roles": ["social-worker"], "team": "north"},
    BY_CERTIFICATE: {"organisation": "E23000003", "roles": ["police-control-room"]},
    BY_PROOF: {"organisation": "E10000017", "roles": ["social-worker"]},
    ELSEWHERE: {
        "org": {"code": "E10000017"},
        "realm_access": {"roles": ["offline_access", "CSC_SW", "uma_authorization"]},
    },
    UNRELATED: {"org": {"code": "E10000017"}, "realm_access": {"roles": ["offline_access"]}},
}


@cache
def key() -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": KEY_ID, "use": "sig"}, private=True)


def pem() -> str:
    return key().as_pem(private=True).decode("ascii")


@cache
def certificate(of: str = BY_CERTIFICATE) -> x509.Certificate:
    """A certificate that a client signed itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, of)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )


def shown(cert: x509.Certificate) -> str:
    """A certificate as a proxy passes it on."""
    return quote(cert.public_bytes(serialization.Encoding.PEM).decode("ascii"))


def _clients() -> list[Mapping[str, Any]]:
    der = base64.b64encode(certificate().public_bytes(serialization.Encoding.DER)).decode()
    numbers = certificate().public_key().public_numbers()  # type: ignore[union-attr]
    point = {
        axis: base64.urlsafe_b64encode(value.to_bytes(32)).rstrip(b"=").decode()
        for axis, value in (("x", numbers.x), ("y", numbers.y))  # type: ignore[union-attr]
    }
    machine = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []}
    by_key = {
        **machine,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "RS512",
        "jwks": {"keys": [key().as_dict(private=False)]},
        "scope": "read",
    }
    return [
        {**by_key, "client_id": BY_KEY},
        *({**by_key, "client_id": one} for one in (WITHOUT_ROLES, ELSEWHERE, UNRELATED)),
        {
            **machine,
            "client_id": BY_CERTIFICATE,
            "token_endpoint_auth_method": "self_signed_tls_client_auth",
            "tls_client_certificate_bound_access_tokens": True,
            "jwks": {"keys": [{"kty": "EC", "crv": "P-256", **point, "x5c": [der]}]},
            "scope": "read",
        },
        {
            **machine,
            "client_id": BY_PROOF,
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_basic",
            "dpop_bound_access_tokens": True,
            "scope": "read",
        },
        {
            **machine,
            "client_id": BY_SECRET,
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_basic",
            "scope": "read",
        },
        {
            **machine,
            "client_id": BY_SECRET_IN_FORM,
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_post",
            "scope": "read",
        },
        {
            **machine,
            "grant_types": [],
            "client_id": "fhir-server",
            "client_secret": "a-secret-of-the-server",
            "token_endpoint_auth_method": "client_secret_basic",
        },
    ]


@dataclass(frozen=True)
class Provider:
    """The provider, running."""

    url: str

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    @property
    def jwks_url(self) -> str:
        return f"{self.url}/jwks"

    @property
    def introspection_url(self) -> str:
        return f"{self.url}/token/introspection"

    def by_key(self, client: str = BY_KEY) -> str:
        """A token for a client that signs with its key, by the code with which adapters sign."""
        proof = SignedAssertion(client, Secret(pem()), kid=KEY_ID).form(self.token_url)
        return self._granted({"grant_type": "client_credentials", **proof}, {})

    def by_certificate(self) -> str:
        """A token that is bound to its client's certificate."""
        form = {"grant_type": "client_credentials", "client_id": BY_CERTIFICATE}
        return self._granted(form, {"x-client-certificate": shown(certificate())})

    def _granted(self, form: Mapping[str, str], headers: Mapping[str, str]) -> str:
        reply = httpx2.post(self.token_url, data=dict(form), headers=dict(headers), timeout=10)
        assert reply.status_code == 200, reply.text
        token: str = reply.json()["access_token"]
        return token


def asks_with_proofs(provider: Provider, url: str, document: str, algorithm: str) -> dict[str, Any]:
    """What a client of the Node world is told, which has its token bound to a key and asks three times with proofs, and once without."""
    given = {
        "issuer": provider.url,
        "client": BY_PROOF,
        "secret": SECRET,
        "algorithm": algorithm,
        "url": url,
        "body": json.dumps({"query": document}),
    }
    said: dict[str, Any] = json.loads(said_by("dpop.mjs", GIVEN=json.dumps(given)))
    return said


@contextmanager
def provider(*, opaque: bool = False) -> Iterator[Provider]:
    """The provider until the end of the block; with tokens that only it can read, if asked to."""
    given = {
        "clients": _clients(),
        "claims": CLAIMS,
        "audience": AUDIENCE,
        "format": "opaque" if opaque else "jwt",
    }
    with serving("openid.mjs", GIVEN=json.dumps(given)) as url:
        yield Provider(url)
