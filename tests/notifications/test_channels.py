"""Each way of reaching somebody: who can prove what, where nothing is sent, and what no subject says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook as TheirWebhook
from standardwebhooks.webhooks import WebhookVerificationError

from consent.vocabulary import SHAPES, Fact
from notifications.channels.addresses import Forbidden, place_of
from notifications.channels.channel import NotSent, Parcel
from notifications.channels.secure_email import Relay, SecureEmail
from notifications.channels.webhook import Webhook
from notifications.deliver import FEED
from notifications.recipients import Way
from records.items import Item
from tests.disclosure.casework import SENTINEL
from tests.notifications.house import COORDINATOR, NURSE, OLD_SECRET, SECRET, STRANGER, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_delivering import states


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Channels know no database: one kind will do."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


def parcel(way: Way, *, lines: tuple[str, ...] = (), urgent: bool = True) -> Parcel:
    """Something to send."""
    return Parcel(
        notice_ref="a-notice-reference-22c",
        recipient="somebody",
        seq=7,
        at=datetime.now(UTC),
        urgent=urgent,
        way=way,
        body=b'{"specversion":"1.0"}',
        words=lambda: lines,
    )


def test_a_channel_is_called_what_the_rules_call_it() -> None:
    known = set(SHAPES[Fact.CHANNEL].values)
    assert {Webhook.name, SecureEmail.name, FEED} <= known


@pytest.mark.parametrize("names", [("new",), ("new", "old"), ("old",)])
async def test_a_receiver_proves_who_sent_it_while_the_secret_is_replaced(
    house: House, receiver: Receiver, names: tuple[str, ...]
) -> None:
    way = Way("webhook", receiver.url, names)
    await house.webhook().send(parcel(way), datetime.now(UTC))
    ((headers, body),) = receiver.got
    for name, secret in (("new", SECRET), ("old", OLD_SECRET)):
        theirs = TheirWebhook(secret)
        if name in names:
            assert theirs.verify(body, headers) == {"specversion": "1.0"}
        else:
            with pytest.raises(WebhookVerificationError):
                theirs.verify(body, headers)


async def test_a_changed_body_is_noticed(house: House, receiver: Receiver) -> None:
    await house.webhook().send(parcel(Way("webhook", receiver.url, ("new",))), datetime.now(UTC))
    ((headers, body),) = receiver.got
    with pytest.raises(WebhookVerificationError):
        TheirWebhook(SECRET).verify(body + b" ", headers)


async def test_where_a_receiver_points_is_never_followed(house: House, receiver: Receiver) -> None:
    receiver.answers = lambda _event: 307
    with pytest.raises(NotSent, match="redirected") as refused:
        await house.webhook().send(
            parcel(Way("webhook", receiver.url, ("new",))), datetime.now(UTC)
        )
    assert refused.value.at_once
    assert len(receiver.got) == 1


async def test_nothing_goes_unsigned(house: House, receiver: Receiver) -> None:
    with pytest.raises(NotSent, match="no-secret"):
        await house.webhook().send(
            parcel(Way("webhook", receiver.url, ("gone",))), datetime.now(UTC)
        )
    assert receiver.got == []


async def test_this_machine_is_no_recipient_outside_development(
    house: House, receiver: Receiver
) -> None:
    with pytest.raises(NotSent, match="not-https"):
        await house.webhook(loopback=False).send(
            parcel(Way("webhook", receiver.url, ("new",))), datetime.now(UTC)
        )
    assert receiver.got == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::1",
        "2001:0:7f00:1::",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "fec0::1",
        "3fff::1",
        "192.0.0.8",
    ],
)
async def test_a_name_that_leads_inside_is_refused_wherever_it_stands_in_the_list(
    address: str,
) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", address]

    with pytest.raises(Forbidden, match="forbidden-address"):
        await place_of("https://recipient.test/hook", resolve, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://recipient.test/hook",
        "ftp://recipient.test/hook",
        "https://somebody:secret@recipient.test/hook",
        "https:///hook",
        "https://recipient.test:99999/hook",
        "file:///etc/passwd",
    ],
)
async def test_only_a_plain_https_address_is_one(url: str) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34"]

    with pytest.raises(Forbidden):
        await place_of(url, resolve, loopback=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
async def test_a_public_address_of_either_kind_is_one(address: str) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return [address]

    place = await place_of("https://recipient.test/hook", resolve, loopback=False)
    assert (place.address, place.port) == (address, 443)


async def test_a_host_is_reached_where_it_was_looked_up_and_nowhere_else(
    house: House, receiver: Receiver
) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    looked_up: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    hook = house.webhook()
    hook._resolve = resolve
    way = Way("webhook", f"http://no-such-name.invalid:{port}/hook", ("new",))
    await hook.send(parcel(way), datetime.now(UTC))
    assert looked_up == ["no-such-name.invalid"]
    assert receiver.got[0][0]["host"] == f"no-such-name.invalid:{port}"


class Mailbox:
    """A mail server's handler that keeps what comes."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 (the server's own name)
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 (the server's own name)
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.got.append(read)
        return "250 queued"


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[Mailbox, int]]:
    """A real SMTP server on a free port."""
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    yield box, server.sockets[0].getsockname()[1]
    server.close()


