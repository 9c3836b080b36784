"""Who has been told, who has not and why not; what people answer; who was forgotten."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.answering import Answer, acknowledge, depart, record_not_told
from notifications.deadlines import fire_due
from notifications.ledger import accept
from notifications.recipients import Way
from notifications.reconsider import overlooked
from notifications.tables import DeadlineState, DeliveryState
from notifications.told import clocks_of, not_told, who_has_been_told
from records.errors import WrongArgument
from tests.disclosure.casework import viewer
from tests.notifications.casework import NOBODY, missing, ref_of, telling
from tests.notifications.house import COORDINATOR, NURSE, STRANGER, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_deadlines import engine_plan
from tests.notifications.test_delivering import hook

HOUR = timedelta(hours=1)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What is read back is the same on either kind; what is written is tried on both elsewhere."""
    return f"sqlite+aiosqlite:///{tmp_path / 'homeward.sqlite'}"


async def test_the_record_says_who_was_told_what_and_who_was_not_and_why_not(
    house: House, receiver: Receiver
) -> None:
    police = await house.registers(COORDINATOR, hook(receiver))
    nurse = await house.registers(NURSE, Way("feed"))
    stranger = await house.registers(STRANGER, hook(receiver))
    plan = telling(police.id, nurse.id, stranger.id, NOBODY)
    await accept(house.engine, missing(house.child, at=house.now), plan, now=house.now)
    await house.worker().deliver_due()

    told = {one.recipient: one for one in await who_has_been_told(house.engine, house.child)}
    assert told[police.id].state is DeliveryState.DELIVERED
    assert told[police.id].why_not is None
    assert "episode.status" in told[police.id].disclosed
    assert told[police.id].because[0].rule == "test-rule"
    assert told[nurse.id].why_not == "not read or not sent yet"
    assert told[stranger.id].why_not == "when it was to be sent, the rules opened nothing of it"
    assert told[NOBODY].why_not == "nobody is registered for this role"
    assert len(not_told(list(told.values()))) == 3


@pytest.mark.parametrize("ref", ["theirs", "no-such-notice"])
async def test_nobody_acknowledges_for_another_nor_learns_whether_there_is_such_a_notice(
    house: House, ref: str
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    await house.happens(police)
    (told,) = await who_has_been_told(house.engine, house.child)
    other = viewer(COORDINATOR.role, "another-force", COORDINATOR.subject)
    named = ref_of(told) if ref == "theirs" else ref
    answer = await acknowledge(house.engine, house.ledger, named, other, now=house.now)
    assert answer is Answer.NOT_YOURS


async def test_a_decision_not_to_tell_is_recorded_with_its_reason_and_kept(
    house: House, receiver: Receiver
) -> None:
    nurse = await house.registers(NURSE, hook(receiver))
    done = await house.happens(nurse)
    await record_not_told(
        house.engine,
        house.ledger,
        done.event.id,
        nurse.id,
        COORDINATOR,
        reason="A relative of Zebulon-Quill works there.",
        now=house.now,
    )
    assert await house.worker().deliver_due() == 0
    assert receiver.got == []
    (told,) = await who_has_been_told(house.engine, house.child)
    assert told.why_not == "somebody decided not to, with a reason"
    (entry,) = await house.testshire.written("delivery")
    assert entry["ref"] == told.decided_ref
    assert b"Zebulon" not in entry["row"]
    assert json.loads(entry["row"])["body"]["did"] == "not-told"
    assert await fire_due(house.engine, engine_plan, now=house.now + 9 * HOUR) == 0


async def test_not_telling_needs_a_reason(house: House) -> None:
    done = await house.happens(await house.registers(NURSE, Way("feed")))
    with pytest.raises(WrongArgument, match="Say why"):
        await record_not_told(
            house.engine,
            house.ledger,
            done.event.id,
            "x",
            COORDINATOR,
            reason=" ",
            now=house.now,
        )


async def test_a_step_that_is_not_taken_carries_its_reason(house: House) -> None:
    plan = telling(clock=48 * HOUR)
    await accept(house.engine, missing(house.child, at=house.now), plan, now=house.now)
    (clock,) = await clocks_of(house.engine, house.child)
    await depart(
        house.engine,
        house.ledger,
        clock.id,
        COORDINATOR,
        reason="The child is in hospital with her worker.",
        now=house.now + HOUR,
    )
    (clock,) = await clocks_of(house.engine, house.child)
    assert clock.state is DeadlineState.DEPARTED
    assert clock.departure is not None
    assert await fire_due(house.engine, engine_plan, now=house.now + 50 * HOUR) == 0


async def test_somebody_whose_standing_was_entered_late_is_found_to_be_forgotten(
    house: House,
) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    nurse = await house.registers(NURSE, Way("feed"))
    await house.happens(police)
    today = telling(police.id, nurse.id)
    (forgotten,) = await overlooked(house.engine, today, house.child, now=house.now)
    assert forgotten.tell.recipient == nurse.id
    assert await overlooked(house.engine, telling(police.id), house.child, now=house.now) == []
