"""What comes by MESH is taken, or waits for a person; a notice that nobody collected counts as sent no more.

Against NHS England's own sandbox, filled by its own client.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.mesh import Exchange, mesh
from gateway.noticing import Noticing, noticing
from gateway.settings import MeshMailbox, Notices, Settings, SourceSettings
from gateway.settings_mistakes import mistakes
from notifications import leasing
from notifications.again import send_again
from notifications.collecting import Round
from notifications.deadlines import fire_due
from notifications.recipients import Recipient, Way
from notifications.rounds import Rounds, how
from records.errors import SourceRefused, WrongSettings
from tests.adapters.police.incidents import pushed, report, robin
from tests.disclosure.casework import PEPPER, SENTINEL
from tests.notifications.casework import DESK, rows
from tests.notifications.house import COORDINATOR, NURSE, House
from tests.notifications.mesh import OURS, PASSWORD, SHARED_KEY, THEIRS, Sandbox, sandbox
from tests.notifications.test_delivering import states

WORKFLOW = "HOMEWARD_NOTICE"
INCIDENTS = "POLICE_INCIDENT"
FORCE = SourceSettings(
    adapter="police",
    config={
        "product": "connect",
        "base_url": "http://127.0.0.1:9",
        "client_id": "homeward",
        "client_secret": "an invented secret",
        "force": "Lancashire Constabulary",
    },
)
NOT_COLLECTED = "14"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(str(tmp_path_factory.mktemp("mesh"))) as opened:
        yield opened


@pytest.fixture
def service(running: Sandbox) -> Sandbox:
    running.empty()
    return running


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite, but for the tests that ask for the other kind too: reading a message is the same on both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@dataclass
class Post:
    """A deployment with a mailbox, which is collected when a test says so."""

    house: House
    service: Sandbox
    settings: Settings
    parts: Noticing
    exchange: Exchange

    def rounds(self) -> Rounds:
        """One replica."""
        parts = self.parts
        return self.exchange.rounds(parts.letters, parts.parking, parts.bells, self.house.clock)

    async def sent(self, recipient: Recipient) -> str:
        """A notice that has gone to them by MESH; its reference."""
        await self.house.happens(recipient)
        # The database's clock decides, and is not quite ours.
        self.house.later(timedelta(seconds=1))
        assert await self.parts.worker.deliver_due() == 1
        (row,) = await self.notices(recipient)
        assert row["state"] == "sent"
        return str(row["notice_ref"])

    async def notices(self, recipient: Recipient) -> list[dict[str, object]]:
        return await rows(
            self.house.engine,
            "SELECT * FROM delivery WHERE recipient = :who ORDER BY seq",
            who=recipient.id,
        )

    def comes(self, body: bytes, workflow: str = WORKFLOW, by: str = THEIRS) -> str:
        ref: str = self.service.client(by).send_message(OURS, body, workflow_id=workflow)
        return ref

    def reports(self, notice: str, message: object, code: str = NOT_COLLECTED) -> None:
        """The service reports that a message of ours was not delivered."""
        said = {
            "mailbox_id": OURS,
            "code": code,
            "description": "Message not collected by recipient after 5 days",
            "workflow_id": WORKFLOW,
            "local_id": notice,
            "linked_message_id": message,
        }
        self.service.asks("POST", "/messageexchange/admin/report", json.dumps(said).encode())

    def inbox(self) -> list[str]:
        listed: list[str] = self.service.client(OURS).list_messages()
        return listed


def described(service: Sandbox, folder: Path, **other: object) -> Settings:
    """Settings with a mailbox, from which the force's documents are read."""
    (folder / "password").write_text(f"{PASSWORD}\n")
    (folder / "key").write_text(f"{SHARED_KEY}\n")
    ours = MeshMailbox(
        url=service.url,
        mailbox=OURS,
        workflow=WORKFLOW,
        password_file=folder / "password",
        shared_key_file=folder / "key",
        documents={f"{THEIRS}/{INCIDENTS}": "force"},
    )
    notices = Notices(mesh=ours, desk=(DESK.id,), **{"works": False, **other})  # type: ignore[arg-type]
    return Settings(notices=notices, sources={"force": FORCE})


