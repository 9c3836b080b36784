"""What systems may do to a caller, and how each exchange still ends in time and within bounds."""

import asyncio
import gzip
import ssl
import subprocess
import sys
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.http import PooledHttp
from records.http import MEBIBYTE, Failure, HttpReply, HttpRequest, NoReplyError

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\n"


@asynccontextmanager
async def system(reply: Reply, tls: ssl.SSLContext | None = None) -> Any:  # noqa: ANN401
    """A system that reads one request and then does as it likes; yields port and requests seen."""
    seen: list[bytes] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            seen.append(await reader.readuntil(b"\r\n\r\n"))
            await reply(writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1], seen
    finally:
        server.close()


def says(raw: bytes) -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return reply


async def fetch(reply: Reply, *, seconds: float = 5, max_bytes: int = MEBIBYTE) -> HttpReply:
    async with system(reply) as (port, _), PooledHttp() as http:
        return await http.fetch(
            HttpRequest(
                method="GET",
                url=f"http://127.0.0.1:{port}/child",
                timeout=seconds,
                max_bytes=max_bytes,
            )
        )


async def failure(reply: Reply, *, seconds: float = 5, max_bytes: int = MEBIBYTE) -> Failure:
    with pytest.raises(NoReplyError) as caught:
        await fetch(reply, seconds=seconds, max_bytes=max_bytes)
    assert str(caught.value) == caught.value.failure.value
    assert caught.value.__cause__ is None
    return caught.value.failure


async def test_a_reply_comes_whole_with_its_status_and_lower_case_headers() -> None:
    reply = await fetch(
        says(b"HTTP/1.1 404 Not Found\r\nX-Seen: yes\r\nContent-Length: 3\r\n\r\nabc")
    )
    assert (reply.status, reply.headers["x-seen"], reply.body) == (404, "yes", b"abc")


async def test_a_compressed_reply_is_undone() -> None:
    body = gzip.compress(b"x" * 1000)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert (await fetch(says(head + body))).body == b"x" * 1000


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(OK)
    while True:
        writer.write(b"X-A: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def silent_after_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 5\r\n\r\n")
    await silent(writer)


async def long_and_silent(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 2000000\r\n\r\n" + b"x" * 500_000)
    await writer.drain()
    await silent(writer)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 100\r\n\r\nabc")
    await writer.drain()
    writer.transport.abort()


@pytest.mark.parametrize("reply", [drip, drip_headers, silent, silent_after_headers])
async def test_a_slow_system_is_given_up_when_its_time_is_over(reply: Reply) -> None:
    begun = asyncio.get_running_loop().time()
    assert await failure(reply, seconds=0.2) is Failure.TIMED_OUT
    assert asyncio.get_running_loop().time() - begun < 1


async def test_an_endless_body_is_cut_at_the_size_allowed() -> None:
    assert await failure(endless) is Failure.TOO_LARGE


async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    head = OK + b"Content-Length: 999999999999999999999\r\n\r\n"
    assert await failure(says(head)) in {Failure.TOO_LARGE, Failure.BROKEN}
    assert await failure(long_and_silent) is Failure.TOO_LARGE


async def test_a_gzip_bomb_is_cut_while_it_unfolds() -> None:
    bomb = gzip.compress(b"0" * 100_000_000, 9)
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        assert await failure(says(head + bomb)) is Failure.TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 20 * MEBIBYTE
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "raw",
    [
        OK + b"Content-Length: 100\r\n\r\nabc",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n",
        OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"Content-Length: 0\r\n\r\n",
        OK + b"X: " + b"y" * 2_000_000 + b"\r\n\r\n",
        b"\x16\x03\x01 nonsense\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
    ],
    ids=[
        "short",
        "not-gzip",
        "bad-chunk",
        "two-lengths",
        "10000-headers",
        "long-header",
        "tls",
        "9.9",
    ],
)
async def test_a_reply_that_breaks_http_is_broken(raw: bytes) -> None:
    assert await failure(says(raw)) is Failure.BROKEN


async def test_a_connection_reset_halfway_is_no_reply() -> None:
    assert await failure(reset) in {Failure.BROKEN, Failure.UNREACHABLE}


