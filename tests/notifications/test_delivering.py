"""What is sent is decided when it is sent, goes in order for each child, and is never lost."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from disclosure.assertion import Says
from disclosure.trail import verify_stored
from linking.storage import TABLES, writing
from notifications import outbox
from notifications.channels.feed import Feed
from notifications.deadlines import fire_due
from notifications.happening import Happened, Plan, Planning
from notifications.outbox import Outcome
from notifications.recipients import Hours, Way, end
from notifications.tables import DeliveryState
from records.items import Item
from tests.disclosure.casework import KEY, SENTINEL
from tests.notifications.casework import rows, telling
from tests.notifications.house import COORDINATOR, NURSE, STRANGER, WORKER, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_deadlines import engine_plan

MINUTE = timedelta(minutes=1)
ESCALATES: Planning = engine_plan


def hook(receiver: Receiver) -> Way:
    """The recipient's address."""
    return Way("webhook", receiver.url, ("new",))


async def states(engine: AsyncEngine) -> dict[str, str]:
    """Where each recipient's notices stand."""
    found = await rows(engine, "SELECT recipient, state FROM delivery ORDER BY recipient, seq")
    return {row["recipient"]: row["state"] for row in found}


async def test_a_notice_says_what_its_recipient_may_know_and_what_is_withheld(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    nurse = await house.registers(NURSE, hook(receiver))
    items = (Item.EPISODE_DETAIL, Item.RHI_FULL)
    await house.happens(police, nurse, items=items)
    assert await house.worker().deliver_due() == 2

    by_seq = {e["id"]: e for e in receiver.events}
    refs = await rows(house.engine, "SELECT recipient, notice_ref FROM delivery")
    told = {row["recipient"]: by_seq[row["notice_ref"]] for row in refs}
    assert "circumstances" in json.dumps(told[police.id]["data"])
    assert "circumstances" not in json.dumps(told[nurse.id]["data"])
    withheld = {w["item"] for w in told[nurse.id]["data"]["withheld"]}  # type: ignore[index]
    assert withheld == {"episode.detail", "rhi.full"}
    assert await states(house.engine) == {police.id: "delivered", nurse.id: "delivered"}


async def test_no_attribute_of_a_notice_names_the_child(house: House, receiver: Receiver) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    nurse = await house.registers(NURSE, hook(receiver))
    await house.happens(police, nurse)
    await house.worker().deliver_due()
    attributes = [{k: v for k, v in event.items() if k != "data"} for event in receiver.events]
    assert SENTINEL not in json.dumps(attributes)
    assert house.child not in json.dumps(attributes)
    first, second = (a["subject"] for a in attributes)
    assert first != second, "two recipients cannot tell that they are told of one child"


async def test_an_agreement_withdrawn_overnight_is_honoured_in_the_morning(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.testshire.child_says(Says.AGREES)
    await house.happens(police, event="interview-done", items=(Item.RHI_FULL,))
    await house.testshire.child_says(Says.WITHDREW, since=house.now)
    house.later(9 * 60 * MINUTE)
    await house.worker().deliver_due()

    (event,) = receiver.events
    assert SENTINEL not in json.dumps(event)
    (kept,) = await rows(house.engine, "SELECT decision, decision_ref, digest FROM delivery")
    decision = json.loads(kept["decision"])
    assert decision["disclosed"] == ["rhi.exists"], "no more than that there was an interview"
    assert decision["withheld"] == [{"item": "rhi.full", "because": "silent"}]
    assert event["type"] == "uk.homeward.return-interviews"
    assert kept["digest"] == hashlib.sha256(receiver.got[0][1]).hexdigest()
    (entry,) = await house.testshire.written("delivery")
    assert json.loads(entry["row"])["body"]["decision"] == kept["decision_ref"]


async def test_somebody_who_may_not_know_that_anything_is_held_learns_only_that_a_number_passed(
    house: House, receiver: Receiver
) -> None:
    stranger = await house.registers(STRANGER, hook(receiver))
    await house.happens(stranger)
    await house.worker().deliver_due()
    (event,) = receiver.events
    assert event["type"] == "uk.homeward.notice-withheld"
    assert event["sequence"] == 1
    assert event["data"] == {}
    assert not {"subject", "time"} & event.keys()
    assert await states(house.engine) == {stranger.id: "withheld"}


async def test_an_earlier_notice_that_fails_holds_back_later_ones_of_that_child_only(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police, ref="1")
    await house.happens(police, ref="2", event="child-found")
    await house.happens(police, ref="3", child="another-child")
    receiver.answers = lambda event: 503 if event["sequence"] == 1 else 200
    worker = house.worker()
    await worker.deliver_due()
    await worker.deliver_due()
    assert {e["sequence"] for e in receiver.events} == {1, 3}

    receiver.answers = lambda _event: 200
    house.later(MINUTE)
    await worker.deliver_due()
    await worker.deliver_due()
    assert [e["sequence"] for e in receiver.events][2:] == [1, 2]
    tries = await rows(house.engine, "SELECT n, outcome FROM attempt WHERE seq = 1 ORDER BY n")
    assert [(t["n"], t["outcome"]) for t in tries] == [(1, "status-503"), (2, "delivered")]


async def test_the_reference_stays_the_same_for_life(house: House, receiver: Receiver) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers = lambda _event: 500
    worker = house.worker()
    for _ in range(3):
        await worker.deliver_due()
        house.later(5 * MINUTE)
    assert len(receiver.got) == 3
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


async def test_a_worker_that_stalls_past_its_lease_settles_nothing(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    (stalled,) = await outbox.claim(house.engine, ["webhook"], now=house.now, most=5)
    house.later(outbox.LEASE)
    assert await house.worker().deliver_due() == 1

    late = Outcome(state=None, said="timed-out")
    assert not await outbox.settle(house.engine, stalled, late, now=house.now)
    assert await states(house.engine) == {police.id: "delivered"}
    tries = await rows(house.engine, "SELECT n, outcome FROM attempt ORDER BY n")
    assert [t["outcome"] for t in tries] == ["timed-out", "delivered"]


async def test_two_workers_never_hold_one_notice(house: House, receiver: Receiver) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    for n in range(6):
        await house.happens(police, ref=f"r{n}", child=f"child-{n}")
    first = await outbox.claim(house.engine, ["webhook"], now=house.now, most=4)
    second = await outbox.claim(house.engine, ["webhook"], now=house.now, most=4)
    assert len(first) + len(second) == 6
    assert not {w.seq for w in first} & {w.seq for w in second}


async def test_a_refusal_is_for_a_person_at_once_and_is_tried_again_all_the_same(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    receiver.answers = lambda _event: 404
    await house.worker().deliver_due()
    assert await fire_due(house.engine, ESCALATES, now=house.now) == 1
    types = await rows(house.engine, "SELECT type FROM event ORDER BY child_seq")
    assert types[-1]["type"] == "notice-undeliverable"

    receiver.answers = lambda _event: 200
    house.later(MINUTE)
    await house.worker().deliver_due()
    assert await states(house.engine) == {police.id: "delivered"}


async def test_what_fails_for_days_goes_by_the_next_way_and_then_to_a_person(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver), Way("second", "anywhere"))
    await house.happens(police)
    receiver.answers = lambda _event: 500

    worker = house.worker(house.webhook())
    house.later(outbox.GIVES_UP_AFTER)
    await worker.deliver_due()
    (kept,) = await rows(house.engine, "SELECT channel, state FROM delivery")
    assert (kept["channel"], kept["state"]) == ("second", "pending")
    failed = Outcome(state=None, said="no-answer")
    claimed = await outbox.claim(house.engine, ["second"], now=house.now, most=1)
    assert await outbox.settle(house.engine, claimed[0], failed, now=house.now)
    assert await states(house.engine) == {police.id: "pending"}, "the second way has its own time"
    house.later(outbox.GIVES_UP_AFTER)
    claimed = await outbox.claim(house.engine, ["second"], now=house.now, most=1)
    assert await outbox.settle(house.engine, claimed[0], failed, now=house.now)
    assert await states(house.engine) == {police.id: "failed"}
    clocks = await rows(house.engine, "SELECT kind FROM deadline WHERE kind = 'unreachable'")
    assert len(clocks) == 1


async def test_an_endpoint_that_fails_again_and_again_rests_and_is_never_switched_off(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    for n in range(4):
        await house.happens(police, ref=f"r{n}", child=f"child-{n}")
    receiver.answers = lambda _event: 503
    worker = house.worker()
    await worker.deliver_due(3)
    assert await worker.deliver_due() == 0, "it rests"
    receiver.answers = lambda _event: 200
    house.later(10 * MINUTE)
    assert await worker.deliver_due() == 4
    left = await rows(house.engine, "SELECT seq FROM delivery WHERE state = 'pending'")
    assert left == []


async def test_quiet_hours_hold_back_what_is_not_urgent_and_nothing_else(
    house: House, receiver: Receiver
) -> None:
    nurse = await house.registers(
        NURSE, hook(receiver), hours=Hours(opens=time(9), closes=time(17))
    )
    urgent = await house.happens(nurse, ref="urgent")

    async def not_urgent(event: Happened, history: Sequence[Happened]) -> Plan:
        plan = await telling(nurse.id)(event, history)
        return replace(plan, tell=tuple(replace(t, urgent=False) for t in plan.tell))

    await house.happens(ref="calm", child="child-b", planning=not_urgent)
    assert await house.worker().deliver_due() == 1, "it is three in the morning"
    assert urgent.new
    house.later(6 * 60 * MINUTE)
    assert await house.worker().deliver_due() == 1


async def test_a_recipient_who_has_left_is_sent_nothing_and_a_person_is_told(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    async with writing(house.engine) as connection:
        await end(connection, police.id, at=house.now)
    await house.worker().deliver_due()
    assert receiver.got == []
    assert await states(house.engine) == {police.id: "failed"}
    assert await rows(house.engine, "SELECT id FROM deadline WHERE kind = 'unreachable'")


async def test_nothing_is_sent_that_the_ledger_could_not_take(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    await house.happens(police)
    await house.ledger.close()
    await house.worker().deliver_due()
    assert receiver.got == []
    (kept,) = await rows(house.engine, "SELECT outcome FROM attempt")
    assert kept["outcome"] == "not-recorded"


async def test_the_ledger_holds_after_deliveries(house: House, receiver: Receiver) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    worker_of_child = await house.registers(WORKER, hook(receiver))
    await house.happens(police, worker_of_child)
    await house.worker().deliver_due()
    await house.ledger.close()
    verdict = await verify_stored(house.engine, [KEY.public_key()])
    assert verdict.ok
    assert len(await house.testshire.written("delivery")) == 2


@pytest.mark.parametrize("state", list(DeliveryState))
def test_every_state_has_a_stable_value(state: DeliveryState) -> None:
    assert state.value == state.name.lower()


async def test_what_was_said_of_the_child_stands_in_no_table_no_header_and_no_log(
    house: House, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    police = await house.registers(COORDINATOR, hook(receiver))
    reader = await house.registers(WORKER, Way("feed"))
    await house.happens(police, reader, items=(Item.EPISODE_DETAIL, Item.RHI_FULL))
    await house.worker().deliver_due()
    lines = await Feed(house.engine, house.telling).page(reader, after=0, now=house.now)
    assert SENTINEL.encode() in lines[0].body
    assert SENTINEL.encode() in receiver.got[0][1], "it was in what was sent"

    for table in TABLES.sorted_tables:
        if table.name != "ledger_reason":
            for row in await rows(house.engine, f"SELECT * FROM {table.name}"):  # noqa: S608 (our tables)
                assert SENTINEL not in str(row), table.name
    assert SENTINEL not in caplog.text
    assert SENTINEL not in str(receiver.got[0][0])
