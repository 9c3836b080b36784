"""The whole gateway as a deployment starts it: real database, real sockets, real keys."""

import asyncio
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from disclosure.approvals import approve
from disclosure.audit import Ledger
from gateway.app import Gateway, create
from gateway.graphiql import STATIC
from gateway.keys import own_keys
from gateway.serving import listening, server
from gateway.settings import Issuer, Keys, Settings, SourceSettings
from linking.storage import open_engine
from protocols.load import files_of
from records.errors import WrongSettings
from records.people import Role
from tests.gateway.edges import Answer
from tests.postgres import Postgres

VIEWER = "{ viewer { role organisation } }"
ACCESS = {"Access-Purpose": "safeguard", "Access-Reason": "Strategy discussion at 10 today"}


def deployment(folder: Path, **changes: Any) -> Settings:  # noqa: ANN401 (any setting)
    settings = Settings(
        listen="127.0.0.1:0",
        database=f"sqlite+aiosqlite:///{folder / 'homeward.sqlite'}",
        keys=Keys(folder=folder / "keys"),
    )
    return msgspec.structs.replace(settings, **changes)


@dataclass
class Running:
    """A gateway that listens."""

    port: int
    gateway: Gateway

    def token(self, role: Role = Role.SOCIAL_WORKER) -> str:
        assert self.gateway.issuer is not None
        return self.gateway.issuer.mint(role, "E10000017", "subject-1")

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def ask(self, query: str, token: str, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.get("/graphql", {**sent, **(headers or {})}, json.dumps({"query": query}))


@contextmanager
def running(settings: Settings) -> Iterator[Running]:
    app = create(settings)
    bound = listening(settings)
    served = server(app, settings)
    thread = threading.Thread(target=lambda: asyncio.run(served.serve([bound])), daemon=True)
    thread.start()
    while not served.started:
        assert thread.is_alive(), app.state.gateway.failure
        time.sleep(0.005)
    try:
        yield Running(bound.getsockname()[1], app.state.gateway)
    finally:
        served.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(deployment(tmp_path_factory.mktemp("gateway"))) as one:
        yield one


def test_it_starts_on_either_database_and_says_who_it_thinks_i_am(
    tmp_path: Path, database_url: str
) -> None:
    with running(deployment(tmp_path, database=database_url)) as gateway:
        assert gateway.get("/readyz").json() == {"ready": True}
        answer = gateway.ask(VIEWER, gateway.token())
        assert answer.json() == {
            "data": {"viewer": {"role": "SOCIAL_WORKER", "organisation": "E10000017"}}
        }


def test_a_child_that_nobody_knows_is_not_found_and_the_decision_is_on_record(
    gateway: Running,
) -> None:
    question = '{ child(id: "unknown") { __typename } }'
    assert gateway.ask(question, gateway.token()).code == "PURPOSE_REQUIRED"
    answer = gateway.ask(question, gateway.token(), ACCESS).json()
    assert answer["data"] == {"child": {"__typename": "NotFoundOrNotPermitted"}}
    assert answer["extensions"]["disclosure"][0]["ref"]


def test_ready_means_the_database_and_not_ready_is_said_without_falling_over(
    tmp_path: Path, postgres: Postgres
) -> None:
    with postgres.database() as url:
        entered = running(deployment(tmp_path, database=url))
        gateway = entered.__enter__()
    try:
        assert (gateway.get("/readyz").status, gateway.get("/livez").status) == (503, 200)
        assert gateway.ask(VIEWER, gateway.token()).status == 200
        answer = gateway.ask('{ child(id: "x") { __typename } }', gateway.token(), ACCESS)
        assert answer.json()["data"] is None
        assert b"asyncpg" not in answer.body
        assert b"database" not in answer.body.lower()
    finally:
        entered.__exit__(None, None, None)


def test_every_address_answers_with_the_headers_that_keep_answers_private(
    gateway: Running,
) -> None:
    for path in (
        "/livez",
        "/readyz",
        "/graphql",
        "/healthz/adapters",
        "/nothing",
        "/graphiql",
        "//",
    ):
        headers = gateway.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "server" not in headers


def test_systems_are_listed_for_those_who_are_signed_in(tmp_path: Path) -> None:
    police = SourceSettings(
        adapter="police",
        config={
            "product": "connect",
            "base_url": "http://127.0.0.1:1",
            "client_id": "homeward",
            "client_secret_file": str(tmp_path / "secret"),
        },
    )
    (tmp_path / "secret").write_text("an invented secret\n")
    with running(deployment(tmp_path, sources={"police": police})) as gateway:
        refused = gateway.get("/healthz/adapters")
        assert (refused.status, refused.json()["code"]) == (401, "UNAUTHENTICATED")
        assert refused.headers["www-authenticate"].startswith("Bearer")
        listed = gateway.get("/healthz/adapters", {"Authorization": f"Bearer {gateway.token()}"})
        (one,) = listed.json()["adapters"]
        assert (one["name"], one["agency"]) == ("police", "police")
        assert "episode.status" in one["supplies"]
        assert b"invented secret" not in listed.body
        assert gateway.get("/readyz").status == 200


@pytest.mark.parametrize(
    "sources, says",
    [
        ({"x": SourceSettings(adapter="abacus")}, "no adapter `abacus`; choose one of"),
        ({"x": SourceSettings(adapter="police", config={"url": "https://p.test"})}, "x"),
        (
            {"x": SourceSettings(adapter="police", config={"client_secret_file": "/nowhere"})},
            "cannot be read as text",
        ),
    ],
)
def test_a_system_that_is_not_set_up_rightly_stops_the_start(
    tmp_path: Path, sources: dict[str, SourceSettings], says: str
) -> None:
    app = create(deployment(tmp_path, sources=sources))

    async def start() -> None:
        async with app.state.gateway.lifespan(app):
            raise AssertionError

    with pytest.raises(WrongSettings, match=says):
        asyncio.run(start())


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://u:secret@h/d", "sqlite+aiosqlite:///{folder}/a-file/x.sqlite"]
)
def test_a_database_that_cannot_be_used_stops_the_start_without_its_password(
    tmp_path: Path, url: str
) -> None:
    (tmp_path / "a-file").write_text("no folder")
    app = create(deployment(tmp_path, database=url.format(folder=tmp_path)))

    async def start() -> None:
        async with app.state.gateway.lifespan(app):
            raise AssertionError

    with pytest.raises(WrongSettings, match=r"^database: ") as caught:
        asyncio.run(start())
    assert "secret" not in str(caught.value)


