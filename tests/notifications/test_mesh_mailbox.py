"""Collecting our MESH mailbox: kept first, consumed after, and nothing in the way of the rest.

Against NHS England's own sandbox, filled by its own client.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.http import PooledHttp
from notifications.collecting import Collector, Parked, Round, Unusable
from notifications.mailbox import LARGEST, Mailbox, Message
from records.errors import SourceContractBroken, SourceRefused, SourceUnavailable
from records.http import Failure, HttpReply, HttpRequest, NoReplyError
from tests.disclosure.casework import SENTINEL
from tests.notifications.mesh import OURS, THEIRS, Sandbox, sandbox


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(str(tmp_path_factory.mktemp("mesh"))) as opened:
        yield opened


@pytest.fixture
def service(running: Sandbox) -> Sandbox:
    running.empty()
    return running


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with PooledHttp() as opened:
        yield Line(opened)


@dataclass
class Line:
    """The way to the service. It notes what was asked, loses what ends so, and may answer itself."""

    http: PooledHttp
    asked: list[tuple[str, str]] = field(default_factory=list)
    lost: str | None = None
    instead: dict[str, HttpReply] = field(default_factory=dict)

    async def fetch(self, request: HttpRequest) -> HttpReply:
        self.asked.append((request.method, request.url.partition("/messageexchange")[2]))
        for ending, reply in self.instead.items():
            if request.url.endswith(ending):
                return reply
        if self.lost is not None and request.url.endswith(self.lost):
            raise NoReplyError(Failure.TIMED_OUT)
        return await self.http.fetch(request)

    @property
    def acknowledged(self) -> list[str]:
        return [url.split("/")[3] for method, url in self.asked if method == "PUT"]


@dataclass
class Desk:
    """Whoever keeps messages: what was kept and parked, and what befalls it."""

    kept: list[Message] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    broken: frozenset[bytes] = frozenset()
    unusable: frozenset[bytes] = frozenset()

    async def take(self, message: Message) -> None:
        if message.body in self.broken:
            raise OSError(SENTINEL)
        if message.body in self.unusable:
            raise Unusable("no-such-workflow")
        self.kept.append(message)

    async def park(self, parked: Parked) -> None:
        self.parked.append(parked)

    def collector(self, service: Sandbox, line: Line, *, largest: int = LARGEST) -> Collector:
        return Collector(Mailbox(line, service.account(), largest=largest), self.take, self.park)


def clock() -> datetime:
    return datetime.now(UTC)


def sends(service: Sandbox, body: bytes, **how: Any) -> str:  # noqa: ANN401 (any option of theirs)
    sent: str = service.client(THEIRS).send_message(OURS, body, workflow_id="CHILD_HEALTH", **how)
    return sent


def inbox(service: Sandbox) -> list[str]:
    listed: list[str] = service.client(OURS).list_messages()
    return listed


async def test_a_message_is_kept_whole_and_then_consumed(service: Sandbox, line: Line) -> None:
    desk = Desk()
    ref = sends(service, b"one", local_id="their-ref", content_type="text/csv")
    assert await desk.collector(service, line).round(clock) == Round(taken=1)
    assert desk.kept == [
        Message(
            ref=ref,
            sender=THEIRS,
            workflow="CHILD_HEALTH",
            local_ref="their-ref",
            content_type="text/csv",
            report=False,
            code="00",
            body=b"one",
        )
    ]
    assert inbox(service) == []
    assert await desk.collector(service, line).round(clock) == Round()


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("size", [1000, 5])
async def test_a_message_in_parts_is_put_together(
    service: Sandbox, line: Line, size: int, *, compress: bool
) -> None:
    desk = Desk()
    sends(service, b"twelve bytes", max_chunk_size=size, compress=compress)
    await desk.collector(service, line).round(clock)
    assert [message.body for message in desk.kept] == [b"twelve bytes"]
    assert inbox(service) == []


async def test_what_could_not_be_kept_is_not_consumed_and_the_rest_has_its_turn(
    service: Sandbox, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(broken=frozenset({b"first"}))
    first, second = sends(service, b"first"), sends(service, b"second")
    collector = desk.collector(service, line)
    with caplog.at_level(logging.DEBUG):
        assert await collector.round(clock) == Round(taken=1, left=1)
    assert inbox(service) == [first]
    assert line.acknowledged == [second]
    assert SENTINEL not in caplog.text
    desk.broken = frozenset()
    assert await collector.round(clock) == Round(taken=1)
    assert [message.ref for message in desk.kept] == [second, first]
    assert inbox(service) == []


async def test_what_can_never_be_taken_is_parked_and_consumed_once(
    service: Sandbox, line: Line
) -> None:
    desk = Desk(unusable=frozenset({b"poison"}))
    poison, good = sends(service, b"poison"), sends(service, b"good")
    collector = desk.collector(service, line)
    assert await collector.round(clock) == Round(taken=1, parked=1)
    assert await collector.round(clock) == Round()
    (parked,) = desk.parked
    assert (parked.ref, parked.why) == (poison, "no-such-workflow")
    assert parked.message is not None
    assert parked.message.body == b"poison"
    assert line.acknowledged == [poison, good]
    assert inbox(service) == []


async def test_an_acknowledgement_that_did_not_get_through_is_all_that_is_done_again(
    service: Sandbox, line: Line
) -> None:
    desk = Desk(unusable=frozenset({b"poison"}))
    sends(service, b"poison")
    sends(service, b"good")
    collector = desk.collector(service, line)
    line.lost = "/acknowledged"
    assert await collector.round(clock) == Round(left=2)
    assert len(inbox(service)) == 2
    line.lost = None
    assert await collector.round(clock) == Round(taken=1, parked=1)
    assert (len(desk.kept), len(desk.parked)) == (1, 1)
    assert inbox(service) == []


async def test_killed_before_the_acknowledgement_it_is_handed_over_again(
    service: Sandbox, line: Line
) -> None:
    desk = Desk()
    ref = sends(service, b"one")
    line.lost = "/acknowledged"
    await desk.collector(service, line).round(clock)
    line.lost = None
    await desk.collector(service, line).round(clock)
    assert [message.ref for message in desk.kept] == [ref, ref]
    assert inbox(service) == []


@pytest.mark.parametrize("parts", [50_000, 60])
async def test_what_is_too_long_is_shown_to_a_person_and_stays_where_it_is(
    service: Sandbox, line: Line, parts: int
) -> None:
    desk = Desk()
    long = sends(service, b"x" * 200, max_chunk_size=parts)
    sends(service, b"short")
    collector = desk.collector(service, line, largest=100)
    assert await collector.round(clock) == Round(taken=1, parked=1)
    assert await collector.round(clock) == Round()
    assert desk.parked == [Parked(ref=long, why="too-large", message=None)]
    assert inbox(service) == [long], "the service has the only copy"


async def test_that_nobody_collected_ours_is_told_by_its_reference(
    service: Sandbox, line: Line
) -> None:
    desk = Desk()
    report = {
        "mailbox_id": OURS,
        "code": "14",
        "description": "Message not collected by recipient after 5 days",
        "workflow_id": "HOMEWARD_NOTICE",
        "local_id": "a-notice-reference-22c",
        "linked_message_id": "ABC123",
    }
    service.asks("POST", "/messageexchange/admin/report", json.dumps(report).encode())
    assert await desk.collector(service, line).round(clock) == Round(taken=1)
    (message,) = desk.kept
    assert message.report
    assert (message.local_ref, message.about) == ("a-notice-reference-22c", "ABC123")
    assert (message.code, message.body) == ("14", b"")
    assert inbox(service) == []


async def test_more_than_one_page_is_read_to_the_end(service: Sandbox, line: Line) -> None:
    sent = {sends(service, b"one of many") for _ in range(23)}
    mailbox = Mailbox(line, service.account(), page=10)
    assert set(await mailbox.waiting(clock())) == sent
    assert len([url for _, url in line.asked if "/inbox?" in url]) == 3


async def test_what_another_replica_consumed_meanwhile_is_no_trouble(
    service: Sandbox, line: Line
) -> None:
    ref = sends(service, b"one")
    mailbox = Mailbox(line, service.account())
    await mailbox.acknowledge(ref, clock())
    await mailbox.acknowledge(ref, clock())
    await mailbox.acknowledge("NEVERSENT", clock())
    assert await mailbox.read("NEVERSENT", clock()) is None


async def test_a_mailbox_that_cannot_be_asked_says_so(service: Sandbox, line: Line) -> None:
    stranger = Mailbox(line, service.account(password="another"))
    with pytest.raises(SourceRefused, match="does not know our mailbox"):
        await Collector(stranger, Desk().take, Desk().park).round(clock)
    line.lost = "/inbox?max_results=500"
    with pytest.raises(SourceUnavailable, match="no answer"):
        await Desk().collector(service, line).round(clock)


async def test_a_list_leads_nowhere_but_into_our_own_mailbox(service: Sandbox, line: Line) -> None:
    good = sends(service, b"good")
    page = {
        "messages": ["../../X26ABC2/inbox/SECRET", good, "A?b=c"],
        "links": {"next": "http://169.254.169.254/elsewhere?continue_from=a%26b"},
    }
    line.instead = {
        "max_results=500": HttpReply(status=200, headers={}, body=json.dumps(page).encode()),
        "continue_from=a%26b": HttpReply(status=200, headers={}, body=b'{"messages":[]}'),
    }
    assert await Mailbox(line, service.account()).waiting(clock()) == [good]
    assert [url for _, url in line.asked] == [
        f"/{OURS}/inbox?max_results=500",
        f"/{OURS}/inbox?max_results=500&continue_from=a%26b",
    ]


async def test_a_list_that_never_ends_is_left_at_its_repetition(
    service: Sandbox, line: Line
) -> None:
    again = b'{"messages":["A"],"links":{"next":"/x?continue_from=same"}}'
    page = HttpReply(status=200, headers={}, body=again)
    line.instead = {"max_results=500": page, "continue_from=same": page}
    assert await Mailbox(line, service.account()).waiting(clock()) == ["A"]
    assert len(line.asked) == 2


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"messages":[1]}', b'{"messages":"\xff"}']
)
async def test_a_list_that_is_none_is_said_to_be_none(
    service: Sandbox, line: Line, body: bytes
) -> None:
    line.instead = {"max_results=500": HttpReply(status=200, headers={}, body=body)}
    with pytest.raises(SourceContractBroken, match="no list of messages"):
        await Mailbox(line, service.account()).waiting(clock())


@pytest.mark.parametrize("parts", ["1", "1:0", "1:99999", "one:two"])
async def test_a_message_whose_parts_cannot_be_told_is_shown_and_stays(
    service: Sandbox, line: Line, parts: str
) -> None:
    desk = Desk()
    odd, good = sends(service, b"odd"), sends(service, b"good")
    headers = {"mex-chunk-range": parts, "mex-messagetype": "DATA"}
    line.instead = {odd: HttpReply(status=206, headers=headers, body=b"o")}
    assert await desk.collector(service, line).round(clock) == Round(taken=1, parked=1)
    assert desk.parked == [Parked(ref=odd, why="unreadable", message=None)]
    assert line.acknowledged == [good]
    assert inbox(service) == [odd]


def test_the_content_of_a_message_is_not_printed() -> None:
    message = Message(
        ref="A",
        sender=None,
        workflow="",
        local_ref=None,
        content_type="",
        report=False,
        body=b"Zoe",
    )
    assert "Zoe" not in repr(Parked(ref="A", why="unusable", message=message))