async def test_a_connection_closed_at_once_is_no_reply() -> None:
    assert await failure(says(b"")) is Failure.UNREACHABLE


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with system(says(OK + b"Content-Length: 0\r\n\r\n")) as (elsewhere, seen):
        to = b"Location: http://127.0.0.1:%d/metadata\r\n" % elsewhere
        reply = await fetch(says(b"HTTP/1.1 302 Found\r\n" + to + b"Content-Length: 0\r\n\r\n"))
        assert (reply.status, seen) == (302, [])


async def test_a_cookie_is_not_replayed() -> None:
    cookie = OK + b"Set-Cookie: session=of-another\r\nContent-Length: 0\r\n\r\n"
    async with system(says(cookie)) as (port, seen), PooledHttp() as http:
        for _ in range(2):
            await http.fetch(HttpRequest(method="GET", url=f"http://127.0.0.1:{port}/"))
        assert len(seen) == 2
        assert not any(b"cookie" in one.lower() for one in seen)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "nonsense", "", "http://a b/", "http://127.0.0.1:1\n/", "gopher://x/"],
)
async def test_an_address_that_is_none_is_no_reply(url: str) -> None:
    async with PooledHttp() as http:
        with pytest.raises(NoReplyError):
            await http.fetch(HttpRequest(method="GET", url=url))


@pytest.mark.parametrize("headers", [{"X-A": "b\r\nX-B: c"}, {"X A": "b"}, {"X-A\r\n": "b"}])
async def test_a_header_cannot_smuggle_another(headers: dict[str, str]) -> None:
    async with (
        system(says(OK + b"Content-Length: 0\r\n\r\n")) as (port, seen),
        PooledHttp() as http,
    ):
        with pytest.raises(NoReplyError):
            await http.fetch(
                HttpRequest(method="GET", url=f"http://127.0.0.1:{port}/", headers=headers)
            )
        assert seen == []


async def test_nobody_listening_is_unreachable_and_the_environment_names_no_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with system(says(OK + b"Content-Length: 0\r\n\r\n")) as (proxy, seen):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
        async with PooledHttp() as http:
            with pytest.raises(NoReplyError, match="unreachable"):
                await http.fetch(HttpRequest(method="GET", url="http://127.0.0.1:1/"))
        assert seen == []


def certificate(folder: Path, name: str, *, days: int = 1) -> tuple[ssl.SSLContext, bytes]:
    """A server's TLS with a certificate it signed itself, valid from a week ago for so many days."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=7)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=7 + days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(Encoding.PEM)
    path = folder / f"{name}.pem"
    path.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, pem


async def test_a_certificate_nobody_vouches_for_is_insecure(tmp_path: Path) -> None:
    tls, _ = certificate(tmp_path, "localhost")
    async with system(says(OK + b"\r\n"), tls) as (port, seen), PooledHttp() as http:
        with pytest.raises(NoReplyError, match="insecure"):
            await http.fetch(HttpRequest(method="GET", url=f"https://localhost:{port}/"))
        assert seen == []


async def test_a_certificate_for_another_name_is_insecure_even_if_vouched_for(
    tmp_path: Path,
) -> None:
    tls, pem = certificate(tmp_path, "other.test")
    async with system(says(OK + b"\r\n"), tls) as (port, _), PooledHttp(authorities=[pem]) as http:
        with pytest.raises(NoReplyError, match="insecure"):
            await http.fetch(HttpRequest(method="GET", url=f"https://localhost:{port}/"))


async def test_plain_http_on_a_tls_port_and_tls_on_a_plain_port_are_no_reply(
    tmp_path: Path,
) -> None:
    tls, _ = certificate(tmp_path, "localhost")
    async with system(says(OK + b"\r\n"), tls) as (port, _), PooledHttp() as http:
        with pytest.raises(NoReplyError):
            await http.fetch(HttpRequest(method="GET", url=f"http://localhost:{port}/", timeout=1))


def test_a_process_that_ends_right_after_an_exchange_ends_well() -> None:
    script = (
        "import asyncio\n"
        "from gateway.http import PooledHttp\n"
        "from records.http import HttpRequest, NoReplyError\n"
        "async def main():\n"
        "    async with PooledHttp() as http:\n"
        "        try:\n"
        "            await http.fetch(HttpRequest(method='GET', url='http://127.0.0.1:1/'))\n"
        "        except NoReplyError as error:\n"
        "            print(error)\n"
        "asyncio.run(main())\n"
    )
    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout) == (0, "unreachable\n")
