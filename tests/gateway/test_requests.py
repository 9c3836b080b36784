"""What HTTP may carry, what is refused and how: never a crash, never a word of a library."""

import gzip
import json
import re

import msgspec
import pytest

from gateway.settings import Settings
from tests.gateway.edges import SECRET, Served, serving, with_limits

GRAPHQL = "application/graphql-response+json"
ROLE = json.dumps({"query": "{role}"})
# Words that only a parser, a framework or Python itself would say.
LIBRARIES = re.compile(
    rb"Traceback|codec|JSONDecode|msgspec|uvicorn|starlette|strawberry|graphql-core|"
    rb"recursion|line \d+ column|Expecting|NoneType|list index|invalid literal|sqlalchemy",
    re.IGNORECASE,
)


def test_a_question_is_answered_and_kept_by_nobody(served: Served) -> None:
    answer = served.ask("{role subject}")
    assert answer.status == 200
    assert answer.json() == {"data": {"role": "social-worker", "subject": "subject-1"}}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["homeward-correlation-id"])
    assert "server" not in answer.headers


BODIES: dict[str, bytes] = {
    "empty": b"",
    "text": b'"x"',
    "null": b"null",
    "number": b"1",
    "array of questions": f"[{ROLE},{ROLE}]".encode(),
    "array": b"[]",
    "no query": b"{}",
    "query is null": b'{"query":null}',
    "query is a number": b'{"query":1}',
    "query is an object": b'{"query":{"a":1}}',
    "query is a list": b'{"query":["{role}"]}',
    "operationName is a number": b'{"query":"{role}","operationName":1}',
    "operationName is 100 kB": b'{"query":"{role}","operationName":"' + b"x" * 100_000 + b'"}',
    "variables are a list": b'{"query":"{role}","variables":[]}',
    "variables are text": b'{"query":"{role}","variables":"{}"}',
    "extensions are a list": b'{"query":"{role}","extensions":[]}',
    "50,000 brackets": b"[" * 50_000,
    "50,000 brackets in variables": b'{"query":"{role}","variables":{"a":' + b"[" * 50_000 + b"}}",
    "50,000 objects": b'{"a":' * 10_000,
    "invalid UTF-8": b'{"query":"\xff\xfe"}',
    "UTF-16": ROLE.encode("utf-16"),
    "UTF-32": ROLE.encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + ROLE.encode(),
    "100,000 digits": b'{"query":"{role}","variables":{"a":' + b"9" * 100_000 + b"}}",
    "NaN": b'{"query":"{role}","variables":{"a":NaN}}',
    "Infinity": b'{"query":"{role}","variables":{"a":-Infinity}}',
    "lone surrogate": b'{"query":"{role}","variables":{"a":"\\ud800"}}',
    "lone surrogate in the query": b'{"query":"{echo(text:\\"\\udfff\\")}"}'.replace(
        b"\\udfff", b"\\udbff"
    ),
    "a key twice": b'{"query":"{role}","query":"{subject}"}',
    "a variable twice": b'{"query":"{role}","variables":{"a":1,"a":2}}',
    "truncated": ROLE.encode()[:-3],
    "trailing junk": ROLE.encode() + b"x",
    "two documents": (ROLE + ROLE).encode(),
    "comment": b"/* */" + ROLE.encode(),
    "NUL bytes": b"\x00" * 100,
    "query and documentId": b'{"query":"{role}","documentId":"x"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_question_is_a_plain_400(served: Served, body: bytes) -> None:
    answer = served.send(body)
    assert answer.status == 400
    assert answer.code == "BAD_REQUEST"
    assert not LIBRARIES.search(answer.body)
    assert len(answer.body) < 300


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json, text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-8",
        "application/json; boundary=x",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json5",
    ],
)
def test_only_json_in_utf_8_is_taken(served: Served, kind: str) -> None:
    answer = served.send(ROLE, {"Content-Type": kind})
    assert (answer.status, answer.code) == (415, "BAD_REQUEST")


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'],
)
def test_json_may_say_that_it_is_utf_8(served: Served, kind: str) -> None:
    assert served.send(ROLE, {"Content-Type": kind}).status == 200


def test_a_compressed_body_is_not_unpacked(served: Served) -> None:
    answer = served.send(gzip.compress(ROLE.encode()), {"Content-Encoding": "gzip"})
    assert answer.status == 415
    assert served.send(gzip.compress(ROLE.encode())).status == 400


def test_half_a_character_that_comes_with_its_other_half_is_a_character(served: Served) -> None:
    body = b'{"query":"query($t:String!){echo(text:$t)}","variables":{"t":"\\ud83d\\ude00"}}'
    assert served.send(body).json() == {"data": {"echo": "😀"}}


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_long_is_refused_whole_or_in_chunks(*, chunked: bool) -> None:
    with serving(with_limits(body_bytes=1000)) as small, small.raw() as line:
        head = f"POST /graphql HTTP/1.1\r\nHost: {small.host}\r\nAuthorization: Bearer {small.token()}\r\n"
        head += "Content-Type: application/json\r\n"
        if chunked:
            line.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
            line.sendall(b"".join(b"100\r\n" + b"x" * 256 + b"\r\n" for _ in range(5)))
        else:
            line.sendall(f"{head}Content-Length: 1001\r\n\r\n".encode())
        assert line.recv(4000).startswith(b"HTTP/1.1 413 ")
        assert small.ask("{role}").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_methods_that_are_not_used_are_refused(served: Served, method: str) -> None:
    answer = served.send(None, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "POST, GET")


