"""What an exchange makes of what comes, where the contract family does not look."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.credentials import Fixed
from adapters.exchange import Exchange, segment
from adapters.notes import Notes
from adapters.paging import Walk
from adapters.reading import Wire
from adapters.simulation import SENTINEL, Simulator
from gateway.http import PooledHttp
from records.errors import SourceContractBroken, SourceError, SourceRefused, SourceUnavailable
from records.retry_after import retry_after

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class _Small(msgspec.Struct):
    a: int
    b: str | None = None


class _Listed(msgspec.Struct):
    rows: list[msgspec.Raw]


class Echo(Simulator):
    """Says which path it was asked for; gives any status asked for."""

    def routes(self) -> Sequence[Route]:
        async def echo(request: Request) -> Response:
            return JSONResponse({"path": request.scope["raw_path"].decode()})

        async def status(request: Request) -> Response:
            code = int(request.path_params["code"])
            return Response(SENTINEL, code, {"content-type": "application/json"})

        async def fhir(_: Request) -> Response:
            return Response(b"{}", 200, {"content-type": "application/fhir+json; charset=utf-8"})

        return [
            Route("/status/{code}", status),
            Route("/fhir", fhir),
            Route("/{rest:path}", echo),
        ]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Echo]:
    with Echo() as running:
        yield running


@pytest.fixture
async def echo(simulator: Echo) -> AsyncIterator[tuple[Echo, Exchange]]:
    simulator.forgets_what_it_was_asked()
    async with PooledHttp() as http:
        yield simulator, Exchange("records", http, f"{simulator.url}/base", timeout=5.0)


async def test_an_id_cannot_steer_the_path(echo: tuple[Echo, Exchange]) -> None:
    _, exchange = echo
    for value in ("../secret", "a/b", "?x=1", "#", "..", "a\x00b", "é"):
        reply = await exchange.get(f"residents/{segment(value)}/steps")
        path = Wire(dict[str, str], what="echo").read("records", reply.body)["path"]
        assert path.startswith("/base/residents/")
        assert path.endswith("/steps")
        assert path.count("/") == 4


@pytest.mark.parametrize(
    "status, expected",
    [
        (400, SourceContractBroken),
        (401, SourceRefused),
        (403, SourceRefused),
        (404, SourceContractBroken),
        (408, SourceUnavailable),
        (409, SourceContractBroken),
        (418, SourceContractBroken),
        (429, SourceUnavailable),
        (500, SourceUnavailable),
        (502, SourceUnavailable),
        (503, SourceUnavailable),
        (504, SourceUnavailable),
        (999, SourceUnavailable),
        (301, SourceContractBroken),
        (304, SourceContractBroken),
    ],
)
async def test_each_status_means_one_thing(
    echo: tuple[Echo, Exchange], status: int, expected: type[SourceError]
) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url)
        with pytest.raises(expected, match=r"^records: ") as told:
            await exchange.get(f"status/{status}")
    assert SENTINEL not in str(told.value)


async def test_a_status_to_which_the_interface_gives_a_meaning_comes_back(
    echo: tuple[Echo, Exchange],
) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url)
        reply = await exchange.get("status/404", also=frozenset({404}))
    assert reply.status == 404


async def test_json_by_another_name_is_json_only_where_it_is_accepted(
    echo: tuple[Echo, Exchange],
) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url)
        assert (await exchange.get("fhir")).body == b"{}"
        with pytest.raises(SourceContractBroken, match="format its interface excludes"):
            await exchange.get("fhir", accepts=frozenset({"application/vnd.api+json"}))


async def test_a_fixed_key_is_not_tried_twice(echo: tuple[Echo, Exchange]) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url, credentials=Fixed({"x-api-key": "k"}))
        with pytest.raises(SourceRefused):
            await exchange.get("status/401")
    assert len(simulator.asked) == 1


async def test_calls_side_by_side_fail_together_and_with_the_narrow_error(
    echo: tuple[Echo, Exchange],
) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url)
        with pytest.raises(SourceRefused):
            await exchange.together([exchange.get("a"), exchange.get("status/403")])
        replies = await exchange.together([exchange.get("a"), exchange.get("b")])
    assert [reply.body for reply in replies] == [b'{"path":"/a"}', b'{"path":"/b"}']


async def test_a_whole_question_has_a_deadline_however_quick_each_call(
    echo: tuple[Echo, Exchange],
) -> None:
    simulator, _ = echo
    async with PooledHttp() as http:
        exchange = Exchange("records", http, simulator.url, timeout=30.0, deadline=0.05)
        with pytest.raises(SourceUnavailable, match="did not answer in time"):
            await exchange.together([asyncio.Event().wait()])


@pytest.mark.parametrize(
    "sent, seconds",
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 400, 3600.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("Thu, 24 Nov 2027 09:00:00 GMT", 3600.0),
        ("Tue, 99 Nov 2026 09:01:30 GMT", None),
    ],
)
def test_when_to_ask_again_is_kept_within_reason(sent: str | None, seconds: float | None) -> None:
    assert retry_after(sent, NOW) == seconds


def test_a_cursor_that_comes_twice_ends_the_walk() -> None:
    walk = Walk("records")
    assert walk.step(10, "b") == "b"
    assert walk.step(10, "c") == "c"
    with pytest.raises(SourceContractBroken, match="leads back to itself"):
        walk.step(10, "b")


def test_a_walk_ends_at_an_empty_cursor_and_stops_at_its_bounds() -> None:
    assert Walk("records").step(3, "") is None
    assert Walk("records").step(3, None) is None
    with pytest.raises(SourceContractBroken, match="more rows than one child can have"):
        Walk("records", rows=10).step(11, "b")
    endless = Walk("records", pages=2)
    endless.step(1, "b")
    with pytest.raises(SourceContractBroken, match="pages without end"):
        endless.step(1, "c")


@pytest.mark.parametrize(
    "body, says",
    [
        (b'{"a": 1', "cut short or is not JSON"),
        (b'{"a": "one"}', "other fields or types"),
        (b"{}", "other fields or types"),
        (b"[]", "other fields or types"),
        (b"[" * 100_000, "nested beyond reason|other fields or types"),
        (b'{"a": 1} {"a": 2}', "cut short or is not JSON"),
        (b'{"a": NaN}', "cut short or is not JSON|other fields"),
        (b'{"a": 1e999}', "other fields or types"),
        (b'\xef\xbb\xbf{"a": 1}', "cut short or is not JSON"),
        ('{"a": 1}'.encode("utf-16"), "cut short or is not JSON"),
        (b'{"\xff": 1, "a": 1, "b": "\xff"}', "cut short or is not JSON|other fields"),
        (b"<xml/>", "cut short or is not JSON"),
    ],
)
def test_whatever_the_bytes_the_error_says_its_kind_and_no_more(body: bytes, says: str) -> None:
    wire = Wire(_Small, what="report")
    with pytest.raises(SourceContractBroken, match=says) as told:
        wire.read("records", body)
    assert told.value.__suppress_context__


def test_a_bad_row_costs_itself_alone() -> None:
    listed = Wire(_Listed, what="list").read(
        "records", b'{"rows": [{"a": 1}, {"a": "x"}, null, 7, {"a": 3}]}'
    )
    notes = Notes()
    rows = list(Wire(_Small, what="report").rows(listed.rows, notes))
    assert [row.a for row in rows] == [1, 3]
    assert notes.skipped == 3
    assert [note.says for note in notes.all()] == ["A report could not be read and was left out."]


def test_a_note_is_made_once() -> None:
    notes = Notes()
    for _ in range(3):
        notes.add("partial-date", "The date is partial.")
    assert len(notes.all()) == 1


async def test_a_simulator_that_is_down_refuses_connections_and_comes_back_on_its_port() -> None:
    with Echo() as simulator:
        url = simulator.url
        async with PooledHttp() as http:
            exchange = Exchange("records", http, url, timeout=5.0)
            simulator.is_down()
            with pytest.raises(SourceUnavailable, match="cannot be reached"):
                await exchange.get("a")
            simulator.recovers()
            assert simulator.url == url
            assert (await exchange.get("a")).status == 200
        assert simulator.counts() == {"GET /{rest:path}": 1}
