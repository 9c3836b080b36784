"""Callers who do nothing, or little, for long; and callers of whom there are too many."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.gateway.edges import Served, serving, with_limits

BRIEF = 0.25
PATIENCE = 3.0


@pytest.fixture(scope="module")
def brief() -> Iterator[Served]:
    settings = with_limits(
        header_seconds=BRIEF, body_seconds=BRIEF, idle_seconds=1, write_seconds=BRIEF,
        header_bytes=2000, header_count=20,
    )  # fmt: skip
    with serving(settings) as served:
        yield served


def until_closed(line: socket.socket, drip: bytes = b"") -> tuple[float, bytes]:
    """How long a connection lived, dripping a byte now and then, and what was said on it."""
    begun = time.monotonic()
    line.settimeout(0.02)
    said = b""
    while time.monotonic() - begun < PATIENCE:
        try:
            if drip:
                line.sendall(drip)
            more = line.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            break
        if not more:
            break
        said += more
    return time.monotonic() - begun, said


HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "said, drip",
    [
        (b"", b""),
        (b"POST /gra", b""),
        (b"POST /", b"x"),
        (HEAD, b""),
        (HEAD + b"X-A: ", b"x"),
        (HEAD + b"Content-Length: 100\r\n\r\n", b""),
        (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b""),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=[
        "silent", "half-a-line", "dripped-line", "half-headers", "dripped-headers",
        "no-body", "dripped-body", "no-chunk", "dripped-chunks",
    ],
)  # fmt: skip
def test_a_caller_who_does_not_get_on_with_it_is_cut_off(
    brief: Served, said: bytes, drip: bytes
) -> None:
    token = f"Authorization: Bearer {brief.token()}\r\n".encode()
    with brief.raw() as line:
        line.sendall(said.replace(HEAD, HEAD + token))
        lived, _ = until_closed(line, drip)
    assert BRIEF * 0.8 < lived < PATIENCE / 2


def test_a_second_request_on_the_same_connection_has_a_deadline_too(brief: Served) -> None:
    with brief.raw() as line:
        line.sendall(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        reply = line.recv(65536)
        while not reply.endswith(b"}]}"):
            reply += line.recv(65536)
        line.sendall(b"GET /x HTT")
        lived, said = until_closed(line)
    assert lived < PATIENCE / 2
    assert said == b""


def test_a_connection_that_is_kept_and_not_used_is_closed(brief: Served) -> None:
    with brief.raw() as line:
        line.sendall(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 ")
        lived, _ = until_closed(line)
    assert lived < PATIENCE


def test_slow_callers_do_not_slow_the_others(brief: Served) -> None:
    with contextlib.ExitStack() as lines:
        for _ in range(200):
            line = lines.enter_context(brief.raw())
            line.sendall(b"POST /graphql HTTP/1.1\r\nHost: ")
        begun = time.monotonic()
        assert brief.ask("{ role }").status == 200
        assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "extra",
    [
        b"X-Long: " + b"x" * 3000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % n for n in range(30)),
        b"".join(b"X-%d: y\r\n" % n for n in range(10_000)),
    ],
    ids=["long", "many", "10000"],
)
def test_headers_have_a_size_and_a_number(brief: Served, extra: bytes) -> None:
    with brief.raw() as line:
        with contextlib.suppress(OSError):
            line.sendall(HEAD + extra + b"\r\n")
        _, said = until_closed(line)
    assert said.startswith((b"HTTP/1.1 431 ", b""))
    assert said.count(b"HTTP/1.1") <= 1
    assert b"HTTP/1.1 200" not in said


def test_a_long_address_is_refused(brief: Served) -> None:
    with brief.raw() as line:
        line.sendall(b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: +3\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        HEAD + b"X A: b\r\n\r\n",
        HEAD + b"X-A: b\x00c\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_a_word_of_the_parser(
    brief: Served, raw: bytes
) -> None:
    with brief.raw() as line:
        line.sendall(raw)
        _, said = until_closed(line)
    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 401 ", b"HTTP/1.1 421 "))
    assert b"Invalid HTTP" not in said
    assert b"uvicorn" not in said.lower()


def test_two_host_headers_or_none_are_refused(brief: Served) -> None:
    for hosts in (b"", b"Host: 127.0.0.1\r\nHost: evil.test\r\n"):
        with brief.raw() as line:
            line.sendall(b"GET /livez HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n")
            assert until_closed(line)[1].startswith((b"HTTP/1.1 421 ", b"HTTP/1.1 400 "))


def test_a_caller_who_never_reads_the_answer_is_cut_off(brief: Served) -> None:
    text = "x" * 60_000
    body = (
        b'{"query":"{'
        + b" ".join(b'a%d: echo(text: \\"%s\\")' % (n, text.encode()) for n in range(2))
        + b'}"}'
    )
    token = f"Authorization: Bearer {brief.token()}\r\n".encode()
    request = HEAD + token + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with brief.raw() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        line.settimeout(PATIENCE)
        with pytest.raises(OSError):  # noqa: PT012 (which of the sends fails is up to the buffers)
            begun = time.monotonic()
            while time.monotonic() - begun < PATIENCE:
                line.sendall(request)
        assert time.monotonic() - begun < PATIENCE


def test_there_is_a_limit_to_connections_and_it_frees_itself() -> None:
    with serving(with_limits(connections=5, header_seconds=BRIEF)) as few:
        lines = [few.raw() for _ in range(8)]
        said = [until_closed(line)[1] for line in lines]
        for line in lines:
            line.close()
        assert sum(one.startswith(b"HTTP/1.1 503 ") for one in said) == 3
        assert few.ask("{ role }").status == 200


def test_a_caller_who_leaves_in_the_middle_is_forgotten(brief: Served) -> None:
    token = f"Authorization: Bearer {brief.token()}\r\n".encode()
    for _ in range(50):
        with brief.raw() as line:
            line.sendall(HEAD + token + b"Content-Length: 100\r\n\r\nabc")
    assert brief.ask("{ role }").status == 200
