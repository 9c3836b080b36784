"""The gateway's own access tokens: fetched once, renewed once, never in a loop."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.exchange import Exchange
from adapters.settings import Secret, Url
from adapters.simulation import Simulator
from adapters.tokens import Client, ClientSecret, SignedAssertion, Tokens
from gateway.http import PooledHttp
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable, WrongSettings

KEY = RSAKey.generate_key(2048, private=True)


class Guarded(Simulator):
    """An interface that takes one token at a time, and the endpoint that grants them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.good = "t-1"
        self.reply: object = None
        self.status = 200

    def token_paths(self) -> frozenset[str]:
        return frozenset({"/token"})

    def routes(self) -> Sequence[Route]:
        async def grant(request: Request) -> Response:
            self.forms.append(dict(parse_qsl((await request.body()).decode())))
            granted = {"access_token": self.good, "token_type": "bearer", "expires_in": 100}
            return JSONResponse(self.reply or granted, self.status)

        async def records(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self.good}":
                return JSONResponse({}, 401)
            return JSONResponse({"key": request.headers.get("supplierkey")})

        return [Route("/token", grant, methods=["POST"]), Route("/records", records)]


@dataclass
class Clock:
    """Seconds that pass when told."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    simulator: Guarded
    http: PooledHttp
    clock: Clock = field(default_factory=Clock)

    def exchange(self, client: Client | None = None) -> Exchange:
        tokens = Tokens(
            "records",
            self.http,
            Url(f"{self.simulator.url}/token"),
            client or ClientSecret("homeward", Secret("s3cret")),
            scope="read",
            extra={"supplierkey": "k"},
            clock=self.clock,
        )
        return Exchange("records", self.http, self.simulator.url, credentials=tokens)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    with Guarded() as simulator:
        async with PooledHttp() as http:
            yield World(simulator, http)


async def test_one_token_serves_many_questions_at_once(world: World) -> None:
    exchange = world.exchange()
    replies = await asyncio.gather(*(exchange.get("records") for _ in range(20)))
    assert {reply.body for reply in replies} == {b'{"key":"k"}'}
    assert world.simulator.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": "homeward",
            "client_secret": "s3cret",
            "scope": "read",
        }
    ]


async def test_a_token_is_renewed_before_it_ends(world: World) -> None:
    exchange = world.exchange()
    await exchange.get("records")
    world.clock.now = 89.0
    await exchange.get("records")
    assert len(world.simulator.forms) == 1
    world.clock.now = 91.0
    await exchange.get("records")
    assert len(world.simulator.forms) == 2


async def test_a_token_withdrawn_early_is_renewed_once_for_all_who_wait(world: World) -> None:
    exchange = world.exchange()
    await exchange.get("records")
    world.simulator.good = "t-2"
    await asyncio.gather(*(exchange.get("records") for _ in range(20)))
    assert len(world.simulator.forms) == 2


async def test_a_system_that_refuses_every_token_is_not_asked_in_a_loop(world: World) -> None:
    exchange = world.exchange()
    world.simulator.refuses(401)
    with pytest.raises(SourceRefused):
        await exchange.get("records")
    assert len(world.simulator.forms) == 2
    assert len(world.simulator.asked) == 2


async def test_a_client_that_is_not_accepted_is_told_what_to_check(world: World) -> None:
    world.simulator.status, world.simulator.reply = 401, {"error": "invalid_client"}
    with pytest.raises(SourceRefused, match="Check its client id") as told:
        await world.exchange().get("records")
    assert "s3cret" not in str(told.value)
    assert world.simulator.asked == []


async def test_a_token_endpoint_that_fails_is_worth_asking_again(world: World) -> None:
    world.simulator.status = 503
    with pytest.raises(SourceUnavailable):
        await world.exchange().get("records")


@pytest.mark.parametrize(
    "reply",
    [
        {"access_token": "a b"},
        {"access_token": "a\r\nx-admin: yes"},
        {"access_token": ""},
        {"access_token": "t", "token_type": "mac"},
        {"token": "t"},
        ["t"],
    ],
)
async def test_a_token_that_cannot_be_used_breaks_the_contract(world: World, reply: object) -> None:
    world.simulator.reply = reply
    with pytest.raises(SourceContractBroken):
        await world.exchange().get("records")
    assert world.simulator.asked == []


@pytest.mark.parametrize("life", ["60", None, "soon", "nan", -1, 10**12])
async def test_an_odd_life_of_a_token_is_survived(world: World, life: object) -> None:
    world.simulator.reply = {"access_token": "t-1", "expires_in": life}
    exchange = world.exchange()
    await exchange.get("records")
    world.clock.now = 3601.0
    await exchange.get("records")
    assert len(world.simulator.forms) == 2


async def test_each_signed_attempt_has_a_new_jti_and_is_for_this_endpoint(world: World) -> None:
    client = SignedAssertion("homeward", Secret(KEY.as_pem(private=True).decode()), kid="k1")
    exchange = world.exchange(client)
    world.simulator.refuses(401)
    with pytest.raises(SourceRefused):
        await exchange.get("records")
    claims = []
    for form in world.simulator.forms:
        assert form["client_assertion_type"].endswith("client-assertion-type:jwt-bearer")
        token = jwt.decode(form["client_assertion"], KEY, algorithms=["RS512"])
        assert token.header["kid"] == "k1"
        claims.append(token.claims)
    assert len({claim["jti"] for claim in claims}) == 2
    for claim in claims:
        assert claim["iss"] == claim["sub"] == "homeward"
        assert claim["aud"] == f"{world.simulator.url}/token"
        assert 0 < claim["exp"] - claim["iat"] <= 300


def test_a_key_that_cannot_be_read_is_not_quoted() -> None:
    with pytest.raises(WrongSettings, match="PEM or JWK is needed") as told:
        SignedAssertion("homeward", Secret("-----BEGIN hunter2-----"), kid="k1")
    assert "hunter2" not in str(told.value)
    assert told.value.__suppress_context__
