"""Whatever becomes of an answer on its way, it is refused, told of, or the same: never half of it."""

import gzip
import itertools
import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.paging import MOST_PAGES
from adapters.simulation import SENTINEL, Simulator, Staged
from records.errors import SourceContractBroken, SourceError, SourceUnavailable
from records.source import Answered
from tests.badinput.payloads import PAYLOADS, Payload
from tests.contract.conftest import System


def sends(simulator: Simulator, payload: Payload) -> None:
    """From now on the simulator's answers are changed so."""

    async def changed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        head: list[Message] = []
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.append(message)
            else:
                body.extend(message.get("body", b""))

        await app(scope, receive, keep)
        new = payload.change(bytes(body))
        kind = payload.media_type
        if kind is None:
            kind = dict(head[0]["headers"]).get(b"content-type", b"")
        headers = [(b"content-type", kind), (b"content-length", str(len(new)).encode())]
        if payload.encoding:
            headers.append((b"content-encoding", payload.encoding))
        await send({**head[0], "headers": headers})
        await send({"type": "http.response.body", "body": new})

    simulator._fault = changed


def says_nothing_of_anybody(error: SourceError, system: System) -> None:
    said: BaseException | None = error
    while said is not None:
        for secret in (SENTINEL, "Ashworth", system.staged.subject, system.staged.nhs_number):
            assert secret not in str(said)
            assert secret not in repr(said)
        said = said.__cause__ or (None if said.__suppress_context__ else said.__context__)


def says_so(told: Answered, well: Answered) -> bool:
    """Whether an answer that is not the usual one says that something was wrong with it."""
    notes = {note.code for note in (*told.notes, *(n for r in told.records for n in r.notes))}
    before = {note.code for note in (*well.notes, *(n for r in well.records for n in r.notes))}
    return bool(told.skipped or notes - before or told.superseded_by)


_USUAL: list[tuple[Staged, Answered]] = []


async def usual(system: System) -> Answered:
    """What a system answers when it is well: asked once."""
    for staged, answered in _USUAL:
        # The simulator itself is kept and compared: another one may come to stand at its address.
        if staged is system.staged:
            return answered
    answered = await system.answers()
    _USUAL.append((system.staged, answered))
    return answered


@pytest.mark.parametrize("kind", PAYLOADS)
async def test_an_answer_is_refused_told_of_or_the_same(system: System, kind: str) -> None:
    payload = PAYLOADS[kind]
    source = system.source(timeout=5.0, deadline=5.0)
    well = await usual(system)
    sends(system.simulator, payload)
    try:
        told = await source.records(system.question(source))
    except (SourceContractBroken, SourceUnavailable) as error:
        assert payload.outcome in {"refused", "told"}
        says_nothing_of_anybody(error, system)
    else:
        assert payload.outcome in {"same", "told"}
        if told != well:
            assert payload.outcome == "told"
            assert says_so(told, well)
        # A key is one record's.
        keys = [(type(record), record.ref) for record in told.records]
        assert len(keys) == len(set(keys))
        # No note quotes what it is about.
        assert SENTINEL not in repr([*told.notes, *(n for r in told.records for n in r.notes)])
    # It is well again at once, without being started anew.
    system.simulator.recovers()
    assert await source.records(system.question(source)) == well


@pytest.mark.parametrize("status", [400, 404, 409, 418, 422, 451, 500, 502, 599])
async def test_24_an_error_that_quotes_a_record_is_not_passed_on(
    system: System, status: int
) -> None:
    source = system.source()
    body = f'{{"error":{{"message":"{SENTINEL} Ashworth {system.staged.nhs_number}"}}}}'
    system.simulator._instead(lambda: Response(body, status, {"content-type": "application/json"}))
    told: Answered | None = None
    try:
        told = await source.records(system.question(source))
    except SourceError as error:
        says_nothing_of_anybody(error, system)
    # Only a 404 can be a meaning of the interface: "not known here".
    assert told is None or (status == 404 and told.records == ())


