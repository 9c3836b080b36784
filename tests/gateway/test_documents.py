"""Trusted documents, and documents kept once read."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from gateway.documents import Documents, NotTrusted
from gateway.settings import Documents as DocumentSettings
from gateway.settings import Settings
from records.errors import WrongSettings
from tests.gateway.edges import Served, serving, small_schema, with_limits, write

ROLE = "query Role { role }\n"
OTHERS = "query Subject { subject }\n"
WITH_VARIABLE = 'query Echo($t: String = "none") { echo(text: $t) }\n'


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "role.graphql", ROLE)
    write(tmp_path, "homeward-demo/echo.graphql", WITH_VARIABLE)
    write(tmp_path, "another%20client/subject.graphql", OTHERS)
    return tmp_path


def deployment(folder: Path, *, required: bool) -> Settings:
    return msgspec.structs.replace(
        Settings(listen="127.0.0.1:0"), documents=DocumentSettings(folder=folder, required=required)
    )


def ids(served: Served, document_id: str, **rest: object) -> tuple[int, bytes]:
    answer = served.send(msgspec.json.encode({"documentId": document_id, **rest}))
    return answer.status, answer.body


def test_a_trusted_document_is_asked_by_its_id(folder: Path) -> None:
    with serving(deployment(folder, required=False)) as served:
        for spelling in (digest(ROLE), f"sha256:{digest(ROLE)}", digest(ROLE).upper()):
            assert ids(served, spelling) == (200, b'{"data":{"role":"social-worker"}}')
        assert (
            ids(served, digest(WITH_VARIABLE), variables={"t": "a"})[1] == b'{"data":{"echo":"a"}}'
        )
        apollo = {"persistedQuery": {"version": 1, "sha256Hash": digest(ROLE)}}
        answer = served.send(msgspec.json.encode({"extensions": apollo}))
        assert answer.json() == {"data": {"role": "social-worker"}}


def test_get_is_for_trusted_documents_without_variables(folder: Path) -> None:
    with serving(deployment(folder, required=False)) as served:
        got = served.send(None, method="GET", path=f"/graphql?documentId={digest(ROLE)}")
        assert got.json() == {"data": {"role": "social-worker"}}
        assert got.headers["cache-control"] == "no-store"
        assert (
            served.send(None, method="GET", path="/graphql?documentId=x").code
            == "DOCUMENT_NOT_TRUSTED"
        )


def test_another_clients_document_and_one_that_is_nobodys_are_refused_alike(folder: Path) -> None:
    with serving(deployment(folder, required=False)) as served:
        another, nobodys = (
            served.send(msgspec.json.encode({"documentId": one})).json()
            for one in (digest(OTHERS), digest("{nothing}"))
        )
        for answer in (another, nobodys):
            answer["errors"][0]["extensions"].pop("correlationId")
        assert another == nobodys
        assert another["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


def test_where_they_are_required_only_their_text_or_id_is_taken(folder: Path) -> None:
    with serving(deployment(folder, required=True)) as served:
        assert served.ask(ROLE).json() == {"data": {"role": "social-worker"}}
        for other in ("{ role }", OTHERS, "{ __schema { types { name } } }", "{"):
            assert served.ask(other).code == "DOCUMENT_NOT_TRUSTED"


@pytest.mark.parametrize(
    "text, says",
    [
        ("{ nothing }", "not a valid document in line 1"),
        ("{", "not a valid document"),
        ("{ " + "role " * 20 + "}", "asks for too much: repeats"),
    ],
)
def test_a_trusted_document_that_cannot_be_asked_stops_the_start(
    tmp_path: Path, text: str, says: str
) -> None:
    write(tmp_path, "bad.graphql", text)
    with pytest.raises(WrongSettings, match=f"bad.graphql: {says}"):
        Documents(small_schema(), deployment(tmp_path, required=False))
    with pytest.raises(WrongSettings, match="is no folder"):
        Documents(small_schema(), deployment(tmp_path / "nowhere", required=False))


def test_a_document_is_read_once_and_the_store_is_bounded() -> None:
    documents = Documents(small_schema(), with_limits(documents=3))
    first = documents.by_text("{ role }", "a")
    assert documents.by_text("{ role }", "b") is first
    for number in range(3):
        documents.by_text(f"{{ a{number}: role }}", "a")
    assert len(documents._kept) == 3
    assert documents.by_text("{ role }", "a") is not first


def test_an_id_that_is_no_text_of_this_client_is_not_trusted() -> None:
    documents = Documents(small_schema(), Settings())
    for one in ("", "x", "é", "sha256:", digest("{ role }")):
        with pytest.raises(NotTrusted):
            documents.by_id(one, "a")


def test_where_introspection_is_off_the_schema_is_not_shown() -> None:
    hidden = msgspec.structs.replace(Settings(listen="127.0.0.1:0"), introspection=False)
    with serving(hidden) as served:
        for document in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
            assert (
                served.ask(document).json()["errors"][0]["message"] == "Introspection is off here."
            )
        assert served.ask("{ __typename }").json() == {"data": {"__typename": "Query"}}