def test_metrics_are_for_those_whom_the_deployment_names(tmp_path: Path, gateway: Running) -> None:
    assert b"homeward_questions_total" in gateway.get("/metrics").body
    telemetry = msgspec.structs.replace(Settings().telemetry, metrics_for=("192.0.2.1",))
    with running(deployment(tmp_path, telemetry=telemetry)) as other:
        assert other.get("/metrics").status == 404


def test_graphiql_is_whole_here_and_what_stands_here_is_what_was_published(
    gateway: Running,
) -> None:
    page = gateway.get("/graphiql")
    assert page.status == 200
    assert b"http" not in page.body.replace(b"<!doctype html>", b"")
    assert b"<script>" not in page.body
    folder = Path(__file__).parents[2] / "gateway" / "static" / "graphiql"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    assert sums.keys() == {name for name in STATIC if ".min." in name}
    for name in STATIC:
        served = gateway.get(f"/graphiql/{name}")
        assert f"/graphiql/{name}".encode() in page.body
        assert served.status == 200
        if name in sums:
            assert hashlib.sha256(served.body).hexdigest() == sums[name]
    assert gateway.get("/graphiql/README.md").status == 404
    assert gateway.get("/graphiql/../app.py").status == 404
    assert {path.name for path in folder.glob("LICENSE.*")} == {"LICENSE.graphiql", "LICENSE.react"}