def relay(port: int, *, tls: bool = False) -> Relay:
    """The relay on this machine."""
    return Relay(
        host="127.0.0.1",
        port=port,
        sender="notices@homeward.test",
        sign_in="https://homeward.test",
        tls=tls,
    )


async def test_a_bell_says_sign_in_and_nothing_of_the_child(
    house: House, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    police = await house.registers(COORDINATOR, Way("secure-email", "desk@police.test"))
    await house.happens(police, items=(Item.EPISODE_DETAIL,))
    await house.worker(SecureEmail(relay(port))).deliver_due()
    (message,) = box.got
    whole = message.as_string()
    assert SENTINEL not in whole
    assert "missing" not in whole.lower()
    assert "Sign in" in message.get_content()
    assert await states(house.engine) == {police.id: "sent"}, "that it arrived, nobody said"


async def test_a_mailbox_that_may_have_it_gets_what_the_door_opens_and_no_name_in_the_subject(
    house: House, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    way = Way("secure-email", "desk@health.test", content=True)
    police = await house.registers(COORDINATOR, way)
    nurse = await house.registers(NURSE, way)
    await house.happens(police, nurse, items=(Item.EPISODE_DETAIL,))
    await house.worker(SecureEmail(relay(port))).deliver_due()
    texts = sorted(m.get_content() for m in box.got)
    assert [SENTINEL in text for text in texts].count(True) == 1, "police only"
    assert all(SENTINEL not in str(m["Subject"]) + str(m["Message-ID"]) for m in box.got)
    assert all("missing" not in str(m["Subject"]).lower() for m in box.got)


async def test_the_same_notice_has_the_same_message_id(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    sender = SecureEmail(relay(port))
    for _ in range(2):
        await sender.send(parcel(Way("secure-email", "a@b.test")), datetime.now(UTC))
    assert len({m["Message-ID"] for m in box.got}) == 1


async def test_a_mailbox_that_is_none_is_for_a_person_at_once(
    mailbox: tuple[Mailbox, int],
) -> None:
    with pytest.raises(NotSent, match="recipient-refused") as refused:
        await SecureEmail(relay(mailbox[1])).send(
            parcel(Way("secure-email", "nobody@b.test")), datetime.now(UTC)
        )
    assert refused.value.at_once


async def test_an_address_cannot_bring_a_header_of_its_own(mailbox: tuple[Mailbox, int]) -> None:
    with pytest.raises(NotSent, match="bad-address"):
        await SecureEmail(relay(mailbox[1])).send(
            parcel(Way("secure-email", "a@b.test\r\nBcc: c@d.test")), datetime.now(UTC)
        )
    assert mailbox[0].got == []


async def test_without_tls_nothing_goes_where_tls_is_asked_for(
    mailbox: tuple[Mailbox, int],
) -> None:
    strict = relay(mailbox[1], tls=True)
    with pytest.raises(NotSent, match="relay-"):
        await SecureEmail(strict).send(parcel(Way("secure-email", "a@b.test")), datetime.now(UTC))
    assert mailbox[0].got == []


async def test_a_bell_is_not_rung_where_nothing_may_be_said(
    house: House, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    stranger = await house.registers(STRANGER, Way("secure-email", "x@y.test"))
    await house.happens(stranger)
    await house.worker(SecureEmail(relay(port))).deliver_due()
    assert box.got == []
    assert await states(house.engine) == {stranger.id: "withheld"}
