"""Several ways to one recipient: which is tried when, and how long one is left alone that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from linking.storage import writing
from notifications import outbox
from notifications.again import send_again
from notifications.happening import Happened, Plan, Planning
from notifications.recipients import Recipient, Way, register
from tests.notifications.casework import rows, telling
from tests.notifications.house import COORDINATOR, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_delivering import hook

MINUTE = timedelta(minutes=1)
SECOND = Way("second", "anywhere")


def can_wait(recipient: Recipient) -> Planning:
    """Tell this recipient of something that can wait."""

    async def plan(event: Happened, history: Sequence[Happened]) -> Plan:
        plan = await telling(recipient.id)(event, history)
        return replace(plan, tell=tuple(replace(t, urgent=False) for t in plan.tell))

    return plan


async def where(house: House) -> tuple[str, str]:
    """By which way the one notice goes, and how it stands."""
    (kept,) = await rows(house.engine, "SELECT channel, state FROM delivery")
    return kept["channel"], kept["state"]


@pytest.mark.parametrize("pressing, goes_by", [("urgent", "second"), ("can wait", "webhook")])
async def test_what_is_urgent_goes_by_the_next_way_within_minutes(
    house: House, receiver: Receiver, pressing: str, goes_by: str
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver), SECOND)
    await house.happens(police, planning=None if pressing == "urgent" else can_wait(police))
    receiver.answers = lambda _event: 500
    worker = house.worker(house.webhook())
    assert await worker.deliver_due() == 1
    assert await where(house) == ("webhook", "pending")

    house.later(11 * MINUTE)
    assert await worker.deliver_due() == 1
    assert await where(house) == (goes_by, "pending")


async def test_whoever_is_registered_anew_is_tried_at_once(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers, receiver.asks_to_wait = lambda _event: 503, "1800"
    worker = house.worker()
    assert await worker.deliver_due() == 1
    receiver.answers = lambda _event: 200
    house.later(MINUTE)
    assert await worker.deliver_due() == 0, "they asked to be left alone"

    await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police, ref="2", child="another-child")
    assert await worker.deliver_due() == 1


async def test_what_is_urgent_and_has_one_way_is_tried_by_it_for_days(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers = lambda _event: 500
    house.later(outbox.GIVES_UP_AFTER - MINUTE)
    await house.worker().deliver_due()
    assert await where(house) == ("webhook", "pending")


@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_asks_to_be_left_alone_is_left_alone_by_every_notice(
    house: House, receiver: Receiver, status: int
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers, receiver.asks_to_wait = lambda _event: status, "120"
    worker = house.worker()
    assert await worker.deliver_due() == 1

    await house.happens(police, ref="2", child="another-child")
    house.later(timedelta(seconds=119))
    assert await worker.deliver_due() == 0
    receiver.answers = lambda _event: 200
    house.later(timedelta(seconds=1))
    assert await worker.deliver_due() == 2


async def test_nobody_is_silenced_for_a_day_by_what_their_machine_answers(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers, receiver.asks_to_wait = lambda _event: 503, "86400"
    worker = house.worker()
    await worker.deliver_due()
    house.later(30 * MINUTE)
    assert await worker.deliver_due() == 1


async def test_what_is_urgent_does_not_wait_for_a_machine_that_asks_for_it_where_there_is_another_way(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver), SECOND)
    await house.happens(police)
    receiver.answers, receiver.asks_to_wait = lambda _event: 503, "1800"
    await house.worker(house.webhook()).deliver_due()
    assert await where(house) == ("second", "pending")


async def test_what_waits_goes_by_the_way_that_there_is_now(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, Way("webhook", "https://gone.example/", ("new",)))
    await house.happens(police)
    async with writing(house.engine) as connection:
        await register(connection, replace(police, ways=(SECOND,)), now=house.now)
    assert await house.worker(house.webhook()).deliver_due() == 1
    assert await where(house) == ("second", "pending")
    assert receiver.got == []


async def test_what_is_sent_again_is_tried_as_long_as_if_it_were_new(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers = lambda _event: 500
    house.later(outbox.GIVES_UP_AFTER)
    await house.worker().deliver_due()
    assert await where(house) == ("webhook", "failed")

    assert len(await send_again(house.engine, recipient=None, now=house.now)) == 1
    house.later(10 * MINUTE)
    await house.worker().deliver_due()
    assert await where(house) == ("webhook", "pending")
    receiver.answers = lambda _event: 200
    house.later(60 * MINUTE)
    await house.worker().deliver_due()
    assert await where(house) == ("webhook", "delivered")
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