class AnIssuer:
    """An issuer elsewhere, that publishes its keys over real HTTP."""

    def __init__(self) -> None:
        self.published: list[ECKey] = []
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = msgspec.json.encode(
                    {"keys": [key.as_dict(private=False) for key in issuer.published]}
                )
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def settings(self, *, seconds: float) -> Issuer:
        port = self._server.server_address[1]
        return Issuer(
            iss="https://id.example.test",
            audience="homeward",
            jwks_url=f"http://127.0.0.1:{port}/keys",
            jwks_seconds=seconds,
        )

    def token(self, key: ECKey) -> str:
        now = int(time.time())
        claims = {
            "iss": "https://id.example.test", "aud": "homeward", "sub": "s", "client_id": "c",
            "iat": now, "exp": now + 300, "jti": "j", "roles": ["school"], "organisation": "S1",
        }  # fmt: skip
        header = {"typ": "at+jwt", "alg": "ES256", "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=["ES256"])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_an_issuers_keys_rotate_and_a_withdrawn_one_dies_while_the_gateway_runs(
    tmp_path: Path,
) -> None:
    issuer = AnIssuer()
    old, new = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))
    issuer.published = [old]
    token = issuer.token(old)
    settings = deployment(tmp_path, issuers=(issuer.settings(seconds=0.4),))
    with running(settings) as gateway:
        assert gateway.gateway.issuer is None
        assert gateway.ask(VIEWER, token).json()["data"]["viewer"]["role"] == "SCHOOL"
        issuer.published = [new]
        withdrawn = time.monotonic()
        while gateway.ask(VIEWER, token).status == 200:
            assert time.monotonic() - withdrawn < 2
        assert gateway.ask(VIEWER, token).code == "UNAUTHENTICATED"
        assert gateway.ask(VIEWER, issuer.token(new)).status == 200
        issuer.close()
        gone = time.monotonic()
        while gateway.ask(VIEWER, issuer.token(new)).status == 200:
            assert time.monotonic() - gone < 2
        closed = gateway.ask(VIEWER, issuer.token(new))
        assert (closed.status, closed.code) == (503, "UNAVAILABLE")
        assert closed.headers["retry-after"] == "5"


async def _approve(settings: Settings) -> None:
    keys, engine = own_keys(settings), open_engine(settings.database)
    async with Ledger(engine, keys.ledger, pepper=keys.pepper, writer="test") as ledger:
        now = datetime.now(UTC)
        await approve(engine, ledger, files_of(), by="A. Lead", now=now, starts=now.date())
    await engine.dispose()


def test_in_production_there_is_no_issuer_no_page_and_no_schema(tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256", {"kid": "k"})
    (tmp_path / "jwks.json").write_bytes(
        msgspec.json.encode({"keys": [key.as_dict(private=False)]})
    )
    outside = Issuer(
        iss="https://id.example.test", audience="homeward", jwks_file=tmp_path / "jwks.json"
    )
    deployment_of = deployment(tmp_path)
    with running(deployment_of):
        pass  # makes the keys, which production does not
    asyncio.run(_approve(deployment_of))
    settings = msgspec.structs.replace(
        deployment_of, mode="production", hosts=("127.0.0.1",), issuers=(outside,)
    )
    issuer = AnIssuer()
    token = issuer.token(key)
    issuer.close()
    with running(settings) as gateway:
        for path in ("/graphiql", "/.well-known/jwks.json"):
            assert gateway.get(path).status == 404
        assert gateway.ask(VIEWER, token).status == 200
        hidden = gateway.ask("{ __schema { types { name } } }", token).json()
        assert hidden["errors"][0]["message"] == "Introspection is off here."
        assert "max-age" in gateway.get("/livez").headers["strict-transport-security"]
        assert gateway.get("/livez", {"Host": "localhost"}).status == 421
