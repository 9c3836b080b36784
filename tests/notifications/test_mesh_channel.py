"""A notice by MESH, against NHS England's own sandbox and read by its own client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from consent.vocabulary import SHAPES, Fact
from gateway.http import PooledHttp
from gateway.noticing import noticing
from gateway.settings import MeshMailbox, Notices, Settings
from notifications.channels.channel import NotSent
from notifications.channels.mesh import Mesh
from notifications.mailbox import Account, Mailbox, authorisation
from notifications.recipients import Way
from records.errors import SourceRefused, WrongSettings
from records.http import Failure, HttpReply, HttpRequest, NoReplyError
from records.items import Item
from tests.disclosure.casework import PEPPER, SENTINEL
from tests.notifications.casework import rows
from tests.notifications.house import COORDINATOR, NURSE, STRANGER, House
from tests.notifications.mesh import OURS, PASSWORD, SHARED_KEY, THEIRS, Sandbox, sandbox
from tests.notifications.receiver import Receiver
from tests.notifications.test_channels import parcel
from tests.notifications.test_delivering import states

WORKFLOW = "HOMEWARD_NOTICE"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(str(tmp_path_factory.mktemp("mesh"))) as opened:
        yield opened


@pytest.fixture
def service(running: Sandbox) -> Sandbox:
    running.empty()
    return running


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Channels know no database: one kind will do."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


@dataclass
class Losing:
    """A line on which the service hears us, and its first answers are lost."""

    http: PooledHttp
    answers: int

    async def fetch(self, request: HttpRequest) -> HttpReply:
        reply = await self.http.fetch(request)
        if self.answers:
            self.answers -= 1
            raise NoReplyError(Failure.TIMED_OUT)
        return reply


def channel(account: Account, http: PooledHttp) -> Mesh:
    return Mesh(Mailbox(http, account), workflow=WORKFLOW)


def test_the_channel_is_called_what_the_rules_call_it() -> None:
    assert Mesh.name in SHAPES[Fact.CHANNEL].values


async def test_a_notice_is_in_the_mailbox_of_whom_it_names_under_its_reference(
    service: Sandbox, http: PooledHttp
) -> None:
    sent = await channel(service.account(), http).send(
        parcel(Way("mesh", THEIRS)), datetime.now(UTC)
    )
    (ref,) = service.client().list_messages()
    message = service.client().retrieve_message(ref)
    assert sent.receipt == ref
    assert not sent.arrived, "that it was collected, nobody said"
    assert (message.sender, message.workflow_id) == (OURS, WORKFLOW)
    assert message.local_id == "a-notice-reference-22c"
    assert message.content_type == "application/cloudevents+json"
    assert message.read() == b'{"specversion":"1.0"}'


async def test_what_the_door_opens_is_in_the_content_and_nothing_of_it_in_a_header(
    house: House, service: Sandbox, http: PooledHttp
) -> None:
    police = await house.registers(COORDINATOR, Way("mesh", THEIRS))
    nurse = await house.registers(NURSE, Way("mesh", THEIRS))
    await house.happens(police, nurse, items=(Item.EPISODE_DETAIL,))
    await house.worker(channel(service.account(), http)).deliver_due()

    client = service.client()
    messages = [client.retrieve_message(ref) for ref in client.list_messages()]
    headers = json.dumps([message._mex_headers for message in messages]).lower()
    bodies = {message.local_id: message.read().decode() for message in messages}
    kept = await rows(house.engine, "SELECT recipient, notice_ref, receipt FROM delivery")
    by_recipient = {row["recipient"]: bodies[row["notice_ref"]] for row in kept}
    assert SENTINEL in by_recipient[police.id]
    assert SENTINEL not in by_recipient[nurse.id]
    assert {row["receipt"] for row in kept} == set(client.list_messages())
    assert SENTINEL.lower() not in headers
    assert "missing" not in headers
    assert house.child.lower() not in headers
    assert all(message.subject is None for message in messages)
    assert await states(house.engine) == {police.id: "sent", nurse.id: "sent"}


async def test_of_which_nothing_may_be_said_only_the_number_goes(
    house: House, service: Sandbox, http: PooledHttp
) -> None:
    stranger = await house.registers(STRANGER, Way("mesh", THEIRS))
    await house.happens(stranger)
    await house.worker(channel(service.account(), http)).deliver_due()
    (ref,) = service.client().list_messages()
    event = json.loads(service.client().retrieve_message(ref).read())
    assert (event["type"], event["sequence"]) == ("uk.homeward.notice-withheld", 1)
    assert event["data"] == {}
    assert await states(house.engine) == {stranger.id: "withheld"}


async def test_a_lost_answer_sends_it_again_under_the_same_reference(
    house: House, service: Sandbox, http: PooledHttp
) -> None:
    police = await house.registers(COORDINATOR, Way("mesh", THEIRS))
    await house.happens(police)
    sender = Mesh(Mailbox(Losing(http, answers=1), service.account()), workflow=WORKFLOW)
    worker = house.worker(sender)
    await worker.deliver_due()
    assert await states(house.engine) == {police.id: "pending"}
    house.later(timedelta(minutes=1))
    await worker.deliver_due()
    client = service.client()
    refs = [client.retrieve_message(ref).local_id for ref in client.list_messages()]
    assert len(refs) == 2, "the service had it the first time, and nobody knew"
    assert len(set(refs)) == 1
    assert await states(house.engine) == {police.id: "sent"}
    tries = await rows(house.engine, "SELECT outcome FROM attempt ORDER BY n")
    assert [row["outcome"] for row in tries] == ["timed-out", "sent"]


@pytest.mark.parametrize(
    "mailbox,outcome",
    [
        ("X26NONE", "recipient-refused"),
        ("X26\r\nmex-subject: x", "bad-address"),
        ("", "bad-address"),
    ],
)
async def test_a_mailbox_that_is_none_is_for_a_person_at_once(
    service: Sandbox, http: PooledHttp, mailbox: str, outcome: str
) -> None:
    with pytest.raises(NotSent, match=outcome) as refused:
        await channel(service.account(), http).send(parcel(Way("mesh", mailbox)), datetime.now(UTC))
    assert refused.value.at_once
    assert service.client().list_messages() == []


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"key": "another"}])
async def test_a_service_that_does_not_know_us_says_so_to_a_person_at_once(
    service: Sandbox, http: PooledHttp, wrong: dict[str, str]
) -> None:
    account = service.account(**wrong)
    with pytest.raises(NotSent, match="mailbox-refused-us") as refused:
        await channel(account, http).send(parcel(Way("mesh", THEIRS)), datetime.now(UTC))
    assert refused.value.at_once
    with pytest.raises(SourceRefused, match="password or key"):
        await Mailbox(http, account).handshake(datetime.now(UTC))
    await Mailbox(http, service.account()).handshake(datetime.now(UTC))


@pytest.mark.parametrize(
    "status,outcome,at_once",
    [
        (200, "no-receipt", False),
        (307, "redirected", True),
        (400, "status-400", True),
        (429, "status-429", False),
        (503, "status-503", False),
    ],
)
async def test_an_answer_that_is_no_receipt_is_not_taken_for_one(
    receiver: Receiver, http: PooledHttp, status: int, outcome: str, *, at_once: bool
) -> None:
    receiver.answers = lambda _event: status
    account = Account(url=receiver.url, mailbox=OURS, password=PASSWORD, shared_key=SHARED_KEY)
    with pytest.raises(NotSent, match=outcome) as reason:
        await channel(account, http).send(parcel(Way("mesh", THEIRS)), datetime.now(UTC))
    assert reason.value.at_once is at_once
    assert len(receiver.got) == 1, "the service alone decides when it is asked again"


async def test_nothing_listens_and_the_notice_stays_due(http: PooledHttp) -> None:
    account = Account(
        url="http://127.0.0.1:9", mailbox=OURS, password=PASSWORD, shared_key=SHARED_KEY
    )
    with pytest.raises(NotSent, match="unreachable") as reason:
        await channel(account, http).send(parcel(Way("mesh", THEIRS)), datetime.now(UTC))
    assert not reason.value.at_once


async def test_no_request_is_signed_like_another(receiver: Receiver, http: PooledHttp) -> None:
    account = Account(url=receiver.url, mailbox=OURS, password=PASSWORD, shared_key=SHARED_KEY)
    now = datetime.now(UTC)
    for sender in (channel(account, http), channel(account, http)):
        for _ in range(2):
            with pytest.raises(NotSent):
                await sender.send(parcel(Way("mesh", THEIRS)), now)
    signed = [headers["authorization"] for headers, _ in receiver.got]
    numbers = {tuple(one.split(":")[1:3]) for one in signed}
    assert len(numbers) == 4
    assert all(PASSWORD not in one and SHARED_KEY not in one for one in signed)


def test_the_time_in_a_signature_is_utc_whatever_the_clock() -> None:
    account = Account(url="", mailbox=OURS, password=PASSWORD, shared_key=SHARED_KEY)
    summer = datetime.fromisoformat("2026-07-01T00:30:00+01:00")
    assert ":202606302330:" in authorisation(account, nonce="n", count=0, now=summer)
    assert PASSWORD not in repr(account)
    assert SHARED_KEY not in repr(account)


async def test_a_deployment_with_a_mailbox_sends_by_it_and_one_without_does_not(
    house: House, service: Sandbox, tmp_path: Path
) -> None:
    password, key = tmp_path / "password", tmp_path / "key"
    password.write_text(f"{PASSWORD}\n")
    key.write_text(f"{SHARED_KEY}\n")
    ours = MeshMailbox(
        url=service.url,
        mailbox=OURS,
        workflow=WORKFLOW,
        password_file=password,
        shared_key_file=key,
    )
    settings = Settings(notices=Notices(mesh=ours, works=False))
    police = await house.registers(COORDINATOR, Way("mesh", THEIRS))
    await house.happens(police)
    door = house.telling.door
    async with noticing(
        Settings(notices=Notices(works=False)), door, key=PEPPER, clock=house.clock
    ) as without:
        assert await without.worker.deliver_due() == 0
    async with noticing(settings, door, key=PEPPER, clock=house.clock) as opened:
        assert await opened.worker.deliver_due() == 1
    assert len(service.client().list_messages()) == 1
    key.unlink()
    with pytest.raises(WrongSettings, match=r"notices\.mesh\.shared_key_file"):
        async with noticing(settings, door, key=PEPPER, clock=house.clock):
            pass
