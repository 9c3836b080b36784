"""An OpenID provider that nobody here wrote lets people and systems in, by configuration alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from gateway.claims import take_apart
from gateway.settings import Dpop, Issuer, Proxy, Settings
from records.people import Role
from tests.thirdparty import openid
from tests.thirdparty.openid import (
    AUDIENCE,
    BY_CERTIFICATE,
    BY_KEY,
    BY_PROOF,
    WITHOUT_ROLES,
    Provider,
)
from tests.world import World, running_world

WHO = "{ viewer { role organisation client team } }"
CERTIFICATE = "x-client-certificate"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with openid.provider() as running:
        yield running


@pytest.fixture(scope="module")
def world(provider: Provider) -> Iterator[World]:
    with running_world(adjust=lambda settings, _: trusting(settings, provider)) as running:
        yield running


def trusting(settings: Settings, provider: Provider, *, nonce: bool = False) -> Settings:
    """A deployment that takes the provider's tokens, and certificates from a proxy on this machine."""
    issuer = Issuer(
        iss=provider.url,
        audience=AUDIENCE,
        jwks_url=provider.jwks_url,
        algorithms=("RS256",),
    )
    proxy = Proxy(addresses=("127.0.0.1",), certificate_header=CERTIFICATE)
    return msgspec.structs.replace(settings, issuers=(issuer,), proxy=proxy, dpop=Dpop(nonce=nonce))


def asks(world: World, token: str, **headers: str) -> httpx2.Response:
    return world.client.post(
        f"{world.url}/graphql",
        json={"query": WHO},
        headers={"authorization": f"Bearer {token}", **headers},
    )


def test_its_tokens_are_access_tokens_as_the_standard_has_them(provider: Provider) -> None:
    token = take_apart(provider.by_key())
    assert token.issuer == provider.url
    assert token.algorithm == "RS256"
    assert {"sub", "client_id", "jti", "iat", "exp", "aud"} <= token.claims.keys()


def test_a_client_that_signs_with_its_key_is_let_in(world: World, provider: Provider) -> None:
    reply = asks(world, provider.by_key())
    assert reply.status_code == 200, reply.text
    assert reply.json()["data"]["viewer"] == {
        "role": "SOCIAL_WORKER",
        "organisation": "E10000017",
        "client": BY_KEY,
        "team": "north",
    }


def test_a_bound_token_is_worth_nothing_without_its_certificate(
    world: World, provider: Provider
) -> None:
    token = provider.by_certificate()
    assert asks(world, token).status_code == 401
    wrong = openid.shown(openid.certificate("somebody-else"))
    assert asks(world, token, **{CERTIFICATE: wrong}).status_code == 401
    reply = asks(world, token, **{CERTIFICATE: openid.shown(openid.certificate())})
    assert reply.status_code == 200, reply.text
    assert reply.json()["data"]["viewer"]["client"] == BY_CERTIFICATE


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "Ed25519"])
def test_a_token_that_is_bound_to_a_key_is_taken_from_a_client_that_makes_proofs(
    world: World, provider: Provider, algorithm: str
) -> None:
    said = openid.asks_with_proofs(provider, f"{world.url}/graphql", WHO, algorithm)
    assert said["type"] == "dpop"
    assert [one["status"] for one in said["asked"]] == [200, 200, 200], said
    assert said["asked"][0]["body"]["data"]["viewer"]["client"] == BY_PROOF
    assert said["bearer"]["status"] == 401
    assert said["bearer"]["challenges"] == [
        {"scheme": "bearer", "error": "invalid_token"},
        {"scheme": "dpop"},
    ]


def test_such_a_client_takes_our_nonce_and_asks_again(provider: Provider) -> None:
    with running_world(
        adjust=lambda settings, _: trusting(settings, provider, nonce=True)
    ) as world:
        said = openid.asks_with_proofs(provider, f"{world.url}/graphql", WHO, "ES256")
    first, *rest = said["asked"]
    assert (first["status"], first["nonce"]) == (401, True)
    assert first["challenges"] == [{"scheme": "dpop", "error": "use_dpop_nonce"}]
    assert [one["status"] for one in rest] == [200, 200]


def test_a_token_that_names_no_role_lets_nobody_in(world: World, provider: Provider) -> None:
    assert asks(world, provider.by_key(WITHOUT_ROLES)).status_code == 401


def test_a_token_that_was_changed_lets_nobody_in(world: World, provider: Provider) -> None:
    head, _, tail = provider.by_key().partition(".")
    claims, _, signature = tail.partition(".")
    flipped = "A" if signature[10] != "A" else "B"
    changed = f"{head}.{claims}.{signature[:10]}{flipped}{signature[11:]}"
    assert asks(world, changed).status_code == 401


def test_an_opaque_token_lets_nobody_in(world: World) -> None:
    with openid.provider(opaque=True) as other:
        assert asks(world, other.by_key()).status_code == 401


def test_a_token_of_another_issuer_lets_nobody_in(world: World) -> None:
    with openid.provider() as other:
        assert asks(world, other.by_key()).status_code == 401


def test_an_issuer_that_puts_claims_elsewhere_and_calls_roles_by_its_own_names(
    provider: Provider,
) -> None:
    """As Keycloak does, whose lists of roles hold names that are none of ours."""

    def trusting(settings: Settings, _folder: Path) -> Settings:
        issuer = Issuer(
            iss=provider.url,
            audience=AUDIENCE,
            jwks_url=provider.jwks_url,
            organisation_claim=("org", "code"),
            roles_claim=("realm_access", "roles"),
            roles={"CSC_SW": Role.SOCIAL_WORKER, "CSC_EDT": Role.EMERGENCY_DUTY_TEAM},
        )
        return msgspec.structs.replace(settings, issuers=(issuer,))

    with running_world(adjust=trusting) as world:
        reply = asks(world, provider.by_key(openid.ELSEWHERE))
        assert reply.status_code == 200, reply.text
        assert reply.json()["data"]["viewer"] == {
            "role": "SOCIAL_WORKER",
            "organisation": "E10000017",
            "client": openid.ELSEWHERE,
            "team": None,
        }
        assert asks(world, provider.by_key(openid.UNRELATED)).status_code == 401
        assert asks(world, provider.by_key()).status_code == 401, "its claims stand elsewhere"
