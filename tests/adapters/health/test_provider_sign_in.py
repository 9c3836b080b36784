"""How a provider's server lets the gateway in is the deployment's to say, and what is missing is named."""

from __future__ import annotations

import base64
from typing import Any, get_args

import pytest

from adapters.health import connect
from adapters.health.provider_sign_in import _WAYS
from adapters.health.settings import SignIn
from gateway.http import PooledHttp
from records.errors import SourceRefused, WrongSettings
from records.identifiers import NHSNumber
from tests.adapters.health.conftest import Trust

NEEDED = {
    "private-key-jwt": {"client_id", "private_key", "key_id"},
    "client-secret": {"client_id", "client_secret"},
    "client-secret-basic": {"client_id", "client_secret"},
    "basic": {"client_id", "client_secret"},
    "token": {"token"},
    "none": set[str](),
}


def config(url: str = "http://127.0.0.1:9/fhir", **more: object) -> dict[str, Any]:
    return {"interface": "fhir-r4", "url": url, **more}


def test_every_way_is_a_way() -> None:
    assert _WAYS.keys() == NEEDED.keys() == set(get_args(SignIn))


@pytest.mark.parametrize(
    "way,missing", [(w, m) for w, all_ in NEEDED.items() for m in sorted(all_)]
)
async def test_what_a_way_needs_and_does_not_have_is_named(
    http: PooledHttp, way: str, missing: str
) -> None:
    there = dict.fromkeys(NEEDED[way] - {missing}, "x")
    with pytest.raises(WrongSettings, match=f"needs `{missing}`") as refused:
        connect("trust", http, config(sign_in=way, **there))
    assert "sources.trust" in str(refused.value)


async def test_a_token_endpoint_that_is_missing_is_named(http: PooledHttp) -> None:
    settings = config(sign_in="client-secret", client_id="a", client_secret="b")
    with pytest.raises(WrongSettings, match="needs `token_url`"):
        connect("trust", http, settings)


async def test_nobody_reaches_a_server_elsewhere_without_signing_in(http: PooledHttp) -> None:
    with pytest.raises(WrongSettings, match="on this machine"):
        connect("trust", http, config("https://fhir.trust.example/r4", sign_in="none"))


@pytest.mark.parametrize(
    "way,given,sent",
    [
        (
            "basic",
            {"client_id": "us", "client_secret": "ours"},
            f"Basic {base64.b64encode(b'us:ours').decode()}",
        ),
        ("token", {"token": "a-token"}, "Bearer a-token"),
        ("none", {}, None),
    ],
)
async def test_what_is_fixed_is_sent_as_it_is(
    trust: Trust, http: PooledHttp, way: str, given: dict[str, str], sent: str | None
) -> None:
    source = connect("trust", http, config(trust.simulator.base, sign_in=way, **given))
    with pytest.raises(SourceRefused):
        await source.trace(NHSNumber("9990000018"))
    (asked, *_) = trust.simulator.asked
    assert asked.headers.get("authorization") == sent
