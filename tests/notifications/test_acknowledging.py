"""An acknowledgement ends the chase, whenever it comes."""

from __future__ import annotations

from datetime import timedelta

from notifications.answering import Answer, acknowledge
from notifications.deadlines import fire_due
from notifications.recipients import Way
from notifications.tables import DeadlineState, DeliveryState
from notifications.told import clocks_of, who_has_been_told
from tests.notifications.casework import ref_of
from tests.notifications.house import COORDINATOR, House
from tests.notifications.test_deadlines import engine_plan

HOUR = timedelta(hours=1)


async def test_an_acknowledgement_ends_the_chase(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    await house.happens(police)
    (told,) = await who_has_been_told(house.engine, house.child)
    answered = await acknowledge(
        house.engine, house.ledger, ref_of(told), COORDINATOR, now=house.now
    )
    again = await acknowledge(house.engine, house.ledger, ref_of(told), COORDINATOR, now=house.now)
    assert (answered, again) == (Answer.DONE, Answer.ALREADY)
    assert await fire_due(house.engine, engine_plan, now=house.now + 10 * HOUR) == 0
    (told,) = await who_has_been_told(house.engine, house.child)
    assert told.state is DeliveryState.ACKNOWLEDGED
    (clock,) = await clocks_of(house.engine, house.child)
    assert clock.state is DeadlineState.MET


async def test_acknowledging_after_the_escalation_still_counts(house: House) -> None:
    police = await house.registers(COORDINATOR, Way("feed"))
    await house.happens(police)
    assert await fire_due(house.engine, engine_plan, now=house.now + HOUR) == 1
    told, *_ = await who_has_been_told(house.engine, house.child)
    late = house.now + 2 * HOUR
    assert (
        await acknowledge(house.engine, house.ledger, ref_of(told), COORDINATOR, now=late)
        is Answer.DONE
    )
    clock, *_ = await clocks_of(house.engine, house.child)
    assert (clock.state, clock.settled_at) == (DeadlineState.FIRED, late)
