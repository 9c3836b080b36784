"""Tokens that are bound to a key, at every door of a whole gateway: questions, streams, sockets, systems that push."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from gateway.settings import Dpop, InboundSettings, Notices, Settings, SourceSettings
from linking.storage import open_engine, writing
from notifications.recipients import Recipient, Way, recipient_id, register
from records.people import Role
from tests.gateway.edges import Answer
from tests.gateway.holder import Holder
from tests.gateway.test_app import VIEWER, Running, deployment, running
from tests.gateway.test_tokens import with_

HOLDER = Holder()
STREAM = "subscription { notifications { __typename } }"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    inbound = InboundSettings(token_client="force")
    force = SourceSettings(
        adapter="police",
        inbound=inbound,
        config={
            "product": "connect",
            "base_url": "http://127.0.0.1:9/api",
            "client_id": "homeward",
            "client_secret": "a-secret-of-nobody",
        },
    )
    settings = deployment(
        tmp_path_factory.mktemp("gateway"),
        sources={"police": force},
        notices=Notices(heartbeat_seconds=0.2),
    )
    with running(settings) as one:
        asyncio.run(somebody_can_be_told(settings))
        yield one


async def somebody_can_be_told(settings: Settings) -> None:
    """Whose token it is has a stream of notices to follow."""
    organisation, role = "E10000017", Role.SOCIAL_WORKER
    who = recipient_id(organisation, role)
    recipient = Recipient(id=who, organisation=organisation, role=role, ways=(Way("feed"),))
    engine = open_engine(settings.database)
    async with writing(engine) as connection:
        await register(connection, recipient, now=datetime.now(UTC))
    await engine.dispose()


def token(gateway: Running, client: str = "portal") -> str:
    assert gateway.gateway.issuer is not None
    return HOLDER.token(gateway.gateway.issuer, client=client)


def proof(
    gateway: Running, text: str, path: str = "/graphql", method: str = "POST", **says: object
) -> str:
    url = f"http://127.0.0.1:{gateway.port}{path}"
    return HOLDER.proof(text, url, datetime.now(UTC), method=method, says=with_(**says))


def asks(gateway: Running, text: str, shown: str | None, scheme: str = "DPoP") -> Answer:
    sent = {"Authorization": f"{scheme} {text}", "Content-Type": "application/json"}
    if shown is not None:
        sent["DPoP"] = shown
    return gateway.get("/graphql", sent, json.dumps({"query": VIEWER}))


def test_a_question_is_answered_with_a_proof_and_never_twice_with_the_same(
    gateway: Running,
) -> None:
    text = token(gateway)
    shown = proof(gateway, text)
    answer = asks(gateway, text, shown)
    assert answer.json()["data"]["viewer"]["role"] == "SOCIAL_WORKER"
    for refused in (
        asks(gateway, text, shown),
        asks(gateway, text, None),
        asks(gateway, text, proof(gateway, text, path="/other")),
        asks(gateway, text, proof(gateway, text, method="GET")),
    ):
        assert (refused.status, refused.code) == (401, "UNAUTHENTICATED")
        assert 'error="invalid_dpop_proof"' in refused.headers["www-authenticate"]
    as_bearer = asks(gateway, text, proof(gateway, text), scheme="Bearer")
    assert as_bearer.status == 401
    assert 'Bearer realm="homeward", error="invalid_token"' in as_bearer.headers["www-authenticate"]


def test_a_proof_that_was_used_stays_used_over_a_restart(tmp_path: Path) -> None:
    settings = deployment(tmp_path)
    with running(settings) as before:
        text = token(before)
        port = before.port
        shown = proof(before, text)
        assert asks(before, text, shown).status == 200
    with running(msgspec.structs.replace(settings, listen=f"127.0.0.1:{port}")) as after:
        assert asks(after, text, shown).status == 401
        assert asks(after, text, proof(after, text)).status == 200


def test_with_nonces_a_client_asks_again_with_the_one_it_was_sent(tmp_path: Path) -> None:
    with running(deployment(tmp_path, dpop=Dpop(nonce=True))) as gateway:
        text = token(gateway)
        first = asks(gateway, text, proof(gateway, text))
        assert first.status == 401
        assert 'error="use_dpop_nonce"' in first.headers["www-authenticate"]
        nonce = first.headers["dpop-nonce"]
        assert asks(gateway, text, proof(gateway, text, nonce=nonce)).status == 200
        with socket(gateway) as line, pytest.raises(ConnectionClosed) as closed:
            begins(line, text, proof(gateway, text, method="GET"))
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.reason == f"use_dpop_nonce {nonce}"


def test_a_stream_of_events_begins_with_a_proof_and_lasts_without_another(
    gateway: Running,
) -> None:
    text = token(gateway)
    shown = proof(gateway, text)
    sent = {
        "Authorization": f"DPoP {text}",
        "DPoP": shown,
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
    }
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("POST", "/graphql", json.dumps({"query": STREAM}), sent)
    reply = connection.getresponse()
    assert reply.status == 200
    for _ in range(3):
        assert reply.readline() == b"event: next\n"
        assert b"Heartbeat" in reply.readline()
        assert reply.readline() == b"\n"
    connection.close()
    again = gateway.get("/graphql", sent, json.dumps({"query": STREAM}))
    assert again.status == 401
    assert 'error="invalid_dpop_proof"' in again.headers["www-authenticate"]


def socket(gateway: Running) -> ClientConnection:
    url = f"ws://127.0.0.1:{gateway.port}/graphql"
    return connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], open_timeout=10)


def begins(line: ClientConnection, text: str, shown: str) -> str:
    payload = {"authorization": f"DPoP {text}", "dpop": shown}
    line.send(json.dumps({"type": "connection_init", "payload": payload}))
    kind: str = json.loads(line.recv(timeout=10))["type"]
    return kind


def test_a_socket_begins_with_a_proof_of_its_opening(gateway: Running) -> None:
    text = token(gateway)
    opening = proof(gateway, text, method="GET")
    with socket(gateway) as line:
        assert begins(line, text, opening) == "connection_ack"
        line.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": STREAM}}))
        for _ in range(3):
            assert "Heartbeat" in str(line.recv(timeout=10))
    for wrong in (opening, proof(gateway, text), "x"):
        with socket(gateway) as line, pytest.raises(ConnectionClosed) as closed:
            begins(line, text, wrong)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403


def test_the_list_of_systems_asks_for_it_too(gateway: Running) -> None:
    text = token(gateway)
    sent = {"Authorization": f"DPoP {text}"}
    refused = gateway.get("/healthz/adapters", sent)
    assert refused.status == 401
    assert 'error="invalid_dpop_proof"' in refused.headers["www-authenticate"]
    sent["DPoP"] = proof(gateway, text, "/healthz/adapters", "GET")
    assert gateway.get("/healthz/adapters", sent).status == 200


def test_a_system_that_pushes_may_have_a_token_that_is_bound(gateway: Running) -> None:
    text = token(gateway, client="force")
    sent = {"Authorization": f"DPoP {text}", "Content-Type": "application/json"}
    unknown = gateway.get("/events/police", sent, "{}")
    assert unknown.status == 401
    sent["DPoP"] = proof(gateway, text, "/events/police")
    known = gateway.get("/events/police", sent, "{}")
    assert known.status == 422, "it is known, and what it sent is no document"
    assert gateway.get("/events/police", sent, "{}").status == 401


def test_pages_of_our_origins_may_send_a_proof_and_read_what_is_asked_of_them(
    tmp_path: Path,
) -> None:
    origin = "https://portal.example.test"
    with running(deployment(tmp_path, origins=(origin,))) as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        wants = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        connection.request("OPTIONS", "/graphql", headers=wants)
        allowed = connection.getresponse().headers
        connection.close()
        assert "dpop" in allowed["access-control-allow-headers"]
        text = token(gateway)
        sent = {"Authorization": f"DPoP {text}", "Origin": origin}
        refused = gateway.get("/graphql", sent, "{}")
        assert "www-authenticate" in refused.headers["access-control-expose-headers"]
        assert "dpop-nonce" in refused.headers["access-control-expose-headers"]