@pytest.mark.parametrize("status", [204, 205, 206, 304])
async def test_03_a_status_without_an_answer_is_no_answer(system: System, status: int) -> None:
    source = system.source()
    system.simulator._instead(lambda: Response(None, status))
    with pytest.raises((SourceContractBroken, SourceUnavailable)) as told:
        await source.records(system.question(source))
    says_nothing_of_anybody(told.value, system)


def leads(simulator: Simulator, cursors: Iterator[str]) -> None:
    """Every page is the first page, and says that another follows."""

    async def led(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        query = [
            (name, value)
            for name, value in parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            if name not in {"cursor", "_page", "$skiptoken"}
        ]
        first = {**scope, "query_string": urlencode(query).encode()}
        head: list[Message] = []
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.append(message)
            else:
                body.extend(message.get("body", b""))

        await app(first, receive, keep)
        new = json.dumps(_leading(json.loads(body), urlencode(query), next(cursors))).encode()
        headers = [(k, v) for k, v in head[0]["headers"] if k != b"content-length"]
        await send({**head[0], "headers": headers})
        await send({"type": "http.response.body", "body": new})

    simulator._fault = led


def _leading(page: dict[str, object], query: str, cursor: str) -> dict[str, object]:
    """The page with a way on, as its interface writes it; a page that is no list as it is."""
    if "nextCursor" in page:
        return {**page, "nextCursor": cursor}
    if isinstance(page.get("value"), list):
        return {**page, "@odata.nextLink": f"?{query}&$skiptoken={cursor}"}
    if page.get("resourceType") == "Bundle":
        return {**page, "link": [{"relation": "next", "url": f"?{query}&_page={cursor}"}]}
    if isinstance(page.get("data"), list):
        return {**page, "links": {"next": cursor}}
    return page


@pytest.mark.parametrize("ways", ["to itself", "on and on"])
async def test_17_a_page_that_leads_nowhere_ends_the_walk(system: System, ways: str) -> None:
    """The same page for ever, or pages that nobody promised."""
    source = system.source(timeout=5.0, deadline=20.0)
    well = await source.records(system.question(source))
    once = len(system.simulator.asked)
    leads(
        system.simulator,
        itertools.repeat("7") if ways == "to itself" else map(str, itertools.count(100)),
    )
    try:
        told = await source.records(system.question(source))
    except SourceContractBroken as error:
        says_nothing_of_anybody(error, system)
    else:
        # It has no lists at all, and so nowhere to lead.
        assert told == well
        assert "9990000018" in system.staged.subject
    assert len(system.simulator.asked) <= once * (MOST_PAGES + 1)


@pytest.mark.parametrize(
    "subject",
    [
        "../residents",
        "..",
        "a/b",
        "a\\b",
        "x' or 1 eq 1",
        "a\0b",
        "-1",
        "0",
        str(2**70),
        "%2e%2e%2f",
        "é",
        "a b",
        "<x>",
        "１２",
    ],
)
async def test_10_an_odd_id_is_nobodys_and_leads_nowhere(system: System, subject: str) -> None:
    source = system.source()
    try:
        told = await source.records(system.question(source, subject=subject))
    except (SourceContractBroken, SourceUnavailable) as error:
        says_nothing_of_anybody(error, system)
    else:
        assert told.records == ()


async def test_16_rows_of_another_child_are_not_this_childs(system: System) -> None:
    """The system answers about somebody else, in everything that it says."""
    source = system.source()
    subject, other = system.staged.subject.encode(), system.staged.nobody.encode()
    sends(system.simulator, Payload(change=lambda body: body.replace(subject, other)))
    try:
        told = await source.records(system.question(source))
    except SourceContractBroken as error:
        says_nothing_of_anybody(error, system)
    else:
        # Either all of it is left out and counted, or it says that the child is now that one.
        if told.superseded_by is None:
            assert told.records == ()
            assert told.skipped > 0
        else:
            assert told.superseded_by.value == system.staged.nobody


def test_a_bomb_is_one() -> None:
    bomb = PAYLOADS["22 a bomb in gzip"].change(b"")
    assert len(gzip.decompress(bomb)) > 500 * len(bomb)
