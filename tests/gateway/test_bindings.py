"""Tokens bound to a certificate: worth nothing without it, and only the proxy is believed."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gateway.bindings import TrustedProxy, holds, thumbprint
from gateway.settings import Proxy
from records.errors import NotAuthenticated
from tests.gateway.test_tokens import ask, identity, token, with_

PROXY = "192.0.2.7"
SETTINGS = Proxy(addresses=(PROXY, "2001:db8::/64"), certificate_header="X-Client-Cert")


def certificate() -> x509.Certificate:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.example.test")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )


CERT = certificate()
PEM = CERT.public_bytes(Encoding.PEM)
DER = CERT.public_bytes(Encoding.DER)
PRINT = base64.urlsafe_b64encode(hashlib.sha256(DER).digest()).rstrip(b"=").decode()
AS_FORWARDED = {
    "escaped PEM": quote(PEM.decode()).encode(),
    "base64 of DER": base64.b64encode(DER),
    "RFC 9440": b":" + base64.b64encode(DER) + b":",
}


@pytest.mark.parametrize("shown", AS_FORWARDED.values(), ids=AS_FORWARDED.keys())
async def test_a_bound_token_works_with_its_certificate_through_the_proxy(shown: bytes) -> None:
    who = identity(SETTINGS)
    bound = token(with_(cnf={"x5t#S256": PRINT}))
    assert (await ask(bound, (b"x-client-cert", shown), who=who)).subject == "7f3a"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ((b"x-client-cert", base64.b64encode(certificate().public_bytes(Encoding.DER))),),
        ((b"x-client-cert", base64.b64encode(DER)),) * 2,
        ((b"x-client-cert", b"nonsense"),),
        ((b"x-client-cert", b""),),
        ((b"x-client-cert", PRINT.encode()),),
        ((b"x-other", base64.b64encode(DER)),),
    ],
)
async def test_a_stolen_bound_token_does_not_work_without_it(
    headers: tuple[tuple[bytes, bytes], ...],
) -> None:
    bound = token(with_(cnf={"x5t#S256": PRINT}))
    with pytest.raises(NotAuthenticated):
        await ask(bound, *headers, who=identity(SETTINGS))


@pytest.mark.parametrize(
    "proxy", [Proxy(), Proxy(addresses=("192.0.2.8",), certificate_header="X-Client-Cert")]
)
async def test_a_certificate_that_somebody_else_forwards_is_not_believed(proxy: Proxy) -> None:
    bound = token(with_(cnf={"x5t#S256": PRINT}))
    with pytest.raises(NotAuthenticated):
        await ask(bound, (b"x-client-cert", base64.b64encode(DER)), who=identity(proxy))


def test_a_binding_of_two_kinds_or_of_an_unknown_one_does_not_hold() -> None:
    assert holds({"x5t#S256": PRINT}, PRINT)
    assert not holds({"x5t#S256": PRINT, "jkt": "x"}, PRINT)
    assert not holds({"jkt": PRINT}, PRINT)
    assert not holds({}, PRINT)
    assert not holds({"x5t#S256": PRINT}, None)
    assert not holds({"x5t#S256": [PRINT]}, PRINT)


def test_addresses_and_networks_of_the_proxy_are_known_in_both_families() -> None:
    proxy = TrustedProxy(SETTINGS)
    assert proxy.is_peer("192.0.2.7")
    assert proxy.is_peer("2001:db8::9")
    assert not proxy.is_peer("192.0.2.70")
    assert not proxy.is_peer(None)
    assert not proxy.is_peer("localhost")


def test_what_is_too_long_is_not_taken_apart() -> None:
    assert thumbprint(base64.b64encode(DER) + b"A" * 20_000) is None
