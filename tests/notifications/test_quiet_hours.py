"""Hours are a preference: they hold back what is not urgent, and neither what is nor anybody's patience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from notifications.deadlines import fire_due
from notifications.happening import Happened, Plan, Planning
from notifications.recipients import Hours, Recipient
from records.people import Role
from tests.notifications.casework import rows, telling
from tests.notifications.house import NURSE, House
from tests.notifications.receiver import Receiver
from tests.notifications.test_deadlines import engine_plan
from tests.notifications.test_delivering import hook

BY_DAY = Hours(opens=time(9), closes=time(17))
BY_NIGHT = Hours(opens=time(20), closes=time(8))


def calm(recipient: Recipient) -> Planning:
    """Tell this recipient of something that can wait."""

    async def plan(event: Happened, history: Sequence[Happened]) -> Plan:
        plan = await telling(recipient.id)(event, history)
        return replace(plan, tell=tuple(replace(t, urgent=False) for t in plan.tell))

    return plan


async def test_what_is_urgent_does_not_wait_behind_what_the_night_holds_back(
    house: House, receiver: Receiver
) -> None:
    nurse = await house.registers(NURSE, hook(receiver), hours=BY_DAY)
    await house.happens(ref="calm", planning=calm(nurse))
    await house.happens(ref="calm elsewhere", child="another-child", planning=calm(nurse))
    worker = house.worker()
    assert await worker.deliver_due() == 0, "it is three in the morning"

    await house.happens(nurse, ref="urgent")
    assert [await worker.deliver_due() for _ in range(3)] == [1, 1, 0]
    assert [e["sequence"] for e in receiver.events] == [1, 3], "in order, and the other child waits"


async def test_nobody_is_chased_for_what_they_have_not_been_sent(
    house: House, receiver: Receiver
) -> None:
    nurse = await house.registers(NURSE, hook(receiver), hours=BY_DAY)
    await house.happens(planning=calm(nurse))
    opens = house.now.replace(hour=9, minute=0)
    (clock,) = await rows(house.engine, "SELECT due_at FROM deadline WHERE kind = 'acknowledge'")
    assert str(clock["due_at"]).startswith(f"{opens + nurse.acknowledge_within:%Y-%m-%d %H:%M}")

    house.later(nurse.acknowledge_within + timedelta(minutes=1))
    assert await fire_due(house.engine, engine_plan, now=house.now) == 0
    house.now = opens + nurse.acknowledge_within
    assert await fire_due(house.engine, engine_plan, now=house.now) == 1


@pytest.mark.parametrize(
    "hours, at, from_",
    [
        (BY_DAY, "2026-01-12 12:00", "2026-01-12 12:00"),
        (BY_DAY, "2026-01-12 17:00", "2026-01-13 09:00"),
        (BY_DAY, "2026-01-12 03:00", "2026-01-12 09:00"),
        (BY_DAY, "2026-07-01 07:59", "2026-07-01 08:00"),
        (BY_DAY, "2026-03-28 23:00", "2026-03-29 08:00"),
        (BY_NIGHT, "2026-01-12 23:00", "2026-01-12 23:00"),
        (BY_NIGHT, "2026-01-12 03:00", "2026-01-12 03:00"),
        (BY_NIGHT, "2026-01-12 08:00", "2026-01-12 20:00"),
        (BY_NIGHT, "2026-01-12 20:00", "2026-01-12 20:00"),
    ],
)
def test_hours_are_those_of_london_and_may_go_past_midnight(
    hours: Hours, at: str, from_: str
) -> None:
    team = Recipient(id="t", organisation="E10000099", role=Role.EMERGENCY_DUTY_TEAM, hours=hours)
    instant, awake = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (at, from_))
    assert team.awake_from(instant) == awake