@asynccontextmanager
async def open_post(house: House, service: Sandbox, settings: Settings) -> AsyncIterator[Post]:
    door = house.telling.door
    async with (
        noticing(settings, door, key=PEPPER, clock=house.clock) as parts,
        mesh(settings) as exchange,
    ):
        assert exchange is not None
        yield Post(house, service, settings, parts, exchange)


@pytest.fixture
async def post(house: House, service: Sandbox, tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(house, service, described(service, tmp_path)) as opened:
        yield opened


def acknowledgement(notice: str) -> bytes:
    return json.dumps(
        {
            "specversion": "1.0",
            "id": "theirs-1",
            "source": "urn:their-system",
            "type": "uk.homeward.notice-acknowledged",
            "data": {"notice": notice},
        }
    ).encode()


@BOTH
async def test_a_notice_that_nobody_collected_has_failed_and_the_next_on_the_ladder_is_told(
    post: Post,
) -> None:
    nurse = await post.house.registers(NURSE, Way("mesh", THEIRS), escalates_to=(DESK.id,))
    notice = await post.sent(nurse)
    (row,) = await post.notices(nurse)
    post.house.later(timedelta(hours=12))
    post.reports(notice, row["receipt"])
    assert await post.rounds().go() == Round(taken=1)
    (row,) = await post.notices(nurse)
    assert (row["state"], row["delivered_at"]) == ("failed", None)
    tries = await rows(post.house.engine, "SELECT outcome FROM attempt ORDER BY n")
    assert [one["outcome"] for one in tries] == ["sent", "not-collected"]
    post.house.later(timedelta(minutes=1))
    await fire_due(post.house.engine, post.parts.planning, now=post.house.now)
    events = await rows(post.house.engine, "SELECT type FROM event ORDER BY recorded_at")
    assert "notice-undeliverable" in {one["type"] for one in events}
    assert await post.notices(DESK)
    assert post.inbox() == []


async def test_a_report_that_comes_twice_takes_a_notice_back_once(post: Post) -> None:
    nurse = await post.house.registers(NURSE, Way("mesh", THEIRS))
    notice = await post.sent(nurse)
    (row,) = await post.notices(nurse)
    for _ in range(2):
        post.reports(notice, row["receipt"])
    assert await post.rounds().go() == Round(taken=2)
    tries = await rows(post.house.engine, "SELECT outcome FROM attempt ORDER BY n")
    assert [one["outcome"] for one in tries] == ["sent", "not-collected"]


async def test_one_who_has_another_way_is_told_by_that(post: Post) -> None:
    police = await post.house.registers(COORDINATOR, Way("mesh", THEIRS), Way("feed"))
    notice = await post.sent(police)
    (row,) = await post.notices(police)
    post.reports(notice, row["receipt"])
    await post.rounds().go()
    (row,) = await post.notices(police)
    assert (row["state"], row["channel"]) == ("pending", "feed")


async def test_a_report_about_an_earlier_sending_does_not_touch_the_later_one(post: Post) -> None:
    nurse = await post.house.registers(NURSE, Way("mesh", THEIRS))
    notice = await post.sent(nurse)
    (first,) = await post.notices(nurse)
    post.reports(notice, first["receipt"])
    await post.rounds().go()
    assert await send_again(post.house.engine, recipient=nurse.id, now=post.house.now) == [notice]
    assert await post.parts.worker.deliver_due() == 1
    post.reports(notice, first["receipt"])
    assert await post.rounds().go() == Round(taken=1)
    assert (await states(post.house.engine))[nurse.id] == "sent"


async def test_what_a_recipients_system_acknowledges_is_acknowledged(post: Post) -> None:
    nurse = await post.house.registers(NURSE, Way("mesh", THEIRS), escalates_to=(DESK.id,))
    notice = await post.sent(nurse)
    post.comes(acknowledgement(notice))
    assert await post.rounds().go() == Round(taken=1)
    assert (await states(post.house.engine))[nurse.id] == "acknowledged"
    clocks = await rows(
        post.house.engine, "SELECT state FROM deadline WHERE subject = :of", of=notice
    )
    assert {one["state"] for one in clocks} == {"met"}
    (row,) = await post.notices(nurse)
    post.reports(notice, row["receipt"])
    await post.rounds().go()
    assert (await states(post.house.engine))[nurse.id] == "acknowledged", "they do have it"


async def test_nobody_acknowledges_what_went_to_another(post: Post) -> None:
    nurse = await post.house.registers(NURSE, Way("mesh", THEIRS))
    notice = await post.sent(nurse)
    post.comes(acknowledgement(notice), by=OURS)
    post.comes(acknowledgement("no-such-notice"))
    assert await post.rounds().go() == Round(parked=2)
    assert (await states(post.house.engine))[nurse.id] == "sent"
    waiting = await post.parts.parking.waiting()
    assert {one.why for one in waiting} == {"acknowledges-nothing-of-theirs"}


async def test_a_document_of_a_system_becomes_an_event_and_the_same_again_changes_nothing(
    post: Post,
) -> None:
    body = pushed(report(), robin())
    for _ in range(2):
        post.comes(body, INCIDENTS)
    assert await post.rounds().go() == Round(taken=2)
    events = await rows(post.house.engine, "SELECT type, source FROM event WHERE source = 'force'")
    assert [(one["type"], one["source"]) for one in events] == [("child-reported-missing", "force")]
    assert post.inbox() == []


@pytest.mark.parametrize(
    "body,workflow,by,why",
    [
        (b"not a document", INCIDENTS, THEIRS, "not-readable"),
        (b'{"data": ', INCIDENTS, THEIRS, "not-readable"),
        (pushed(report(), robin()), INCIDENTS, OURS, "not-expected"),
        (b"a letter", WORKFLOW, THEIRS, "not-expected"),
        (b"\xff\x00\xfe", WORKFLOW, THEIRS, "not-expected"),
        (b"{}", WORKFLOW, THEIRS, "not-expected"),
        (b" ", "SOMETHING_ELSE", THEIRS, "not-expected"),
    ],
)
async def test_what_cannot_be_taken_waits_for_a_person_who_is_told_of_it(
    post: Post, body: bytes, workflow: str, by: str, why: str
) -> None:
    ref = post.comes(body, workflow, by)
    assert await post.rounds().go() == Round(parked=1)
    assert post.inbox() == []
    (one,) = await post.parts.parking.waiting()
    assert (one.ref, one.why, one.sender) == (ref, why, by)
    assert one.message is not None
    assert one.message.body == body
    (told,) = await post.notices(DESK)
    assert told["items"] == "[]"


@BOTH
async def test_a_parked_message_is_sealed_and_nothing_of_it_is_anywhere_else(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    ref = post.comes(f"a letter about {SENTINEL}".encode())
    with caplog.at_level(logging.DEBUG):
        await post.rounds().go()
    (kept,) = await rows(post.house.engine, "SELECT * FROM parked_message")
    assert SENTINEL.encode() not in bytes(kept["content"])
    events = await rows(post.house.engine, "SELECT * FROM event")
    assert SENTINEL not in str(events)
    assert SENTINEL not in caplog.text
    assert SENTINEL not in repr(await post.parts.parking.waiting())
    assert await post.parts.parking.settle(OURS, ref, by="entry", now=post.house.now)
    assert not await post.parts.parking.settle(OURS, ref, by="entry", now=post.house.now)
    assert await post.parts.parking.waiting() == []
    (kept,) = await rows(post.house.engine, "SELECT * FROM parked_message")
    assert kept["content"] is None


async def test_a_report_about_nothing_of_ours_waits_for_a_person(post: Post) -> None:
    post.reports("never-sent", "NEVER", code="99")
    assert await post.rounds().go() == Round(parked=1)
    (one,) = await post.parts.parking.waiting()
    assert one.why == "report-of-nothing-of-ours"


@BOTH
async def test_one_replica_collects_at_a_time_and_a_dead_one_is_not_waited_for(post: Post) -> None:
    post.comes(b"a letter")
    lease = f"mailbox {OURS}"
    dead, minute = "a-dead-replica", timedelta(minutes=1)
    engine = post.house.engine
    assert await leasing.take(engine, lease, dead, now=post.house.now, lasts=minute)
    assert await post.rounds().go() is None
    assert len(post.inbox()) == 1
    post.house.later(timedelta(minutes=2))
    assert await post.rounds().go() == Round(parked=1)
    assert await post.rounds().go() == Round(), "the lease was given up at once"


@BOTH
async def test_two_replicas_at_once_take_everything_once(post: Post) -> None:
    for number in range(5):
        post.comes(b"a letter %d" % number)
    first, second = post.rounds(), post.rounds()
    done = await asyncio.gather(first.go(), second.go())
    assert sorted(done, key=str) == [None, Round(parked=5)]
    assert len(await post.parts.parking.waiting()) == 5


@BOTH
async def test_once_a_day_the_service_sees_that_we_are_there(post: Post) -> None:
    engine, start = post.house.engine, post.house.now
    await post.rounds().go()
    post.house.later(timedelta(hours=19))
    await post.rounds().go()
    doing = await how(engine, OURS)
    assert (doing.handshake_at, doing.collected_at) == (start, post.house.now)
    post.house.later(timedelta(hours=2))
    await post.rounds().go()
    assert (await how(engine, OURS)).handshake_at == post.house.now


async def test_a_mailbox_that_cannot_be_collected_says_since_when(
    house: House, service: Sandbox, tmp_path: Path
) -> None:
    settings = described(service, tmp_path)
    async with open_post(house, service, settings) as well:
        await well.rounds().go()
    (tmp_path / "password").write_text("another")
    house.later(timedelta(minutes=1))
    since = house.now
    async with open_post(house, service, settings) as refused:
        for _ in range(3):
            with pytest.raises(SourceRefused):
                await refused.rounds().go()
            house.later(timedelta(days=1))
    doing = await how(house.engine, OURS)
    assert (doing.failing_since, doing.failure) == (since, "SourceRefused")
    told = await rows(
        house.engine,
        "SELECT event.type FROM delivery JOIN event ON event.id = delivery.event"
        " WHERE recipient = :who",
        who=DESK.id,
    )
    assert [one["type"] for one in told] == ["mailbox-not-collected"], "told once, not each time"
    (tmp_path / "password").write_text(PASSWORD)
    async with open_post(house, service, settings) as again:
        await again.rounds().go()
    doing = await how(house.engine, OURS)
    assert (doing.failing_since, doing.failure) == (None, None)


async def test_a_worker_collects_by_itself_and_what_only_answers_does_not(
    house: House, service: Sandbox, tmp_path: Path
) -> None:
    idle, works = described(service, tmp_path), described(service, tmp_path, works=True)
    async with open_post(house, service, idle) as post:
        post.comes(b"a letter")
        await asyncio.sleep(0.1)
        assert len(post.inbox()) == 1
    async with open_post(house, service, works) as post, asyncio.timeout(20):
        while post.inbox():  # noqa: ASYNC110 (it is the service that is asked)
            await asyncio.sleep(0.02)
        assert len(await post.parts.parking.waiting()) == 1


@pytest.mark.parametrize(
    "documents", [{"X26ABC2": "force"}, {"X26ABC2/A/B": "force"}, {"X26ABC2/A": "nobody"}]
)
def test_documents_of_a_system_that_is_not_there_stop_the_start(
    service: Sandbox, tmp_path: Path, documents: dict[str, str]
) -> None:
    settings = described(service, tmp_path)
    assert settings.notices.mesh is not None
    wrong = msgspec.structs.replace(settings.notices.mesh, documents=documents)
    notices = msgspec.structs.replace(settings.notices, mesh=wrong)
    found = mistakes(msgspec.structs.replace(settings, notices=notices))
    assert any("notices.mesh.documents" in one for one in found)


async def test_documents_of_a_system_that_pushes_none_stop_the_start(
    service: Sandbox, tmp_path: Path
) -> None:
    settings = described(service, tmp_path)
    silent = SourceSettings(
        adapter="mosaic", config={"base_url": "http://127.0.0.1:9", "api_key": "k"}
    )
    wrong = msgspec.structs.replace(settings, sources={"force": silent})
    with pytest.raises(WrongSettings):
        async with mesh(wrong):
            pass