@pytest.mark.parametrize(
    "address",
    ["", "?query=%7Brole%7D", "?documentId=a&variables=%7B%7D", "?documentId=a&documentId=b", "?x"],
)
def test_nothing_but_the_id_of_a_trusted_document_may_stand_in_an_address(
    served: Served, address: str
) -> None:
    assert served.send(None, method="GET", path=f"/graphql{address}").status == 405


def test_nothing_may_stand_in_the_address_of_a_post(served: Served) -> None:
    assert served.send(ROLE, path="/graphql?query=%7Bsubject%7D").status == 400


@pytest.mark.parametrize(
    "accept, kind",
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, application/json", GRAPHQL),
        (f"application/json, {GRAPHQL}; q=0.9", "application/json"),
        (f"{GRAPHQL}; charset=utf-8, */*; q=0.1", GRAPHQL),
        ("text/html, */*;q=0.8", "application/json"),
    ],
)
def test_the_answer_has_the_type_that_was_asked_for(
    served: Served, accept: str | None, kind: str
) -> None:
    answer = served.ask("{role}", {"Accept": accept} if accept else {})
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.status == 200


@pytest.mark.parametrize(
    "accept", ["text/html", "image/*", f"{GRAPHQL};q=0", "application/json;charset=latin-1"]
)
def test_a_type_that_we_do_not_speak_is_406(served: Served, accept: str) -> None:
    assert served.ask("{role}", {"Accept": accept}).status == 406


@pytest.mark.parametrize(
    "document", ["{", "{ nothing }", "{ number(of: true) }", "query A {role} query B {role}"]
)
def test_what_cannot_be_executed_is_200_in_plain_json_and_400_in_the_newer_type(
    served: Served, document: str
) -> None:
    plain, newer = served.ask(document), served.ask(document, {"Accept": GRAPHQL})
    assert (plain.status, newer.status) == (200, 400)
    for answer in (plain, newer):
        assert "data" not in answer.json()
        assert answer.code == "BAD_USER_INPUT"


def test_a_variable_of_the_wrong_type_is_refused_without_repeating_it(served: Served) -> None:
    answer = served.ask(
        "query($ofAurelia: Int!) { number(of: $ofAurelia) }",
        {"Accept": GRAPHQL},
        variables={"ofAurelia": SECRET},
    )
    assert answer.status == 400
    assert b"Aurelia" not in answer.body


def test_one_of_several_operations_is_named(served: Served) -> None:
    document = "query A {role} query B {subject}"
    assert served.ask(document, operationName="B").json() == {"data": {"subject": "subject-1"}}
    assert served.ask(document, operationName="C").code == "BAD_USER_INPUT"
    assert served.ask(document, operationName=f"C\n{SECRET}").body.count(b"Aurelia") == 0


def test_a_mutation_is_asked_with_post(served: Served) -> None:
    assert served.ask("mutation { change }").json() == {"data": {"change": "changed"}}


@pytest.mark.parametrize("token, error", [(None, False), ("x.y.z", True), ("x", True)])
def test_without_a_valid_token_nothing_is_read_and_the_challenge_says_so(
    served: Served, token: str | None, *, error: bool
) -> None:
    for body in (ROLE, "{", "[" * 1000):
        answer = served.send(body, token=token)
        assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"].startswith('Bearer realm="homeward"')
        assert ("invalid_token" in answer.headers["www-authenticate"]) is error
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "", "localhost@evil.test", "evil.test:80"]
)
def test_a_host_that_is_not_ours_is_refused(served: Served, host: str) -> None:
    assert served.send(ROLE, {"Host": host}).status == 421


def test_a_page_of_another_origin_may_not_ask(served: Served) -> None:
    assert served.send(ROLE, {"Origin": "https://evil.test"}).status == 403
    assert served.send(ROLE, {"Origin": "null"}).status == 403
    assert served.send(ROLE, {"Origin": f"http://{served.host}"}).status == 200


def test_pages_of_an_origin_that_the_deployment_names_may_ask_and_read() -> None:
    origin = "https://portal.example.test"
    settings = msgspec.structs.replace(Settings(listen="127.0.0.1:0"), origins=(origin,))
    with serving(settings) as shared:
        wanted = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        before = shared.send(None, wanted, "OPTIONS", token=None)
        assert before.status == 204
        assert "authorization" in before.headers["access-control-allow-headers"]
        answer = shared.send(ROLE, {"Origin": origin})
        for one in (before, answer):
            assert one.headers["access-control-allow-origin"] == origin
            assert one.headers["vary"] == "Origin"
            assert "access-control-allow-credentials" not in one.headers
        for other in ("https://evil.test", f"{origin}.evil.test", "null"):
            refused = shared.send(None, wanted | {"Origin": other}, "OPTIONS", token=None)
            assert refused.status == 403
            assert "access-control-allow-origin" not in refused.headers


def test_trace_context_from_outside_is_neither_needed_nor_repeated(served: Served) -> None:
    sent = {"traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01", "baggage": f"child={SECRET}"}
    answer = served.send(ROLE, sent)
    assert answer.status == 200
    assert "a" * 32 not in str(answer.headers)
